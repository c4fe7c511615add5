"""Reducers for what the program defines: functions, classes, cells, code, modules, methods.

Each returns a reduce tuple that names a function of `restore`, `rebuild` or the standard library.
"""

from __future__ import annotations

import marshal
import sys
from _weakref import CallableProxyType, ProxyType
from gc import get_referents, get_referrers
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)

from pyteleport.capture.code import original
from pyteleport.capture.core import field_object
from pyteleport.capture.frames import NULL
from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper, MadeThere, find, refer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Class attributes that type() makes itself, or that are given to it at creation.
MADE_WITH_CLASS = frozenset(
    ("__dict__", "__weakref__", "__module__", "__qualname__", "__slots__", "__slotnames__", "_abc_impl",
     "__firstlineno__", "__static_attributes__")
)  # fmt: skip
LONG_CHAIN = 50  # of methods of methods: taken as one
WRAPPERS = (staticmethod, classmethod, property)
GIVEN_TO_CLASS = ("__firstlineno__", "__static_attributes__")


def globals_of(dumper: Dumper, namespace: dict[str, Any], code: CodeType | None = None) -> Any:
    """A module's dict as something that is that dict at the target; `code` is what runs in it."""
    name = namespace.get("__name__")
    if dumper.scope is not None and dumper.scope.use(namespace, code):
        return MadeThere(dict)  # not in the memo yet: this dump is not the last
    if type(name) is str and (dumper.by_name or name not in dumper.own):
        module = sys.modules.get(name)
        if module is not None and module.__dict__ is namespace:
            refer(dumper, name)
            return MadeThere(restore.module_dict, name)
    return namespace


def reduce_code(dumper: Dumper, code: CodeType) -> Any:
    """By value (marshal); code nested in another known code object goes as a path into it."""
    known = dumper.codes.get(id(code))
    if known is not None:
        root, path = known
        return restore.nested_code, (root, path)
    plain = original(code, 0)[0]
    if plain is not code:
        return restore.same, (plain,)
    dumper.keep.append(code)
    register_nested(dumper, code)
    frames = sys.modules.get("pyteleport.graph.rebuild_frames")
    if frames is not None and frames.chain_in(code) is not None:
        code = code.replace(co_consts=code.co_consts[:-1])
    return marshal.loads, (marshal.dumps(code),)


def register_nested(dumper: Dumper, root: CodeType) -> None:
    """Lets code objects nested in `root` be found there by path."""
    queue: list[tuple[CodeType, tuple[int, ...]]] = [(root, ())]
    while queue:
        code, path = queue.pop()
        for number, constant in enumerate(code.co_consts):
            if type(constant) is CodeType and id(constant) not in dumper.codes:
                dumper.codes[id(constant)] = (root, (*path, number))
                queue.append((constant, (*path, number)))


def reduce_cell(dumper: Dumper, cell: CellType) -> Any:
    try:
        content = cell.cell_contents
    except ValueError:
        return CellType, ()
    owner = dumper.class_dicts.get(id(content))
    if owner is not None:
        content = MadeThere(restore.class_namespace, owner)
    if dumper.deep:
        dumper.mark((content,))
        dumper.fills.append((restore.fill_cell, cell, (content,)))
        return CellType, ()
    return CellType, (), (content,), None, None, restore.fill_cell


def note_class_dict(dumper: Dumper, function: FunctionType) -> None:
    """Finds the class whose dict a function's `__classdict__` cell holds."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    cell = cells.get("__classdict__")
    for namespace in get_referents(cell) if cell is not None else ():
        for owner in get_referrers(namespace):
            if issubclass(type(owner), type) and get_referents(owner.__dict__)[0] is namespace:
                dumper.class_dicts[id(namespace)] = owner


def goes_by_name(dumper: Dumper, obj: Any, module: Any, qualname: Any) -> bool:
    """Whether a function or class is one of a library's, found there under its name."""
    if type(module) is not str or type(qualname) is not str:
        return False
    if module in dumper.own and not dumper.by_name:
        if dumper.scope is not None:
            dumper.scope.define(module, qualname)
        return False
    if find(module, qualname) is obj:
        refer(dumper, module)
        return True
    return False


def original_of(dumper: Dumper, module: Any, qualname: Any) -> Any:
    """The reduction of what the program has put something else in place of: it is there under its name."""
    if type(module) is str and (module, qualname) in dumper.replaced:
        refer(dumper, module)
        return restore.original, (module, qualname)
    return None


def inside_wrapper(dumper: Dumper, function: FunctionType) -> Any:
    """The reduction of a library's function that stands in its class as a static method, say (`Enum.__new__`)."""
    module, qualname = function.__module__, function.__qualname__
    if type(module) is not str or (module in dumper.own and not dumper.by_name):
        return None  # the program's own, wrapped by a library's decorator, say
    found = find(module, qualname)
    if type(found) in WRAPPERS and restore.unwrapped(found) is function:
        refer(dumper, module)
        return restore.original, (module, qualname)
    return None


def reduce_function(dumper: Dumper, function: FunctionType) -> Any:
    module, qualname = function.__module__, function.__qualname__
    if dumper.by_name or function.__globals__.get("__name__") not in dumper.own:
        if goes_by_name(dumper, function, module, qualname):
            return NotImplemented
        found = original_of(dumper, module, qualname) or inside_wrapper(dumper, function)
        if found is not None:
            return found
    elif dumper.scope is not None:
        dumper.scope.define(module, qualname)
    code = original(function.__code__, 0)[0]
    state: dict[str, Any] = {}
    for name in ("__defaults__", "__kwdefaults__", "__dict__", "__type_params__"):
        value = getattr(function, name, None)
        if value:
            state[name] = value
    if qualname != code.co_qualname:
        state["__qualname__"] = qualname
    if function.__name__ != code.co_name:
        state["__name__"] = function.__name__
    if module != function.__globals__.get("__name__"):
        state["__module__"] = module
    if function.__doc__ != (code.co_consts[0] if code.co_consts else None):
        state["__doc__"] = function.__doc__
    annotate = getattr(function, "__annotate__", None)
    if annotate is not None:
        state["__annotate__"] = annotate
    elif function.__annotations__:
        state["__annotations__"] = function.__annotations__
    arguments = (code, globals_of(dumper, function.__globals__, code), function.__name__)
    if function.__closure__ is not None:
        note_class_dict(dumper, function)
        arguments = (*arguments, None, function.__closure__)  # type: ignore[assignment]
    if not state:
        return FunctionType, arguments
    return FunctionType, arguments, state, None, None, restore.fill_function


def reduce_class(dumper: Dumper, cls: type) -> Any:
    """A class by value: made bare by `type.__new__`, then filled attribute by attribute."""
    module, qualname = cls.__module__, cls.__qualname__
    if goes_by_name(dumper, cls, module, qualname):
        return NotImplemented
    found = original_of(dumper, module, qualname)
    if found is not None:
        return found
    if restore.is_native(cls):
        special = restore.SPECIAL_TYPES_BY_ID.get(id(cls))
        if special is not None:
            return restore.special_type, (special,)
        if find(module, qualname) is not cls:
            from pyteleport.graph.nameless_types import reduce_nameless_type

            found = reduce_nameless_type(dumper, cls)
            if found is not None:
                return found
        dumper.current = cls
        return NotImplemented
    namespace = type.__dict__["__dict__"].__get__(cls)
    slots = [
        name
        for name, value in namespace.items()
        if type(value) is MemberDescriptorType and value.__objclass__ is cls
    ]
    given: dict[str, Any] = {"__module__": module, "__qualname__": qualname}
    for name in GIVEN_TO_CLASS:
        if name in namespace:
            given[name] = namespace[name]
    if "__slots__" in namespace:
        # The name as given may be mangled by type() again: unmangled names are not needed twice.
        given["__slots__"] = tuple(slots) + tuple(
            name for name in ("__dict__", "__weakref__") if name in namespace
        )
    state = {
        name: value
        for name, value in namespace.items()
        if name not in MADE_WITH_CLASS and name not in slots
        and not (type(value) is GetSetDescriptorType and value.__objclass__ is cls)
    }  # fmt: skip
    if "__slots__" in namespace:
        state["__slots__"] = namespace["__slots__"]
    if state.get("__doc__", NULL) is None:
        del state["__doc__"]
    checks = _checks(dumper, cls) if "_abc_impl" in namespace else None
    if dumper.scope is None and not dumper.by_name:
        below: list[type] = type.__subclasses__(cls)
        if below:
            from pyteleport.graph import rebuild_classes

            dumper.fills.append((rebuild_classes.note, cls, below))
    return (
        restore.make_class,
        (type(cls), cls.__name__, cls.__bases__, given),
        (state, checks),
        None,
        None,
        restore.fill_class,
    )


def _comes_anyway(dumper: Dumper, module: str, qualname: str, cls: type) -> bool:
    """Whether a class needs nothing at the target that the program does not need without it."""
    if module in dumper.own:
        return True
    return module.partition(".")[0] in sys.stdlib_module_names and find(module, qualname) is cls


def _checks(dumper: Dumper, cls: type) -> tuple[list[type], list[type], list[type]]:
    """Of an abstract class: the registered classes, and those its caches say yes and no of."""
    import _abc  # type: ignore[import-not-found]

    from pyteleport.capture.special import type_names

    def alive(references: set[Any]) -> list[type]:
        return [found for found in (reference() for reference in references) if found is not None]

    def known(classes: list[type]) -> list[type]:
        # A cache holds classes weakly: what is there only for its sake must not be a reason to fail.
        return [found for found in classes if _comes_anyway(dumper, *type_names(found), found)]

    registry, cache, negative, version = _abc._get_dump(cls)
    current = version == _abc.get_cache_token()
    return alive(registry), known(alive(cache)), known(alive(negative)) if current else []


def reduce_module(dumper: Dumper, module: ModuleType) -> Any:
    name = module.__name__
    if dumper.scope is not None and dumper.scope.use_module(module):
        return ModuleType, (name,)  # not in the memo yet: this dump is not the last
    if sys.modules.get(name) is module:
        refer(dumper, name)
        note_package(dumper, module)
        return restore.import_name, (name,)
    if is_inside(dumper, module):
        return restore.attribute, tuple(name.rpartition(".")[::2])
    return ModuleType, (name,), dict(module.__dict__), None, None, restore.fill_module


def is_inside(dumper: Dumper, module: ModuleType) -> bool:
    """Whether a module cannot be imported, but is an attribute of a library's: `sys.monitoring`."""
    outer, _, name = module.__name__.rpartition(".")
    if outer in dumper.own or module.__name__ in sys.modules:
        return False
    return find(outer, name) is module


def note_package(dumper: Dumper, module: ModuleType) -> None:
    """A package that goes by name is used through its attributes: its loaded submodules, too.

    Not those below pyteleport's packages, which nobody uses but itself.
    """
    if "__path__" in module.__dict__ and module.__name__ not in dumper.packages:
        dumper.packages.add(module.__name__)
        if module.__name__ == "pyteleport":
            return
        for value in list(module.__dict__.values()):
            if type(value) is ModuleType and value.__name__.startswith(f"{module.__name__}."):
                note_package(dumper, value)


def reduce_method(dumper: Dumper, method: MethodType) -> Any:
    return MethodType, (method.__func__, method.__self__)


def reduce_builtin(dumper: Dumper, function: BuiltinFunctionType) -> Any:
    """`len` by name, `[].append` by its owner, `random.random` by the module's own instance."""
    owner = function.__self__
    if owner is None or issubclass(type(owner), ModuleType):
        if type(owner) is ModuleType and is_inside(dumper, owner):
            return getattr, (owner, function.__name__)
        module = function.__module__ or getattr(owner, "__name__", None)
        if module is not None:
            refer(dumper, module)
        original = original_of(dumper, module, function.__name__)
        replaced = type(owner) is ModuleType and (
            owner.__dict__.get(function.__name__) is not function
        )
        if original is None and replaced:
            # As `sys.displayhook` under pdb; it is not replaced there while the image is loaded.
            return getattr, (owner, function.__name__)
        return original or NotImplemented
    if type(owner) is BuiltinFunctionType:
        names, owner = names_of_chain(function)
        if len(names) > LONG_CHAIN:
            return restore.attribute_of_attributes, (owner, names)
        owner = function.__self__
    return getattr, (owner, function.__name__)


def names_of_chain(function: BuiltinFunctionType) -> tuple[list[str], Any]:
    """Of a method of a method of a method ...: all the names, innermost first, and whose it is."""
    names: list[str] = []
    owner: Any = function
    while type(owner) is BuiltinFunctionType and not isinstance(
        owner.__self__, (ModuleType, type(None))
    ):
        names.append(owner.__name__)
        owner = owner.__self__
    return names[::-1], owner


def reduce_method_wrapper(dumper: Dumper, wrapper: MethodWrapperType) -> Any:
    return getattr, (wrapper.__self__, wrapper.__name__)


def reduce_descriptor(dumper: Dumper, descriptor: Any) -> Any:
    """`str.upper`, a slot's member descriptor, a getset: by its class and name."""
    owner, name = descriptor.__objclass__, descriptor.__name__
    if name in ("__dict__", "__weakref__") and name not in owner.__dict__:
        return restore.made_by_type, (name,)
    return restore.class_attribute, (owner, name)


def reduce_lru_cache(dumper: Dumper, wrapper: Any) -> Any:
    """A cached function: the wrapped one, with the same parameters and attributes."""
    given = wrapper.cache_parameters()
    return (
        restore.lru_cache,
        (wrapper.__wrapped__, given["maxsize"], given["typed"]),
        wrapper.__dict__,
        None,
        None,
        restore.fill_attributes,
    )


def reduce_property(dumper: Dumper, value: property) -> Any:
    return type(value), (value.fget, value.fset, value.fdel, value.__doc__)


def reduce_wrapped_method(dumper: Dumper, value: Any) -> Any:
    return type(value), (value.__func__,)


def reduce_super(dumper: Dumper, value: Any) -> Any:
    cls, obj = value.__thisclass__, value.__self__
    return super, ((cls,) if obj is None else (cls, obj))


def reduce_proxy(dumper: Dumper, proxy: Any) -> Any:
    mapping = get_referents(proxy)[0]
    if isinstance(mapping, dict):
        for cls in type.__subclasses__(object):
            if get_referents(cls.__dict__)[0] is mapping:
                return restore.class_dict, (cls,)
    return MappingProxyType, (mapping,)


def reduce_reference(dumper: Dumper, reference: Any) -> Any:
    """A weak reference: what nothing else holds there is gone there, too."""
    target = reference()
    if target is None:
        return restore.dead_reference, ()
    callback = reference.__callback__
    key = getattr(reference, "key", NULL)
    more = (callback,) if key is NULL else (callback, key)
    return type(reference), (target, *more)


def reduce_weak_proxy(dumper: Dumper, proxy: Any) -> Any:
    """A weak proxy hands everything on to its object: that is read where it is held."""
    target = field_object(proxy, object.__basicsize__)  # PyWeakReference: wr_object comes first
    if target is None:
        return restore.dead_proxy, (type(proxy) is CallableProxyType,)
    return restore.proxy, (target, *get_referents(proxy))


def reduce_struct(dumper: Dumper, layout: Any) -> Any:
    return type(layout), (layout.format,)


def reduce_type_variable(dumper: Dumper, variable: Any) -> Any:
    """One of the program's own by value: its name may not lead to it yet, or ever."""
    if goes_by_name(dumper, variable, variable.__module__, variable.__name__):
        return NotImplemented
    options = {}
    for name in ("bound", "covariant", "contravariant", "infer_variance"):
        value = getattr(variable, f"__{name}__", None)
        if value:
            options[name] = value
    if getattr(variable, "has_default", bool)():
        options["default"] = variable.__default__
    constraints = getattr(variable, "__constraints__", ())
    attributes = {"__module__": variable.__module__}
    return (
        restore.type_variable,
        (type(variable), variable.__name__, constraints, options),
        attributes,
        None,
        None,
        restore.fill_function,
    )


def reduce_type_alias(dumper: Dumper, alias: Any) -> Any:
    if goes_by_name(dumper, alias, alias.__module__, alias.__name__):
        return NotImplemented
    return restore.type_alias, (alias.__name__, alias.__value__, alias.__type_params__)


def install_loaded(name: str, kinds: tuple[str, ...], reducer: Any) -> None:
    """Registers types of a module only where the program has loaded it."""
    module = sys.modules.get(name)
    for kind in kinds:
        if module is not None and hasattr(module, kind):
            Dumper.reducers[getattr(module, kind)] = reducer


VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}


def reduce_view(dumper: Dumper, view: Any) -> Any:
    return restore.view, (get_referents(view)[0], VIEWS[type(view)])


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    table[CodeType] = reduce_code
    table[CellType] = reduce_cell
    table[FunctionType] = reduce_function
    table[ModuleType] = reduce_module
    table[MethodType] = reduce_method
    table[BuiltinFunctionType] = reduce_builtin
    table[MethodWrapperType] = reduce_method_wrapper
    for descriptor in (str.upper, str.__add__, MemberDescriptorType, GetSetDescriptorType):
        kind = descriptor if isinstance(descriptor, type) else type(descriptor)
        table[kind] = reduce_descriptor
    table[type(dict.__dict__["fromkeys"])] = reduce_descriptor
    table[property] = reduce_property
    table[staticmethod] = table[classmethod] = reduce_wrapped_method
    table[super] = reduce_super
    install_loaded("functools", ("_lru_cache_wrapper",), reduce_lru_cache)
    install_loaded("weakref", ("ref", "KeyedRef"), reduce_reference)
    install_loaded("_weakref", ("ref",), reduce_reference)
    table[ProxyType] = table[CallableProxyType] = reduce_weak_proxy
    install_loaded("_struct", ("Struct",), reduce_struct)
    import _typing  # type: ignore[import-not-found]  # their home where syntax makes them

    for name in (_typing.__name__, "typing"):
        install_loaded(name, ("TypeAliasType",), reduce_type_alias)
        install_loaded(name, ("TypeVar", "ParamSpec", "TypeVarTuple"), reduce_type_variable)
    table[MappingProxyType] = reduce_proxy
    for kind in VIEWS:
        table[kind] = reduce_view
    Dumper.family_reducers.append((type, reduce_class))
