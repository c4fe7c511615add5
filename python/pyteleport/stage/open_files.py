"""At the target, before anything of the program: are the files it has open here, and the same?

What is there is left as it is. This comes with the manifest of programs that have files open.
"""

from __future__ import annotations

import os

from pyteleport.surroundings.open_files import digest, machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.stage.prepare import Prepared


def prepare(prepared: Prepared, manifest: dict[str, Any]) -> None:
    """Says of each file "same", "missing", "differs", "absent" or "nowhere", and where it is or would be."""
    their_machine, described = manifest["open"]
    same_machine = their_machine == machine() != ""
    for key, *file in described:
        state, place = _look(prepared, key if same_machine else None, *file)
        prepared.open[key] = state, place
        if state == "missing":
            prepared.made.append(place)


def _look(
    prepared: Prepared,
    key: Any,
    path: str,
    relative: str | None,
    writes: bool,
    size: int,
    content: bytes,
) -> tuple[str, str]:
    if not path:
        return "nowhere", ""
    candidates = [path]
    if relative is not None:
        candidates.insert(0, os.path.normpath(os.path.join(prepared.cwd, relative)))
    there = ""
    for candidate in candidates:
        try:
            status = os.stat(candidate)
            if (status.st_dev, status.st_ino) == key:
                return "same", candidate
            there = there or candidate
            fd = os.open(candidate, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            if content and status.st_size == size and digest(fd, size) == content:
                return "same", candidate
        except OSError:
            pass
        finally:
            os.close(fd)
    if there:
        return "differs", there
    if not writes:
        return "absent", ""
    for candidate in candidates:
        folder = os.path.dirname(candidate)
        temporary = prepared.temporary and (folder + "/").startswith(prepared.cwd + "/")
        if not temporary and os.access(folder, os.W_OK | os.X_OK):
            return "missing", candidate
    return "nowhere", ""
