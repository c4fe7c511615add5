"""Calls that make an instance or a class: `type.__call__`, `__build_class__`, and their hooks."""

from __future__ import annotations

from functools import partial

from pyteleport import rests
from pyteleport.capture.calls import Call
from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.special import argument, is_a, is_subtype, leads_to, lookup, mro, runs
from pyteleport.capture.thunks import Thunk
from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.calls import Planned


def _type_call_ends(metaclass: Any) -> bool:
    """Whether nothing of the program's runs after `type.__new__` has made a class."""
    return lookup(metaclass, "__init__") is type.__dict__["__init__"]


def build_class(call: Call) -> Planned:
    inner = call.inner
    if inner.generator is not None:
        return None
    is_body = inner.namespace is not None and inner.namespace is not inner.live.f_globals
    arguments, keywords = call.arguments, call.keywords
    metaclass = keywords.get("metaclass")
    if is_body:
        keywords = dict(keywords)
        if type(metaclass) is partial:
            keywords["metaclass"] = metaclass.func  # the stand-in that an earlier move made
        return "push", Thunk("class", inner, tuple(arguments[1:]), keywords), NULL
    if type(metaclass) is partial:
        metaclass = metaclass.func
    bases = arguments[2:]
    if metaclass is None:
        metaclass = type(bases[0]) if bases else type
    if not is_a(metaclass, type):
        return call.hand_through() if leads_to(metaclass, inner) else None
    for base in bases:
        if not is_a(base, type):
            return None
        if is_subtype(type(base), metaclass):
            metaclass = type(base)
    if leads_to(lookup(metaclass, "__prepare__"), inner):
        keywords = {**keywords, "metaclass": metaclass}
        return "push", Thunk("prepare", inner, tuple(arguments), keywords), NULL
    made = _made_by(metaclass, inner, keywords)
    if made is not None:
        return made
    return _class_hooks(inner, {k: v for k, v in keywords.items() if k != "metaclass"}, metaclass)


def _made_by(metaclass: type, inner: FrameRecord, keywords: dict[str, Any]) -> Planned:
    """The metaclass's own `__call__`, `__new__` or `__init__` is running."""
    if leads_to(lookup(type(metaclass), "__call__"), inner):
        return "push", Thunk("frame", inner), NULL
    if lookup(type(metaclass), "__call__") is not type.__dict__["__call__"]:
        return None
    if leads_to(lookup(metaclass, "__new__"), inner):
        if _type_call_ends(metaclass):
            return "push", Thunk("frame", inner), NULL
        given = tuple(argument(inner, position) for position in (1, 2, 3))
        if NULL in given:
            return None
        named = {name: value for name, value in keywords.items() if name != "metaclass"}
        return "then", Thunk("frame", inner), partial(rests.initialise, metaclass, given, named)
    if leads_to(lookup(metaclass, "__init__"), inner):
        made = argument(inner, 0)
        return None if made is NULL else ("replace", Thunk("construct", inner), made)
    return None


def behind(kind: type, name: str) -> Any:
    """What the bases of a type have under a name: `super(kind, kind)` finds that."""
    for base in mro(kind)[1:]:
        namespace = type.__dict__["__dict__"].__get__(base)
        if name in namespace:
            return namespace[name]
    return NULL


def _class_hooks(inner: FrameRecord, keywords: dict[str, Any], metaclass: Any) -> Planned:
    """`__init_subclass__` and `__set_name__`, which `type.__new__` calls at its end."""
    if metaclass is not None and not _type_call_ends(metaclass):
        return None
    if inner.generator is not None:
        return None
    made = argument(inner, 0)
    if is_a(made, type) and leads_to(behind(made, "__init_subclass__"), inner):
        return "replace", Thunk("frame", inner), made
    attribute, owner, name = (argument(inner, position) for position in (0, 1, 2))
    if not is_a(owner, type) or runs(attribute, ("__set_name__",), inner) is None:
        return None
    names = tuple(type.__dict__["__dict__"].__get__(owner))
    if type(name) is not str or name not in names:
        return None
    left = names[names.index(name) + 1 :]
    return "then", Thunk("frame", inner), partial(rests.name_attributes, owner, left, keywords)


def new_class(call: Call) -> Planned:
    """`type(name, bases, namespace)`, and `super().__new__(…)` of a metaclass."""
    metaclass = type if call.function is type else None
    if len(call.arguments) < 3:
        return None
    return _class_hooks(call.inner, call.keywords, metaclass)


def construct(call: Call) -> Planned:
    """`type.__call__`: `__new__`, then `__init__` if that made an instance."""
    inner, kind = call.inner, call.function
    if inner.generator is not None:
        return None
    if is_a(kind, rebuild.StandInType):
        return "replace", Thunk("construct", inner), call.outer.extra
    if leads_to(lookup(kind, "__new__"), inner):
        if not call.known:
            return None
        finish = partial(rests.initialise, kind, tuple(call.arguments), call.keywords)
        return "then", Thunk("frame", inner), finish
    made = argument(inner, 0)
    if made is NULL or not is_subtype(type(made), kind):
        return None
    if runs(made, ("__init__",), inner) is None:
        return None
    return "replace", Thunk("construct", inner), made
