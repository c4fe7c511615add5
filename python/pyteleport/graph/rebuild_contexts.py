"""What the reduce tuples of context variables, contexts and tokens call at the target.

A token is made by setting its variable anew, from the value it leads back to; then the variable has its
value again. Of the tokens that were not used, at most one of a variable leads back to no value: that of its first
`set`, and while it is there the variable has a value. So the first token is kept, and is what the program holds.
"""

from __future__ import annotations

import sys
from _contextvars import Context, ContextVar, Token, copy_context
from gc import get_referents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_unset: Any = object()
_first: dict[int, tuple[Any, Token[Any]]] = {}  # by the variable's id


def current() -> Context:
    """The context this runs in: tokens hold it, everything else gives copies."""
    probe: ContextVar[None] = ContextVar("probe")
    token = probe.set(None)
    found: Context = get_referents(token)[0]
    probe.reset(token)
    return found


def empty() -> Context:
    return Context()


def fill(context: Context, values: list[tuple[Any, Any]]) -> None:
    for variable, value in values:
        context.run(variable.set, value)


def variable(name: str, *default: Any) -> Any:
    return ContextVar(name, default=default[0]) if default else ContextVar(name)


def set_variable(variable: Any, value: Any) -> None:
    known = variable.get(_unset) is not _unset
    made = variable.set(value)
    if not known:
        _first[id(variable)] = (variable, made)


def variable_of_decimal() -> Any:
    """The variable of decimal's context, which has no name in Python; None where decimal is not loaded."""
    decimal: Any = sys.modules.get("decimal")
    if decimal is None:
        return None
    held = decimal.getcontext()
    for variable, value in copy_context().items():
        if value is held and variable.name == "decimal_context":
            return variable
    return None


def token(context: Context | None, variable: Any, used: bool, *before: Any) -> Any:
    """A token of a context, None for the current one, that leads back to the value `before`, or to none."""
    if used:
        return Context().run(_used, variable, before)
    if context is not None:
        return context.run(_unused, variable, before)
    return _unused(variable, before)


def _used(variable: Any, before: tuple[Any, ...]) -> Any:
    for value in before:
        variable.set(value)
    made = variable.set(None)
    variable.reset(made)
    return made


def _unused(variable: Any, before: tuple[Any, ...]) -> Any:
    now = variable.get(_unset)
    if not before:
        if now is _unset:
            set_variable(variable, None)  # its value comes with the surroundings
        # One that the library has set by itself here, when it was imported: that is what it had before.
        return _first[id(variable)][1] if id(variable) in _first else variable.set(now)
    outer = variable.set(before[0])
    made = variable.set(None)
    if now is _unset:
        variable.reset(outer)
    else:
        variable.set(now)
    return made
