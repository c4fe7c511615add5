"""Reducers for built-in iterators, so that the rest of the sequence is the same there as here.

What pickles well enough is left alone. Here is what does not: an iterator that would lose its link to
the dict it goes through, one that comes out wrong where its sequence holds (by whatever way) the
iterator itself and so is not complete when it is made, and one that does not pickle at all.
`itertools` are in `itertools_reducers`.

Not the same: a set's iterator goes on over what was left of the set and does not notice a change of
its size; an iterator of the program's own is asked for its `__iter__` again, and a sequence under
`reversed` for its length. A cycle that leads only through the arguments of iterators (which takes
`__setstate__` to make) cannot be.
"""

from __future__ import annotations

import sys
from _collections import OrderedDict, deque  # type: ignore[import-not-found]
from gc import get_referents

from pyteleport.capture.core import field_word
from pyteleport.graph import buffers, itertools_reducers, rebuild_iterators
from pyteleport.graph.dumper import Dumper
from pyteleport.graph.iterator_layout import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# An iterator of a dict: the view it goes through, and whether backwards.
DICT_ITERATORS: dict[type, tuple[str, bool]] = {
    type(iter({})): ("keys", False),
    type(iter({}.values())): ("values", False),
    type(iter({}.items())): ("items", False),
    type(reversed({})): ("keys", True),
    type(reversed({}.values())): ("values", True),
    type(reversed({}.items())): ("items", True),
}
SEQUENCE_ITERATORS: dict[type, tuple[Any, bool]] = {
    type(iter([])): (list, False),
    type(reversed([])): (list, True),
    type(iter(())): (tuple, False),
    reversed: (None, True),
}


def reduce_sequence_iterator(dumper: Dumper, iterator: Any) -> Any:
    reduced = iterator.__reduce__()
    if len(reduced) == 2:
        return reduced  # It has ended.
    _, (sequence,), position = reduced
    base, reverse = SEQUENCE_ITERATORS[type(iterator)]
    if base is None and isinstance(sequence, (tuple, str, bytes, bytearray, range)):
        return reduced
    return rebuild_iterators.iterator_at, (base, sequence, position, reverse)


def is_namespace(mapping: dict[Any, Any]) -> bool:
    """Whether a dict is a module's or a class's, which are no plain dicts there."""
    name = mapping.get("__name__")
    if type(name) is str and name in sys.modules and sys.modules[name].__dict__ is mapping:
        return True
    return "__module__" in mapping and "__doc__" in mapping


def reduce_dict_iterator(dumper: Dumper, iterator: Any) -> Any:
    try:
        reduced = iterator.__reduce__()
    except RuntimeError:
        return rebuild_iterators.changed_during_iteration, ("dict",)
    mapping: Any = next((held for held in get_referents(iterator) if isinstance(held, dict)), None)
    if mapping is None or (type(mapping) is dict and is_namespace(mapping)):
        return reduced
    view, reverse = DICT_ITERATORS[type(iterator)]
    size, rest = dict.__len__(mapping), len(reduced[1][0])
    return rebuild_iterators.mapping_iterator, (dict, mapping, view, reverse, size, rest)


def reduce_ordered_dict_iterator(dumper: Dumper, iterator: Any) -> Any:
    """Its kind is two bits of its first field: 1 backwards, 2 keys, 4 values (6 items)."""
    try:
        reduced = iterator.__reduce__()
    except RuntimeError:
        return rebuild_iterators.changed_during_iteration, ("OrderedDict",)
    mapping = next(
        (held for held in get_referents(iterator) if isinstance(held, OrderedDict)), None
    )
    kind = field_word(iterator, object.__basicsize__) & 7
    view = {2: "keys", 4: "values", 6: "items"}.get(kind & 6)
    if mapping is None or view is None:
        return reduced
    size, rest = dict.__len__(mapping), len(reduced[1][0])
    arguments = (OrderedDict, mapping, view, bool(kind & 1), size, rest)
    return rebuild_iterators.mapping_iterator, arguments


def reduce_deque_iterator(dumper: Dumper, iterator: Any) -> Any:
    items, position = iterator.__reduce__()[1]
    reverse = type(iterator) is type(reversed(deque()))
    return rebuild_iterators.deque_iterator, (items, position, reverse)


def reduce_set_iterator(dumper: Dumper, iterator: Any) -> Any:
    try:
        return iterator.__reduce__()
    except RuntimeError:
        return rebuild_iterators.changed_during_iteration, ("set",)


def reduce_memory_iterator(dumper: Dumper, iterator: Any) -> Any:
    fields = Fields(iterator, type(iterator))
    view = fields.object("it_seq")
    if view is None:
        return iter, ((),)
    return rebuild_iterators.bytes_iterator, (view, fields.word("it_index"))


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    for kind in SEQUENCE_ITERATORS:
        table[kind] = reduce_sequence_iterator
    for kind in DICT_ITERATORS:
        table[kind] = reduce_dict_iterator
    table[type(iter(deque()))] = table[type(reversed(deque()))] = reduce_deque_iterator
    table[type(iter(set()))] = reduce_set_iterator
    table[type(iter(memoryview(b"")))] = reduce_memory_iterator
    table[type(iter(OrderedDict()))] = reduce_ordered_dict_iterator
    itertools_reducers.install()
    buffers.install()
