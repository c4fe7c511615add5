"""C code between two Python frames: which table knows it, and what it says.

```
the outer frame is in     asked                  in
FOR_ITER                  the iterator           rows_iteration
a call                    the callable           rows_calls
any other instruction     its operands' types    rows_operators, rows_attributes
```

Whatever no table knows is refused: its progress is unknown, and a guess would be wrong output.
"""

from __future__ import annotations

from functools import partial

from pyteleport.capture import rows_attributes, rows_operators
from pyteleport.capture.calls import Call, called_by, generator_behind, parse, parse_partial
from pyteleport.capture.entries import came_between, has_operands
from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_calls import rule
from pyteleport.capture.rows_iteration import iterate
from pyteleport.capture.rows_operators import after, again
from pyteleport.capture.special import leads_to
from pyteleport.capture.thunks import Thunk
from pyteleport.capture.wording import callable_name, operation, outside
from pyteleport.errors import BoundaryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OPERATIONS = {**rows_operators.ROWS, **rows_attributes.ROWS}


def refuse(outer: FrameRecord | None, inner: FrameRecord | None, native: str) -> BoundaryError:
    """The error for a boundary that cannot be taken along: names the C code and both frames."""
    if outer is None:
        assert inner is not None
        return BoundaryError(
            f"{native} called {inner.code.co_qualname}, and what it has left to do is unknown",
            f"{native} -> {inner.describe()}",
            "call teleport() before or after it",
        )
    return BoundaryError(
        f"{native} is C code between two Python frames, and its progress cannot be taken along",
        f"{outer.describe()} -> {native} -> {inner.describe() if inner else 'pyteleport'}",
        outside([outer]),
    )


def nearest(refused: BoundaryError, records: list[FrameRecord]) -> BoundaryError:
    """The same refusal, and from where outside a move would work.

    Args:
        records: the frames from there outwards: no other boundary of theirs is refused.
    """
    return BoundaryError(refused.what, refused.where, outside(records))


def plan_boundary(outer: FrameRecord, inner: FrameRecord) -> None:
    """Plans a frame that called C code, which called the inner frame.

    Raises:
        BoundaryError: no table knows what the C code has left to do.
    """
    event = came_between(outer, inner)
    if event is not None:
        raise refuse(outer, inner, event)
    if outer.opcode == "FOR_ITER":
        if not iterate(outer, inner):
            raise refuse(outer, inner, operation(outer))
        return
    is_call = outer.opcode.startswith("CALL") and not outer.opcode.startswith("CALL_INTRINSIC")
    row = OPERATIONS.get(outer.opcode)
    if not (is_call or row) or not (has_operands(outer) or _still_there(outer, inner)):
        raise refuse(outer, inner, operation(outer))
    if is_call:
        call = parse(outer, inner)
        if call is None or not plan_call(call):
            raise refuse(outer, inner, callable_name(called_by(outer)))
        return
    operands = outer.operands()
    if inner.generator is not None:
        _consume(outer, inner, operands)
    elif row is None or not row(outer, inner, operands):
        raise refuse(outer, inner, operation(outer))


def _still_there(outer: FrameRecord, inner: FrameRecord) -> bool:
    """From 3.14 UNPACK_... takes its operand off first; nothing is put there before `__iter__` ends."""
    return inner.generator is None and outer.opcode in ("UNPACK_SEQUENCE", "UNPACK_EX")


def _consume(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> None:
    """`x in generator`, `[*generator]`: what was taken before has been used where it belongs."""
    fits = outer.opcode in ("CONTAINS_OP", *rows_operators.CONSUMERS)
    stepped = generator_behind(operands[-1], inner) if fits else None
    if stepped is None or not again(outer, [*operands[:-1], stepped]):
        raise refuse(outer, inner, operation(outer))


def plan_call(call: Call) -> bool:
    found = rule(call)
    planned = found(call) if found is not None else None
    return planned is not None and after(call.outer, *planned)


def plan_again(outer: FrameRecord, inner: FrameRecord) -> None:
    """Plans a frame that stands in its preamble: the same way again, with what it called then.

    Raises:
        BoundaryError: the C code that it called is another one now, or stands elsewhere.
    """
    way = outer.way
    keeps = {"with": 1, "replace": 1, "then": 2}.get(way or "", 0)
    below = [value for value in outer.kept(keeps) if value is not NULL]
    if keeps:
        outer.extra = below[0] if below else NULL
    if inner.entered == 0 and inner.generator is None:
        outer.thunk = Thunk("frame", inner)
        return
    if way == "then" and leads_to(outer.extra, inner):
        # The thunk has returned: its result was handed to what was kept.
        after(outer, "push", Thunk("frame", inner))
        return
    event = came_between(outer, inner)
    if event is not None:
        raise refuse(outer, inner, event)
    called = [value for value in outer.kept(2 + keeps)[keeps:] if value is not NULL]
    if not called:
        raise refuse(outer, inner, callable_name(NULL))
    function = called[0]
    call = (
        parse_partial(outer, inner, function)
        if type(function) is partial
        else Call(outer, inner, function, [], {})
    )
    found = rule(call)
    planned = found(call) if found is not None else None
    if planned is None:
        raise refuse(outer, inner, callable_name(function))
    then, thunk, extra = planned
    if then == "push" or then == way == "replace":
        outer.thunk = thunk
    elif way == "push":
        after(outer, then, thunk, extra)
    else:
        raise refuse(outer, inner, callable_name(function))


def iterator_of(outer: FrameRecord) -> Any:
    return next(value for value in reversed(outer.stack) if value is not NULL)
