"""Reducers for contexts of decimal and the managers that `decimal.localcontext()` gives.

The context that arithmetic uses is one object, and a program may hold it: it is the current one there, too.
The structs are those of Modules/_decimal/_decimal.c.
"""

from __future__ import annotations

import decimal
from sys import byteorder

from pyteleport.capture.core import field_object, field_word
from pyteleport.graph import rebuild_decimals
from pyteleport.graph.dumper import Dumper, singleton
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = object.__basicsize__
WORD = 8
ALIGNED = 16
MANAGER = type(decimal.localcontext())
SIGNALS = type(decimal.Context().flags)


def reduce_context(dumper: Dumper, context: decimal.Context) -> Any:
    found = singleton(dumper, context)
    if found is not None:
        return found
    arguments = context.__reduce__()[1]
    return rebuild_decimals.context, (arguments, context is decimal.getcontext())


def pointer(signals: Any) -> int:
    return field_word(signals, HEAD)  # PyDecSignalDictObject: `flags` comes first


def reduce_signals(dumper: Dumper, signals: Any) -> Any:
    """Flags or traps: a part of their context, to which they point, but which they do not hold.

    They are two neighbouring C ints of it, so its address, which is aligned, tells which of them it is. A context
    that ends takes the pointer away.
    """
    probe = decimal.Context()
    for name in ("flags", "traps") if pointer(signals) else ():
        address = pointer(signals) - pointer(getattr(probe, name)) + id(probe)
        if address % ALIGNED == 0:
            word = address.to_bytes(WORD, byteorder)
            return getattr, (field_object(word, bytes.__basicsize__ - 1), name)
    raise Refusal(signals, "its context is gone", "let go of it before the move")


def reduce_manager(dumper: Dumper, manager: Any) -> Any:
    # PyDecContextManagerObject: local, global
    return rebuild_decimals.manager, tuple(field_object(manager, HEAD + WORD * n) for n in (0, 1))


def install() -> None:
    """Fills the dumper's table."""
    if MANAGER.__basicsize__ != HEAD + 2 * WORD or SIGNALS.__basicsize__ < HEAD + WORD:
        return  # decimal without its C part: what it has is Python
    table = Dumper.reducers
    table[decimal.Context] = reduce_context
    table[SIGNALS] = reduce_signals
    table[MANAGER] = reduce_manager
