"""What reduce tuples call at the target to make and fill objects. Standard library only.

Kept small: it travels and is loaded at every move. Frames and generators are in `rebuild`.
"""

from __future__ import annotations

import sys
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CellType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Types without a name of their own anywhere: found by a value's type.
SPECIAL_TYPES: dict[str, type] = {
    "NoneType": type(None),
    "NotImplementedType": type(NotImplemented),
    "ellipsis": type(...),
    "mappingproxy": type(type.__dict__),
    "function": FunctionType,
    "module": ModuleType,
    "code": CodeType,
    "cell": CellType,
    "method": MethodType,
    "builtin": type(len),
    "generator": GeneratorType,
    "coroutine": CoroutineType,
    "async_generator": AsyncGeneratorType,
    "traceback": TracebackType,
    "frame": FrameType,
    "method-wrapper": type(object().__str__),
    "wrapper_descriptor": type(object.__str__),
    "method_descriptor": type(str.join),
    "dict_keys": type({}.keys()),
    "dict_values": type({}.values()),
    "dict_items": type({}.items()),
}
SPECIAL_TYPES_BY_ID = {id(kind): name for name, kind in SPECIAL_TYPES.items()}


def process_wide() -> list[Any]:
    """Lists and dicts of the interpreter's own: there they are that interpreter's."""
    return [
        sys.modules,
        sys.path,
        sys.argv,
        sys.meta_path,
        sys.path_hooks,
        sys.path_importer_cache,
        sys.warnoptions,
    ]


# Memory of objects that were made and whose contents are next in the image.
unfilled: list[memoryview] = []


def filled(_obj: Any, _memory: bytes) -> None:
    """Called once the memory of an object was filled from the image."""


def special_type(name: str) -> type:
    return SPECIAL_TYPES[name]


def types_named(module: str, qualname: str) -> list[type]:
    """Of all types there are now, those made in C that call themselves so."""
    seen: set[type] = {object}
    queue: list[type] = [object]
    for kind in queue:
        below: Any
        for below in type.__subclasses__(kind):
            if below not in seen:
                seen.add(below)
                queue.append(below)
    return [
        kind
        for kind in queue
        if is_native(kind) and kind.__qualname__ == qualname and kind.__module__ == module
    ]


def type_among_all(module: str, qualname: str) -> type:
    """The one type made in C that calls itself so.

    Raises:
        TypeError: there is none here, or more than one.
    """
    try:
        __import__(module)
    except ImportError:  # what a type says of its module need not be one
        pass
    code = type_among_all.__code__
    for lazy in (code.co_lines(), code.co_positions()):
        dir(lazy)  # some types are set up when they are first used
    found = types_named(module, qualname)
    if len(found) != 1:
        raise TypeError(f"the type {module}.{qualname} is not to be found here")
    return found[0]


def same(obj: Any) -> Any:
    return obj


def import_name(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]


def find_parts(name: str, places: list[str]) -> None:
    """Lets installed parts of an own namespace package be found before its own `__path__` is there."""
    from _frozen_importlib import ModuleSpec, _find_spec  # type: ignore[attr-defined]

    above = sys.modules.get(name.rpartition(".")[0])
    found = _find_spec(name, getattr(above, "__path__", None))
    module: Any = sys.modules[name]
    module.__spec__ = found or ModuleSpec(name, None, is_package=True)
    module.__path__ = places + list(module.__spec__.submodule_search_locations or ())


def module_dict(name: str) -> dict[str, Any]:
    return import_name(name).__dict__


def attribute(module: str, name: str) -> Any:
    return import_name(module).__dict__[name]


def original(module: str, qualname: str) -> Any:
    """What a library has under a name before the program's changes to it are put in place."""
    found: Any = import_name(module)
    for name in qualname.split("."):
        found = found.__dict__[name]
    return unwrapped(found)


def unwrapped(found: Any) -> Any:
    """The function inside of what stands in a class for it."""
    if type(found) is property:
        return found.fget
    return found.__func__ if type(found) in (staticmethod, classmethod) else found


def class_attribute(cls: type, name: str) -> Any:
    return type.__dict__["__dict__"].__get__(cls)[name]


def made_by_type(name: str) -> Any:
    """The `__dict__` or `__weakref__` descriptor that `type` shares among classes (from 3.15)."""
    return type("Any", (), {}).__dict__[name]


def lru_cache(function: Any, maxsize: int | None, typed: bool) -> Any:
    from functools import lru_cache as make

    return make(maxsize, typed)(function)


def fill_attributes(obj: Any, attributes: dict[str, Any]) -> None:
    obj.__dict__.update(attributes)


def dead_reference() -> Any:
    """A weak reference whose object is gone."""
    from _weakref import ref

    return ref(type("Gone", (), {})())


def proxy(target: Any, *callback: Any) -> Any:
    """A weak proxy."""
    from _weakref import proxy as make

    return make(target, *callback)


def dead_proxy(calls: bool) -> Any:
    """A weak proxy whose object is gone."""
    return proxy(type("Gone", (), {"__call__": id} if calls else {})())


def type_variable(kind: Any, name: str, constraints: Any, options: dict[str, Any]) -> Any:
    return kind(name, *constraints, **options)


def type_alias(name: str, value: Any, parameters: tuple[Any, ...]) -> Any:
    import typing

    return vars(typing)["TypeAliasType"](name, value, type_params=parameters)


def attribute_of_attributes(obj: Any, names: list[str]) -> Any:
    for name in names:
        obj = getattr(obj, name)
    return obj


def call_method(owner: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    return getattr(owner, name)(*arguments)


def class_namespace(cls: type) -> Any:
    """The dict itself, not the view of it."""
    from gc import get_referents

    return get_referents(cls.__dict__)[0]


def class_dict(cls: type) -> Any:
    return cls.__dict__


def view(mapping: dict[Any, Any], name: str) -> Any:
    return getattr(dict, name)(mapping)


def nested_code(root: CodeType, path: tuple[int, ...]) -> CodeType:
    for number in path:
        root = root.co_consts[number]
    return root


def fill_cell(cell: CellType, state: tuple[Any]) -> None:
    cell.cell_contents = state[0]


def fill_function(function: FunctionType, state: dict[str, Any]) -> None:
    attributes = state.pop("__dict__", None)
    for name, value in state.items():
        setattr(function, name, value)
    if attributes:
        function.__dict__.update(attributes)


def fill_module(module: ModuleType, state: dict[str, Any]) -> None:
    module.__dict__.update(state)


def _no_init_subclass(cls: Any, /, **keywords: Any) -> None:
    """Stands in for a base's `__init_subclass__`: that has run already, where the class was made."""


HEAP_TYPE, IMMUTABLE_TYPE = 1 << 9, 1 << 8  # Py_TPFLAGS_*


def is_native(cls: type) -> bool:
    """Whether a type is made in C: static, immutable, or with a `__new__` of its own in C."""
    return (
        not cls.__flags__ & HEAP_TYPE
        or bool(cls.__flags__ & IMMUTABLE_TYPE)
        or type(cls.__dict__.get("__new__")) is BuiltinFunctionType
    )


def make_class(
    metaclass: type, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
) -> type:
    """A bare class, without running any metaclass or `__init_subclass__` of the program's again."""
    shielded = [
        base for base in bases if base.__flags__ & HEAP_TYPE and not base.__flags__ & IMMUTABLE_TYPE
    ]
    hidden = [base.__dict__.get("__init_subclass__") for base in shielded]
    shield: Any = classmethod(_no_init_subclass)
    for base in shielded:
        type.__setattr__(base, "__init_subclass__", shield)
    try:
        return type.__new__(metaclass, name, bases, namespace)
    finally:
        for base, was in zip(shielded, hidden, strict=True):
            if was is None:
                type.__delattr__(base, "__init_subclass__")
            else:
                type.__setattr__(base, "__init_subclass__", was)


# What `type` itself puts into the class.
SET_BY_TYPE = frozenset(
    ("__abstractmethods__", "__annotations__", "__annotate__", "__doc__", "__module__",
     "__type_params__")
)  # fmt: skip


def is_set_by_metaclass(cls: type, name: str) -> bool:
    """Whether setting a class's attribute would not reach the class: `__class__`, a property of its metaclass."""
    metaclass: Any = type(cls)
    for base in metaclass.__mro__:
        found = type.__dict__["__dict__"].__get__(base).get(name)
        if found is not None:
            return name not in SET_BY_TYPE and hasattr(type(found), "__set__")
    return False


def fill_class(
    cls: type, given: tuple[dict[str, Any], tuple[list[type], list[type], list[type]] | None]
) -> None:
    state, checks = given
    for name in [name for name in state if is_set_by_metaclass(cls, name)]:
        class_namespace(cls)[name] = state.pop(name)
    for name, value in state.items():
        type.__setattr__(cls, name, value)
    if checks is not None:
        import _abc  # type: ignore[import-not-found]

        from pyteleport import rests
        from pyteleport.graph import rebuild

        _abc._abc_init(cls)
        registered, yes, no = checks
        for found in registered:
            rests.add_to_registry(cls, found)
        rebuild.before_start.append(lambda: _keep_answers(cls, yes, no))


def _keep_answers(cls: type, yes: list[type], no: list[type]) -> None:
    """Fills the caches: last of all, since each registration makes those of noes void."""
    from pyteleport import rests

    for found in yes:
        rests.keep_answer(cls, found, True)
    for found in no:
        rests.keep_answer(cls, found, False)


def make_exception(cls: type[BaseException], arguments: tuple[Any, ...]) -> BaseException:
    """An exception without running its `__new__` or `__init__`."""
    base = next(base for base in cls.__mro__ if is_native(base))
    made: BaseException = base.__new__(cls, *arguments)
    return made


def fill_exception(error: BaseException, state: tuple[Any, ...]) -> None:
    context, cause, suppress, traceback, attributes, slots, arguments = state
    error.args = arguments
    for name, value in slots.items():
        object.__setattr__(error, name, value)
    if attributes:
        error.__dict__.update(attributes)
    below = vars(BaseException)
    below["__context__"].__set__(error, context)
    below["__cause__"].__set__(error, cause)
    below["__suppress_context__"].__set__(error, suppress)
    below["__traceback__"].__set__(error, traceback)


def make_object(cls: type) -> Any:
    return object.__new__(cls)


def make_based(cls: type, base: type, *arguments: Any) -> Any:
    """An instance of a subclass of a built-in type, holding the built-in's value."""
    return base.__new__(cls, *arguments)


def fill_structure(obj: Any, state: tuple[dict[str, Any], list[Any] | None]) -> None:
    """Fills an instance below any `__setattr__`, `__setitem__` or `append` of its class."""
    attributes, contents = state
    for name, value in attributes.items():
        object.__setattr__(obj, name, value)
    if contents is not None:
        if isinstance(obj, dict):
            for key, value in contents:
                dict.__setitem__(obj, key, value)
        elif isinstance(obj, list):
            list.extend(obj, contents)
        else:
            set.update(obj, contents)


pieces: dict[int, Any] = {}


def piece(kind: str, what: Any) -> Any:
    """A container of a graph nested very deep (see `deep`): by its number, or tuples in each other.

    Or what goes in place of an object that was left out.
    """
    if kind == "instead":
        return what[0]
    if kind == "tuples":
        for number, items, places in what:
            for place, inner in places:
                items[place] = pieces[inner]
            pieces[number] = tuple(items)
        return pieces[number]
    if kind != "tuple" and what not in pieces:
        pieces[what] = {"list": list, "dict": dict, "set": set}[kind]()
    return pieces[what]


def fill_list(made: list[Any], contents: list[Any]) -> None:
    made += contents


def fill_hashed(made: Any, contents: list[Any]) -> None:
    made.update(contents)


def fill_traceback(made: TracebackType, following: TracebackType) -> None:
    made.tb_next = following
