"""The bundle: pyteleport's own modules, as they travel to a target.

It is zlib-compressed marshal of `{module name: (is it a package, marshalled code)}`, so that a module is
unmarshalled there only when it is imported. Code made lean (see `lean`) is kept in a file of the
package's `__pycache__`, or of the user's cache folder where that cannot be written, and made again
when a source file has changed. With neither, the code is taken as it is compiled already.

At a target, where pyteleport itself came in a bundle, that one is sent on as it came.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    Table = dict[str, tuple[bool, bytes]]
    State = list[tuple[str, int, int]]

PACKAGE = "pyteleport"
# Not needed away from home.
STAYS = ("cli", "demo", "service", "__main__", "lean")

_kept: bytes = b""
_table: Table = {}


def keep(bundle: bytes, table: Table) -> None:
    """Takes the bundle that came, at a target."""
    global _kept, _table
    _kept = bundle
    _table = table


def bundle() -> bytes:
    """The bundle to send."""
    global _kept
    if not _kept:
        _kept = _cached(_files())
    return _kept


def table() -> Table:
    """What is in the bundle."""
    global _table
    if not _table:
        _table = marshal.loads(zlib.decompress(bundle()))
    return _table


def part(names: tuple[str, ...]) -> Table:
    """The entries of some modules; the packages they are in come as empty ones."""
    whole = table()
    chosen = {name: whole[name] for name in names}
    for name in names:
        parent = name.rpartition(".")[0]
        while parent:
            chosen.setdefault(parent, (True, b""))
            parent = parent.rpartition(".")[0]
    return chosen


def _files() -> dict[str, tuple[bool, str]]:
    """Module name to (is it a package, its source file), of all that travel."""
    found: dict[str, tuple[bool, str]] = {}

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


def _cached(files: dict[str, tuple[bool, str]]) -> bytes:
    state: State = []
    for name, (_, path) in files.items():
        status = os.stat(path)
        state.append((name, status.st_mtime_ns, status.st_size))
    places = _places()
    for place in places:
        try:
            with open(place, "rb") as file:
                known, made = marshal.load(file)
        except (OSError, EOFError, ValueError, TypeError):
            continue
        if known == state and isinstance(made, bytes):
            return made
    if sys.dont_write_bytecode or not any(_writable(place) for place in places):
        return _compress(_as_compiled(files), 1)
    made = _compress(_lean(files), 9)
    for place in places:
        if _write(place, marshal.dumps((state, made))):
            break
    return made


def _places() -> list[str]:
    """Where a bundle may be kept, best first."""
    own = sys.modules[PACKAGE].__path__[0]
    # The magic number tells versions and pre-releases apart.
    import _frozen_importlib_external as machinery

    magic = int.from_bytes(machinery.MAGIC_NUMBER[:2], "little")
    name = f"bundle.{sys.implementation.cache_tag}-{magic}"
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    places = [f"{own}/__pycache__/{name}"]
    if os.path.isabs(cache):
        places.append(f"{cache}/pyteleport/{zlib.crc32(os.fsencode(own)):08x}.{name}")
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


def _lean(files: dict[str, tuple[bool, str]]) -> Table:
    from pyteleport.stage.lean import compile_lean

    result: Table = {}
    for name, (package, path) in files.items():
        with open(path, encoding="utf-8") as file:
            source = file.read()
        result[name] = (package, marshal.dumps(compile_lean(source, f"<{name}>")))
    return result


def _as_compiled(files: dict[str, tuple[bool, str]]) -> Table:
    from importlib.machinery import SourceFileLoader

    result: Table = {}
    for name, (package, path) in files.items():
        code = SourceFileLoader(name, path).get_code(name)
        assert code is not None
        code = code.replace(co_filename=f"<{name}>")
        result[name] = (package, marshal.dumps(code))
    return result


def _compress(modules: Table, level: int) -> bytes:
    return zlib.compress(marshal.dumps(modules), level)
