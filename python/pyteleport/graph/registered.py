"""The reducer of types that the program has registered (see `registry`)."""

from __future__ import annotations

from pyteleport import registry
from pyteleport.graph.dumper import Dumper, load_family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_registered(dumper: Dumper, obj: Any) -> Any:
    reduce, restore, fill = registry.table[type(obj)]
    dumper.current = obj
    state = reduce(obj)
    if fill is None:
        return restore, (state,)
    return restore, (), state, None, None, fill


def install() -> None:
    """Puts them before all others: those of a family would else come later, and take their place."""
    for kind in registry.table:
        if Dumper.reducers.get(kind) is not reduce_registered:
            load_family(kind)
            Dumper.reducers[kind] = reduce_registered


def move_on(dumper: Dumper) -> None:
    """Has the target know them, too: for the next move."""
    for kind, entry in registry.table.items():
        dumper.fills.append((registry.note, kind, entry))
