"""The image of a running program: what is sent, in the order it is needed there.

```
4 bytes     length of the head
head        marshal: modules (names, sources), surroundings, layout, sizes of the pickles
pickle 1    definitions: functions, classes and plain constants of the own modules' dicts
pickle 2    the rest of these dicts
pickle 3    the values of the stack, the outermost frame's morph, replaced streams and hooks,
            locks that libraries hold
more        (function, object, state) to fill what could not be filled when it was made
```

The pickles share one memo, whose first entries are the interpreter's own lists and dicts
(`sys.modules`), the own modules and their dicts.
"""

from __future__ import annotations

import gc
import marshal
import sys
from types import FunctionType, ModuleType

from pyteleport.capture import core
from pyteleport.capture.code import forget
from pyteleport.capture.thunks import Thunk
from pyteleport.errors import CannotMove
from pyteleport.graph import exceptions, generators, instances, reducers, restore
from pyteleport.graph.dumper import SPARE_RECURSION, Dumper, Fills, load_reducers
from pyteleport.graph.modules import (
    NOT_STATE,
    aliases,
    loaded_below,
    namespaces,
    own_modules,
    source_of,
)
from pyteleport.stage import bundle
from pyteleport.surroundings import may_be_session
from pyteleport.surroundings.here import describe, needed, objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.frames import FrameRecord
    from pyteleport.graph.left_out import LeftOut
    from pyteleport.stage.channel import Bytes

PLAIN = (type(None), bool, int, float, complex, str, bytes)


def reduce_fills(dumper: Dumper, fills: Fills) -> Any:
    return list, (), None, fills.items()


def install_all() -> None:
    """Fills the dumper's table."""
    if not Dumper.family_reducers:
        Dumper.reducers[Fills] = reduce_fills
        reducers.install()
        exceptions.install()
        generators.install()
        instances.install()
    if "pyteleport.registry" in sys.modules:
        from pyteleport.graph import registered

        registered.install()


class Image:
    """One dumped program.

    Attributes:
        parts: the bytes to send, in order.
        definitions: how many parts there are up to the end of the first pickle.
        files: open files that may have to be sent, see `surroundings.open_files`.
        packages: top-level names of modules that go by reference.
        held: what the frames hold, where they may be ended here.
    """

    held: Any = None

    def __init__(self, parts: list[Bytes], definitions: int, packages: set[str]) -> None:
        self.parts = parts
        self.definitions = definitions
        self.packages = packages
        self.files: dict[Any, Any] = {}

    def size(self) -> int:
        return sum(map(len, self.parts))

    def release(self) -> None:
        """Lets go of the program's memory: what is looked at could not grow where it goes on."""
        for part in self.parts:
            if type(part) is memoryview:
                part.release()
        self.parts.clear()


def is_definition(value: Any) -> bool:
    """Whether a global belongs into the first pickle."""
    kind = type(value)
    return kind in PLAIN or kind is FunctionType or issubclass(kind, type) or kind is ModuleType


def dump(
    records: list[FrameRecord],
    within: bool = False,
    left_out: LeftOut | None = None,
    open_files: str = "path",
) -> Image:
    """Dumps captured and planned frames with everything they reach.

    Args:
        records: innermost first, as `capture.plan.plan` left them.
        within: whether they are a part of the program: of its global variables, only those go that their
            code can come to by name, and nothing of what is around it (see `scope`).
        left_out: what the program has said is not to move.
        open_files: what is done about open files; where it is not "path", the image's `files` have to
            be looked for at the target.

    Raises:
        CannotMove: with every object that cannot move and its path.
    """
    install_all()
    while True:
        try:
            return _dump(records, within, left_out, open_files)
        except CannotMove:
            if left_out is None or not left_out.replace_offenders():
                raise


def _dump(
    records: list[FrameRecord], within: bool, left_out: LeftOut | None, open_files: str
) -> Image:
    scope = None
    if within:
        from pyteleport.graph.scope import Scope

        scope = Scope(records)
    own = own_modules() if scope is None else scope.own
    modules = own if scope is None else scope.begin()
    around = objects(own, within)
    collects = gc.isenabled()
    gc.disable()  # nothing is let go of here: the collector would walk all objects for nothing
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + SPARE_RECURSION)
    made: type[Dumper] = Dumper
    dumper = _new(made, own, scope, left_out, open_files)
    try:
        while True:
            try:
                pickles = _pickles(dumper, modules, records, around, left_out)
            except RecursionError:
                if dumper.deep:
                    raise
                from pyteleport.graph.deep import DeepDumper

                made = DeepDumper
            else:
                if scope is None or not scope.grown:
                    break
                modules = scope.begin()
            dumper = _new(made, own, scope, left_out, open_files)
        if dumper.awaited - dumper.awaiting:
            raise ValueError("an asynchronous generator is suspended in an await nobody holds")
    except Exception as problem:
        from pyteleport.graph.offenders import explain

        raise explain(records, modules, dumper, problem, left_out=left_out) from None
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()
        forget()
    described = describe()
    session = None if within else _session(records)
    aboard = dumper.aboard.union(needed(described, around))
    aboard.update(name for name in bundle.PUBLIC if name in sys.modules)
    if session is not None:
        aboard.add("pyteleport.surroundings.session")
    if dumper.look_alikes is not None:
        aboard.add("pyteleport.graph.rebuild_frames")
    head = marshal.dumps(
        {
            "modules": list(modules),
            "namespaces": namespaces(modules),
            "aliases": aliases(modules),
            "submodules": loaded_below(dumper.packages),
            "run_as": _run_as(modules.get("__main__")),
            "sources": _sources(modules, records),
            "interactive": dict(getattr(sys.modules.get("linecache"), "_interactive_cache", {})),
            "surroundings": described,
            "session": session,
            "layout": core.layout(),
            "holds_frames": dumper.look_alikes is not None,
            "aboard": bundle.picked(aboard),
            "pickles": [sum(map(len, pickle)) for pickle in pickles],
        }
    )
    parts = [part for pickle in pickles for part in pickle]
    parts.insert(0, len(head).to_bytes(4, "big") + head)
    image = Image(parts, 1 + len(pickles[0]), dumper.references)
    image.files = dumper.files
    return image


def _new(
    kind: type[Dumper],
    own: dict[str, ModuleType],
    scope: Any,
    left_out: LeftOut | None,
    open_files: str,
) -> Dumper:
    made = (kind if left_out is None else left_out.dumper(kind))(set(own), scope=scope)
    made.open_files = open_files
    return made


def _session(records: list[FrameRecord]) -> dict[str, Any] | None:
    """What prompt comes after the program, if one does."""
    if not may_be_session():
        return None
    from pyteleport.surroundings import session

    return session.describe(records[-1])


def _pickles(
    dumper: Dumper,
    modules: dict[str, ModuleType],
    records: list[FrameRecord],
    around: Any,
    left_out: LeftOut | None,
) -> list[list[Bytes]]:
    named = around.get("libraries", {}).get("named", ())
    changes = around.get("put_changed")
    dumper.inside = {id(value): value for *_, value in named}
    if changes is not None:
        dumper.replaced = {
            (module, f"{path}.{name}" if path else name) for module, path, name, _ in changes[1]
        }
        dumper.inside.update({id(value): value for *_, value in changes[1]})
    dumper.running = {
        id(record.generator): record for record in records if record.generator is not None
    }
    dumper.records = records
    dumper.stack = {id(record.live): None for record in records}
    dumper.selves = {id(record.locals[0]) for record in records if record.code.co_argcount}
    scope = dumper.scope
    shared = restore.process_wide()
    for name, module in modules.items():
        # One of which only some names go is not what it is here: that code comes to it has to be seen.
        whole = scope is None or name in scope.whole
        shared += (module if whole else object(), module.__dict__)
    dumper.share(shared)
    # The bottom frame's code is dumped first: the code of nearly everything is nested in it.
    for record in reversed(records):
        if id(record.code) not in dumper.codes:
            reducers.register_nested(dumper, record.code)
    definitions = []
    rest = []
    for module_name, module in modules.items():
        first: dict[str, Any] = {}
        second: dict[str, Any] = {}
        names = []
        for name, value in list(module.__dict__.items()):
            if name in NOT_STATE or not (scope is None or scope.needs(module_name, name)):
                continue
            (first if is_definition(value) else second)[name] = value
            names.append(name)
        definitions.append((first, names))
        rest.append(second)
        dumper.mark(second.values())
    stack = generators.stack_values(records)
    dumper.mark(stack)
    held = []
    if any(record.live.f_globals.get("__name__") not in dumper.own for record in records):
        load_reducers("locks")
        from pyteleport.graph.locks import held_by_libraries

        held = held_by_libraries(dumper, records)
    pickles = []
    for content in (
        definitions,
        rest,
        (stack, Thunk("frame", records[-1]), around, held),
    ):
        dumper.dump(content)
        pickles.append(dumper.take())
    if "pyteleport.registry" in sys.modules:
        from pyteleport.graph import registered

        registered.move_on(dumper)
    if left_out is not None and left_out.dropped:
        from pyteleport.graph.offenders import name_dropped

        name_dropped(records, modules, dumper, left_out)
    if dumper.fills:
        dumper.dump(Fills(dumper))
        pickles.append(dumper.take())
    return pickles


def _run_as(main: ModuleType | None) -> str | None:
    """The module that `__main__` was run as by `-m`, if it was."""
    return None if main is None else getattr(main.__dict__.get("__spec__"), "name", None)


def _sources(modules: dict[str, ModuleType], records: list[FrameRecord]) -> dict[str, bytes]:
    """File name to content, for tracebacks and `inspect` at the target."""
    found: dict[str, bytes] = {}
    for module in modules.values():
        source = source_of(module)
        if source is not None:
            found[source[0]] = source[1]
    linecache = sys.modules.get("linecache")
    for record in records:
        name = record.code.co_filename
        if name not in found and linecache is not None and name in linecache.cache:
            found[name] = "".join(linecache.getlines(name)).encode()
    return found
