"""The pickler: C's own, with one hook that looks a reducer up by type.

Only what `pickle` cannot do, or would do by reference, comes through a reducer: classes and
functions of the program's own modules, code, cells, generators, exceptions with their traceback and
so on. Plain data never reaches Python.

Module dicts are not pickled where they are met: the program's own modules and their dicts are put
into the pickler's memo beforehand (`share`), and into the unpickler's in the same order. So a
function's `__globals__` is its module's dict there, at no cost per object.
"""

from __future__ import annotations

import sys
from copyreg import dispatch_table
from types import FunctionType

from pyteleport.graph.quick import load_pickle
from pyteleport.graph.restore import attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _pickle import Pickler
    from collections.abc import Callable, Iterable, Iterator
    from pickle import PickleBuffer
    from typing import Any, ClassVar

    from pyteleport.graph.scope import Scope
    from pyteleport.stage.channel import Bytes

    Reducer = Callable[["Dumper", Any], Any]
else:
    Pickler = load_pickle().Pickler
    PickleBuffer = load_pickle().PickleBuffer

REGISTERED = "pyteleport.graph.registered"
INSTANCES = ("pyteleport.graph.instances", "pyteleport.graph.dumper")

OUT_OF_BAND = 64 << 10  # bytes from which a memory is not copied into the pickle
OURS = "pyteleport."

# Nesting deeper than the program's own recursion limit would allow (a list in a list ...).
SPARE_RECURSION = 20000


class MadeThere:
    """Stands for what a function makes at the target; shared, it is made once."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Any = None, *arguments: Any) -> None:
        self.function = function
        self.arguments = arguments

    def __reduce__(self) -> Any:
        return self.function, self.arguments


class Fills:
    """The fills as a list that grows while it is dumped: each may lead to others.

    The pickler asks for an item before it has saved the one before, so there are empty ones at the end.
    """

    def __init__(self, dumper: Dumper) -> None:
        self.dumper = dumper

    def items(self) -> Iterator[Any]:
        idle = 0
        while idle < 3:
            fills, self.dumper.fills = self.dumper.fills, []
            idle = 0 if fills else idle + 1
            yield from fills or (None,)


class Sink:
    """Collects what the pickler writes.

    Large contents are not copied: the pickler hands over the object itself (a `bytes`, a
    `bytearray`, a `PickleBuffer`), and memory that a reducer gives out of band follows the frame
    that asks for it.
    """

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.given: dict[int, PickleBuffer] = {}
        self._asked: list[PickleBuffer] = []

    def write(self, part: Any) -> None:
        if self._asked:
            # The frame that asks for it; the head of a large content may be behind that.
            end = frame_end(part)
            self.parts += (part[:end], *self._asked)
            self._asked.clear()
            part = part[end:]
        self.parts.append(part)

    def goes_in_band(self, memory: PickleBuffer) -> bool:
        """The pickler's question whether to write a buffer itself: not what a reducer has given."""
        given = self.given.pop(id(memory), None)
        if given is None:
            return True
        self._asked.append(given)
        return False


def frame_end(part: bytes) -> int:
    """Where a pickle's frame ends, which is read at once: opcode, eight bytes of length, contents."""
    start = 2 if part.startswith(b"\x80") else 0  # the protocol's version
    assert part[start] == 0x95
    return start + 9 + int.from_bytes(part[start + 1 : start + 9], "little")


class Dumper(Pickler):
    """Dumps the objects of one move.

    Attributes:
        own: names of the program's own modules.
        deep: objects are filled after they were made (see `deep`).
        fills: (function, object, state) to be called when all else is there.
        running: generators on the stack, by id, with their frame record.
        stack: the stack's frame objects, by id, with what stands for them in tracebacks.
        selves: ids of what the stack's frames have as their first argument.
        class_dicts: dicts that are a class's own, by id, with the class.
        packages: names of modules that are referred to as such; their submodules are theirs, too.
        records: the frames of the stack, innermost first.
        look_alikes: what stands for all of them there, once a variable was met that holds one.
        references: top-level names of modules that objects were dumped by reference to.
        aboard: pyteleport's own modules that the image calls.
        replaced: (module, qualified name) of what the program has put something else in place of in a library.
        inside: what it has put there, by id.
        awaited, awaiting: asynchronous generators (ids) suspended in an `await`, and those of them
            whose awaitable was met: without it they cannot be set going again.
        named_locks: locks of libraries, by id, once one was met: where they are there.
        scope: which global variables are needed, if not all of them; told what code is met.
        by_name: whether definitions of the program's own modules go by name where they have one.
        open_files: what to do about open files, see `open_files.POLICIES`.
        files: those that were met, by device and inode; descriptors: their objects, by descriptor.
        current: the object whose reducer failed last, for the message.
    """

    reducers: ClassVar[dict[type, Reducer]] = {}
    family_reducers: ClassVar[list[tuple[type, Reducer]]] = []

    deep = False

    def __init__(
        self,
        own: set[str],
        *,
        scope: Scope | None = None,
        by_name: bool = False,
    ) -> None:
        self.sink = Sink()
        super().__init__(self.sink, 5, buffer_callback=self.sink.goes_in_band)
        self.own = own
        self.scope = scope
        self.by_name = by_name
        self.open_files = "path"
        self.files: dict[tuple[int, int], Any] = {}
        self.descriptors: dict[int, Any] = {}
        if self.deep or by_name:  # what was chosen for a class before may not be what is wanted now
            self.reducers = {}  # type: ignore[misc]
            self._take_reducers()
        for kind, reduce in dispatch_table.items():
            if type(reduce) is FunctionType and reduce.__module__ in own:
                known = self.reducers.get(kind)
                if known is None or known.__module__ != REGISTERED:
                    self.reducers[kind] = reduce_instance  # the program has said it to copyreg
        self.fills: list[tuple[Any, Any, Any]] = []
        self.running: dict[int, Any] = {}
        self.stack: dict[int, Any] = {}
        self.selves: set[int] = set()
        self.records: list[Any] = []
        self.look_alikes: Any = None
        self.references: set[str] = set()
        self.aboard: set[str] = set()
        self.packages: set[str] = set()
        self.replaced: set[tuple[str, str]] = set()
        self.inside: dict[int, Any] = {}
        self.awaited: set[int] = set()
        self.awaiting: set[int] = set()
        self.class_dicts: dict[int, type] = {}
        self.codes: dict[int, Any] = {}
        self.keep: list[Any] = []
        self.current: Any = None
        self.named_locks: dict[int, tuple[str, str, str]] | None = None
        self.markers: dict[int, tuple[str, str]] | None = None

    def share(self, objects: list[Any]) -> None:
        """Takes objects as already there at the target, in this order."""
        self.memo = {id(shared): (number, shared) for number, shared in enumerate(objects)}

    def take(self) -> list[Bytes]:
        """What was written since the last call, in pieces."""
        parts = self.sink.parts
        self.sink.parts = []
        return [part.raw() if type(part) is PickleBuffer else part for part in parts]

    def out_of_band(self, memory: Any) -> PickleBuffer:
        """The state of an object whose memory is filled there from the stream itself.

        The object was made by a function of `rebuild_buffers` that says where its memory is, and
        the function that is given this state is called when that is filled.
        """
        given = PickleBuffer(memory)
        self.sink.given[id(given)] = given
        return given

    def _take_reducers(self) -> None:
        """Takes over what is registered by type, but not what was chosen for a class."""
        for kind, reducer in Dumper.reducers.items():
            if reducer.__module__ not in INSTANCES:
                self.reducers.setdefault(kind, reducer)

    def mark(self, values: Iterable[Any]) -> None:
        """Notes what may be filled later, where the dumper is deep."""

    def reducer_override(self, obj: Any) -> Any:
        if self.scope is not None and id(obj) in self.scope.streams:
            return attribute, ("sys", self.scope.streams[id(obj)])
        kind = type(obj)
        reducer = self.reducers.get(kind)
        if reducer is reduce_own:  # what there may be millions of
            self.current = obj
            return NotImplemented
        if reducer is None and load_family(kind):
            if self.reducers is not Dumper.reducers:
                self._take_reducers()
            reducer = self.reducers.get(kind)
        if reducer is None:
            reducer = next(
                candidate for family, candidate in self.family_reducers if issubclass(kind, family)
            )
            if kind not in self.reducers and reducer is not self.family_reducers[-1][1]:
                self.reducers[kind] = reducer
        return reducer(self, obj)


# Reducers that few programs need: loaded when the first object of such a module's types is met.
LIBRARIES = "parts_of_libraries"
FAMILIES = {
    "array": "buffers",
    "numpy": "arrays",
    "itertools": "iterators",
    "collections": "iterators",
    "_collections": "iterators",
    "pyteleport.graph.rebuild_iterators": "iterators",
    "_csv": "csv_objects",
    "_elementtree": LIBRARIES,
    "_io": "files",
    "_json": LIBRARIES,
    "posix": LIBRARIES,
    "_thread": "locks",
    "_queue": "locks",
    "_contextvars": "contexts",
    "Token": "contexts",  # of its MISSING
    "decimal": "decimals",
    "logging": LIBRARIES,
    "_socket": LIBRARIES,
    "sqlite3": LIBRARIES,
    "re": "matches",
    "subprocess": "late",
    "pyteleport.copies": "late",
    "multiprocessing.process": "late",
    "multiprocessing.pool": "late",
    "multiprocessing.connection": "late",
    "ctypes": "late",
    "concurrent.futures._base": "late",
    "asyncio.events": "late",
    "selectors": "late",
}


_families: set[str] = set()


def load_family(kind: type) -> bool:
    """Loads the reducers a type needs, if they are not there yet."""
    families = {FAMILIES.get(base.__module__) for base in kind.__mro__}
    if kind is memoryview or (kind.__module__ == "builtins" and "__next__" in kind.__dict__):
        families.add("iterators")
    if kind.__name__ == "SignalDict":  # of decimal, which calls it one of abc's
        families.add("decimals")
    loaded = [load_reducers(family) for family in families if family]
    if LIBRARIES in families:
        loaded.append(sys.modules[f"pyteleport.graph.{LIBRARIES}"].register(kind))
    return any(loaded)


def load_reducers(family: str) -> bool:
    """Loads the reducers of a family; whether that was still to be done."""
    if family in _families:  # that the module is loaded says nothing: another may have imported it
        return False
    name = f"pyteleport.graph.{family}"
    __import__(name)
    sys.modules[name].install()
    _families.add(family)
    return True


def refer(dumper: Dumper, module: str) -> None:
    """Notes that an object goes by reference."""
    dumper.references.add(module.partition(".")[0])
    if module.startswith(OURS):
        dumper.aboard.add(module)


def find(module: str, qualname: str) -> Any:
    """The object that a module and qualified name lead to now, or None."""
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        if found is None or part == "<locals>":
            return None
        found = found.__dict__.get(part) if hasattr(found, "__dict__") else None
    return found


_singletons: dict[str, dict[int, str]] = {}


def singleton(dumper: Dumper, obj: Any) -> Any:
    """The reduction of an object that stands in its type's module under a name of its own.

    Sentinels and the like (`dataclasses.MISSING`, `os.environ`, `logging.root`) are the same
    object there, not a copy.
    """
    if type(obj) is object:
        return marker(dumper, obj)
    module = type(obj).__module__
    if type(module) is not str or module in dumper.own or module == "builtins":
        return None
    names = _singletons.get(module)
    if names is None:
        found = sys.modules.get(module)
        names = {}
        if found is not None:
            names = {
                id(value): name
                for name, value in list(found.__dict__.items())
                if type(value).__module__ == module
            }
        _singletons[module] = names
    name = names.get(id(obj))
    if name is None or id(obj) in dumper.inside:
        return None
    refer(dumper, module)
    return attribute, (module, name)


def marker(dumper: Dumper, obj: object) -> Any:
    """A bare `object()` that a library's module knows by a name: what is compared by identity."""
    if dumper.markers is None:
        dumper.markers = {
            id(value): (module, name)
            for module, found in list(sys.modules.items())
            if module not in dumper.own and module != "__main__"
            for name, value in list(getattr(found, "__dict__", {}).items())
            if type(value) is object
        }
    known = dumper.markers.get(id(obj))
    if known is None:
        return None
    refer(dumper, known[0])
    return attribute, known


def reduce_own(dumper: Dumper, obj: Any) -> Any:
    """An instance of one of the program's own classes, as pickle does it."""
    dumper.current = obj
    return NotImplemented


def reduce_instance(dumper: Dumper, obj: Any) -> Any:
    """Any other object: a named singleton of a library, or as pickle does it."""
    found = singleton(dumper, obj)
    if found is not None:
        return found
    dumper.current = obj
    return NotImplemented
