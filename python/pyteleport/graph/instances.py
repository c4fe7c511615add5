"""Instances of the program's own classes that pickle would not bring back as they were.

`object.__reduce_ex__` calls the class's `__new__` without arguments, sets slots through the class's
`__setattr__`, and fills subclasses of list and dict through their own methods. An instance that is
moved has been made already: where its class has none of pickle's hooks, it is made by the
built-in type at the bottom of its class, and filled below everything the program defines. Enum
members likewise: they are made bare, and their class's maps bring them.

An object may also be half made: its `__new__` or `__init__` is running, and the class's own `__reduce__`
looks in vain for what is not there yet. Then it goes by its structure, too. So does one of the standard library's
while a method of it runs: what that has set already a `__reduce__` may leave out as a mere cache (pathlib's do).
"""

from __future__ import annotations

import sys
from types import FunctionType, MemberDescriptorType

from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper, find, reduce_instance, reduce_own, singleton

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
         "__getnewargs__", "__getnewargs_ex__", "__copy__")  # fmt: skip
FILLERS = ("__setitem__", "append", "extend", "add")
CONTAINERS = (dict, list, set)
VALUES = (int, float, complex, str, bytes, tuple, frozenset, bytearray)


def solid_base(kind: type) -> type:
    """The type made in C at the bottom of a class."""
    return next(base for base in kind.__mro__ if restore.is_native(base))


def slot_names(kind: type) -> Iterator[tuple[str, MemberDescriptorType]]:
    for base in kind.__mro__:
        if base.__flags__ & 1 << 9:
            for name, value in base.__dict__.items():
                if type(value) is MemberDescriptorType:
                    yield name, value


def is_enum(kind: type) -> bool:
    enum = sys.modules.get("enum")
    return enum is not None and isinstance(kind, enum.EnumMeta)


def reducer_for(dumper: Dumper, kind: type) -> Any:
    """Chooses, once per class."""
    base = solid_base(kind)
    if dumper.deep and base is object and goes_by_default(kind):
        return reduce_named_structure
    if kind.__module__ not in dumper.own and not needs_structure(kind, base):
        return reduce_as_it_says if says_itself(kind, base) else reduce_instance
    if is_enum(kind):
        if dumper.by_name and find(kind.__module__, kind.__qualname__) is kind:
            return reduce_instance
        return reduce_structure if base in (object, *VALUES) else reduce_instance
    for cls in kind.__mro__:
        if cls is base:
            break
        if any(hook in cls.__dict__ for hook in HOOKS):
            return reduce_as_it_says if says_itself(kind, base) else reduce_instance
    if base in CONTAINERS or base in VALUES:
        return reduce_structure
    if base is not object:
        return reduce_instance
    if type(kind.__new__) is FunctionType or needs_structure(kind, base) or not finds_slots(kind):
        return reduce_structure
    return reduce_own


def finds_slots(kind: type) -> bool:
    """Whether pickle finds every slot of a class, and sets it below the program's own code."""
    slots = list(slot_names(kind))
    if not slots:
        return True
    bases = kind.__mro__[:-1]
    declared = [cls.__dict__["__slots__"] for cls in bases if "__slots__" in cls.__dict__]
    setter: Any = kind.__setattr__
    if setter is not object.__setattr__ or any(
        type(names) not in (tuple, list, str) for names in declared
    ):
        return False
    for name, descriptor in slots:
        first = next(cls.__dict__[name] for cls in bases if name in cls.__dict__)
        if first is not descriptor:
            return False
    from copyreg import _slotnames  # type: ignore[attr-defined]

    return sorted(_slotnames(kind)) == sorted(name for name, _ in slots)


def goes_by_default(kind: type) -> bool:
    """Whether no class says anything of how an instance is copied."""
    return not any(hook in cls.__dict__ for cls in kind.__mro__[:-1] for hook in HOOKS)


def says_itself(kind: type, base: type) -> bool:
    """Whether Python code says how an instance is copied, and it could go by its structure as well."""
    from copyreg import dispatch_table

    return (
        (base is object or base in CONTAINERS or base in VALUES)
        and kind not in dispatch_table
        and any(
            type(cls.__dict__.get(hook)) is FunctionType for cls in kind.__mro__ for hook in HOOKS
        )
    )


def reduce_as_it_says(dumper: Dumper, obj: Any) -> Any:
    """By the class's own method, or as it stands where that misses an attribute: it is half made."""
    found = singleton(dumper, obj)
    if found is not None:
        return found
    dumper.current = obj
    if id(obj) in dumper.selves and _library_reduces(type(obj)):
        return reduce_structure(dumper, obj)
    try:
        reduce: Any = type(obj).__reduce_ex__
        return reduce(obj, 5)
    except AttributeError:
        return reduce_structure(dumper, obj)


def _library_reduces(kind: type) -> bool:
    from pyteleport.graph.modules import STANDARD

    found = next(cls.__dict__["__reduce__"] for cls in kind.__mro__ if "__reduce__" in cls.__dict__)
    return type(found) is FunctionType and found.__code__.co_filename.startswith(STANDARD)


def attributes_of(obj: Any) -> dict[str, Any]:
    """The instance dict and slots, read below the class's own attribute access."""
    try:
        held = dict(object.__getattribute__(obj, "__dict__"))
    except AttributeError:
        held = {}
    for name, descriptor in slot_names(type(obj)):
        try:
            held[name] = descriptor.__get__(obj)
        except AttributeError:
            continue
    return held


def needs_structure(kind: type, base: type) -> bool:
    """Whether a library's class would be asked, while it is empty, for what it does not have yet."""
    if base in CONTAINERS:
        return any(name in vars(kind) for name in FILLERS)
    if base is not object and base not in VALUES:
        return False
    return any("__class__" in cls.__dict__ for cls in kind.__mro__ if cls is not object) or any(
        type(cls.__dict__.get(name)) is FunctionType
        for cls in kind.__mro__
        for name in ("__getattr__", "__getattribute__")
    )


def reduce_structure(dumper: Dumper, obj: Any) -> Any:
    kind = type(obj)
    base = solid_base(kind)
    attributes = attributes_of(obj)
    if base is object:
        made: tuple[Any, ...] = (restore.make_object, (kind,))
        contents = None
    elif base in CONTAINERS:
        made = (restore.make_based, (kind, base))
        contents = list(base.__iter__(obj)) if base is not dict else list(dict.items(obj))
    else:
        made = (restore.make_based, (kind, base, plain_value(obj, base)))
        contents = None
    if not attributes and contents is None:
        return made
    if dumper.deep:
        dumper.mark(attributes.values())
        if contents is not None:
            dumper.mark(dict.values(obj) if base is dict else contents)
        dumper.fills.append((restore.fill_structure, obj, (attributes, contents)))
        return made
    return (*made, (attributes, contents), None, None, restore.fill_structure)


def reduce_named_structure(dumper: Dumper, obj: Any) -> Any:
    return singleton(dumper, obj) or reduce_structure(dumper, obj)


def plain_value(obj: Any, base: type) -> Any:
    """The built-in value inside an instance of its subclass, without the subclass's methods."""
    if base is tuple:
        return tuple(tuple.__iter__(obj))
    if base is frozenset:
        return frozenset(frozenset.__iter__(obj))
    if base is int:
        return int.__add__(obj, 0)
    if base is float:
        return float.__add__(obj, 0.0) if float.__ne__(obj, 0.0) else float.__pos__(obj)
    if base is complex:
        return complex.__pos__(obj)
    if base is str:
        return str.__str__(obj) if type(obj) is str else "".join(str.__iter__(obj))
    if base is bytearray:
        return bytearray(bytearray.__iter__(obj))
    return bytes(bytes.__iter__(obj))


def reduce_by_class(dumper: Dumper, obj: Any) -> Any:
    """The first instance of a class: chooses its reducer and remembers it."""
    kind = type(obj)
    chosen = reducer_for(dumper, kind)
    dumper.reducers[kind] = chosen
    return chosen(dumper, obj)


def install() -> None:
    """Fills the dumper's table."""
    Dumper.family_reducers.append((object, reduce_by_class))
