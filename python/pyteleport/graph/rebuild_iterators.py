"""What the reduce tuples of iterators call at the target: the same rest of the sequence, from C parts.

Nothing is written into memory: an iterator is composed of others so that it goes on where the
original stood. No Python frame of this module is ever below the program's code, so that a
generator inside of one of these may teleport as it could inside of the original.
"""

from __future__ import annotations

from _collections import OrderedDict, deque  # type: ignore[import-not-found]
from functools import partial
from itertools import (
    accumulate,
    chain,
    combinations,
    combinations_with_replacement,
    cycle,
    dropwhile,
    groupby,
    islice,
    permutations,
    product,
    starmap,
    takewhile,
    tee,
    zip_longest,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_tee: Any = type(tee(())[0])


class Resumed(chain):  # type: ignore[type-arg]
    """Stands for an iterator of the program whose rest is several pieces one after the other."""

    __slots__ = ()


class Joint(chain):  # type: ignore[type-arg]
    """Joins a piece that was read ahead to the rest; inside of another iterator, its only user."""

    __slots__ = ()


class Behind(chain):  # type: ignore[type-arg]
    """Below a copy of a tee: what it had buffered, then what it shares with the others."""

    __slots__ = ()


def going(first: Any, iterator: Any) -> Any:
    """Asks `first`, then the iterator's `__next__`, as one iterator of C: no frame is between."""
    import operator
    from itertools import repeat

    following: Any = type(iterator).__next__
    # Bound by its type: the program's `__getattribute__` is not asked.
    calls = Joint((first,), repeat(following.__get__(iterator)))
    return map(operator.call, calls)


def filtering(takes: Any, item: Any, rest: Any) -> Any:
    """A filter that is asking about an item: should the function raise StopIteration, this ends."""
    import operator
    from itertools import compress, repeat

    answers = map(operator.call, chain((takes,), repeat(partial(bool, True))))
    return compress(chain((item,), rest), answers)


def skip(iterator: Any, count: int) -> Any:
    """The iterator itself, `count` items further: built-in ones only, which run no user code."""
    next(islice(iterator, count, count), None)
    return iterator


def iterator_at(base: Any, sequence: Any, position: int, reverse: bool) -> Any:
    """A sequence's iterator at a position, also if the sequence is not complete yet.

    Args:
        base: list or tuple, whose own iterator it is; None for `reversed` of any other sequence.
    """
    given = (base, sequence, position, reverse)
    if base is None or base.__len__(sequence) < position + reverse:
        return Resumed.from_iterable(starmap(_sequence_at, (given,)))
    return _sequence_at(*given)


def _sequence_at(base: Any, sequence: Any, position: int, reverse: bool) -> Any:
    if base is None:
        iterator: Any = reversed(sequence)
    else:
        iterator = base.__reversed__(sequence) if reverse else base.__iter__(sequence)
    iterator.__setstate__(position)
    return iterator


def deque_iterator(items: Any, position: int, reverse: bool) -> Any:
    """A deque's iterator at a position, also if the deque is not complete yet."""
    given = (items, position, reverse)
    if deque.__len__(items) < position:
        return Resumed.from_iterable(starmap(_deque_at, (given,)))
    return _deque_at(*given)


def _deque_at(items: Any, position: int, reverse: bool) -> Any:
    return skip(deque.__reversed__(items) if reverse else deque.__iter__(items), position)


def mapping_iterator(
    base: Any, mapping: Any, view: str, reverse: bool, size: int, rest: int
) -> Any:
    """A dict's iterator with `rest` items to go, also if the dict is not complete yet."""
    given = (base, mapping, view, reverse, rest)
    if dict.__len__(mapping) != size:
        return Resumed.from_iterable(starmap(_mapping_at, (given,)))
    return _mapping_at(*given)


def _mapping_at(base: Any, mapping: Any, view: str, reverse: bool, rest: int) -> Any:
    seen = getattr(base, view)(mapping)
    return skip(reversed(seen) if reverse else iter(seen), len(seen) - rest)


def changed_during_iteration(kind: str) -> Any:
    """An iterator whose dict or set has changed its size: its next step raises RuntimeError."""
    if kind == "set":
        things = {0}
        iterator: Any = iter(things)
        things.add(1)
        return iterator
    mapping: Any = {0: 0}
    if kind == "OrderedDict":
        mapping = OrderedDict(mapping)
    iterator = iter(mapping)
    mapping[1] = 1
    return iterator


def bytes_iterator(view: Any, position: int) -> Any:
    """A memoryview's iterator."""
    return skip(iter(view), position)


def joined_of(kind: type[chain[Any]], source: Any) -> Any:
    return kind.from_iterable(source)


def chain_of(source: Any) -> Any:
    return chain.from_iterable(source)


def accumulate_after(total: Any, source: Any, function: Any) -> Any:
    """`total` was the last result."""
    if total is None:
        # `initial=None` means none: the total comes as the first item instead.
        iterator: Any = accumulate(Joint((None,), source), function)
    else:
        iterator = accumulate(source, function, initial=total)
    next(iterator)
    return iterator


def accumulate_from(initial: Any, source: Any, function: Any) -> Any:
    return accumulate(source, function, initial=initial)


def cycle_first(saved: tuple[Any, ...], *rest: Any) -> Any:
    """In its first pass: `saved` was seen and is kept for the next one."""
    return skip(cycle(Joint(saved, *rest)), len(saved))


def cycle_later(saved: tuple[Any, ...], index: int) -> Any:
    return skip(cycle(saved), index)


def dropwhile_done(source: Any) -> Any:
    """One that drops no more: nothing is in an empty list."""
    return dropwhile([].__contains__, source)


def takewhile_done(*source: Any) -> Any:
    """One that has ended; it still keeps its source."""
    iterator = takewhile([].__contains__, Joint((None,), *source))
    next(iterator, None)
    return iterator


def tee_base(source: Any) -> Any:
    """What all copies share: nothing is buffered in it."""
    return _tee(source)


def tee_copy(base: Any, buffered: tuple[Any, ...]) -> Any:
    """A copy that has `buffered` to give before what the others share with it."""
    shared = base.__copy__()
    return _tee(Behind(buffered, shared)) if buffered else shared


def group_pair(
    source: tuple[Any, ...], function: Any, keys: tuple[Any, ...], values: tuple[Any, ...]
) -> Any:
    """(groupby, its current group), `function` not called for what it was called for before.

    Args:
        source: the rest of what it iterates, in pieces.
        function: the key function, or None.
        keys: the current group's key and, where a value was read ahead, that one's key.
        values: the value read ahead, if any.
    """
    if function is None:
        # With its own keys used up, `next` returns its default: the value is its key.
        items: Any = Joint(*source)
        waiting = Joint(keys)
    else:
        # The joint even around one piece: that may be a tee of the program's own.
        items = _tee(Joint(*source))
        again = items.__copy__()
        waiting = Joint(keys, map(function, again))
    groups = groupby(Joint((None, *values), items), partial(next, waiting))
    group = next(groups)[1]
    next(group)
    return groups, group


def first(pair: tuple[Any, ...]) -> Any:
    return pair[0]


def second(pair: tuple[Any, ...]) -> Any:
    return pair[1]


def _after(prefix: tuple[Any, ...], rest: Any) -> Any:
    return map(prefix.__add__, rest)


def product_after(pools: tuple[tuple[Any, ...], ...], indices: tuple[int, ...]) -> Any:
    """All that comes after the one at `indices`: those that differ in the last place first."""
    current = tuple([pool[index] for pool, index in zip(pools, indices, strict=True)])
    return Resumed(
        *[
            _after(current[:at], product(pools[at][indices[at] + 1 :], *pools[at + 1 :]))
            for at in reversed(range(len(pools)))
            if indices[at] + 1 < len(pools[at])
        ]
    )


def combinations_after(pool: tuple[Any, ...], indices: tuple[int, ...], replacement: bool) -> Any:
    choose: Any = combinations_with_replacement if replacement else combinations
    current = tuple([pool[index] for index in indices])
    length = len(indices)
    return Resumed(
        *[
            _after(current[:at], choose(pool[indices[at] + 1 :], length - at))
            for at in reversed(range(length))
            if indices[at] + 1 < len(pool)
        ]
    )


def permutations_after(pool: tuple[Any, ...], indices: tuple[int, ...]) -> Any:
    current = tuple([pool[index] for index in indices])
    length = len(indices)
    pieces = []
    unused = sorted(set(range(len(pool))).difference(indices))
    for at in reversed(range(length)):
        here = indices[at]
        # Everything not used before this place, in the pool's order; `here` is among it.
        unused = sorted([*unused, here])
        left = tuple([pool[index] for index in unused])
        start = unused.index(here) + 1
        if start < len(unused):
            rows = [
                (current[:at], left, position, length - at - 1)
                for position in range(start, len(unused))
            ]
            pieces.append(Joint.from_iterable(starmap(permutations_with, rows)))
    return Resumed(*pieces)


def permutations_with(
    prefix: tuple[Any, ...], left: tuple[Any, ...], position: int, length: int
) -> Any:
    """Those that go on after `prefix` with what is at `position` of `left`."""
    rest = left[:position] + left[position + 1 :]
    return _after((*prefix, left[position]), permutations(rest, length))


def zipped_longest(fill: Any, *sources: Any) -> Any:
    return zip_longest(*sources, fillvalue=fill)


def batched_strictly(source: Any, size: int) -> Any:
    from itertools import batched  # type: ignore[attr-defined]

    return batched(source, size, strict=True)
