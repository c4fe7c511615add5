"""`sum` and `functools.reduce` while what they fold with is running: an `__add__`, or the function.

The total so far is an argument of the inner frame, so nothing has to be asked of C: its result is the
new total, and the rest goes on from there, in Python.
"""

from __future__ import annotations

import operator
from functools import partial

from pyteleport import rests
from pyteleport.capture.frames import NULL
from pyteleport.capture.rows_iteration import stepping
from pyteleport.capture.rows_operators import binary_attempts, candidates
from pyteleport.capture.special import argument, is_own_class, leads_to, lookup, runs
from pyteleport.capture.thunks import Thunk
from pyteleport.graph.itertools_reducers import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.calls import Call, Planned
    from pyteleport.capture.frames import FrameRecord


def fold(call: Call) -> Planned:
    """`sum(iterator)`, `reduce(function, iterator)`; None if it is the iterator that is running."""
    summing = call.function is sum
    function = operator.add if summing else call.arguments[0]
    iterator = whole(call.arguments[0 if summing else 1])
    if call.inner.generator is not None or not _is_iterator(iterator):
        return None
    thunk = _folding(function, call.inner)
    if thunk is None or stepping(iterator, call.inner) is not None:
        return None
    return "then", thunk, partial(rests.go_on_folding, function, iterator)


def _is_iterator(value: Any) -> bool:
    """Whether C asks the object itself, and not another that it has made of it."""
    kind = type(value)
    return not is_own_class(kind) and lookup(kind, "__next__") is not NULL


def _folding(function: Any, inner: FrameRecord) -> Thunk | None:
    """What gives the new total, once the inner frame has returned."""
    if leads_to(function, inner):
        return Thunk("frame", inner)
    if function is not operator.add:
        return None
    own, other = argument(inner, 0), argument(inner, 1)
    if own is NULL or other is NULL:
        return None
    if runs(own, ("__add__",), inner):
        left, right = own, other
    elif runs(own, ("__radd__",), inner):
        left, right = other, own
    else:
        return None
    made = candidates(left, right, binary_attempts(left, right, "add", False), inner)
    return None if made is None else Thunk("call", None, operator.add, tuple(made), {})
