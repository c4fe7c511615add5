"""Files the program has open, as the other side is asked about them, and what of them has to be sent.

What makes a file the same there: it is the same one (machine, device, inode), or its path leads to one of
the same size and content. The content is compared by a hash: of all of it up to `HASHED`, of a larger file
of parts at its beginning, its end and in between.

    auto     a file that is not the same there is sent: one for reading in memory, one for writing to its path
    send     one for reading is sent in any case
    path     it is opened by its path, and has to have the size it has here
    refuse   an open file is a reason not to move
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.stage.handoff import Handoff

HASHED = 8 << 20
PARTS = 8
LARGEST = 64 << 20  # bytes that are sent, of all files together


class OpenFile:
    """An open file.

    Attributes:
        path: its absolute path; "" if it has none any more.
        relative: the path the program gave, if that was relative.
        descriptor: one of the program's for it.
        writes: whether it can be written by one of them.
    """

    def __init__(self, path: str, relative: str | None, descriptor: int) -> None:
        self.path = path
        self.relative = relative
        self.descriptor = descriptor
        self.writes = False

    def add(self, raw: Any) -> None:
        """Takes another file object over it."""
        self.writes = self.writes or raw.writable()

    def open(self) -> int:
        """A descriptor of its own for reading.

        Raises:
            OSError: it may be written, but not read.
        """
        return os.open(f"/proc/self/fd/{self.descriptor}", os.O_RDONLY | os.O_CLOEXEC)


def digest(fd: int, size: int) -> bytes:
    """The hash of a file's content, or of parts of it."""
    from _blake2 import blake2b

    found = blake2b(digest_size=16)
    part = HASHED // PARTS
    if size > HASHED:
        starts = [(size - part) * number // (PARTS - 1) for number in range(PARTS)]
    else:
        starts = list(range(0, size, part))
    for start in starts:
        found.update(os.pread(fd, part, start))
    return found.digest()


def machine() -> str:
    """What tells this machine, as it runs now, from others."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def describe(manifest: dict[str, Any], files: dict[Any, OpenFile], policy: str) -> None:
    """Has the other side look for these files, by what the manifest says."""
    described = []
    for key, file in files.items():
        status = os.fstat(file.descriptor)
        content = b""
        if file.path and (policy != "send" or file.writes):
            try:
                fd = file.open()
            except OSError:  # cannot be read: it has to be the very same
                pass
            else:
                content = digest(fd, status.st_size)
                os.close(fd)
        described.append((key, file.path, file.relative, file.writes, status.st_size, content))
    manifest["open"] = (machine(), described)


def contents(handoff: Handoff, files: dict[Any, OpenFile], policy: str) -> dict[Any, Any]:
    """What has to be sent, by key: (content, path where it has to be put or "" for memory, mode).

    Raises:
        CannotMove: that is too much, or cannot be.
    """
    found = {}
    total = 0
    for key, file in files.items():
        state, place = handoff.prepared["open"][key]
        if state == "same" and (policy == "auto" or file.writes):
            continue
        if file.path and file.writes and state != "missing":
            raise _cannot(file, handoff, state)
        status = os.fstat(file.descriptor)
        total += status.st_size
        if total > LARGEST:
            raise _cannot(file, handoff, "large")
        try:
            fd = file.open()
        except OSError:
            raise _cannot(file, handoff, "unreadable") from None
        content = _all_of(fd)
        found[key] = (content, place if file.path and file.writes else "", status.st_mode & 0o777)
    return found


def _all_of(fd: int) -> bytes:
    parts = []
    while part := os.read(fd, 1 << 20):
        parts.append(part)
    os.close(fd)
    return b"".join(parts)


PROBLEMS = {
    "differs": (
        "another file of that name is at the target, and the program has it open for writing",
        "remove or rename it there, or give another folder with cwd=",
    ),
    "nowhere": (
        "the program has it open for writing, and at the target no folder is there to keep it in",
        "give a folder that is there with cwd=, or close it before the move",
    ),
    "large": (
        f"more than {LARGEST >> 20} MB of open files would have to be sent",
        'put it there beforehand, under the same path, or use open_files="path"',
    ),
    "unreadable": (
        "it is not at the target, and may not be read here to be sent",
        "put it there beforehand, or close it before the move",
    ),
}


def _cannot(file: OpenFile, handoff: Handoff, state: str) -> Exception:
    from pyteleport.errors import CannotMove, Offender

    reason, hint = PROBLEMS[state]
    name = file.path or "a deleted file"
    items = [Offender(name, "file", reason, hint)]
    return CannotMove(f"the file {name} cannot move: {reason}", handoff.target.name, hint, items)
