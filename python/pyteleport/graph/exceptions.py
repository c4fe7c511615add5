"""Exceptions, with traceback, context, cause and notes, without running their `__init__`."""

from __future__ import annotations

from types import MemberDescriptorType

from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_exception(dumper: Dumper, error: BaseException) -> Any:
    slots: dict[str, Any] = {}
    for base in type(error).__mro__:
        if base is BaseException:
            break
        for name, descriptor in base.__dict__.items():
            if type(descriptor) is MemberDescriptorType:
                try:
                    slots.setdefault(name, descriptor.__get__(error))
                except AttributeError:
                    continue
    arguments: tuple[Any, ...] = error.args
    group = isinstance(error, BaseExceptionGroup)
    if group:
        arguments = (error.message, error.exceptions)  # type: ignore[attr-defined]
        slots = {}
    state = (
        error.__context__,
        error.__cause__,
        error.__suppress_context__,
        error.__traceback__,
        error.__dict__,
        {name: value for name, value in slots.items() if value is not None},
        error.args,
    )
    made = (type(error), arguments if group else ())
    if dumper.deep:
        dumper.mark((*error.args, *error.__dict__.values(), *slots.values()))
        dumper.fills.append((restore.fill_exception, error, state))
        return restore.make_exception, made
    return (
        restore.make_exception,
        made,
        state,
        None,
        None,
        restore.fill_exception,
    )


def install() -> None:
    """Fills the dumper's table."""
    Dumper.family_reducers.append((BaseException, reduce_exception))
