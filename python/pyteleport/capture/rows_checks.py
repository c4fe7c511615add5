"""`isinstance` and `issubclass` with abstract base classes: `_abc`, while it asks the program.

What C does after each of the program's functions that it calls (the hook, the check of a class that is
registered, `__subclasses__`, the check of a subclass) is short, and is done by `rests`. Which of them
is running, the inner frame's arguments tell.
"""

from __future__ import annotations

from functools import partial
from gc import get_referents
from types import UnionType

from pyteleport import rests
from pyteleport.capture.calls import Call
from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_operators import kept, one_method
from pyteleport.capture.special import argument, is_a, leads_to, lookup, runs
from pyteleport.capture.thunks import Thunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.calls import Planned

_namespace = type.__dict__["__dict__"].__get__
_subclasses = type.__dict__["__subclasses__"]


def instance_check(call: Call) -> Planned:
    """`_abc._abc_instancecheck(kind, instance)`, its last question: is its type a subclass?"""
    kind, instance = call.arguments
    if not _asks(call.inner, kind, type(instance)):
        return None
    return call.hand_through()


def subclass_check(call: Call) -> Planned:
    """`_abc._abc_subclasscheck(kind, asked)`."""
    kind, asked = call.arguments
    if call.inner.generator is not None or not is_a(kind, type) or not is_a(asked, type):
        return None
    finish = _rest(call.inner, kind, asked)
    return None if finish is None else ("then", Thunk("frame", call.inner), finish)


def register(call: Call) -> Planned:
    """`_abc._abc_register(kind, added)`."""
    kind, added = call.arguments
    is_first, is_second = _asks(call.inner, kind, added), _asks(call.inner, added, kind)
    if is_first == is_second:
        return None
    return "then", Thunk("frame", call.inner), partial(rests.register, kind, added, is_second)


def _asks(inner: FrameRecord, kind: Any, asked: Any) -> bool:
    """Whether the inner frame is the metaclass's: is `asked` a subclass of `kind`?"""
    return (
        inner.generator is None
        and is_a(kind, type)
        and leads_to(lookup(type(kind), "__subclasscheck__"), inner)
        and argument(inner, 0) is kind
        and argument(inner, 1) is asked
    )


def _rest(inner: FrameRecord, kind: Any, asked: type) -> partial[bool] | None:
    if leads_to(lookup(kind, "__subclasshook__"), inner):
        return partial(rests.after_hook, kind, asked)
    lists = lookup(kind, "__subclasses__")
    if lists is NULL:
        lists = lookup(type(kind), "__subclasses__")
    if leads_to(lists, inner):
        return partial(rests.any_listed, kind, asked)
    parent = argument(inner, 0)
    if not _asks(inner, parent, asked):
        return None
    registered = _registered(kind)
    subclasses = _subclasses(kind) if lists is _subclasses else []
    in_registry = [place for place, value in enumerate(registered) if value is parent]
    in_subclasses = [place for place, value in enumerate(subclasses) if value is parent]
    if len(in_registry) + len(in_subclasses) != 1:
        return None
    if in_registry:
        return partial(rests.any_parent, kind, asked, registered[in_registry[0] + 1 :])
    return partial(rests.any_listed, kind, asked, subclasses[in_subclasses[0] + 1 :])


def _registered(kind: Any) -> list[Any]:
    """The classes registered with an ABC, in the order in which C goes over them."""
    from _abc import _get_dump  # type: ignore[import-not-found]

    registry = {id(reference) for reference in _get_dump(kind)[0]}
    for held in get_referents(_namespace(kind)["_abc_impl"]):
        # A copy of the set, which is all that `_get_dump` gives, may be in another order.
        if type(held) is set and {id(reference) for reference in held} == registry:
            return [found for found in (reference() for reference in held) if found is not None]
    return []


def _classes(held: Any) -> list[Any]:
    """What `isinstance` and `issubclass` ask one after the other."""
    if type(held) is UnionType:
        held = held.__args__
    if type(held) is not tuple:
        return [held]
    return [found for each in held for found in _classes(each)]


def check(call: Call) -> Planned:
    """`isinstance(instance, classes)`, `issubclass`: those before the class that is asked said no."""
    if len(call.arguments) != 2:
        return None
    names = ("__instancecheck__",) if call.function is isinstance else ("__subclasscheck__",)
    classes = _classes(call.arguments[1])
    places = [place for place, found in enumerate(classes) if runs(found, names, call.inner)]
    if len(places) > 1:
        receiver = argument(call.inner, 0)
        places = [place for place in places if classes[place] is receiver]
    if len(places) != 1:
        return None
    made = one_method(call.outer, call.inner, classes[places[0]], names)
    left = tuple(map(kept, classes[places[0] + 1 :]))
    return call.again([call.arguments[0], (made, *left) if left else made])


ABC = {
    "_abc_instancecheck": instance_check,
    "_abc_subclasscheck": subclass_check,
    "_abc_register": register,
}
