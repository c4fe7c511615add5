"""The manifest: the readable head of an image. `pyteleport inspect` shows it, and restoring reads where and how to.

It is JSON and is made from what the capture has anyway; none of the program's code runs for it. All of what
somebody may want to know without unpickling has to be in here.
"""

from __future__ import annotations

import os
import sys
import time
from types import CellType, FunctionType, ModuleType

from pyteleport.checkpoints.interpreter import python
from pyteleport.checkpoints.sizes import about, type_name
from pyteleport.graph.modules import NOT_STATE, own_modules
from pyteleport.stage.streams import describe_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

VERSION = 1
MOST_FRAMES = 400  # told of at either end of the stack
MOST_NAMES = 200  # told of for one module
LONGEST_LINE = 200


def describe(records: list[FrameRecord]) -> dict[str, Any]:
    """All but `packages` and `files`, which are known when the objects have been gone through.

    Args:
        records: the program's frames, innermost first.
    """
    from pyteleport import __version__
    from pyteleport.surroundings import locales

    own = own_modules()
    lines = _Lines(own)
    return {
        "manifest": VERSION,
        "pyteleport": __version__,
        "argv": list(map(str, sys.argv)),
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "host": os.uname().nodename,
        "pid": os.getpid(),
        "cwd": _cwd(),
        "python": python(),
        "locales": locales.changed(),
        "streams": describe_streams(),
        "terminals": [os.isatty(number) for number in range(3)],
        "frames": _frames(records, lines),
        "modules": _modules(own),
    }


def _cwd() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return None


class _Lines:
    """Lines of the program's sources, each read once."""

    def __init__(self, own: dict[str, ModuleType]) -> None:
        self.modules = {module.__dict__.get("__file__"): module for module in own.values()}
        self.sources: dict[str, list[bytes]] = {}

    def of(self, file: str, number: int | None) -> str:
        if file not in self.sources:
            self.sources[file] = self._source(file)
        lines = self.sources[file]
        if not number or number > len(lines):
            return ""
        return lines[number - 1].decode("utf-8", "replace").strip()[:LONGEST_LINE]

    def _source(self, file: str) -> list[bytes]:
        from pyteleport.graph.modules import source_of

        module = self.modules.get(file)
        found = None if module is None else source_of(module)
        if found is not None:
            return found[1].splitlines()
        if os.path.isabs(file):
            try:
                with open(file, "rb") as source:
                    return source.read().splitlines()
            except OSError:
                return []
        return []


def _frames(records: list[FrameRecord], lines: _Lines) -> list[dict[str, Any]]:
    """Outermost last, as the capture has them; of a very deep stack both ends, and how many are between."""
    if len(records) <= 2 * MOST_FRAMES:
        return [_frame(record, lines) for record in records]
    between = {"left_out": len(records) - 2 * MOST_FRAMES}
    first = [_frame(record, lines) for record in records[:MOST_FRAMES]]
    last = [_frame(record, lines) for record in records[-MOST_FRAMES:]]
    return [*first, between, *last]


def _frame(record: FrameRecord, lines: _Lines) -> dict[str, Any]:
    code = record.code
    number = record.live.f_lineno
    return {
        "function": code.co_qualname,
        "file": code.co_filename,
        "line": number,
        "source": lines.of(code.co_filename, number),
        "locals": [_entry(name, value) for name, value in _locals(record)],
    }


def _locals(record: FrameRecord) -> list[tuple[str, Any]]:
    from pyteleport.capture.frames import NULL

    code = record.code
    cells = (*code.co_cellvars, *code.co_freevars)
    more = [name for name in code.co_cellvars if name not in code.co_varnames]
    found = []
    for name, slot in zip(
        (*code.co_varnames, *more, *code.co_freevars), record.locals, strict=False
    ):
        value = slot
        if name in cells and type(value) is CellType:
            try:
                value = value.cell_contents
            except ValueError:  # empty
                continue
        if value is not NULL:
            found.append((name, value))
    space = record.namespace
    if type(space) is dict and space is not record.live.f_globals:  # of a class's body
        found += [(name, value) for name, value in list(space.items()) if type(name) is str]
    return found


def _entry(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "type": type_name(value), "size": about(value)}


def _modules(own: dict[str, ModuleType]) -> list[dict[str, Any]]:
    """The program's own modules with their variables: neither functions nor classes, which are code."""
    found = []
    for name, module in own.items():
        file = module.__dict__.get("__file__")
        entries = [
            _entry(key, value)
            for key, value in list(module.__dict__.items())
            if type(key) is str
            and key not in NOT_STATE
            and not (key.startswith("__") and key.endswith("__"))
            and type(value) not in (FunctionType, ModuleType)
            and not issubclass(type(value), type)
        ]
        left_out = len(entries) - MOST_NAMES
        if left_out > 0:
            entries.sort(key=lambda entry: -entry["size"])
            del entries[MOST_NAMES:]
        described: dict[str, Any] = {
            "name": name,
            "file": file if isinstance(file, str) else None,
            "variables": entries,
        }
        if left_out > 0:
            described["left_out"] = left_out
        found.append(described)
    return found


def open_files() -> list[dict[str, Any]]:
    """Regular files this process has open, as the system tells: `inode` says later whether it is the same file."""
    import stat

    found = []
    try:
        numbers = sorted(map(int, os.listdir("/proc/self/fd")))
    except OSError:
        return []
    for number in numbers:
        if number < 3:
            continue
        try:
            path = os.readlink(f"/proc/self/fd/{number}")
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode) or not path.startswith("/") or not status.st_nlink:
                continue
            position = os.lseek(number, 0, os.SEEK_CUR)
            import fcntl

            mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
        except OSError:
            continue
        found.append(
            {
                "path": path,
                "size": status.st_size,
                "position": position,
                "writes": mode != os.O_RDONLY,
                "inode": status.st_ino,
            }
        )
    return found
