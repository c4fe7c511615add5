"""Answers what a program at a target asks of home: where a frame stands, its morph, data of its packages.

The relay starts this once, as a process of the interpreter pyteleport is installed in, and passes
on requests: on stdin a 4-byte big-endian length and that many bytes (marshal of a function's name
and arguments), on stdout the answer in the same form. It ends with its stdin. Its arguments are the
folders it may read data files in.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_REQUEST = 64 << 20
LARGEST_DATA = 16 << 20  # bytes of one data file


def _read(count: int) -> bytes:
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def look(path: str) -> Any:
    """A file's content, a folder's [(name, is it a folder)], or None where nothing is.

    Raises:
        OSError: it cannot be read, or is too large.
    """
    try:
        if os.path.isdir(path):
            with os.scandir(path) as entries:
                return sorted((entry.name, entry.is_dir()) for entry in entries)
        with open(path, "rb") as file:
            data = file.read(LARGEST_DATA + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > LARGEST_DATA:
        raise OSError(27, f"it has more than {LARGEST_DATA >> 20} MB", path)
    return data


def look_within(path: str, folders: list[str]) -> Any:
    """As `look`, in these folders only.

    Raises:
        PermissionError: it is elsewhere.
    """
    real = os.path.realpath(path)
    for folder in folders:
        within = os.path.realpath(folder)
        if real == within or real.startswith(within + os.sep):
            return look(real)
    raise PermissionError(1, "it is in no folder of a package of the program's own", path)


def answer(question: bytes, folders: list[str]) -> bytes:
    """Calls the function a request names; the reply is ("ok", result) or ("error", text).

    `folders` are those of the program's own packages.
    """
    from pyteleport import _native

    functions: dict[str, Callable[..., Any]] = {
        "locate": _native.locate,
        "assemble": _native.assemble,
        "data": lambda path: look_within(path, folders),
    }
    try:
        name, *arguments = marshal.loads(question)
        return marshal.dumps(("ok", functions[name](*arguments)))
    except Exception as problem:
        return marshal.dumps(("error", f"{type(problem).__name__}: {problem}"))


def main() -> None:
    while True:
        head = _read(4)
        if not head:
            return
        length = int.from_bytes(head, "big")
        if length > LONGEST_REQUEST:
            return
        reply = answer(_read(length), sys.argv[1:])
        os.write(1, len(reply).to_bytes(4, "big"))
        view = memoryview(reply)
        while view:
            view = view[os.write(1, view) :]
