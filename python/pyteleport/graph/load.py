"""Rebuilds the program at the target from its image. Standard library only; runs before any of its code.

Reading order is writing order (`image`): modules exist, empty, before the first pickle; definitions
are in their modules before data is made; generators are primed when all is loaded.
"""

from __future__ import annotations

import builtins
import gc
import marshal
import sys
from types import ModuleType

from pyteleport.graph.restore import unfilled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_HEAD = 256 << 20
LONGEST_PICKLE = 1 << 40


class OwnSource:
    """The loader of a moved module: knows its source, for tracebacks and `inspect`."""

    def __init__(self, name: str, path: str, source: bytes) -> None:
        self.name = name
        self.path = path
        self.source = source

    def get_source(self, name: str) -> str:
        from importlib.util import decode_source

        return decode_source(self.source)

    def get_filename(self, name: str) -> str:
        return self.path

    def get_data(self, path: str) -> bytes:
        from pyteleport.graph.rebuild_resources import read

        return read(path)

    def get_resource_reader(self, name: str) -> Any:
        from pyteleport.graph.rebuild_resources import Reader

        return Reader(name)

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.path, "exec"), module.__dict__)


class Parts:
    """The pickles as one file that never takes more from the channel than they are."""

    def __init__(self, first: bytes, reader: Any, sizes: list[int]) -> None:
        self.first = first
        self.reader = reader
        self.left = sum(sizes)

    def read(self, count: int = -1) -> bytes:
        if self.first:
            data, self.first = self.first[:count], self.first[count:]
            return data
        count = self.left if count < 0 else min(count, self.left)
        self.left -= count
        got: bytes = self.reader.read(count)
        return got

    def readinto(self, buffer: Any) -> int:
        if self.first:
            data = self.read(len(buffer))
            buffer[: len(data)] = data
            return len(data)
        view = memoryview(buffer)[: self.left]
        self.left -= len(view)
        self.reader.readinto(view)
        return len(view)

    def __iter__(self) -> Parts:
        return self

    def __next__(self) -> bytes:
        """Contents that are not in a pickle: they are filled in where they stay."""
        with unfilled.pop() as memory:
            self.readinto(memory)
        return b""

    def readline(self) -> bytes:
        line = bytearray()
        while (self.first or self.left) and not line.endswith(b"\n"):
            line += self.read(1)
        return bytes(line)


def sharing(count: int) -> bytes:
    """A pickle that puts `count` persistent objects into the unpickler's memo, in order.

    (Setting `Unpickler.memo` from a dict leaves it empty: Modules/_pickle.c fills the old memo.)
    """
    entry = b"".join(b"J" + number.to_bytes(4, "little") + b"Q\x940" for number in range(count))
    return b"\x80\x05" + entry + b"N."


def load(reader: Any, manifest: dict[str, Any]) -> Callable[[], Any]:
    """Rebuilds the program.

    Args:
        reader: `read(n)` and `readinto(buffer)` over the image, exact.
        manifest: as prepared; of a checkpoint, `growing` are the inodes of files that may be longer now.

    Returns:
        What runs the program from where it stood, called with no arguments.
    """
    from pyteleport.graph.quick import load_pickle

    length = int.from_bytes(reader.read(4), "big")
    if length > LONGEST_HEAD:
        raise ValueError(f"the image's head claims {length} bytes")
    head = marshal.loads(reader.read(length))
    from pyteleport.graph import restore
    from pyteleport.stage import home
    from pyteleport.stage.finder import take_aboard
    from pyteleport.surroundings import apply, put_back

    take_aboard(head["aboard"])
    apply(head["surroundings"], manifest)
    described = head["session"]
    if described is not None:
        from pyteleport.surroundings import session

        session.expect(described)
    modules = [_module(name) for name in head["modules"]]
    for name, places in head["namespaces"]:
        restore.find_parts(name, places)
    for alias, name in head["aliases"].items():
        sys.modules[alias] = sys.modules[name]
    shared = restore.process_wide()
    for module in modules:
        shared += (module, module.__dict__)
    home.layout.update(head["layout"])
    sizes = head["pickles"]
    if not all(0 <= size < LONGEST_PICKLE for size in sizes):
        raise ValueError("the image's head claims impossible sizes")

    class Sharing(load_pickle().Unpickler):  # type: ignore[misc]
        def persistent_load(self, number: Any) -> Any:
            return shared[number] if type(number) is int else restore.piece(*number)

    gc.disable()
    from pyteleport.graph import rebuild

    rebuild.growing.update(manifest.get("growing", ()))
    if head["holds_frames"]:
        from pyteleport.graph import rebuild_frames

        rebuild.pull = rebuild_frames.pull
    parts = Parts(sharing(len(shared)), reader, sizes)
    unpickler = Sharing(parts, buffers=parts)
    unpickler.load()
    definitions = unpickler.load()
    for module, (content, _) in zip(modules, definitions, strict=True):
        module.__dict__.update(content)
    for module, content, (_, names) in zip(modules, unpickler.load(), definitions, strict=True):
        namespace = module.__dict__
        namespace.update(content)
        in_order = {name: namespace.pop(name) for name in names}
        namespace.update(in_order)
    _attach_sources(modules, head["sources"], head["run_as"])
    _replace_interactive(head["interactive"])
    for name in head["submodules"]:
        if name not in sys.modules:
            try:
                __import__(name)
            except ImportError:  # optional there, as it may be here
                continue
    held, thunk, objects, _ = unpickler.load()
    last = []
    for _ in sizes[3:]:
        for entry in filter(None, unpickler.load()):
            fill, made, state = entry
            if fill is restore.fill_hashed:  # what it asks of its keys has to be there
                last.append(entry)
            else:
                fill(made, state)
    for fill, made, state in last:
        fill(made, state)
    rebuild.prime()
    gc.freeze()
    gc.unfreeze()  # what was loaded is old, as it was: the next collection of young objects leaves it alone
    gc.enable()
    put_back(objects)
    rebuild.values[:] = reversed(held)
    rebuild.morphs.clear()
    rebuild.started = True
    restore.pieces.clear()
    program: Callable[[], Any] = thunk
    return program if described is None else session.Resumed(program, described)


def _module(name: str) -> ModuleType:
    """The module an own module's state goes into: new, but for `__main__`."""
    module = sys.modules[name] if name == "__main__" else ModuleType(name)
    module.__dict__.clear()
    # A function finds its builtins and its module's name in the dict it is made with.
    module.__dict__.update({"__name__": name, "__builtins__": builtins})
    sys.modules[name] = module
    return module


def _attach_sources(
    modules: list[ModuleType], sources: dict[str, bytes], run_as: str | None
) -> None:
    """Gives each module a loader that knows its source, and other sources to `linecache`.

    Args:
        run_as: the module that `__main__` was run as by `-m`, if it was.
    """
    from _frozen_importlib import ModuleSpec

    for module in modules:
        namespace = module.__dict__
        path = namespace.get("__file__")
        source = sources.pop(path, None) if isinstance(path, str) else None
        name = module.__name__
        loader: Any = None
        if source is not None or (path is None and "__path__" in namespace):
            loader = OwnSource(name, str(path), source or b"")
        namespace["__loader__"] = loader
        if name == "__main__":
            spec = ModuleSpec(run_as, loader, origin=path) if run_as is not None else None
            namespace["__spec__"] = spec
            continue
        is_package = "__path__" in namespace
        spec = ModuleSpec(name, loader, origin=path, is_package=is_package)
        if is_package:
            spec.submodule_search_locations = namespace["__path__"]
        namespace["__spec__"] = spec
    loaded = sys.modules.get("linecache")
    if loaded is not None:
        loaded.cache.pop("<string>", None)
    if sources:
        import linecache

        for name, content in sources.items():
            text = content.decode()
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)


def _replace_interactive(sources: dict[Any, Any]) -> None:
    """The text of a `-c` or interactive program instead of that of the first stage."""
    linecache = sys.modules.get("linecache")
    if linecache is not None:
        known = getattr(linecache, "_interactive_cache", None)
        if known is not None:
            known.clear()
            known.update(sources)
