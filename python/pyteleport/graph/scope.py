"""Which global variables go with the frames above a prompt: those that their code can come to by name.

A whole program takes all global variables of its modules along. What moves from a prompt takes of each
module only the names that the code of its frames uses, and of the functions, methods and generators these lead
to. `__main__` may hold gigabytes and sockets: what no code names is not looked at. Names are
those of global variables in the bytecode, and of imports inside functions. A module that is used
as an object (`import settings`, then `settings.debug`) goes whole. Names that are made at run time
(`globals()["x"]`, `eval("x")`) are not seen.

What is needed is known only when it has been dumped: so it is dumped until nothing new has come up, which
mostly is at once, since definitions are followed beforehand.
"""

from __future__ import annotations

import sys
from types import BuiltinMethodType, CodeType, FunctionType, ModuleType

from pyteleport.capture.code import original
from pyteleport.graph.modules import own_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

GLOBAL = frozenset(
    ("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
)
STREAMS = ("stdin", "stdout", "stderr")
METHODS = (staticmethod, classmethod)
ALWAYS = ("__name__", "__package__", "__path__", "__file__")

namespace_of = type.__dict__["__dict__"].__get__


class Scope:
    """The global variables that are needed, as far as is known.

    Attributes:
        own: all of the program's own modules, by name.
        names: module name to the names needed of it.
        whole: modules that are needed as objects.
        entered: ids of what the frames have on their value stacks, such as the lock of a `with`.
        streams: what stands in place of the interpreter's streams, by id, with their names: there, these
            are the streams of the process.
        shared: the modules the dump under way began with; grown: what is needed has become more since.
    """

    def __init__(self, records: list[FrameRecord]) -> None:
        self.own = own_modules()
        self.names: dict[str, set[str]] = {}
        self.whole: set[str] = set()
        self.streams = {
            id(getattr(sys, name)): name
            for name in STREAMS
            if getattr(sys, name) is not getattr(sys, f"__{name}__")
        }
        self.shared: dict[str, ModuleType] = {}
        self.grown = False
        self._owners = {id(module.__dict__): name for name, module in self.own.items()}
        self._seen: set[int] = set()
        self._keep: list[Any] = []
        self.entered: set[int] = set()
        for record in records:
            for value in record.stack:
                self.entered.add(id(value))
                if type(value) is BuiltinMethodType:  # `__exit__`, before 3.14
                    self.entered.add(id(value.__self__))
            self.use(record.live.f_globals, record.code)
            for value in (*record.locals, *record.stack):
                self._follow(value)

    def begin(self) -> dict[str, ModuleType]:
        """Begins a dump: the modules of which something is needed, in the order they were imported in."""
        self.grown = False
        self.shared = {name: module for name, module in self.own.items() if name in self.names}
        return self.shared

    def needs(self, module: str, name: str) -> bool:
        return module in self.whole or name in ALWAYS or name in self.names[module]

    def use(self, namespace: dict[str, Any], code: CodeType | None) -> bool:
        """Takes what a code object uses that runs in this namespace.

        Returns whether the namespace is that of a module this dump did not begin with.
        """
        owner = self._owners.get(id(namespace))
        if owner is not None:
            self._reach(owner)
        if code is not None and id(code) not in self._seen:
            self._seen.add(id(code))
            self._keep.append(code)
            self._use(owner, namespace, code)
        return owner is not None and owner not in self.shared

    def _use(self, owner: str | None, namespace: dict[str, Any], code: CodeType) -> None:
        for kind, name, detail in names_in(original(code, 0)[0]):
            if kind == "global":
                if owner is not None:
                    self._name(owner, name)
            elif kind == "import":
                self._import(resolve(namespace, name, detail))
            else:
                module = resolve(namespace, name, detail[0])
                if module in self.own and detail[1] in self.own[module].__dict__:
                    self._name(module, detail[1])
                else:
                    self._import(module if module not in self.own else f"{module}.{detail[1]}")

    def define(self, module: Any, qualname: str) -> None:
        """Takes a definition under the name it has in its module: there, it is known by that."""
        name = qualname.partition(".")[0]
        if type(module) is str and module in self.own and name in self.own[module].__dict__:
            self._name(module, name)

    def use_module(self, module: ModuleType) -> bool:
        """Takes a module that is used as an object, if it is one of the program's own."""
        name = module.__name__
        if self.own.get(name) is not module:
            return False
        self._import(name)
        return True

    def _import(self, name: str) -> None:
        while name:
            if name in self.own:
                self._reach(name)
                if name not in self.whole:
                    self.whole.add(name)
                    self.grown = True
                    for value in list(self.own[name].__dict__.values()):
                        self._follow(value)
            name = name.rpartition(".")[0]

    def _reach(self, module: str) -> None:
        while module and module not in self.names:
            if module in self.own:
                self.names[module] = set()
                self.grown = True
            module = module.rpartition(".")[0]

    def _name(self, module: str, name: str) -> None:
        self._reach(module)
        namespace = self.own[module].__dict__
        if name in self.names[module] or name not in namespace:
            return
        self.names[module].add(name)
        self.grown = True
        self._follow(namespace[name])

    def _follow(self, value: Any) -> None:
        """Follows definitions ahead of the dump."""
        if type(value) is FunctionType:
            if id(value.__globals__) in self._owners:
                self.use(value.__globals__, value.__code__)
        elif (
            issubclass(type(value), type)
            and value.__module__ in self.own
            and id(value) not in self._seen
        ):
            self._seen.add(id(value))
            self._keep.append(value)
            for member in list(namespace_of(value).values()):
                self._follow(member.__func__ if type(member) in METHODS else member)


def resolve(namespace: dict[str, Any], name: str, level: int) -> str:
    """The absolute name of an import."""
    if not level:
        return name
    package = namespace.get("__package__")
    if type(package) is not str:
        return name
    base = package.rsplit(".", level - 1)[0]
    return f"{base}.{name}" if name else base


def names_in(code: CodeType) -> Iterator[tuple[str, str, Any]]:
    """What a code object and those nested in it use.

    Yields:
        ("global", name, None), ("import", module, level) or ("from", module, (level, name)).
    """
    from dis import get_instructions

    level: Any = 0
    names: Any = None
    for instruction in get_instructions(code):
        kind, value = instruction.opname, instruction.argval
        if kind in GLOBAL:
            yield "global", value, None
        elif kind == "IMPORT_NAME":
            if type(names) is not tuple or "*" in names:
                yield "import", value, level
            else:
                for name in names:
                    yield "from", value, (level, name)
        level, names = names, value
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from names_in(constant)
