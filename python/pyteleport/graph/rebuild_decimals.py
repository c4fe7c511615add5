"""What the reduce tuples of decimal's contexts call at the target."""

from __future__ import annotations

import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def context(arguments: tuple[Any, ...], current: bool) -> Any:
    made = decimal.Context(*arguments)
    if current:
        decimal.setcontext(made)
    return made


def manager(local: Any, outer: Any) -> Any:
    """One that makes a copy of `local` the current context, or has done so, and brings back `outer`."""
    now = decimal.getcontext()
    decimal.setcontext(outer)
    made = decimal.localcontext(local)
    decimal.setcontext(now)
    return made
