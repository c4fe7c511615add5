"""Callables in C that may stand between two Python frames: one row per kind.

A row says what the outer frame's call has left to do once the inner frame has returned, and what
to call to get there. Rows of the operators and slots (`a + b`, `a.b`, `a[b] = c`, ...) are the
bytecode crate's: they follow from the instruction alone.
"""

from __future__ import annotations

import builtins
from gc import get_referents
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CellType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
)

from pyteleport.capture.code import original
from pyteleport.capture.frames import NULL, FrameRecord

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial
    from typing import Any

    from pyteleport.capture.plan import Thunk
else:
    from _functools import partial  # `functools` is slow to load

# Iterators that step the iterator they wrap first and count after it: asking them again is right.
RESTARTABLE = {"enumerate", "map", "filter", "islice", "takewhile", "dropwhile", "filterfalse",
               "chain", "starmap", "accumulate"}  # fmt: skip


SETTERS = ("STORE_FAST", "DELETE_FAST", "STORE_DEREF", "DELETE_DEREF")


class Row:
    """What to do about one kind of callable.

    Attributes:
        way: the rest to do with the inner result.
        thunk: makes the thunk from outer, inner and the call's operands; None refuses after all.
    """

    __slots__ = ("thunk", "way")

    def __init__(
        self,
        way: str,
        thunk: Callable[[FrameRecord, FrameRecord, list[Any]], Thunk | None],
    ) -> None:
        self.way = way
        self.thunk = thunk


def advances(receiver: object, generator: object) -> bool:
    """Whether asking `receiver` for its next item once more steps `generator` first."""
    if receiver is generator:
        return True
    kind = type(receiver)
    if kind.__name__ in ("async_generator_asend", "coroutine_wrapper"):
        return any(inner is generator for inner in get_referents(receiver))
    if kind.__module__ in ("builtins", "itertools") and kind.__name__ in RESTARTABLE:
        return any(inner is generator for inner in get_referents(receiver))
    return False


def _keyword_names(outer: FrameRecord, operands: list[Any]) -> tuple[str, ...]:
    """The keyword names of a call: its last operand (from 3.13) or a constant before it."""
    if outer.opcode == "CALL_KW":
        names: tuple[str, ...] = operands.pop()
        return names
    if outer.keywords is not None:
        names = outer.code.co_consts[outer.keywords]
        return names
    return ()


def _class_body(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> Thunk | None:
    from pyteleport.capture.plan import Thunk

    if inner.namespace is None or inner.namespace is inner.live.f_globals:
        return None
    first = operands[0]
    if type(first) is partial:
        given = dict(first.keywords)
        given["metaclass"] = given["metaclass"].func
        return Thunk("class", inner, first.args[1:], given)
    arguments = list(operands)
    names = _keyword_names(outer, arguments)
    keywords = dict(zip(names, arguments[len(arguments) - len(names) :], strict=True))
    positional = arguments[2 : len(arguments) - len(names)]
    return Thunk("class", inner, tuple(positional), keywords)


def _step(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> Thunk | None:
    from pyteleport.capture.plan import Thunk

    function: Any = operands[0]
    arguments = operands[1:]
    if type(function) is partial:
        function, arguments = function.func, [*function.args]
    steps = arguments if function is next else [*arguments, getattr(function, "__self__", NULL)]
    if inner.generator is None or all(operand is not inner.generator for operand in steps):
        return None
    default = arguments[1:] if function is next else []
    return Thunk("step", None, inner.generator, *default)


def _close(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> Thunk | None:
    from pyteleport.capture.plan import Thunk

    if inner.generator is None or (
        type(operands[0]) is not partial and _step(outer, inner, operands) is None
    ):
        return None
    return Thunk("close", None, inner.generator)


def constructed(inner: FrameRecord) -> Any:
    """`self` of a running `__init__`: its first slot, if its code never sets that; else NULL."""
    from opcode import opmap

    code = inner.code
    if inner.code.co_name != "__init__" or not code.co_argcount:
        return NULL
    setting = {number: name for name, number in opmap.items() if name.startswith(SETTERS)}
    for position in range(0, len(code.co_code), 2):
        name = setting.get(code.co_code[position])
        argument = code.co_code[position + 1]
        # A combined instruction names two slots, four bits each.
        if name is not None and (argument == 0 or ("_FAST_" in name and argument & 15 == 0)):
            return NULL
    found = inner.locals[0]
    return found.cell_contents if type(found) is CellType else found


def _construct(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> Thunk | None:
    """`type.__call__`, in the middle of `__init__`: its result is the instance."""
    from pyteleport.capture.plan import Thunk

    made = constructed(inner)
    if inner.generator is not None or not isinstance(made, operands[0]):
        return None
    return Thunk("frame", inner)


def leads_to(function: Any, inner: FrameRecord) -> bool:
    """Whether calling `function` is nothing but calling the inner frame's function.

    Through partials, bound methods and a class's `__call__`: C hands the result through.
    """
    while True:
        kind = type(function)
        if kind is partial:
            function = function.func
        elif kind is MethodType:
            function = function.__func__
        elif kind is FunctionType:
            return original(function.__code__, 0)[0] is inner.code
        elif kind is MethodWrapperType and function.__name__ == "__call__":
            function = function.__self__
        else:
            function = next(
                (base.__dict__["__call__"] for base in kind.__mro__ if "__call__" in base.__dict__),
                None,
            )
            if type(function) is not FunctionType:
                return False


def _hand_through(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> Thunk | None:
    from pyteleport.capture.plan import Thunk

    if inner.generator is not None or not leads_to(operands[0], inner):
        return None
    return Thunk("frame", inner)


HAND_THROUGH = Row("push", _hand_through)
CONSTRUCT = Row("replace", _construct)
CLASS_BODY = Row("push", _class_body)
STEP = Row("push", _step)
CLOSE = Row("push", _close)

GENERATOR_METHODS = {"send": STEP, "throw": STEP, "__next__": STEP, "close": CLOSE}


def partial_row(function: partial[Any]) -> Row:
    """The row for a partial: those that a morph's preamble calls are made by `graph.rebuild`."""
    from pyteleport.graph.rebuild import close_generator

    if function.func is builtins.__build_class__:
        return CLASS_BODY
    if function.func is close_generator:
        return CLOSE
    if function.func is next or function.func.__class__ is BuiltinFunctionType:
        return STEP
    return HAND_THROUGH


def call_row(function: object) -> Row | None:
    """The row for a callable the outer frame is in; one that is not known hands nothing through."""
    if function is builtins.__build_class__:
        return CLASS_BODY
    if function is next:
        return STEP
    kind = type(function)
    if isinstance(function, type) and type(function).__call__ is type.__call__:
        return CONSTRUCT
    if kind is partial:
        return partial_row(function)  # type: ignore[arg-type]
    if kind.__name__ in ("builtin_function_or_method", "method-wrapper"):
        owner = function.__self__  # type: ignore[attr-defined]
        if type(owner) in (GeneratorType, CoroutineType, AsyncGeneratorType):
            return GENERATOR_METHODS.get(function.__name__)  # type: ignore[attr-defined]
        return HAND_THROUGH if kind is MethodWrapperType else None
    if kind.__name__ in ("method_descriptor", "wrapper_descriptor"):
        owner_type = function.__objclass__  # type: ignore[attr-defined]
        if owner_type in (GeneratorType, CoroutineType, AsyncGeneratorType):
            return GENERATOR_METHODS.get(function.__name__)  # type: ignore[attr-defined]
        return None
    return HAND_THROUGH
