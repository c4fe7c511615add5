"""Files that were sent along: put into the working folder at the target. Comes only with those."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport.stage.prepare import Prepared


def put(prepared: Prepared, files: list[tuple[str, int, bytes]]) -> None:
    """Puts them there, by relative path; what cannot be put is a reason not to take the program."""
    for name, mode, content in files:
        _put(prepared, name, mode, content)


def _put(prepared: Prepared, name: str, mode: int, content: bytes) -> None:
    if os.path.isabs(name) or ".." in name.split("/"):
        prepared.reasons.append(("file", name, "it would be outside of the working folder"))
        return
    path = os.path.join(prepared.cwd, name)
    if os.path.lexists(path):
        if not _holds(path, content):
            prepared.reasons.append(
                ("file", name, f"another file of that name is in {prepared.cwd}")
            )
        return
    missing = os.path.dirname(path)
    folders = []
    while not os.path.isdir(missing):
        folders.append(missing)
        missing = os.path.dirname(missing)
    for folder in reversed(folders):
        os.mkdir(folder)
        prepared.folders.append(folder)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777)
    prepared.files.append(path)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
    except OSError as problem:
        prepared.reasons.append(("file", name, problem.strerror))
    finally:
        os.close(fd)


def _holds(path: str, content: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(content) + 1) == content
    except OSError:
        return False
