"""What is around the program and comes along: the part that makes it so at the target.

Each kind of thing has a module here, which takes it (`take`) and puts it back (`put_back`); `here` asks
them all. What is plain data stands in the image's head and is put back before any object is made; what
consists of the program's objects is dumped with them and put back last. A module's code is sent only if it
took something. What every program has, this module puts back itself.
"""

from __future__ import annotations

import sys
from os import environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Each has a sys.get... and a sys.set...
NUMBERS = (
    "recursionlimit",
    "switchinterval",
    "dlopenflags",
    "_int_max_str_digits",
    "_coroutine_origin_tracking_depth",
)
# Of sys: taken as they are, where they are there.
ATTRIBUTES = ("dont_write_bytecode", "tracebacklimit", "pycache_prefix")


def standard() -> tuple[str, str]:
    """What tells one interpreter's import path from another's: its prefix and its library."""
    import os

    return sys.prefix, os.path.dirname(os.__file__)


def may_be_session() -> bool:
    """Whether a prompt may come after what is running: only then need `session` be loaded."""
    return (
        hasattr(sys, "ps1")
        or sys.flags.inspect != 0
        or "PYTHONINSPECT" in environ
        or "PYTHONSTARTUP" in environ
        or "pyteleport.surroundings.session" in sys.modules
    )


def apply(described: dict[str, Any], manifest: dict[str, Any]) -> None:
    """Makes the surroundings there like those described, as far as they are plain data."""
    import gc
    import os

    sys.argv[:] = described["argv"]
    sys.warnoptions[:] = described["warnoptions"]
    sys._xoptions.clear()
    sys._xoptions.update(described["xoptions"])
    sys.path[:] = import_path(described["path"], described["standard"], list(sys.path))
    if first := manifest.get("first"):
        before = [number for number, entry in enumerate(sys.path) if entry.endswith("-packages")]
        at = before[0] if before else len(sys.path)
        sys.path[at:at] = first
    for name, number in described["numbers"].items():
        if hasattr(sys, f"set{name}"):  # not in all patch releases
            getattr(sys, f"set{name}")(number)
    for name, value in described["attributes"].items():
        setattr(sys, name, value)
    os.umask(described["umask"])
    threshold, debug = described["gc"]
    if threshold != gc.get_threshold():
        gc.set_threshold(*threshold)
    if debug:
        gc.set_debug(debug)
    for name, state in described["more"].items():
        _module(name).apply(state, manifest)


def import_path(path: list[str], library: tuple[str, str], found: list[str]) -> list[str]:
    """The program's import path, with this interpreter's own entries in place of the other one's.

    Args:
        path: as it was.
        library: of the interpreter it was made for, see `standard`.
        found: this interpreter's.
    """
    here = standard()
    if library == here:
        return path + [entry for entry in found if entry not in path and not _within(entry, here)]
    missing = [entry for entry in found if entry not in path]
    made: list[str] = []
    for entry in path:
        if not _within(entry, library) or entry in found:
            made.append(entry)
        else:
            made += missing
            missing = []
    return made + missing


def _within(entry: str, library: tuple[str, str]) -> bool:
    """Whether an entry is an interpreter's own: its library, archive, extensions or packages."""
    prefix, folder = library
    archive = f"/python{sys.version_info[0]}{sys.version_info[1]}.zip"
    return (
        entry == folder
        or entry.startswith(folder + "/")
        or entry.endswith(archive)
        or (entry.startswith(prefix + "/lib/") and entry.endswith("-packages"))
    )


def put_back(objects: dict[str, Any]) -> None:
    """Puts objects in place there: streams and hooks of sys by name, the rest by its module."""
    for name, value in objects.pop("sys", {}).items():
        setattr(sys, name, value)
    for name, state in objects.items():
        _module(name).put_back(state)


def _module(name: str) -> Any:
    full = f"{__name__}.{name}"
    __import__(full)
    return sys.modules[full]
