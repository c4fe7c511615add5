"""What the program has put into libraries' modules and classes: functions, classes and objects of its own.

A library is imported anew at the target. What stands in its modules that is the program's (a function
in place of `random.random`, a method on `json.JSONEncoder`, a class registered with a library's abstract
class, the `append` of a list that warnings go to) is found by looking at all of them, by identity and
exact types, and put in place there once all is loaded. What was in its place is known there by
name until then. Plain values cannot be told from a library's own: those that matter are rows of `settings`.
"""

from __future__ import annotations

import sys
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)

from pyteleport.surroundings.here import REPLACEABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # Module, path of a class in it or "", name, value.
    Change = tuple[str, str, str, Any]

COLLECTIONS = (list, dict, set, bytearray)
WRAPPERS = (staticmethod, classmethod)
PLAIN = (type(None), bool, int, float, complex, str, bytes, tuple)
# Where libraries keep what programs register with them.
TABLES = (
    ("copyreg", "dispatch_table"),
    ("copy", "_copy_dispatch"),
    ("copy", "_deepcopy_dispatch"),
    ("sqlite3.dbapi2", "adapters"),
    ("sqlite3.dbapi2", "converters"),
    ("shutil", "_ARCHIVE_FORMATS"),
    ("shutil", "_UNPACK_FORMATS"),
)
LISTS = (("sys", "meta_path"), ("sys", "path_hooks"), ("gc", "callbacks"))
TAKEN_ELSEWHERE = {"sys": REPLACEABLE, "builtins": ("_",)}  # the last value at a prompt
# Types of values that are never the program's, or plain.
NEVER = (*PLAIN, *COLLECTIONS, ModuleType, WrapperDescriptorType, MethodDescriptorType,
         GetSetDescriptorType, MemberDescriptorType, ClassMethodDescriptorType)  # fmt: skip
MOCKS = "unittest.mock"
HEAP_TYPE = 1 << 9
# What `builtins` has of plain values.
BUILTIN_NAMES = frozenset(("__name__", "__doc__", "__package__", "__debug__", "None", "True", "False", "_"))  # fmt: skip

_namespace_of = type.__dict__["__dict__"].__get__


class Search:
    """One look at all libraries."""

    def __init__(self, own: dict[str, ModuleType]) -> None:
        self.own = own
        self.own_dicts = {id(module.__dict__) for module in own.values()}
        self.kinds: dict[type, bool] = dict.fromkeys(NEVER, False)
        self.classes: set[int] = set()
        self.changes: list[Change] = []
        self.registered: list[tuple[type, list[type]]] = []
        self.entries: list[tuple[str, str, Any, Any]] = []

    def is_own(self, value: Any, kind: type) -> bool:
        """Whether a value in a library's namespace is the program's."""
        if kind is FunctionType:
            return id(value.__globals__) in self.own_dicts
        known = self.kinds.get(kind)
        if known is not None:
            return known
        if issubclass(kind, type):
            return value.__module__ in self.own
        if kind is BuiltinFunctionType:
            return type(value.__self__) in COLLECTIONS
        if kind is MethodType:
            owner = value.__self__
            return self.is_own(value.__func__, type(value.__func__)) or self.is_own(
                owner, type(owner)
            )
        if kind in WRAPPERS:
            return self.is_own(value.__func__, type(value.__func__))
        if kind is property:
            return self.is_own(value.fget, type(value.fget))
        if kind.__module__ == "functools":
            inner = getattr(value, "__wrapped__", None) or getattr(value, "func", None)
            return self.is_own(inner, type(inner))
        module = kind.__module__
        self.kinds[kind] = type(module) is str and (module in self.own or module == MOCKS)
        return self.kinds[kind]

    def is_any_own(self, *values: Any) -> bool:
        return any(
            self.is_any_own(*value) if type(value) is tuple else self.is_own(value, type(value))
            for value in values
        )

    def look_at_tables(self) -> None:
        for name, table in TABLES:
            found = getattr(sys.modules.get(name), table, None)
            if type(found) is dict:
                self.entries += [
                    (name, table, key, value)
                    for key, value in found.items()
                    if self.is_any_own(key, value)
                ]
        for name, table in LISTS:
            found = getattr(sys.modules.get(name), table, None) or ()
            self.entries += [
                (name, table, position, value)
                for position, value in enumerate(found)
                if self.is_own(value, type(value))
            ]

    def look_at(self, name: str, module: ModuleType) -> None:
        """Looks at all values of a module; nearly all are passed over after one or two steps."""
        space = module.__dict__
        known = self.kinds.get
        for key, value in list(space.items()):
            kind = type(value)
            if kind is FunctionType:
                if value.__globals__ is space:
                    continue
            elif known(kind) is False:
                continue
            elif kind is BuiltinFunctionType:
                if type(value.__self__) is ModuleType:
                    continue
            elif issubclass(type(value), type):
                if not value.__flags__ & HEAP_TYPE:
                    continue
                if value.__module__ == name:
                    self.look_into(name, space, value)
                    continue
            if name == MOCKS or key in TAKEN_ELSEWHERE.get(name, ()):
                continue
            if self.is_own(value, kind):
                self.changes.append((name, "", key, value))

    def look_into(self, name: str, space: dict[str, Any], cls: type) -> None:
        if id(cls) in self.classes:
            return
        self.classes.add(id(cls))
        known = self.kinds.get
        inside = _namespace_of(cls)
        for key, value in inside.items():
            kind = type(value)
            if kind is FunctionType:
                if value.__globals__ is space:
                    continue
            elif known(kind) is False:
                continue
            if self.is_own(value, kind):
                self.changes.append((name, cls.__qualname__, key, value))
        if "_abc_impl" in inside:
            import _abc  # type: ignore[import-not-found]

            mine = [
                found
                for reference in _abc._get_dump(cls)[0]
                if (found := reference()) is not None and found.__module__ in self.own
            ]
            if mine:
                self.registered.append((cls, mine))


def find(own: dict[str, ModuleType]) -> Search:
    """What of the program's stands in libraries.

    Args:
        own: the program's own modules by name.
    """
    search = Search(own)
    mine = {id(module) for module in own.values()}
    for name, module in list(sys.modules.items()):
        if (
            type(module) is ModuleType
            and id(module) not in mine
            and not name.startswith("pyteleport")
        ):
            search.look_at(name, module)
    search.look_at_tables()
    builtins = sys.modules["builtins"].__dict__
    for name, value in builtins.items():
        if type(value) in (*PLAIN, *COLLECTIONS) and name not in BUILTIN_NAMES:
            search.changes.append(("builtins", "", name, value))
    return search


def take(own: dict[str, ModuleType]) -> Any:
    """(libraries to load first, changes, registered classes, entries of tables); None where there are none.

    All libraries that are loaded here are loaded there before a change is put in place: what one had from
    another by then is what it was made with.
    """
    search = find(own)
    if not (search.changes or search.registered or search.entries):
        return None
    libraries = [
        name
        for name, module in sys.modules.items()
        if name not in own and type(module) is ModuleType and not name.startswith("pyteleport")
    ]
    return libraries if search.changes else [], search.changes, search.registered, search.entries
