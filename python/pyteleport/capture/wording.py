"""What C code between two frames is called in a message: in the words of the language, not of its bytecode."""

from __future__ import annotations

from functools import _lru_cache_wrapper, partial

from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_operators import BINARY, COMPARE_SHIFT, COMPARISONS, SUBSCRIPT
from pyteleport.capture.special import is_a

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ITEM = "an item (`x[...]`)"
ATTRIBUTE = "an attribute (a property or descriptor)"
WITH = "the `with` statement"
UNPACKING = "an unpacking (`a, b = ...`)"
STARRED = "an unpacking (`[*...]`, `f(**...)`)"
AWAIT = "an `await` or a `yield from`"
TEXT = "an f-string"
TRUTH = "a truth test"
MATCH = "a `match` statement"
FREED = "an object that is let go of"
SIGNS = dict(
    zip(BINARY, ("+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^"), strict=True)
)
COMPARED = dict(zip(COMPARISONS, ("<", "<=", "==", "!=", ">", ">="), strict=True))

# By the beginning of an instruction's name, the longer ones first.
WORDS = {
    "BINARY_S": ITEM,
    "STORE_SUBSCR": "an assignment to an item (`x[...] = ...`)",
    "STORE_SLICE": "an assignment to an item (`x[...] = ...`)",
    "DELETE_SUBSCR": "the deletion of an item (`del x[...]`)",
    "CONTAINS_OP": "the operator `in`",
    "UNARY_NEGATIVE": "the operator `-`",
    "UNARY_POSITIVE": "the operator `+`",
    "UNARY_INVERT": "the operator `~`",
    "UNARY_NOT": "the operator `not`",
    "LOAD_SUPER_ATTR": ATTRIBUTE,
    "LOAD_ATTR": ATTRIBUTE,
    "LOAD_METHOD": ATTRIBUTE,
    "STORE_ATTR": "an assignment to an attribute",
    "DELETE_ATTR": "the deletion of an attribute",
    "BEFORE_WITH": WITH,
    "BEFORE_ASYNC_WITH": "the `async with` statement",
    "WITH_EXCEPT_START": WITH,
    "LOAD_SPECIAL": WITH,
    "UNPACK": UNPACKING,
    "LIST_EXTEND": STARRED,
    "SET_UPDATE": STARRED,
    "DICT_": STARRED,
    "GET_ITER": "the beginning of a `for` loop",
    "GET_AITER": "an `async for` loop",
    "GET_ANEXT": "an `async for` loop",
    "END_ASYNC_FOR": "an `async for` loop",
    "GET_": AWAIT,
    "SEND": AWAIT,
    "CLEANUP_THROW": AWAIT,
    "YIELD_VALUE": AWAIT,
    "FORMAT": TEXT,
    "CONVERT": TEXT,
    "BUILD_STRING": TEXT,
    "BUILD_MAP": "a dict",
    "BUILD_CONST_KEY_MAP": "a dict",
    "MAP_ADD": "a dict",
    "BUILD_SET": "a set",
    "SET_ADD": "a set",
    "IMPORT": "an import",
    "TO_BOOL": TRUTH,
    "POP_JUMP": TRUTH,
    "JUMP_IF": TRUTH,
    "MATCH": MATCH,
    "CHECK": "an `except` clause",
    "RAISE": "a `raise` statement",
    "RERAISE": "a `raise` statement",
    "LOAD_BUILD_CLASS": "a `class` statement",
    "LOAD_GLOBAL": "a name",
    "LOAD_NAME": "a name",
    "LOAD_CLASSDEREF": "a name",
    "LOAD_FROM_DICT": "a name",
    "STORE_NAME": "an assignment to a name",
    "STORE_GLOBAL": "an assignment to a name",
    "CALL_INTRINSIC": "an operation",
    "CALL": "a call",
    "POP_": FREED,
    "STORE_": FREED,
    "DELETE_": FREED,
    "END_": FREED,
    "SWAP": FREED,
    "RETURN": FREED,
}


def operation(outer: FrameRecord) -> str:
    """What the frame's instruction does."""
    opcode = outer.opcode
    if opcode == "BINARY_OP":
        if outer.argument == SUBSCRIPT:
            return ITEM
        in_place, number = divmod(outer.argument, len(BINARY))
        return f"the operator `{SIGNS[BINARY[number]]}{'=' if in_place else ''}`"
    if opcode == "COMPARE_OP":
        return f"the comparison `{COMPARED[COMPARISONS[outer.argument >> COMPARE_SHIFT]]}`"
    if opcode == "FOR_ITER":
        held = next(value for value in reversed(outer.stack) if value is not NULL)
        return loop(held)
    fitting = [start for start in WORDS if opcode.startswith(start)]
    return WORDS[max(fitting, key=len)] if fitting else "an operation"


def loop(iterator: object) -> str:
    return f"a `for` loop over a {_type_name(type(iterator))}"


def callable_name(function: object) -> str:
    """What is called, without asking the object itself."""
    kind = type(function)
    if function is NULL:
        return "a call"
    if kind is partial:
        return callable_name(function.func)  # type: ignore[attr-defined]
    if kind.__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor",
                         "method-wrapper"):  # fmt: skip
        return f"{function.__name__}()"  # type: ignore[attr-defined]
    if is_a(function, type):
        return f"{_type_name(function)}()"  # type: ignore[arg-type]
    if kind is _lru_cache_wrapper:
        return "a call of a function that functools.lru_cache wraps"
    if kind.__name__ in ("function", "method"):
        code = getattr(function, "__code__", None) or function.__func__.__code__  # type: ignore[attr-defined]
        return f"a call of {code.co_qualname}()"
    return f"a call of a {_type_name(kind)}"


def _type_name(kind: type) -> str:
    found: str = type.__dict__["__name__"].__get__(kind)
    return found


def outside(records: Sequence[FrameRecord]) -> str:
    """What to do: where the nearest line of the program's own code is from which a move would work.

    Args:
        records: from the frame that called the C code, outwards.
    """
    from pyteleport.graph.modules import is_library_code

    own = [
        record
        for record in records
        if not is_library_code(record.code.co_filename)
        and record.live.f_globals.get("__name__") != "pyteleport.rests"
    ]
    nearest = (own or records)[0]
    line = f"line {nearest.live.f_lineno} of {nearest.code.co_filename}"
    return f"call teleport() outside of it, in {nearest.code.co_qualname} before or after {line}"
