"""`for` over what is not a generator: iterators of the program's own, and C's that call its functions.

The loop is taken up *at* its FOR_ITER, with an iterator in the old one's place whose first item is
the one being made; behind it the old iterator goes on, and is the same object for all who hold it.
"""

from __future__ import annotations

from gc import get_referents
from itertools import chain, compress, repeat
from operator import call
from types import GeneratorType, MethodType, MethodWrapperType

from pyteleport.capture.calls import generator_behind
from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_operators import after, real
from pyteleport.capture.special import argument, is_a, leads_to, lookup, runs
from pyteleport.capture.thunks import Filtering, Going, Resumed, Thunk
from pyteleport.graph.itertools_reducers import pieces_of
from pyteleport.graph.rebuild_iterators import Joint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

sequence_iterator = type(iter(type("", (), {"__getitem__": lambda self, index: 1})()))
call_iterator = type(iter(int, 1))
_tuple_iterator = type(iter(()))
BOUND = (MethodType, MethodWrapperType)


def iterate(outer: FrameRecord, inner: FrameRecord) -> bool:
    """FOR_ITER: the iterator is the top of the stack that stays."""
    position = max(number for number, value in enumerate(outer.stack) if value is not NULL)
    iterator = _active(outer.stack[position])
    calls = type(iterator) is map and _calls(iterator, inner)
    if calls or runs(iterator, ("__next__",), inner):
        # A StopIteration ends the loop, whoever raises it.
        return after(outer, "iterate", Thunk("frame", inner))
    made = resumed(iterator, inner)
    if made is None:
        return False
    outer.way, outer.thunk = "at", None
    outer.stack = [*outer.stack]
    outer.stack[position] = made
    return True


def _held(iterator: Any) -> list[Any]:
    """What one of C's iterators refers to, but for its type."""
    return [value for value in get_referents(iterator) if value is not type(iterator)]


def stepping(iterable: Any, inner: FrameRecord) -> Any:
    """What goes on where C is asking an iterator for its next item; None where that is unknown.

    Its first item is the one that the inner frame is at work on.
    """
    if inner.generator is not None:
        return generator_behind(iterable, inner)
    iterator = _behind(_active(iterable))
    if type(iterator) is map and _calls(iterator, inner):
        return Going(Thunk("frame", inner), iterator)
    iterator = real(iterator)
    if runs(iterator, ("__next__",), inner) and argument(inner, 0) is iterator:
        return Going(Thunk("frame", inner), iterator)
    return resumed(iterator, inner)


def _behind(iterator: Any) -> Any:
    """The iterator that one goes on with which an earlier move made (`rebuild_iterators.going`)."""
    if type(iterator) is not map:
        return iterator
    function, calls = None, None
    for held in get_referents(iterator):
        if type(held) is tuple:
            calls = held[0]
        elif held is not map:
            function = held
    if function is not call or type(calls) is not Joint:
        return iterator
    for piece in pieces_of(calls):
        if type(piece) is repeat:
            bound = next(value for value in _held(piece) if type(value) in BOUND)
            return bound.__self__
    return iterator


def _active(iterator: Any) -> Any:
    """The filter that goes on in what an earlier move made of it (`rebuild_iterators.filtering`)."""
    if type(iterator) is compress:
        items, takes = _held(iterator)
        if type(takes) is map and any(value is call for value in _held(takes)):
            found = list({id(value): value for value in _filters(items)}.values())
            return found[0] if len(found) == 1 else None
    return iterator


def _filters(iterator: Any) -> list[Any]:
    """The filters below chains: these may be of another shape where they were moved themselves."""
    if type(iterator) is filter:
        return [iterator]
    if type(iterator) is compress:
        return _filters(_held(iterator)[0])
    if type(iterator) is _tuple_iterator:
        below = iterator.__reduce__()[1][0]
    elif is_a(iterator, chain):
        below = _held(iterator)
    else:
        return []
    return [found for value in below for found in _filters(value)]


def _calls(iterator: Any, inner: FrameRecord) -> bool:
    """Whether the function of a `map` or `filter` is the inner frame, and no iterator below it is."""
    function: Any = None
    below: list[Any] = []
    for held in get_referents(iterator):
        if type(held) is tuple:
            below += held
        elif held is not type(iterator):
            below.append(held)
    for held in below:
        if leads_to(held, inner):
            function = held
    return function is not None and not any(
        _reaches(held, inner, 0) for held in below if held is not function
    )


def _reaches(iterator: Any, inner: FrameRecord, depth: int) -> bool:
    """Whether one of C's iterators, asked for its next item, may call the inner frame's function."""
    if leads_to(iterator, inner) or runs(iterator, ("__next__",), inner) or depth > 20:
        return True
    kind = type(iterator)
    if lookup(kind, "__next__") is NULL or kind is GeneratorType:
        return False  # A generator's frame would be between.
    return any(_reaches(held, inner, depth + 1) for held in get_referents(iterator))


def resumed(iterator: Any, inner: FrameRecord) -> Filtering | Resumed | None:
    """An iterator of C as it is to go on; None where what it has done is unknown."""
    kind = type(iterator)
    if inner.generator is not None:
        return None
    if kind is filter and _calls(iterator, inner):
        item = argument(inner, 0)
        return None if item is NULL else Filtering(Thunk("frame", inner), item, iterator)
    if kind is sequence_iterator:
        reduced = iterator.__reduce__()
        if len(reduced) == 3 and runs(reduced[1][0], ("__getitem__",), inner):
            return Resumed("go_on_sequence", inner, iterator, reduced[2])
    if kind is call_iterator:
        reduced = iterator.__reduce__()
        if len(reduced[1]) == 2 and leads_to(reduced[1][0], inner):
            return Resumed("go_on_calls", inner, iterator, reduced[1][1])
    return None
