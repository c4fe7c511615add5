"""What the outer frame calls: the callable and its arguments, from the operands of its instruction."""

from __future__ import annotations

from gc import get_referents
from opcode import opmap
from types import FunctionType

from pyteleport.capture import rows_operators as operators
from pyteleport.capture.core import array_words, layout
from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.special import argument, leads_to, lookup
from pyteleport.capture.thunks import Thunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial
    from typing import Any

    # The rest to do, what to call, and what to keep below that call.
    Planned = tuple[str, Thunk, Any] | None
    Rule = Callable[["Call"], Planned]

# Iterators that step the iterator they wrap first and count after it: asking them again is right.
RESTARTABLE = {"enumerate", "map", "filter", "islice", "takewhile", "dropwhile", "filterfalse",
               "chain", "starmap", "accumulate", "zip"}  # fmt: skip


def generator_behind(iterable: Any, inner: FrameRecord) -> Any:
    """What steps the running generator first when it is iterated once more, or None.

    It is `iterable` itself, or the generator where an `__iter__` of the program's made it.
    """
    if advances(iterable, inner.generator):
        return iterable
    made_by = lookup(type(iterable), "__iter__")
    if type(made_by) is FunctionType and leads_to(made_by, inner):
        return inner.generator if argument(inner, 0) is iterable else None
    return None


class Call:
    """A call of C code with the frame inside it.

    Attributes:
        known: whether the arguments are; else only what calls the inner frame as it is can be told.
    """

    __slots__ = ("arguments", "function", "inner", "keywords", "known", "outer")

    def __init__(
        self, outer: FrameRecord, inner: FrameRecord, function: Any,
        arguments: list[Any] | None, keywords: dict[str, Any],
    ) -> None:  # fmt: skip
        self.outer = outer
        self.inner = inner
        self.function = function
        self.known = arguments is not None
        self.arguments = arguments or []
        self.keywords = keywords

    def again(self, arguments: list[Any], keywords: dict[str, Any] | None = None) -> Planned:
        """The same function once more."""
        named = self.keywords if keywords is None else keywords
        held = tuple(operators.kept(argument) for argument in arguments)
        return "push", Thunk("call", None, self.function, held, named), NULL

    def hand_through(self) -> Planned:
        return "push", Thunk("frame", self.inner), NULL


def called_by(outer: FrameRecord) -> Any:
    """The callable of the instruction the frame is in; NULL where there is none."""
    if not outer.opcode.startswith("CALL") or outer.operand_count < 2:
        return NULL
    return next((value for value in outer.kept(2) if value is not NULL), NULL)


def parse(outer: FrameRecord, inner: FrameRecord) -> Call | None:
    """The call that the outer frame's instruction makes, from its operands."""
    function = called_by(outer)
    if function is NULL:
        return None
    if outer.opcode.startswith("CALL_FUNCTION_EX"):
        if not has_argument_tuple(outer):
            return Call(outer, inner, function, None, {})
        rest = outer.operands()[1:]
        named = rest[1] if len(rest) > 1 else {}
        if type(rest[0]) is not tuple or type(named) is not dict:
            return None
        return Call(outer, inner, function, list(rest[0]), dict(named))
    rest = outer.operands()[1:]
    names: tuple[str, ...] = ()
    if outer.opcode.startswith("CALL_KW"):
        names = rest.pop()
    elif outer.keywords is not None:
        names = outer.code.co_consts[outer.keywords]
    first = len(rest) - len(names)
    return Call(outer, inner, function, rest[:first], dict(zip(names, rest[first:], strict=True)))


def has_argument_tuple(outer: FrameRecord) -> bool:
    """Whether the arguments of a CALL_FUNCTION_EX are on the stack.

    Up to 3.13 an iterable that is no tuple is taken off, made one, and let go of: what stands in
    its slot may be freed. So it is read only if it is a tuple for sure: one that is held here
    anyway, or one that the instructions before it make, whatever way control came.
    """
    fields = layout()
    if fields["tagged"]:
        return True
    position = outer.facts.locals + len(outer.kinds) + 2
    words = array_words(
        outer.live, fields["frame_pointer"], fields["localsplus"] // 8 + position + 1
    )
    held = (*outer.locals, *outer.stack, *outer.code.co_consts, ())
    if any(type(value) is tuple and id(value) == words[-1] for value in held):
        return True
    from dis import findlabels

    code = outer.code.co_code
    offsets = [0]
    for offset in range(2, outer.offset, 2):
        if code[offset]:  # CACHE is 0
            offsets.append(offset)
    labels = set(findlabels(code))  # type: ignore[arg-type]
    depth = len(outer.kinds) + 2
    for offset in reversed(offsets):
        if any(offset < label <= outer.offset for label in labels):
            return False
        if len(outer.facts.place(offset, "instruction")[3]) <= depth:
            return (code[offset], code[offset + 1]) in TUPLE_MAKERS or code[offset] in BUILDS
    return False


TUPLE_MAKERS = {(opmap.get("LIST_TO_TUPLE", -1), 0), (opmap.get("CALL_INTRINSIC_1", -1), 6)}
BUILDS = {opmap["BUILD_TUPLE"]}


def parse_partial(outer: FrameRecord, inner: FrameRecord, thunk: partial[Any]) -> Call:
    """The call that the thunk of an earlier move makes."""
    return Call(outer, inner, thunk.func, list(thunk.args), dict(thunk.keywords))


def advances(receiver: object, generator: object) -> bool:
    """Whether asking `receiver` for its next item once more steps `generator` first."""
    if receiver is generator:
        return True
    kind = type(receiver)
    if kind.__name__ in ("async_generator_asend", "coroutine_wrapper"):
        return any(inner is generator for inner in get_referents(receiver))
    if kind.__module__ not in ("builtins", "itertools") or kind.__name__ not in RESTARTABLE:
        return False
    held = get_referents(receiver)
    # Of several iterators only the first: nothing was taken from another one before it.
    several = next((value for value in held if type(value) is tuple), None)
    if kind in (map, zip):
        return several is not None and len(several) > 0 and advances(several[0], generator)
    return any(advances(value, generator) for value in held)
