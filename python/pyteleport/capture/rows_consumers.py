"""C functions that consume an iterator, while it is at work on its next item: `list(…)`, `sum(…)`.

What they have taken so far is in C. It is asked for (see `asking`), and the function is called anew at
the target, over what it had and then the rest.
"""

from __future__ import annotations

import operator
from collections import deque
from functools import reduce
from gc import get_referents
from itertools import chain, islice

from pyteleport.capture.asked import ITEMS, MARKER, OBJECT, VALUE
from pyteleport.capture.asking import Answer, ask
from pyteleport.capture.calls import Call, advances
from pyteleport.capture.frames import NULL
from pyteleport.capture.rows_folds import fold
from pyteleport.capture.rows_iteration import stepping
from pyteleport.capture.thunks import Made, Thunk
from pyteleport.graph import rebuild_iterators
from pyteleport.graph.itertools_reducers import chain_state, unjoined, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from pyteleport.capture.calls import Planned, Rule

LISTED: tuple[type, ...] = (tuple, list, type(iter(())), type(iter([])))
# They end where the iterator they ask first has ended, and ask nothing else then.
END_TOO = {"enumerate", "map", "filter", "islice", "takewhile", "dropwhile", "filterfalse",
           "chain", "starmap", "accumulate", "zip"}  # fmt: skip


class Taking:
    """A consumer at work.

    Attributes:
        iterable: what it was given; rest: what goes on with it at the target, None where that is
            unknown; ends: iterators that have to end in the copy that is asked.
    """

    def __init__(self, call: Call, position: int = 0) -> None:
        self.call = call
        self.iterable = whole(call.arguments[position])
        self.rest = stepping(self.iterable, call.inner)
        self.ends: list[Any] = []
        generator = call.inner.generator
        if generator is not None and not self.is_end(self.iterable, generator):
            self.rest = None

    def ask(self, *given: Any, how: str = ITEMS) -> Answer:
        """Asks the function how far it has come; an answer of kind "" is none."""
        if self.rest is None:
            return NONE
        return ask(self.call.outer, self.call.inner, given, how, self.ends) or NONE

    def is_end(self, iterator: Any, generator: Any) -> bool:
        """Whether this iterator ends where the generator does."""
        if iterator is generator or not advances(iterator, generator):
            return True  # or an `__iter__` has made it
        kind = type(iterator)
        if kind.__name__ not in END_TOO:
            return False
        held = get_referents(iterator)
        if kind in (map, zip):
            asked = next(value for value in held if type(value) is tuple)
            reduced = iterator.__reduce__()
            if len(reduced) > 2 and reduced[2] and len(asked) > 1:
                return False  # strict: it would ask the others
            held = [asked[0]]
        if kind is chain:
            source, active = chain_state(iterator)
            if source is not None and any(type(piece) not in LISTED for piece in unjoined(source)):
                return False  # it would go on with another one
            self.ends.append(source or ())
            held = [active]
        return any(advances(value, generator) and self.is_end(value, generator) for value in held)

    def so_far(self, items: Iterable[Any]) -> Any:
        """An iterator over what was taken, and then the rest."""
        items = tuple(items)
        return Made(rebuild_iterators.Joint, items, self.rest) if items else self.rest


NONE = Answer("", None)


def _collect(call: Call) -> Planned:
    """`list`, `tuple`, `set`, `dict`, `deque`, `sorted`: the result holds what was taken."""
    return _over(call, 0)


def _array(call: Call) -> Planned:
    return _over(call, 1)


def _over(call: Call, position: int) -> Planned:
    """The function once more, with what was taken before the rest."""
    taking = Taking(call, position)
    answer = taking.ask()
    if answer.kind != "returned":
        return None
    items = answer.value
    if call.function is dict:
        if call.keywords:
            return None  # they are among the items
        items = zip(items[::2], items[1::2], strict=True)
    arguments = [*call.arguments]
    arguments[position] = taking.so_far(items)
    return call.again(arguments)


def _best(call: Call) -> Planned:
    """`min` and `max`: the best so far goes first."""
    if len(call.arguments) != 1 or call.keywords.get("key") is not None:
        return None
    taking = Taking(call)
    answer = taking.ask(how=OBJECT)
    if answer.kind == "raised":
        return call.again([taking.rest])
    if answer.value is call.keywords.get("default", NULL):
        # It may have nothing yet, or just that.
        if not _passes(taking.iterable, call.inner.generator, ()):
            return None
        answer = taking.ask(MARKER)
        if answer.kind == "taken":
            return call.again([taking.rest])
    if not answer.kind:
        return None
    return call.again([taking.so_far((answer.value,))])


def _sum(call: Call) -> Planned:
    """The sum so far is the start of the rest.

    From 3.12 floats are added with the digits that each addition lost. Which way it adds shows where
    a number is lost in a huge one.
    """
    folded = fold(call)
    if folded is not None:
        return folded
    taking = Taking(call)
    answer = taking.ask(how=VALUE)
    total = answer.value
    if answer.kind != "returned" or (type(total) is float and 1e200 <= abs(total) < float("inf")):
        return None
    if type(total) in (int, float, complex) and abs(total) < 1e200:
        probe = taking.ask(1e300, 2.0 if total.real == -1 else 1.0, -1e300, how=VALUE)
        if probe.kind != "returned":
            return None
        if probe.value.real != 0:
            return _exact_sum(taking, total)
    return "push", Thunk("call", None, reduce, (operator.add, taking.rest, total), {}), NULL


def _exact_sum(taking: Taking, total: Any) -> Planned:
    """The start is the sum so far, the first to add is what the additions lost."""
    lost = 0
    if type(total) is not int:
        answer = taking.ask(-total, how=VALUE)
        if answer.kind != "returned":
            return None
        lost = answer.value
    return taking.call.again([taking.so_far((lost,) if lost else ()), total], {})


def _product(call: Call) -> Planned:
    taking = Taking(call)
    answer = taking.ask(how=VALUE)
    return call.again([taking.rest], {"start": answer.value}) if answer.kind == "returned" else None


def _fold(call: Call) -> Planned:
    """`functools.reduce`: its function is running, or its iterator is at work."""
    folded = fold(call)
    if folded is not None:
        return folded
    taking = Taking(call, 1)
    answer = taking.ask(how=OBJECT)
    if answer.kind == "raised":
        return call.again([call.arguments[0], taking.rest])
    if answer.kind != "returned":
        return None
    return call.again([call.arguments[0], taking.rest, answer.value], {})


def _join(call: Call) -> Planned:
    taking = Taking(call, -1)
    if not _passes(taking.iterable, call.inner.generator, (str, repr)):
        return None
    answer = taking.ask(MARKER)
    if answer.kind != "held":
        return None
    return call.again([*call.arguments[:-1], taking.so_far(answer.value)])


def _passes(iterable: Any, generator: Any, through: tuple[Any, ...]) -> bool:
    """Whether what the inner frame gives comes out of `iterable` as it is, or through these functions."""
    if iterable is generator or not advances(iterable, generator):
        return True
    held: Any = get_referents(iterable)
    if type(iterable) is map:
        if not any(value is known for value in held for known in through):
            return False
        held = next(value for value in held if type(value) is tuple)
    elif type(iterable) not in (chain, islice):
        return False
    return any(advances(value, generator) and _passes(value, generator, through) for value in held)


ROWS: dict[Any, Rule] = {
    **dict.fromkeys((list, tuple, set, frozenset, dict, deque, bytes, bytearray, sorted), _collect),
    sum: _sum,
    min: _best,
    max: _best,
}


def consumer(call: Call) -> Rule | None:
    """The row for a function that consumes an iterator, if that is what it is doing."""
    function = call.function
    kind = type(function)
    try:
        found = (
            ROWS.get(function)
            if kind is type or any(function is known for known in BUILTINS)
            else None
        )
    except TypeError:
        found = None
    if found is not None:
        return found if call.arguments else None
    name = getattr(function, "__name__", None) if kind.__name__ in C_FUNCTIONS else None
    module = getattr(function, "__module__", None) if name else None
    if (module, name) == ("math", "prod"):
        return _product
    if (module, name) == ("_functools", "reduce"):
        return _fold
    if name == "join" and kind.__name__ == "method_descriptor":
        return _join if function.__objclass__ in (str, bytes) else None
    if name == "join" and type(function.__self__) in (str, bytes):
        return _join
    if kind is type and function.__module__ == "array" and len(call.arguments) == 2:
        return _array
    return None


BUILTINS = (sorted, sum, min, max)
C_FUNCTIONS = ("builtin_function_or_method", "method_descriptor")
