"""Puts the subclasses of the program's classes in the order in which they were made. At the target.

`__subclasses__()` tells them in the order in which they came to have the base. Setting a class's bases once
more puts it at the end of all their lists, so each is set at most once, in one order that fits all.
"""

from __future__ import annotations

from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

noted: list[tuple[type, list[type]]] = []

bases: Any = type.__dict__["__bases__"]


def note(cls: type, below: list[type]) -> None:
    """Notes the subclasses a class has to have, in order."""
    if not noted:
        rebuild.before_start.append(put_in_order)
    noted.append((cls, below))


def put_in_order() -> None:
    wrong = [1 for cls, below in noted if ids(type.__subclasses__(cls)) != ids(below)]
    if wrong:
        for cls in one_order([below for _, below in noted]):
            if type(cls).mro is type.mro:  # no code of the program's is asked
                bases.__set__(cls, bases.__get__(cls))
    noted.clear()


def ids(classes: list[type]) -> list[int]:
    return list(map(id, classes))


def one_order(lists: list[list[type]]) -> list[type]:
    """All classes, each list in its order; none where the lists contradict each other."""
    known = {id(cls): cls for below in lists for cls in below}
    from graphlib import CycleError, TopologicalSorter
    from itertools import pairwise

    after: dict[int, set[int]] = {key: set() for key in known}
    for below in lists:
        for first, second in pairwise(below):
            after[id(second)].add(id(first))
    try:
        return [known[key] for key in TopologicalSorter(after).static_order()]
    except CycleError:
        return []
