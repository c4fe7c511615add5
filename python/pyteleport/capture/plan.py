"""How each frame goes on once the frame inside it has returned: ways and thunks, from tables.

A frame that called another stands in one instruction. Three ways to take it up again:

1. *after* the instruction: its preamble calls the inner morph (the **thunk**) and has a rest to do
   ("push" the result, "discard" it, "bool", ...: `bytecode::Rest`);
2. *at* the instruction: it was advancing a generator, which is rebuilt so that its first step
   restores it; the instruction is executed again;
3. (suspended generators are not on the stack; see `graph.generators`).

Which it is, is looked up: first by what the inner frame is (a generator, a class body), then, where
C code stands between the two (a **boundary**), by the operation or the callable. An unknown
callable is refused: its progress is unknown.
"""

from __future__ import annotations

from types import FunctionType, MethodType

from pyteleport.capture.boundaries import advances, call_row, constructed
from pyteleport.capture.frames import DIRECT, INIT_SHIM, NULL, FrameRecord
from pyteleport.errors import BoundaryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import partial
    from typing import Any
else:
    from _functools import partial  # `functools` is slow to load

RE_EXECUTED = ("FOR_ITER", "SEND")


class Thunk:
    """What a preamble calls; the graph dumps it as a callable that takes no arguments.

    Attributes:
        kind: "value" (returns `detail[0]`), "frame" (runs the inner morph), "step" (advances the
            generator `detail[0]`; at its end there may be a default), "close" (ends it), "class" (`__build_class__` with the inner
            morph as body and `detail` as its other arguments), "construct" (the inner morph is
            `__new__`; `__init__` follows).
    """

    __slots__ = ("detail", "inner", "kind")

    def __init__(self, kind: str, inner: FrameRecord | None, *detail: Any) -> None:
        self.kind = kind
        self.inner = inner
        self.detail = detail


def refuse(outer: FrameRecord, inner: FrameRecord | None, native: str) -> BoundaryError:
    """The error for a boundary that cannot be taken along: names the C code and both frames."""
    return BoundaryError(
        f"{native} is C code between two Python frames, and its progress cannot be taken along",
        f"{outer.describe()} -> {native} -> {inner.describe() if inner else 'pyteleport'}",
        f"call teleport() outside of it, in {outer.code.co_qualname} before or after line "
        f"{outer.live.f_lineno} for example",
    )


def plan(records: list[FrameRecord], value: object) -> None:
    """Sets way, thunk and extra of every record.

    Args:
        records: as captured, innermost first.
        value: what the call that captured them returns once the program goes on.

    Raises:
        BoundaryError: C code stands between two of the frames, and cannot be taken along.
    """
    inner: FrameRecord | None = None
    for record in records:
        if inner is None:
            if record.called != DIRECT:
                _check_direct(record)
            record.way, record.thunk = "push", Thunk("value", None, value)
        elif record.way is not None:
            _plan_again(record, inner)
        else:
            _plan_outer(record, inner)
        inner = record


def _check_direct(record: FrameRecord) -> None:
    """Through a partial or a method, pyteleport's result is the call's; through other C it is not."""
    operands = record.operands() if record.opcode.startswith("CALL") else []
    function = operands[0] if operands else None
    while type(function) is partial:
        function = function.func
    if type(function) not in (FunctionType, MethodType):
        raise refuse(
            record, None, _name(function) if operands else f"the operation {record.opcode}"
        )


def _plan_again(outer: FrameRecord, inner: FrameRecord) -> None:
    """A frame that stands in its preamble: the same way once more, with what it called then."""
    keeps = outer.way in ("with", "replace")
    if keeps:
        outer.extra = outer.kept(1)[0]
    if inner.entered == DIRECT and inner.generator is None:
        outer.thunk = Thunk("frame", inner)
        return
    # The thunk and the NULL of its call, in either order, above what is kept.
    called = [value for value in outer.kept(2 + keeps)[keeps:] if value is not NULL]
    row = call_row(called[0]) if called else None
    thunk = row.thunk(outer, inner, called) if row is not None else None
    if thunk is None:
        raise refuse(outer, inner, _name(called[0]) if called else "an unknown function")
    outer.thunk = thunk


def _plan_outer(outer: FrameRecord, inner: FrameRecord) -> None:
    if inner.generator is not None and outer.opcode in RE_EXECUTED:
        _plan_advance(outer, inner)
    elif outer.opcode.startswith("CALL") and not outer.opcode.startswith("CALL_INTRINSIC"):
        _plan_call(outer, inner)
    elif inner.entered != DIRECT or inner.generator is not None:
        raise refuse(outer, inner, f"the operation {outer.opcode}")
    else:
        # A property, `__getitem__` and the like that the interpreter runs without C between.
        outer.way = "add-null" if outer.results == 2 else "push"
        outer.thunk = Thunk("frame", inner)


def _plan_advance(outer: FrameRecord, inner: FrameRecord) -> None:
    """`for`, `yield from` and `await` over a generator that is running."""
    receiver = next(value for value in reversed(outer.stack) if value is not NULL)
    if not advances(receiver, inner.generator):
        raise refuse(outer, inner, f"{type(receiver).__name__}.__next__")
    outer.way = "at"


def _plan_call(outer: FrameRecord, inner: FrameRecord) -> None:
    if inner.entered == DIRECT:
        if inner.generator is not None:
            raise refuse(outer, inner, f"the interpreter's {outer.opcode}")
        outer.way, outer.thunk = "push", Thunk("frame", inner)
        return
    if inner.entered == INIT_SHIM:
        outer.way, outer.thunk = "replace", Thunk("frame", inner)
        outer.extra = constructed(inner)
        if outer.extra is NULL:
            raise refuse(outer, inner, "a constructor")
        return
    operands = outer.operands()
    row = call_row(operands[0]) if operands else None
    thunk = row.thunk(outer, inner, operands) if row is not None else None
    if row is None or thunk is None:
        raise refuse(outer, inner, _name(operands[0]) if operands else "an unknown function")
    outer.way, outer.thunk = row.way, thunk
    if outer.way == "replace":
        outer.extra = constructed(inner)


def _name(function: object) -> str:
    """A callable's name for a message, without asking the object itself."""
    kind = type(function)
    if kind.__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor"):
        return f"{function.__name__}()"  # type: ignore[attr-defined]
    if isinstance(function, type):
        return f"{function.__name__}()"
    return f"calling a {kind.__name__}"
