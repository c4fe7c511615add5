"""What was sent before the image: packages, and open files. Takes it, then goes on to the image."""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pyteleport.stage.program import Reader


def load(reader: Reader, manifest: dict[str, Any]) -> Callable[[], object]:
    """The loader of a move that sends something before the image; `manifest["then"]` is the image's."""
    from pyteleport.stage import program

    came = marshal.loads(reader.read(int.from_bytes(reader.read(8), "big")))
    if came["packages"]:
        from pyteleport.stage.sent_packages import SentPackages

        sys.meta_path.insert(1, SentPackages(*marshal.loads(came["packages"])))
    manifest = {**manifest, "loader": manifest["then"]}
    if "open" not in manifest:
        return program.load(reader, manifest)
    from pyteleport.graph import rebuild_files

    nameless = []
    rebuild_files.given.update(came["found"])
    for key, (content, place, mode) in came["files"].items():
        if place:
            fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            _write(fd, content)
            os.close(fd)
        else:
            nameless.append(_nameless(content))
        rebuild_files.given[key] = place or f"/proc/self/fd/{nameless[-1]}"
    try:
        return program.load(reader, manifest)
    finally:
        rebuild_files.given.clear()
        for fd in nameless:
            os.close(fd)


def _nameless(content: bytes) -> int:
    """A file that no path leads to: gone with the last descriptor."""
    path = f"{os.environ.get('TMPDIR') or '/tmp'}/pyteleport-{os.urandom(8).hex()}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.unlink(path)
    _write(fd, content)
    return fd


def _write(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
