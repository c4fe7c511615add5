"""Operations that ask for an attribute: properties, descriptors, `__getattr__`, `__setattr__`, managers.

What the inner frame returns is the attribute, unless it raises AttributeError and a `__getattr__`
would be asked next: then the operation is executed again with a stand-in that does so.
"""

from __future__ import annotations

from opcode import opmap
from types import MethodType, ModuleType

from pyteleport.capture.frames import NULL, FrameRecord
from pyteleport.capture.rows_operators import after, again, deferred, stand_in
from pyteleport.capture.special import is_a, is_subtype, leads_to, lookup, mro, runs
from pyteleport.capture.thunks import StandIn, Thunk
from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def descriptor_runs(found: Any, part: str, method: str, inner: FrameRecord) -> bool:
    """Whether the inner frame is this descriptor's work: a property's function, or its method."""
    if found is NULL:
        return False
    if part and is_subtype(type(found), property):
        function = property.__dict__[part].__get__(found)
        if function is not None and leads_to(function, inner):
            return True
    return runs(found, (method,), inner) is not None


def reading(owner: Any, name: str, inner: FrameRecord) -> str | None:
    """Which part of `owner.name` the inner frame is: None if that is unknown.

    "final" is the last thing tried; after "first" a `__getattr__` is, if it raises AttributeError.
    """
    if inner.generator is not None:
        return None
    if is_a(owner, rebuild.StandIn):
        if runs(owner, ("__getattribute__",), inner):
            return "first"
        return "final" if runs(owner, ("__getattr__",), inner) else None
    kind = type(owner)
    if leads_to(lookup(kind, "__getattr__"), inner):
        return "final"
    running = leads_to(lookup(kind, "__getattribute__"), inner)
    running = running or descriptor_runs(lookup(kind, name), "fget", "__get__", inner)
    if not running and is_a(owner, type):
        running = descriptor_runs(lookup(owner, name), "", "__get__", inner)
    if running:
        return "final" if lookup(kind, "__getattr__") is NULL else "first"
    if kind.__name__ == "module" and type(kind) is type:
        # A module's own __getattr__ (PEP 562).
        return "final" if leads_to(module_hook(owner), inner) else None
    return None


def module_hook(module: Any) -> Any:
    namespace: Any = vars(ModuleType)["__dict__"]
    return namespace.__get__(module).get("__getattr__", NULL)


def reader(owner: Any, name: str, inner: FrameRecord) -> StandIn | None:
    """A stand-in for the owner of an attribute that is being read."""
    if reading(owner, name, inner) is None:
        return None
    methods: dict[str, Any] = {}
    hook = lookup(type(owner), "__getattr__")
    if leads_to(hook, inner):
        methods["__getattr__"] = Thunk("frame", inner)
    else:
        methods["__getattribute__"] = Thunk("frame", inner)
        if hook is not NULL:
            methods["__getattr__"] = deferred(hook, owner, name)
    return stand_in(owner, methods)


# How far the name's index is shifted in the argument: flags are below it. Where LOAD_METHOD is an
# instruction of its own, LOAD_ATTR needs no flag.
SHIFTS = {
    "LOAD_ATTR": int(opmap.get("LOAD_METHOD", 256) > 255),  # larger ones are the compiler's
    "LOAD_METHOD": 0,
    "STORE_ATTR": 0,
    "DELETE_ATTR": 0,
    "LOAD_SUPER_ATTR": 2,
}


def _name(outer: FrameRecord) -> str:
    name: str = outer.code.co_names[outer.argument >> SHIFTS[outer.opcode]]
    return name


def _load(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    owner, name = operands[0], _name(outer)
    part = reading(owner, name, inner)
    if part == "final":
        way = "add-null" if outer.results == 2 else "push"
        return after(outer, way, Thunk("frame", inner))
    made = reader(owner, name, inner) if part else None
    # A method is looked up past `__getattribute__`'s result no more than an attribute is.
    return made is not None and again(outer, [made])


def _load_super(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    _, kind, owner = operands
    name = _name(outer)
    start = owner if is_a(owner, type) else type(owner)
    found = False
    behind = False
    for base in mro(start):
        namespace = type.__dict__["__dict__"].__get__(base)
        if behind and name in namespace:
            found = descriptor_runs(namespace[name], "fget", "__get__", inner)
            break
        behind = behind or base is kind
    way = "add-null" if outer.results == 2 else "push"
    return found and after(outer, way, Thunk("frame", inner))


def writes(owner: Any, name: str, inner: FrameRecord, deletes: bool) -> bool:
    """Whether the inner frame is what sets (or deletes) `owner.name`."""
    hook, part, method = (
        ("__delattr__", "fdel", "__delete__") if deletes else ("__setattr__", "fset", "__set__")
    )
    if runs(owner, (hook,), inner):
        return True
    return descriptor_runs(lookup(type(owner), name), part, method, inner)


def _store(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    owner = operands[-1]
    deletes = outer.opcode == "DELETE_ATTR"
    return writes(owner, _name(outer), inner, deletes) and after(
        outer, "discard", Thunk("frame", inner)
    )


def bound(owner: Any, name: str) -> Any:
    """A special method of `owner`, bound; NULL where that would need the program's code."""
    found = lookup(type(owner), name)
    kind = type(found)
    if kind.__name__ == "function" and kind.__module__ == "builtins":
        return MethodType(found, owner)
    if kind is staticmethod:
        return found.__func__
    if kind is classmethod:
        return MethodType(found.__func__, type(owner))
    if kind.__name__ in ("method_descriptor", "wrapper_descriptor"):
        return found.__get__(owner)
    if lookup(kind, "__get__") is NULL:
        return found
    return NULL


def _enter(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    """`__enter__` up to 3.13: 3.11 has put the exit method in the manager's place already."""
    enter, leave = (
        ("__aenter__", "__aexit__")
        if outer.opcode == "BEFORE_ASYNC_WITH"
        else ("__enter__", "__exit__")
    )
    held = operands[0]
    if runs(held, (enter,), inner):
        exit_method = bound(held, leave)
    else:
        manager = held.__self__ if type(held) is MethodType else NULL
        exit_method = held if manager is not NULL and runs(manager, (enter,), inner) else NULL
    return exit_method is not NULL and after(outer, "with", Thunk("frame", inner), exit_method)


def _exit(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    """`__exit__` with an exception: what it returns is looked at by the next instruction."""
    if inner.generator is None and any(
        leads_to(value, inner)
        or runs(value, ("__exit__",), inner)
        or runs(value, ("__aexit__",), inner)
        for value in outer.stack[-5:]
    ):
        return after(outer, "push", Thunk("frame", inner))
    return False


ROWS: dict[str, Callable[[FrameRecord, FrameRecord, list[Any]], bool]] = {
    "LOAD_ATTR": _load,
    "LOAD_METHOD": _load,
    "LOAD_SUPER_ATTR": _load_super,
    "STORE_ATTR": _store,
    "DELETE_ATTR": _store,
    "BEFORE_WITH": _enter,
    "BEFORE_ASYNC_WITH": _enter,
    "WITH_EXCEPT_START": _exit,
}
