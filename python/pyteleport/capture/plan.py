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

Most programs have no boundary on their stack: the tables are loaded where the first one is met.
"""

from __future__ import annotations

from types import FunctionType, MethodType

from pyteleport.capture.frames import DIRECT, INIT_SHIM, NULL, PROMPT, FrameRecord
from pyteleport.capture.imports import fold
from pyteleport.capture.thunks import Thunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport.capture.imports import Import
    from pyteleport.errors import BoundaryError

RE_EXECUTED = ("FOR_ITER", "SEND")


def plan(records: list[FrameRecord], value: object) -> None:
    """Sets way, thunk and extra of every record.

    Args:
        records: as captured, innermost first.
        value: what the call that captured them returns once the program goes on.

    Raises:
        BoundaryError: C code stands between two of the frames, and cannot be taken along.
    """
    imports = fold(records)
    inner: FrameRecord | None = None
    refused: BoundaryError | None = None
    outwards = 0
    for number, record in enumerate(records):
        record.inner = inner
        try:
            if inner is None:
                if record.called != DIRECT:
                    _check_direct(record)
                record.way, record.thunk = "push", Thunk("value", None, value)
            elif id(record) in imports:
                _plan_import(record, inner, imports[id(record)])
            elif record.way is not None:
                from pyteleport.capture.boundaries import plan_again

                plan_again(record, inner)
            else:
                _plan_outer(record, inner)
        except _refusal() as error:
            refused = refused or error
            outwards = number
        inner = record
    _check_bottom(inner)
    if refused is not None:
        from pyteleport.capture.boundaries import nearest

        raise nearest(refused, records[outwards:])


def _refusal() -> type[BoundaryError]:
    from pyteleport.errors import BoundaryError  # where nothing is refused, it is not loaded

    return BoundaryError


def _plan_import(outer: FrameRecord, inner: FrameRecord, found: Import) -> None:
    from pyteleport.capture.boundaries import refuse
    from pyteleport.capture.imports import plan_import

    if not plan_import(outer, found):
        raise refuse(outer, inner, "an import")


def _check_bottom(bottom: FrameRecord | None) -> None:
    """A thread's outermost frame is the program's module, or C has more to do once it has ended."""
    if bottom is None or bottom.code.co_name == "<module>":
        return
    if bottom.live.f_globals.get("__name__") == PROMPT:  # all it has to do is to end
        return
    caller = bottom.live.f_back
    if caller is not None:
        # At a target the stage calls the program's outermost morph; anything else is a hook.
        staged = caller.f_globals.get("__name__", "").startswith("pyteleport.stage.")
        if not staged or bottom.live.f_code is not bottom.code:
            return
    from pyteleport.capture.boundaries import refuse
    from pyteleport.capture.entries import came_between

    event = came_between(None, bottom)
    if event is None and bottom.way != "frame":
        event = "the interpreter itself (an atexit callback, or a hook)"
    if event is not None:
        raise refuse(None, bottom, event)


def _check_direct(record: FrameRecord) -> None:
    """Through a partial or a method, pyteleport's result is the call's; through other C it is not."""
    from functools import partial

    from pyteleport.capture.boundaries import refuse
    from pyteleport.capture.calls import called_by
    from pyteleport.capture.wording import callable_name, operation

    function = called = called_by(record)
    while type(function) is partial:
        function = function.func
    if type(function) not in (FunctionType, MethodType):
        raise refuse(
            record, None, callable_name(function) if called is not NULL else operation(record)
        )


def _plan_outer(outer: FrameRecord, inner: FrameRecord) -> None:
    if inner.entered == INIT_SHIM:
        _plan_shim(outer, inner)
    elif inner.generator is not None and outer.opcode in RE_EXECUTED:
        _plan_advance(outer, inner)
    elif inner.entered != DIRECT:
        from pyteleport.capture.boundaries import plan_boundary

        plan_boundary(outer, inner)
    elif inner.generator is not None:
        from pyteleport.capture.boundaries import refuse
        from pyteleport.capture.wording import operation

        raise refuse(outer, inner, operation(outer))
    else:
        # A call; or a property, `__getitem__` and the like that the interpreter runs without C.
        outer.way = "add-null" if outer.results == 2 else "push"
        outer.thunk = Thunk("frame", inner)


def _plan_advance(outer: FrameRecord, inner: FrameRecord) -> None:
    """`for`, `yield from` and `await` over a generator that is running."""
    from pyteleport.capture.boundaries import iterator_of, refuse
    from pyteleport.capture.calls import advances
    from pyteleport.capture.wording import operation

    if not advances(iterator_of(outer), inner.generator):
        raise refuse(outer, inner, operation(outer))
    outer.way = "at"


def _plan_shim(outer: FrameRecord, inner: FrameRecord) -> None:
    """The interpreter's own shim, from 3.13, runs `__init__` and sees that it returns None."""
    from pyteleport.capture.special import argument

    made = argument(inner, 0)
    if made is NULL:
        from pyteleport.capture.boundaries import refuse

        raise refuse(outer, inner, f"a constructor whose {inner.code.co_varnames[0]!r} is rebound")
    outer.way, outer.thunk, outer.extra = "replace", Thunk("construct", inner), made
