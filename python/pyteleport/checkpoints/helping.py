"""Writes images where the native part is missing: a program that was moved has only what travelled with it.

The interpreter it runs in may have pyteleport installed all the same. That is started as a child, is sent
place, manifest and pieces on its stdin, writes the image, and says on its stdout how that went.
"""

from __future__ import annotations

import marshal
import os
import sys

from pyteleport import errors
from pyteleport.stage.pump import read_exactly, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyteleport.stage.channel import Bytes

CODE = "from pyteleport.checkpoints.helping import main; main()"
MISSING = (
    "images cannot be written here: the program was moved here, and pyteleport is not installed"
)
INSTALL = "install pyteleport there, or move the program back before"


def write(path: str, text: str, found: Iterable[tuple[str, Bytes]]) -> None:
    """As `writing.write_pieces`, with a key of the child's.

    Raises:
        ImageError: it could not be written, or there is no pyteleport either.
    """
    takes, give = os.pipe()
    hear, tells = os.pipe()
    from pyteleport.surroundings.environment import for_command

    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, fd, to) for fd, to in ((takes, 0), (tells, 1), (null, 2))]
    try:
        pid = os.posix_spawn(
            sys.executable, [sys.executable, "-c", CODE], for_command(), file_actions=actions
        )
    except OSError:
        os.close(give)
        os.close(hear)
        raise errors.ImageError(MISSING, sys.executable, INSTALL) from None
    finally:
        for fd in (takes, tells, null):
            os.close(fd)
    try:
        try:
            _send(give, path, text, found)
        except BrokenPipeError:  # it says why
            pass
        finally:
            os.close(give)
        reply = b""
        while part := os.read(hear, 1 << 16):
            reply += part
    finally:
        os.close(hear)
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:  # the program has SIGCHLD ignored
            pass
    if not reply:
        raise errors.ImageError(MISSING, sys.executable, INSTALL)
    name, arguments = marshal.loads(reply)
    if name:
        raise getattr(errors, name)(*arguments)


def _send(give: int, path: str, text: str, found: Iterable[tuple[str, Bytes]]) -> None:
    head = marshal.dumps((path, text))
    write_all(give, len(head).to_bytes(8, "big") + head)
    for name, piece in found:
        write_all(
            give, len(name).to_bytes(1, "big") + name.encode() + len(piece).to_bytes(8, "big")
        )
        write_all(give, piece)
    write_all(give, b"\0")


def _pieces() -> Iterator[tuple[str, bytes]]:
    while length := read_exactly(0, 1)[0]:
        name = read_exactly(0, length).decode()
        yield name, read_exactly(0, int.from_bytes(read_exactly(0, 8), "big"))


def main() -> None:
    """In the child."""
    from pyteleport.checkpoints import keys, places
    from pyteleport.checkpoints.writing import write_pieces

    try:
        path, text = marshal.loads(read_exactly(0, int.from_bytes(read_exactly(0, 8), "big")))
        write_pieces(places.place(path), text, keys.sealing(), _pieces())
        reply: tuple[str, tuple[str, ...]] = ("", ())
    except errors.ImageError as problem:
        reply = (type(problem).__name__, problem.args)
    except EOFError:  # the program has given up
        return
    write_all(1, marshal.dumps(reply))
