"""Reducers for context variables, contexts, and the tokens that lead back to a variable's value before.

The context that is current there is the process's own, as it is here: `Context.run` is a boundary. So tokens
and objects that hold it hold that one. Any other context is made with the values it has. Refused are tokens that were not used where their variable would have to lose its value
there: in another context than the current one, and where only a part of the program moves.
"""

from __future__ import annotations

import sys
from _contextvars import Context, ContextVar, Token

from pyteleport.capture.frames import NULL
from pyteleport.graph import rebuild_contexts, restore
from pyteleport.graph.dumper import Dumper, refer
from pyteleport.graph.iterator_layout import Fields
from pyteleport.graph.refusals import Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_variable(dumper: Dumper, variable: ContextVar[Any]) -> Any:
    """A library's, by the name it has there; one of the program's own with its default.

    A part of a program takes the value along with the variable; the whole of it, all values with its surroundings.
    """
    for module, found in list(sys.modules.items()):
        if dumper.by_name or (module not in dumper.own and module != "__main__"):
            for name, value in list(getattr(found, "__dict__", {}).items()):
                if value is variable:
                    refer(dumper, module)
                    return restore.attribute, (module, name)
    if variable is rebuild_contexts.variable_of_decimal():
        return rebuild_contexts.variable_of_decimal, ()
    default: tuple[Any, ...] = ()
    try:
        default = (Context().run(variable.get),)
    except LookupError:
        pass
    made = (rebuild_contexts.variable, (variable.name, *default))
    value = variable.get(NULL)
    if dumper.scope is None or value is NULL or (default and value is default[0]):
        return made
    return (*made, value, None, None, rebuild_contexts.set_variable)


def reduce_context(dumper: Dumper, context: Context) -> Any:
    if context is rebuild_contexts.current():
        return rebuild_contexts.current, ()
    values = list(context.items())
    if not values:
        return rebuild_contexts.empty, ()
    return rebuild_contexts.empty, (), values, None, None, rebuild_contexts.fill


def reduce_token(dumper: Dumper, token: Token[Any]) -> Any:
    fields = Fields(token, Token)
    context: Any = fields.object("ctx")
    old = token.old_value
    before = () if old is Token.MISSING else (old,)
    used = bool(fields.half("used"))
    elsewhere = not used and context is not rebuild_contexts.current()
    if not used and (dumper.scope is not None or (elsewhere and not before)):
        raise Refusal(token, *(known_refusal(Token) or ("", "")))
    where = context if elsewhere else None
    return rebuild_contexts.token, (where, token.var, used, *before)


def reduce_missing(dumper: Dumper, missing: Any) -> Any:
    return getattr, (Token, "MISSING")


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    table[ContextVar] = reduce_variable
    table[Context] = reduce_context
    table[Token] = reduce_token
    table[type(Token.MISSING)] = reduce_missing
