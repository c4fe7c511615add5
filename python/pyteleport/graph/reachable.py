"""Walks everything a program's variables lead to, without running any of its code.

Each step has a label, so that the way to an object can be told:
`main() line 12 of app.py, local 'pool' -> ThreadPool._handler -> [3] -> ['key'] -> Thread`.
"""

from __future__ import annotations

from _contextvars import Context
from gc import get_referents
from os.path import basename
from types import (
    AsyncGeneratorType,
    CellType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
    TracebackType,
)

from pyteleport.capture.frames import NULL, Index
from pyteleport.graph.dumper import REGISTERED, Dumper, find, load_family, singleton
from pyteleport.graph.modules import NOT_STATE
from pyteleport.graph.reducers import MADE_WITH_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pyteleport.capture.frames import FrameRecord
    from pyteleport.graph.left_out import LeftOut

    # What a step is called, and the node it leads from; the first one has none.
    Node = tuple[str, Any]

ATOMS = frozenset(
    (type(None), bool, int, float, complex, str, bytes, bytearray, range, CodeType, ModuleType,
     type(...), type(NotImplemented), GetSetDescriptorType, MemberDescriptorType, Index,
     type(len), type(str.join), type(str.__add__))
)  # fmt: skip
GENERATORS = {GeneratorType: "gi_frame", CoroutineType: "cr_frame", AsyncGeneratorType: "ag_frame"}
LONGEST_KEY = 40
WHOLE = ("files", "locks", "buffers")

_namespace_of = type.__dict__["__dict__"].__get__


class Walk:
    """One walk.

    Args:
        modules: of which global variables are walked.
        thorough: also enter objects whose class has hooks of its own for pickling.
        dumper: of the dump that is explained: which modules are the program's own, others are not
            entered; and which of their global variables are needed.
        left_out: what does not move: it is not looked at.
    """

    def __init__(
        self,
        modules: dict[str, ModuleType],
        thorough: bool,
        dumper: Dumper,
        left_out: LeftOut | None = None,
    ) -> None:
        self.modules = modules
        self.left_out = left_out
        self.own = dumper.own
        self.scope = dumper.scope
        self.thorough = thorough
        self.dumper = Dumper(self.own)
        self.dumper.open_files = dumper.open_files
        self.seen: set[int] = set()
        self.keep: list[Any] = []
        self.queue: list[tuple[Any, Node]] = []
        self.position = 0
        self.left: set[int] = set()
        self.hooks: dict[type, bool] = {}

    def start_frames(self, records: list[FrameRecord]) -> None:
        """Takes the frames' variables, from the innermost out."""
        for record in records:
            where = record.code.co_qualname
            where = where if where.startswith("<") else f"{where}()"
            where += f" line {record.live.f_lineno or '?'} of {basename(record.code.co_filename)}"
            for number, value in enumerate(record.locals):
                name = record.code._varname_from_oparg(number)  # type: ignore[attr-defined]
                self.add(value, (f"{where}, local {name!r}", None))
            if record.namespace is not None and record.namespace is not record.live.f_globals:
                for name, value in self.items_of(record.namespace):
                    self.add(value, (f"{where}, name {name!r}", None))
            for value in record.stack:
                self.add(value, (f"{where}, a value it is working with", None))
            self.add(record.handled, (f"{where}, the exception it is handling", None))
            self.add(record.extra, (f"{where}, a value it is working with", None))

    def start_at(self, roots: Sequence[tuple[str, Any]]) -> None:
        """Takes some objects, each with a word for it."""
        for label, obj in roots:
            self.add(obj, (label, None))

    def start_modules(self) -> None:
        """Takes the global variables of the program's own modules."""
        for name, module in self.modules.items():
            file = module.__dict__.get("__file__")
            where = f" ({basename(file)})" if type(file) is str else ""
            for variable, value in list(module.__dict__.items()):
                needed = self.scope is None or self.scope.needs(name, variable)
                if needed and variable not in NOT_STATE:
                    self.add(value, (f"global {variable!r} of {name}{where}", None))

    def items_of(self, mapping: Any) -> list[tuple[Any, Any]]:
        return list(dict.items(mapping)) if isinstance(mapping, dict) else []

    def add(self, obj: Any, node: Node) -> None:
        while type(obj) is CellType:
            held = get_referents(obj)
            obj = held[0] if held else None
        if type(obj) in ATOMS or obj is NULL or id(obj) in self.seen:
            return
        self.seen.add(id(obj))
        self.keep.append(obj)
        self.queue.append((obj, node))

    def leave(self, obj: Any) -> None:
        """Keeps the walk from entering an object."""
        self.left.add(id(obj))

    def objects(self, most: int) -> Iterator[tuple[Any, Node]]:
        """Every object that was not met yet, nearest first."""
        while self.position < len(self.queue) and self.position < most:
            obj, node = self.queue[self.position]
            self.position += 1
            if self.left_out is not None and self.left_out.instead(obj) is not None:
                continue
            if self.goes_by_reference(obj):
                continue
            yield obj, node
            if id(obj) not in self.left and (self.thorough or not self.is_opaque(type(obj))):
                for label, child in self.children(obj):
                    self.add(child, (label, node) if label else node)

    def path(self, node: Node, kind: str) -> str:
        steps = [kind] if kind else []
        current: Node | None = node
        while current is not None:
            steps.append(current[0])
            current = current[1]
        return " -> ".join(reversed(steps))

    def goes_by_reference(self, obj: Any) -> bool:
        if issubclass(type(obj), (type, FunctionType)):
            module, qualname = obj.__module__, obj.__qualname__
            if type(module) is not str or module in self.own:
                return False
            return issubclass(type(obj), type) or find(module, qualname) is obj
        if self.scope is not None and id(obj) in self.scope.streams:
            return True
        return singleton(self.dumper, obj) is not None

    def reducer_of(self, kind: type) -> Any:
        """The reducer the dump uses for a type; None for pickle's own way."""
        load_family(kind)
        for family, reducer in Dumper.family_reducers[:-1]:
            if issubclass(kind, family):
                return reducer
        return Dumper.reducers.get(kind)

    def is_whole(self, kind: type) -> bool:
        """Whether a reducer of ours takes such an object as a whole: what is in it is not looked at."""
        reducer = self.reducer_of(kind)
        return reducer is not None and reducer.__module__.rpartition(".")[2] in WHOLE

    def says_itself(self, kind: type, hooks: tuple[str, ...]) -> bool:
        """Whether one of these is Python code in a class: it is not ours to call."""
        known = self.hooks.get(kind)
        if known is None:
            known = self.hooks[kind] = any(
                type(_namespace_of(base).get(hook)) is FunctionType
                for base in kind.__mro__
                for hook in hooks
            )
        return known

    def is_opaque(self, kind: type) -> bool:
        from copyreg import dispatch_table

        if kind in dispatch_table or getattr(self.reducer_of(kind), "__module__", "") == REGISTERED:
            return True
        return any(
            type(_namespace_of(base).get(hook)) is FunctionType
            for base in kind.__mro__
            for hook in ("__reduce__", "__reduce_ex__", "__getstate__")
        )

    def is_own(self, kind: type, hooks: tuple[str, ...]) -> bool:
        """Whether one of these is in a class of the program's."""
        return any(
            base.__module__ in self.own and hook in _namespace_of(base)
            for base in kind.__mro__
            for hook in hooks
        )

    def children(self, obj: Any) -> Iterator[tuple[str, Any]]:
        """(label, object) of what an object holds; an empty label is no step of its own."""
        kind = type(obj)
        if kind in GENERATORS:
            yield from self.of_generator(obj, getattr(obj, GENERATORS[kind]))
        elif kind is FunctionType:
            yield from self.of_function(obj)
        elif kind is TracebackType or kind is memoryview:
            return
        elif kind is Context:  # not the tree in C that it keeps them in
            for variable, value in obj.items():
                yield f"Context[{variable.name!r}]", value
                yield "a key", variable
        elif issubclass(type(obj), type):
            for name, value in list(_namespace_of(obj).items()):
                if type(value) not in ATOMS and name not in MADE_WITH_CLASS:
                    yield f"{obj.__name__}.{name}", value
            if self.scope is None and obj.__module__ in self.own:
                for below in type.__subclasses__(obj):
                    yield f"{obj.__name__}.__subclasses__()", below
        else:
            named = True
            if issubclass(type(obj), dict):
                for key, value in list(dict.items(obj)):
                    yield key_label(key), value
                    yield "a key", key
            elif issubclass(type(obj), (list, tuple)):
                base: Any = list if issubclass(type(obj), list) else tuple
                for number, value in enumerate(base.__iter__(obj)):
                    yield f"[{number}]", value
            elif issubclass(type(obj), BaseException):
                for name in ("args", "__cause__", "__context__"):
                    yield f"{kind.__name__}.{name}", BaseException.__dict__[name].__get__(obj)
            else:
                named = False
            for name, value in attributes_of(obj):
                yield f"{kind.__name__}.{name}", value
            if not named:
                # What has no name here: an element of a set or deque, a field of C code.
                for value in get_referents(obj):
                    if value is not kind and type(value) is not dict:
                        yield "", value

    def of_function(self, function: FunctionType) -> Iterator[tuple[str, Any]]:
        name = function.__name__
        for variable, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            yield f"{name}() closure {variable!r}", cell
        for number, value in enumerate(function.__defaults__ or ()):
            yield f"{name}() default {number}", value
        for key, value in (function.__kwdefaults__ or {}).items():
            yield f"{name}() default {key!r}", value
        for key, value in list(function.__dict__.items()):
            yield f"{name}.{key}", value

    def of_generator(self, generator: Any, frame: Any) -> Iterator[tuple[str, Any]]:
        if frame is None:
            return
        from pyteleport.capture.code import facts
        from pyteleport.capture.core import slots

        code = frame.f_code
        known = facts(code)
        for number, value in enumerate(slots(frame, 0, known.locals, NULL, Index)):
            name = code._varname_from_oparg(number)
            yield f"{generator.__name__}() local {name!r}", value
        for value in get_referents(generator):
            if type(value) not in (dict, FrameType):
                yield f"{generator.__name__}() value it is working with", value


def key_label(key: Any) -> str:
    if type(key) in (str, int, bool, float, type(None), bytes):
        text = repr(key)
        return f"[{text if len(text) <= LONGEST_KEY else text[:LONGEST_KEY] + '...'}]"
    return f"[{type(key).__name__}]"


def attributes_of(obj: Any) -> Iterator[tuple[str, Any]]:
    """The instance dict and slots, below the class's own attribute access."""
    seen = set()
    for base in type(obj).__mro__:
        for name, descriptor in list(_namespace_of(base).items()):
            kind = type(descriptor)
            if name == "__dict__" and kind is GetSetDescriptorType and "__dict__" not in seen:
                seen.add(name)
                try:
                    held = descriptor.__get__(obj)
                except (AttributeError, TypeError):
                    continue
                if isinstance(held, dict):
                    yield from [(k, v) for k, v in dict.items(held) if type(k) is str]
            elif kind is MemberDescriptorType and name not in seen:
                seen.add(name)
                try:
                    yield name, descriptor.__get__(obj)
                except Exception:
                    continue
