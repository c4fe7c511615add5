"""The bundle: pyteleport's own modules, as they travel to a target.

It is zlib-compressed marshal of `{module name: (is it a package, marshalled code)}`, so that a module is
unmarshalled there only when it is imported. There are three:

- *core* is sent with every move: the stage, what rebuilds a program, the public names;
- *rest* is what a moved program needs to move on; `finder` asks home for it then;
- *relay* is what runs in the bare interpreter that stays here; it is not compressed.

Code made lean (see `lean`) is kept in a file of the package's `__pycache__`, or of the user's cache folder
where nothing can or shall be written there (a relative XDG_CACHE_HOME switches that off), and made again when a
source file has changed. With neither, the code is taken as it is compiled already. At a target the bundles that
came are sent on as they came.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    Table = dict[str, tuple[bool, bytes]]
    State = list[tuple[str, int, int]]
    Files = dict[str, tuple[bool, str]]

PACKAGE = "pyteleport"
# Public names besides those in the core: sent where the program has used one.
PUBLIC = (
    "pyteleport.checkpoints",
    "pyteleport.copies",
    "pyteleport.origin",
    "pyteleport.prompts",
    "pyteleport.registry",
)
# What those of the rest import that come with an image.
IMPORTED = {
    "pyteleport.graph.rebuild_libraries": ("pyteleport.graph.rebuild_iterators",),
    "pyteleport.surroundings.libraries": ("pyteleport.surroundings.settings",),
    "pyteleport.surroundings.session": ("pyteleport.surroundings.editing",),
}
# Not needed away from home.
STAYS = ("cli", "demo", "rehearse", "service", "__main__", "lean")
CORE = (
    *("", "errors", "move", "rests", "targets"),  # public names, which nearly every program holds
    *("capture",),
    *(
        "graph",
        "graph.load",
        "graph.quick",
        "graph.rebuild",
        "graph.restore",
    ),
    "surroundings",
    *("stage", "stage.channel", "stage.finder", "stage.home", "stage.launch", "stage.prepare"),
    *(
        "stage.outcome",
        "stage.program",
        "stage.pump",
        "stage.serving",
        "stage.signals",
        "stage.streams",
    ),
    *("stage.supervisor", "stage.terminal"),
)
RELAY = (
    *("stage.channel", "stage.finder", "stage.link", "stage.pump", "stage.relay"),
    *("stage.signals", "stage.terminal"),
)

_kept: dict[str, bytes] = {}


def core() -> bytes:
    """What is sent with every move."""
    return _bundles()["core"]


def rest() -> bytes:
    """What a moved program asks for when it moves on."""
    return _bundles()["rest"]


def picked(names: set[str]) -> Table:
    """Those of these modules that are not in the core, to be sent with an image."""
    wanted = names.union(*(IMPORTED.get(name, ()) for name in names)).difference(_names(CORE))
    if not wanted:
        return {}
    import zlib

    table: Table = marshal.loads(zlib.decompress(rest()))
    return {name: table[name] for name in wanted if name in table}


def relay() -> bytes:
    """Marshal of the table of what the relay consists of."""
    return _bundles()["relay"]


def _bundles() -> dict[str, bytes]:
    if not _kept:
        for finder in sys.meta_path:
            if hasattr(finder, "pyteleport_bundles"):
                _kept.update(finder.pyteleport_bundles())
                break
        else:
            _kept.update(_cached(_files()))
    return _kept


def _names(parts: tuple[str, ...]) -> list[str]:
    return [f"{PACKAGE}.{part}" if part else PACKAGE for part in parts]


def split(table: Table) -> tuple[Table, Table, Table]:
    """Core, rest and relay."""
    names = _names(CORE)
    own = {name: table[name] for name in _names(RELAY)}
    # Packages are empty there: nothing but these modules can be imported from them.
    own[PACKAGE] = own[f"{PACKAGE}.stage"] = (True, b"")
    return (
        {name: table[name] for name in names if name in table},
        {name: entry for name, entry in table.items() if name not in names},
        own,
    )


def _files() -> Files:
    """Module name to (is it a package, its source file), of all that travel."""
    found: Files = {}

    def walk(name: str, folder: str) -> None:
        found[name] = (True, folder + "/__init__.py")
        for entry in sorted(os.listdir(folder)):
            base, dot, kind = entry.partition(".")
            if base in STAYS or base == "__init__" or base == "__pycache__":
                continue
            if dot and kind == "py":
                found[f"{name}.{base}"] = (False, f"{folder}/{entry}")
            elif not dot and os.path.isfile(f"{folder}/{entry}/__init__.py"):
                walk(f"{name}.{base}", f"{folder}/{entry}")

    walk(PACKAGE, sys.modules[PACKAGE].__path__[0])
    return found


def _cached(files: Files) -> dict[str, bytes]:
    state: State = []
    for name, (_, path) in files.items():
        status = os.stat(path)
        state.append((name, status.st_mtime_ns, status.st_size))
    places = _places()
    for place in places:
        try:
            with open(place, "rb") as file:
                known, bundles = marshal.load(file)
        except (OSError, EOFError, ValueError, TypeError):
            continue
        if known == state and isinstance(bundles, dict):
            return bundles
    if not any(_writable(place) for place in places):
        return _pack(_as_compiled(files), 1)
    bundles = _pack(_lean(files), 9)
    for place in places:
        if _write(place, marshal.dumps((state, bundles))):
            break
    return bundles


def _places() -> list[str]:
    """Where bundles may be kept, best first."""
    own = sys.modules[PACKAGE].__path__[0]
    # The magic number tells versions and pre-releases apart.
    import _frozen_importlib_external as machinery
    from _imp import source_hash

    magic = int.from_bytes(machinery.MAGIC_NUMBER[:2], "little")
    name = f"bundle.{sys.implementation.cache_tag}-{magic}"
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    places = [] if sys.dont_write_bytecode else [f"{own}/__pycache__/{name}"]
    if os.path.isabs(cache):
        install = source_hash(magic, os.fsencode(own)).hex()
        places.append(f"{cache}/pyteleport/{install}.{name}")
    return places


def _writable(place: str) -> bool:
    folder = os.path.dirname(place)
    while not os.path.isdir(folder) and folder != "/":
        folder = os.path.dirname(folder)
    return os.access(folder, os.W_OK)


def _write(place: str, data: bytes) -> bool:
    temporary = f"{place}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, place)
    except OSError:
        return False
    return True


def _lean(files: Files) -> Table:
    from pyteleport.stage.lean import compile_lean

    result: Table = {}
    for name, (package, path) in files.items():
        with open(path, encoding="utf-8") as file:
            source = file.read()
        result[name] = (package, marshal.dumps(compile_lean(source, f"<{name}>")))
    return result


def _as_compiled(files: Files) -> Table:
    from importlib.machinery import SourceFileLoader

    result: Table = {}
    for name, (package, path) in files.items():
        code = SourceFileLoader(name, path).get_code(name)
        assert code is not None
        result[name] = (package, marshal.dumps(code.replace(co_filename=f"<{name}>")))
    return result


def _pack(table: Table, level: int) -> dict[str, bytes]:
    import zlib

    now, later, own = split(table)
    return {
        "core": zlib.compress(marshal.dumps(now), level),
        "rest": zlib.compress(marshal.dumps(later), level),
        "relay": marshal.dumps(own),
    }
