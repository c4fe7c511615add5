"""Reducers for `itertools`, by their fields: what they have of `__reduce__` is gone from 3.14 on.

Each reducer here reads the fields (`iterator_layout`) and names the function of `rebuild_iterators`, or the
constructor, that makes an iterator with the same rest. What it passes on is a tuple even where
the iterator keeps a list: a tuple is complete when it arrives, also if it leads back to the iterator.
"""

from __future__ import annotations

import itertools
import sys
from functools import partial
from operator import length_hint

from pyteleport.graph import rebuild_iterators as rebuild
from pyteleport.graph.dumper import Dumper, MadeThere
from pyteleport.graph.iterator_layout import Fields, items_with_nulls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    ByFields = Callable[[Dumper, Any, Fields], Any]

NULL: Any = object()
LONGEST = sys.maxsize

_tee: Any = type(itertools.tee(())[0])
_grouper: Any = type(next(itertools.groupby("x"))[1])
_tuple_iterator = type(iter(()))


def _items_left(piece: Any) -> tuple[Any, ...]:
    """The rest of a tuple, or of a tuple's iterator."""
    if type(piece) is tuple:
        return piece
    reduced = piece.__reduce__()
    rest: tuple[Any, ...] = reduced[1][0][reduced[2] :] if len(reduced) == 3 else ()
    return rest


def chain_state(joined: Any) -> tuple[Any, Any]:
    """(source, active) of a chain: the iterables to come, the one now asked; None for none."""
    fields = Fields(joined, itertools.chain)
    return fields.object("source"), fields.object("active")


def pieces_of(joined: Any) -> list[Any]:
    """What one of our own chains has still to give, in pieces; pieces of pieces made flat.

    So what was put together at one move is not wrapped again at the next.
    """
    source, active = chain_state(joined)
    pieces = [] if active is None else [active]
    tail = []
    if type(source) is _tuple_iterator:
        pieces += _items_left(source)
    elif source is not None:
        tail.append(rebuild.Joint.from_iterable(source))
    flat = []
    for piece in pieces:
        if type(piece) is rebuild.Joint:
            flat += pieces_of(piece)
        elif type(piece) is not _tuple_iterator or length_hint(piece):
            flat.append(piece)
    return flat + tail


def unjoined(iterator: Any) -> tuple[Any, ...]:
    """The pieces of an iterator: its own if it is a joint of ours, else itself."""
    if type(iterator) is rebuild.Joint:
        return tuple(pieces_of(iterator))
    return (iterator,)


def whole(iterator: Any) -> Any:
    """An iterator, without a joint of ours around it that has nothing of its own left."""
    pieces = unjoined(iterator)
    return pieces[0] if len(pieces) == 1 else iterator


def reduce_joined(dumper: Dumper, joined: Any) -> Any:
    """One of our own chains."""
    source, active = chain_state(joined)
    if active is None and source is not None and type(source) is not _tuple_iterator:
        return rebuild.joined_of, (type(joined), source)
    return type(joined), tuple(pieces_of(joined))


def by_chain(dumper: Dumper, joined: Any, fields: Fields) -> Any:
    source, active = fields.object("source"), fields.object("active")
    if source is None:
        return itertools.chain, ()
    if active is None:
        return rebuild.chain_of, (whole(source),)
    return rebuild.chain_of, (rebuild.Joint((active,), *unjoined(source)),)


def by_count(dumper: Dumper, counter: Any, fields: Fields) -> Any:
    step = fields.object("long_step")
    if fields.word("cnt") == LONGEST:
        return itertools.count, (fields.object("long_cnt", LONGEST), step)
    return itertools.count, (fields.word("cnt"), step)


def by_repeat(dumper: Dumper, repeated: Any, fields: Fields) -> Any:
    times = fields.word("cnt")
    element = fields.object("element")
    return itertools.repeat, ((element,) if times < 0 else (element, times))


def by_cycle(dumper: Dumper, cycled: Any, fields: Fields) -> Any:
    saved = tuple(fields.object("saved", ()))
    source = fields.object("it")
    if source is None:
        return rebuild.cycle_later, (saved, fields.word("index"))
    if "firstpass" in fields.names and fields.half("firstpass"):
        return rebuild.Resumed, (source, itertools.cycle(saved))
    return rebuild.cycle_first, (saved, *unjoined(source))


def by_accumulate(dumper: Dumper, accumulated: Any, fields: Fields) -> Any:
    total = fields.object("total", NULL)
    source, function = whole(fields.object("it")), fields.object("binop")
    if total is NULL:
        return rebuild.accumulate_from, (fields.object("initial"), source, function)
    return rebuild.accumulate_after, (total, source, function)


def by_compress(dumper: Dumper, compressed: Any, fields: Fields) -> Any:
    return itertools.compress, (fields.object("data"), fields.object("selectors"))


def by_dropwhile(dumper: Dumper, dropped: Any, fields: Fields) -> Any:
    if fields.word("start"):
        return rebuild.dropwhile_done, (fields.object("it"),)
    return itertools.dropwhile, (fields.object("func"), fields.object("it"))


def by_takewhile(dumper: Dumper, taken: Any, fields: Fields) -> Any:
    if fields.word("stop"):
        return rebuild.takewhile_done, unjoined(fields.object("it"))
    return itertools.takewhile, (fields.object("func"), fields.object("it"))


def by_filterfalse(dumper: Dumper, filtered: Any, fields: Fields) -> Any:
    return itertools.filterfalse, (fields.object("func"), fields.object("it"))


def by_starmap(dumper: Dumper, mapped: Any, fields: Fields) -> Any:
    return itertools.starmap, (fields.object("func"), fields.object("it"))


def by_islice(dumper: Dumper, sliced: Any, fields: Fields) -> Any:
    source = fields.object("it")
    if source is None:
        return itertools.islice, ((), 0)
    done, stop = fields.word("cnt"), fields.word("stop")
    start = max(fields.word("next") - done, 0)
    stop = None if stop == -1 else max(stop - done, 0)  # type: ignore[assignment]
    return itertools.islice, (source, start, stop, fields.word("step"))


def by_pairwise(dumper: Dumper, pairs: Any, fields: Fields) -> Any:
    source = fields.object("it")
    if source is None:
        return itertools.pairwise, ((),)
    old = fields.object("old", NULL)
    if old is NULL:
        return itertools.pairwise, (source,)
    return itertools.pairwise, (rebuild.Joint((old,), *unjoined(source)),)


def by_zip_longest(dumper: Dumper, zipped: Any, fields: Fields) -> Any:
    count = fields.word("tuplesize")
    if not count or not fields.word("numactive"):
        return rebuild.zipped_longest, (None,)
    sources = items_with_nulls(fields.object("ittuple"), count)
    given = tuple([() if source is None else source for source in sources])
    return rebuild.zipped_longest, (fields.object("fillvalue"), *given)


def by_batched(dumper: Dumper, batches: Any, fields: Fields) -> Any:
    source, size = fields.object("it"), fields.word("batch_size")
    if source is None or size < 1:
        return type(batches), ((), 1)
    if "strict" in fields.names and fields.flag("strict"):
        return rebuild.batched_strictly, (source, size)
    return type(batches), (source, size)


def by_product(dumper: Dumper, products: Any, fields: Fields) -> Any:
    pools = fields.object("pools")
    if fields.half("stopped"):
        return itertools.product, ((),)
    if not fields.has("result"):
        return itertools.product, pools
    return rebuild.product_after, (pools, tuple(fields.array("indices", len(pools))))


def _by_choice(dumper: Dumper, chosen: Any, fields: Fields) -> Any:
    pool, length = fields.object("pool"), fields.word("r")
    kind = type(chosen)
    if fields.half("stopped"):
        return iter, ((),)
    if not fields.has("result"):
        return kind, (pool, length)
    if kind is itertools.permutations:
        indices = fields.array("indices", len(pool))[:length]
        return rebuild.permutations_after, (pool, tuple(indices))
    replacement = kind is itertools.combinations_with_replacement
    indices = fields.array("indices", length)
    return rebuild.combinations_after, (pool, tuple(indices), replacement)


def shared_by(dumper: Dumper, owner: Any) -> MadeThere:
    """The one that stands for `owner` in this dump."""
    known: dict[int, tuple[Any, MadeThere]] = vars(dumper).setdefault("shared_iterators", {})
    found = known.get(id(owner))
    if found is None:
        found = known[id(owner)] = (owner, MadeThere())
    return found[1]


def _tee_rest(copy: Any) -> tuple[list[Any], Any, Any]:
    """What a copy has buffered, where its buffer ends, and the source behind that."""
    fields = Fields(copy, _tee)
    block, index = fields.object("dataobj"), fields.half("index")
    items: list[Any] = []
    while True:
        held = Fields(block, type(block))
        items += [held.object(f"value{n}") for n in range(index, held.half("numread"))]
        following = held.object("nextlink")
        if following is None:
            break
        block, index = following, 0
    source = held.object("it")
    if type(source) is rebuild.Behind:
        # What was buffered at an earlier move, then the shared rest.
        pieces = pieces_of(source)
        if not pieces:  # used up, and with it what it shared
            return items, block, iter(())
        *before, shared = pieces
        for piece in before:
            items += _items_left(piece)
        more, block, source = _tee_rest(shared)
        items += more
    return items, block, source


def by_tee(dumper: Dumper, copy: Any, fields: Fields) -> Any:
    items, end, source = _tee_rest(copy)
    base = shared_by(dumper, end)
    base.function, base.arguments = rebuild.tee_base, (source,)
    return rebuild.tee_copy, (base, tuple(items))


def by_groupby(dumper: Dumper, groups: Any, fields: Fields) -> Any:
    if not fields.has("tgtkey"):
        return itertools.groupby, (fields.object("it"), fields.object("keyfunc"))
    return rebuild.first, (_group_pair(dumper, groups, fields),)


def _group_pair(dumper: Dumper, groups: Any, fields: Fields) -> MadeThere:
    source, function = unjoined(fields.object("it")), fields.object("keyfunc")
    keys: tuple[Any, ...] = (fields.object("tgtkey"),)
    values: tuple[Any, ...] = ()
    if fields.has("currvalue"):
        keys = (*keys, fields.object("currkey"))
        values = (fields.object("currvalue"),)
    if type(function) is partial and function.func is next:
        waiting = function.args[0]
        if type(waiting) is rebuild.Joint:
            # One of ours (`group_pair`): the program's key function, if nothing waits any more.
            left = pieces_of(waiting)
            if not left:
                function = None
            elif len(left) == 1 and type(left[0]) is map:
                function = left[0].__reduce__()[1][0]
                if source:
                    items, _, inner = _tee_rest(source[0])
                    source = (tuple(items), *unjoined(inner))
    pair = shared_by(dumper, groups)
    pair.function, pair.arguments = rebuild.group_pair, (source, function, keys, values)
    return pair


def by_grouper(dumper: Dumper, group: Any, fields: Fields) -> Any:
    parent = fields.object("parent")
    known = Fields(parent, itertools.groupby)
    if known.word("currgrouper") != id(group):
        return iter, ((),)  # Its groupby has gone on without it.
    return rebuild.second, (_group_pair(dumper, parent, known),)


BY_FIELDS: dict[str, ByFields] = {
    "accumulate": by_accumulate,
    "batched": by_batched,
    "chain": by_chain,
    "combinations": _by_choice,
    "combinations_with_replacement": _by_choice,
    "compress": by_compress,
    "count": by_count,
    "cycle": by_cycle,
    "dropwhile": by_dropwhile,
    "filterfalse": by_filterfalse,
    "groupby": by_groupby,
    "islice": by_islice,
    "pairwise": by_pairwise,
    "permutations": _by_choice,
    "product": by_product,
    "repeat": by_repeat,
    "starmap": by_starmap,
    "takewhile": by_takewhile,
    "zip_longest": by_zip_longest,
}  # fmt: skip


def _reducer(kind: type, by_fields: ByFields) -> Any:
    return lambda dumper, iterator: by_fields(dumper, iterator, Fields(iterator, kind))


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    for name, by_fields in BY_FIELDS.items():
        kind = getattr(itertools, name, None)
        if kind is not None:  # `batched` is new in 3.12
            table[kind] = _reducer(kind, by_fields)
    table[_tee] = _reducer(_tee, by_tee)
    table[_grouper] = _reducer(_grouper, by_grouper)
    for kind in (rebuild.Joint, rebuild.Behind, rebuild.Resumed):
        table[kind] = reduce_joined
