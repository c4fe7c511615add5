"""Why certain kinds of objects cannot move, and what to do: one row per kind.

Used where a reducer refuses, and where a dump has failed and the reason is looked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Refusal(Exception):
    """A reducer's word that its object cannot move.

    Attributes:
        obj: the object.
        reason: why, as a clause: "it is held".
        hint: what to do.
    """

    def __init__(self, obj: Any, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.obj = obj
        self.reason = reason
        self.hint = hint


ANEW = "close or delete it before the move and make it anew after it"
THREAD_ALIVE = ("it is alive", "join or stop it before the move, or leave it behind by drop=")
FINISH = "finish what it is at before the move, and make another one after it"
CONNECT = "close it before the move and connect again after it"

# By module and qualified name of a class, or of one it inherits from.
KINDS: dict[str, tuple[str, str]] = {
    "_socket.socket": ("it is a socket of this process", CONNECT),
    "ssl.SSLObject": ("it is a connection of this process", CONNECT),
    "_ssl._SSLContext": ("it holds keys and certificates inside OpenSSL", ANEW),
    "mmap.mmap": ("it is mapped memory of this process", ANEW),
    "select.epoll": ("it is a descriptor of this process", ANEW),
    "select.poll": ("it is a descriptor of this process", ANEW),
    "selectors.BaseSelector": ("it watches descriptors of this process", ANEW),
    "sqlite3.Connection": ("it is an open database", CONNECT),
    "sqlite3.Cursor": ("it belongs to an open database", CONNECT),
    "subprocess.Popen": (
        "it is a child of this process",
        "wait for it to end before the move, and keep what it said rather than the object",
    ),
    "pyteleport.copies.Copy": (
        "its relay is a child of this process",
        "wait() for the copy to end before the move, or let go of it",
    ),
    "multiprocessing.process.BaseProcess": (
        "it is a child of this process",
        "join it before the move, and let go of the object",
    ),
    "multiprocessing.pool.Pool": ("it has worker processes", "close and join it before the move"),
    "concurrent.futures._base.Executor": (
        "it has workers of its own",
        "shut it down (leave its `with` block) before the move and make a new one after it",
    ),
    "asyncio.events.AbstractEventLoop": (
        "it is an event loop of this process",
        "call teleport() outside of it, after asyncio.run() has returned",
    ),
    "_asyncio.Future": (
        "it belongs to an event loop of this process",
        "call teleport() outside of it, after asyncio.run() has returned",
    ),
    "threading.Thread": ("it is a thread of this process", "join it before the move"),
    "posix.DirEntry": (
        "its folder, by the path that was given, no longer has it",
        "keep its path rather than the object",
    ),
    "posix.ScandirIterator": ("it is a directory being read", "make a list of it before the move"),
    "PyCapsule": ("it is a bare pointer into this process", ANEW),
    "_ctypes._CData": ("it is memory of this process", ANEW),
    "_ctypes.CFuncPtr": ("it is a bare pointer into this process", ANEW),
    "_hashlib.HASH": ("its state is inside OpenSSL", "finish it before the move"),
    "_hashlib.HMAC": ("its state is inside OpenSSL", "finish it before the move"),
    "zlib.Compress": ("its state is inside zlib", FINISH),
    "zlib.Decompress": ("its state is inside zlib", FINISH),
    "_bz2.BZ2Compressor": ("its state is inside bzip2", FINISH),
    "_bz2.BZ2Decompressor": ("its state is inside bzip2", FINISH),
    "_lzma.LZMACompressor": ("its state is inside liblzma", FINISH),
    "_lzma.LZMADecompressor": ("its state is inside liblzma", FINISH),
    "_contextvars.Token": (
        "it belongs to the context of this process",
        "reset the variable with it before the move, or keep the old value instead",
    ),
    "_ssl._SSLSocket": ("it is a connection of this process", CONNECT),
    "_dbm.dbm": ("it is an open database", CONNECT),
    "_gdbm.gdbm": ("it is an open database", CONNECT),
    "multiprocessing.connection._ConnectionBase": ("it is a pipe of this process", CONNECT),
    "multiprocessing.queues.Queue": ("it is a pipe of this process", ANEW),
    "multiprocessing.queues.SimpleQueue": ("it is a pipe of this process", ANEW),
    "multiprocessing.synchronize.SemLock": ("it is a semaphore of this machine", ANEW),
    "_multiprocessing.SemLock": ("it is a semaphore of this machine", ANEW),
    "ctypes.CDLL": (
        "it is a library that was loaded into this process",
        "let go of it before the move and load it again after it",
    ),
    "re.Match": ("the same search no longer finds it", "keep its groups and span instead"),
}
UNKNOWN_HINT = ANEW


def known_refusal(kind: type) -> tuple[str, str] | None:
    """The row of a class, by its names: no module is imported for it."""
    for base in kind.__mro__:
        module = base.__module__
        name = base.__qualname__ if module == "builtins" else f"{module}.{base.__qualname__}"
        found = KINDS.get(name)
        if found is not None:
            return found
    return None
