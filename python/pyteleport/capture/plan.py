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

from pyteleport.capture.boundaries import REFUSED, call_row
from pyteleport.capture.frames import DIRECT, INIT_SHIM, NULL, FrameRecord
from pyteleport.errors import BoundaryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RE_EXECUTED = ("FOR_ITER", "SEND")


class Thunk:
    """What a preamble calls; the graph dumps it as a callable that takes no arguments.

    Attributes:
        kind: "value" (returns `detail[0]`), "frame" (runs the inner morph), "step" (advances the
            generator `detail[0]`), "close" (ends it), "class" (`__build_class__` with the inner
            morph as body and `detail` as its other arguments), "construct" (the inner morph is
            `__new__`; `__init__` follows).
    """

    __slots__ = ("detail", "inner", "kind")

    def __init__(self, kind: str, inner: FrameRecord | None, *detail: Any) -> None:
        self.kind = kind
        self.inner = inner
        self.detail = detail


def refuse(outer: FrameRecord, inner: FrameRecord, native: str) -> BoundaryError:
    """The error for a boundary that cannot be taken along: names the C code and both frames."""
    return BoundaryError(
        f"{native} is C code between two Python frames, and its progress cannot be taken along",
        f"{outer.describe()} -> {native} -> {inner.describe()}",
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
            record.way, record.thunk = "push", Thunk("value", None, value)
        elif record.way is not None:
            _plan_again(record, inner)
        else:
            _plan_outer(record, inner)
        inner = record


def _plan_again(outer: FrameRecord, inner: FrameRecord) -> None:
    """A frame that stands in its preamble: the same way once more."""
    if outer.way in ("with", "replace"):
        outer.extra = outer.kept(1)[0]
    if inner.generator is not None:
        outer.thunk = Thunk("step", None, inner.generator)
        return
    outer.thunk = Thunk("frame", inner)
    if inner.entered == DIRECT:
        return
    for kept in outer.kept(3):
        row = call_row(kept)
        if row is not None and row.kind == "again":
            outer.thunk = row.thunk(outer, inner, [kept])
            return


def _plan_outer(outer: FrameRecord, inner: FrameRecord) -> None:
    if inner.generator is not None and outer.opcode in RE_EXECUTED:
        _plan_advance(outer, inner)
    elif outer.opcode.startswith("CALL") and not outer.opcode.startswith("CALL_INTRINSIC"):
        _plan_call(outer, inner)
    elif outer.rest is None or inner.generator is not None:
        raise refuse(outer, inner, f"the interpreter's {outer.opcode}")
    else:
        outer.way = outer.rest
        outer.thunk = Thunk("frame", inner)
        if outer.way == "with":
            outer.extra = _exit_method(outer)


def _plan_advance(outer: FrameRecord, inner: FrameRecord) -> None:
    """`for`, `yield from` and `await` over a generator that is running."""
    from pyteleport.capture.boundaries import advances

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
        outer.extra = _first_argument(inner)
        return
    operands = outer.operands()
    row = call_row(operands[0]) if operands else None
    if row is None or row.kind == REFUSED:
        raise refuse(outer, inner, _name(operands[0]) if operands else "an unknown function")
    thunk = row.thunk(outer, inner, operands)
    if thunk is None:
        raise refuse(outer, inner, _name(operands[0]))
    outer.way, outer.thunk = row.way, thunk
    if outer.way == "replace":
        outer.extra = _first_argument(inner)


def _first_argument(inner: FrameRecord) -> Any:
    """`self` of a running `__init__`: its first slot, which may be a cell."""
    from types import CellType

    found = inner.locals[0]
    if type(found) is CellType:
        found = found.cell_contents
    return found


def _exit_method(outer: FrameRecord) -> Any:
    """The exit method a `with` statement looks up before it calls the enter method."""
    from types import MethodType

    kept = outer.operands()[0]
    if isinstance(kept, MethodType) or type(kept).__name__ == "builtin_function_or_method":
        return kept
    name = "__exit__" if outer.opcode == "BEFORE_WITH" else "__aexit__"
    for base in type(kept).__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            bind = getattr(type(found), "__get__", None)
            return bind(found, kept, type(kept)) if bind is not None else found
    raise AssertionError(f"{type(kept).__name__} has no {name}")


def _name(function: object) -> str:
    """A callable's name for a message, without asking the object itself."""
    kind = type(function)
    if kind.__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor"):
        return f"{function.__name__}()"  # type: ignore[attr-defined]
    if isinstance(function, type):
        return f"{function.__name__}()"
    return f"calling a {kind.__name__}"
