"""`for` over what is not a generator: iterators of the program's own, and C's that call its functions.

The loop is taken up *at* its FOR_ITER, with an iterator in the old one's place whose first item is
the one being made; behind it the old iterator goes on, and is the same object for all who hold it.
"""

from __future__ import annotations

from gc import get_referents

from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_operators import after
from pyteleport.capture.special import argument, leads_to, runs
from pyteleport.capture.thunks import Resumed, Thunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

sequence_iterator = type(iter(type("", (), {"__getitem__": lambda self, index: 1})()))
call_iterator = type(iter(int, 1))


def iterate(outer: FrameRecord, inner: FrameRecord) -> bool:
    """FOR_ITER: the iterator is the top of the stack that stays."""
    position = max(number for number, value in enumerate(outer.stack) if value is not NULL)
    iterator = outer.stack[position]
    kind = type(iterator)
    if runs(iterator, ("__next__",), inner) or (
        kind is map and _mapped(iterator, inner)
    ):  # A StopIteration ends the loop, whoever raises it.
        return after(outer, "iterate", Thunk("frame", inner))
    made = resumed(iterator, inner)
    if made is None:
        return False
    outer.way, outer.thunk = "at", None
    outer.stack = [*outer.stack]
    outer.stack[position] = made
    return True


def _mapped(iterator: Any, inner: FrameRecord) -> bool:
    """Whether a `map`'s or `filter`'s function is the inner frame."""
    return any(leads_to(held, inner) for held in get_referents(iterator) if callable(held))


def resumed(iterator: Any, inner: FrameRecord) -> Resumed | None:
    """An iterator of C as it is to go on; None where what it has done is unknown."""
    kind = type(iterator)
    if inner.generator is not None:
        return None
    if kind is filter and _mapped(iterator, inner):
        item = argument(inner, 0)
        return None if item is NULL else Resumed("go_on_filtered", inner, iterator, item)
    if kind is sequence_iterator:
        reduced = iterator.__reduce__()
        if len(reduced) == 3 and runs(reduced[1][0], ("__getitem__",), inner):
            return Resumed("go_on_sequence", inner, iterator, reduced[2])
    if kind is call_iterator:
        reduced = iterator.__reduce__()
        if len(reduced[1]) == 2 and leads_to(reduced[1][0], inner):
            return Resumed("go_on_calls", inner, iterator, reduced[1][1])
    return None
