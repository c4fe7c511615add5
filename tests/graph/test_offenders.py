"""What cannot move, as the error says it: exact texts, the same on every CPython.

In them, @ stands for the variable that holds the case's objects.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python, run

PROGRAM = Path(__file__).parent / "programs" / "offenders.py"
CALL = 'INSIDE["frame"]()'

MESSAGES = {
    "deep": """\
CannotMove: sqlite3.Connection cannot move: it is an open database
  where: @ -> Pool.handlers -> [1] -> ['first'] -> Pool.connection -> Connection
  to do: close it before the move and connect again after it
offenders: []
""",
    "slots": """\
CannotMove: socket.socket cannot move: it is a socket of this process
  where: @ -> Slotted.inner -> [0] -> socket
  to do: close it before the move and connect again after it
offenders: []
""",
    "generator": """\
CannotMove: socket.socket cannot move: it is a socket of this process
  where: @ -> [0] -> reader() local 'connection' -> socket
  to do: close it before the move and connect again after it
offenders: []
""",
    "closure": """\
CannotMove: mmap.mmap cannot move: it is mapped memory of this process
  where: @ -> ['callback'] -> reader() closure 'shared' -> mmap
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "default": """\
CannotMove: select.epoll cannot move: it is a descriptor of this process
  where: @ -> wait() default 0 -> epoll
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "partial": """\
CannotMove: TextIOWrapper cannot move: it is a pipe
  where: @ -> partial.keywords -> ['file'] -> TextIOWrapper
  to do: read it to its end and close it before the move
offenders: []
""",
    "several": """\
CannotMove: select.poll cannot move: it is a descriptor of this process
  where: @ -> [1] -> poll
  to do: close or delete it before the move and make it anew after it
also: mmap.mmap cannot move: it is mapped memory of this process
  where: @ -> [2] -> mmap
  to do: close or delete it before the move and make it anew after it
also: select.epoll cannot move: it is a descriptor of this process
  where: @ -> [3] -> epoll
  to do: close or delete it before the move and make it anew after it
offenders: [("@ -> [2] -> mmap", 'mmap.mmap'), ("@ -> [3] -> epoll", 'select.epoll')]
""",
    "first_of_its_kind": """\
CannotMove: mmap.mmap cannot move: it is mapped memory of this process
  where: @ -> [0] -> mmap
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "child": """\
CannotMove: subprocess.Popen cannot move: it is a child of this process
  where: @ -> Popen
  to do: wait for it to end before the move, and keep what it said rather than the object
offenders: []
""",
    "deleted": """\
CannotMove: TextIOWrapper cannot move: the file was deleted or renamed since it was opened
  where: @ -> [tuple] -> TextIOWrapper
  to do: close it before the move and open it again after it
offenders: []
""",
    "terminal": """\
CannotMove: FileIO cannot move: it is a terminal
  where: @ -> FileIO
  to do: close it before the move
offenders: []
""",
    "device": """\
CannotMove: BufferedReader cannot move: it is a device
  where: @ -> BufferedReader
  to do: close it before the move
offenders: []
""",
    "frames": """\
moves
""",
    "executor": """\
CannotMove: concurrent.futures.thread.ThreadPoolExecutor cannot move: it has workers of its own
  where: @ -> ThreadPoolExecutor
  to do: shut it down (leave its `with` block) before the move and make a new one after it
offenders: []
""",
    "loop": """\
CannotMove: asyncio.unix_events._UnixSelectorEventLoop cannot move: it is an event loop of this process
  where: @ -> _UnixSelectorEventLoop
  to do: call teleport() outside of it, after asyncio.run() has returned
offenders: []
""",
    "pointer": """\
CannotMove: ctypes.c_char_p cannot move: it is memory of this process
  where: @ -> [1] -> c_char_p
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "context": """\
CannotMove: ssl.SSLContext cannot move: it holds keys and certificates inside OpenSSL
  where: @ -> SSLContext
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "digest": """\
CannotMove: HASH cannot move: its state is inside OpenSSL
  where: @ -> HASH
  to do: finish it before the move
offenders: []
""",
    "exception": """\
CannotMove: socket.socket cannot move: it is a socket of this process
  where: @ -> ValueError.args -> [0] -> socket
  to do: close it before the move and connect again after it
offenders: []
""",
    "view": """\
CannotMove: memoryview cannot move: it is a view into mmap memory
  where: @ -> memoryview
  to do: keep the object under it instead, and make the memoryview again after the move
offenders: []
""",
    "stubborn": """\
CannotMove: Stubborn cannot move: I stay here
  where: @ -> [0] -> Stubborn
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "nested": """\
CannotMove: the program's objects are nested too deep to be copied
  to do: hold them in a list or dict rather than each in the one before
offenders: []
""",
    "listening": """\
CannotMove: socket.socket cannot move: it is a socket of this process
  where: @ -> ['server'] -> socket
  to do: close it before the move and connect again after it
offenders: []
""",
    "encrypted": """\
CannotMove: _SSLSocket cannot move: it is a connection of this process
  where: @ -> SSLObject._sslobj -> _SSLSocket
  to do: close it before the move and connect again after it
offenders: []
""",
    "processes": """\
CannotMove: concurrent.futures.process.ProcessPoolExecutor cannot move: it has workers of its own
  where: @ -> ProcessPoolExecutor
  to do: shut it down (leave its `with` block) before the move and make a new one after it
offenders: []
""",
    "shared_queue": """\
CannotMove: multiprocessing.queues.Queue cannot move: it is a pipe of this process
  where: @ -> Queue
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "shared_lock": """\
CannotMove: multiprocessing.synchronize.Lock cannot move: it is a semaphore of this machine
  where: @ -> [0] -> Lock
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "shared_value": """\
CannotMove: multiprocessing.synchronize.RLock cannot move: it is a semaphore of this machine
  where: @ -> Synchronized._lock -> RLock
  to do: close or delete it before the move and make it anew after it
also: memoryview cannot move: it is a view into mmap memory
  where: @ -> Synchronized._obj -> c_int._objects -> memoryview
  to do: keep the object under it instead, and make the memoryview again after the move
also: mmap.mmap cannot move: it is mapped memory of this process
  where: @ -> Synchronized._obj -> c_int._wrapper -> BufferWrapper._state -> [0] -> [0] -> Arena.buffer -> mmap
  to do: close or delete it before the move and make it anew after it
offenders: [("@ -> Synchronized._obj -> c_int._objects -> memoryview", 'memoryview'), ("@ -> Synchronized._obj -> c_int._wrapper -> BufferWrapper._state -> [0] -> [0] -> Arena.buffer -> mmap", 'mmap.mmap')]
""",
    "connection_of_a_pipe": """\
CannotMove: multiprocessing.connection.Connection cannot move: it is a pipe of this process
  where: @ -> [1] -> Connection
  to do: close it before the move and connect again after it
also: multiprocessing.connection.Connection cannot move: it is a pipe of this process
  where: @ -> [2] -> Connection
  to do: close it before the move and connect again after it
offenders: [("@ -> [2] -> Connection", 'multiprocessing.connection.Connection')]
""",
    "future": """\
CannotMove: Future cannot move: it belongs to an event loop of this process
  where: @ -> Future
  to do: call teleport() outside of it, after asyncio.run() has returned
offenders: []
""",
    "task": """\
CannotMove: Task cannot move: it belongs to an event loop of this process
  where: @ -> [0] -> Task
  to do: call teleport() outside of it, after asyncio.run() has returned
offenders: []
""",
    "cursor": """\
CannotMove: sqlite3.Cursor cannot move: it belongs to an open database
  where: @ -> Cursor
  to do: close it before the move and connect again after it
offenders: []
""",
    "keyed_file": """\
moves
""",
    "mapped_file": """\
CannotMove: mmap.mmap cannot move: it is mapped memory of this process
  where: @ -> mmap
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "library": """\
CannotMove: ctypes.CDLL cannot move: it is a library that was loaded into this process
  where: @ -> [1] -> CDLL
  to do: let go of it before the move and load it again after it
offenders: []
""",
    "function_of_c": """\
CannotMove: ctypes.CDLL.__init__.<locals>._FuncPtr cannot move: it is a bare pointer into this process
  where: @ -> [0] -> _FuncPtr
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "callback": """\
CannotMove: ctypes.CFUNCTYPE.<locals>.CFunctionType cannot move: it is a bare pointer into this process
  where: @ -> CFunctionType
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "folder": """\
CannotMove: posix.ScandirIterator cannot move: it is a directory being read
  where: @ -> ScandirIterator
  to do: make a list of it before the move
offenders: []
""",
    "compressors": """\
CannotMove: zlib.Compress cannot move: its state is inside zlib
  where: @ -> [0] -> Compress
  to do: finish what it is at before the move, and make another one after it
also: BZ2Compressor cannot move: its state is inside bzip2
  where: @ -> [1] -> BZ2Compressor
  to do: finish what it is at before the move, and make another one after it
also: LZMACompressor cannot move: its state is inside liblzma
  where: @ -> [2] -> LZMACompressor
  to do: finish what it is at before the move, and make another one after it
also: zlib.Decompress cannot move: its state is inside zlib
  where: @ -> [3] -> Decompress
  to do: finish what it is at before the move, and make another one after it
also: BZ2Decompressor cannot move: its state is inside bzip2
  where: @ -> [4] -> BZ2Decompressor
  to do: finish what it is at before the move, and make another one after it
also: LZMADecompressor cannot move: its state is inside liblzma
  where: @ -> [5] -> LZMADecompressor
  to do: finish what it is at before the move, and make another one after it
offenders: [("@ -> [1] -> BZ2Compressor", 'BZ2Compressor'), ("@ -> [2] -> LZMACompressor", 'LZMACompressor'), ("@ -> [3] -> Decompress", 'zlib.Decompress'), ("@ -> [4] -> BZ2Decompressor", 'BZ2Decompressor'), ("@ -> [5] -> LZMADecompressor", 'LZMADecompressor')]
""",
    "keyed_digest": """\
CannotMove: HMAC cannot move: its state is inside OpenSSL
  where: @ -> HMAC._hmac -> HMAC
  to do: finish it before the move
offenders: []
""",
    "log_handler": """\
CannotMove: socket.socket cannot move: it is a socket of this process
  where: @ -> SocketHandler.sock -> socket
  to do: close it before the move and connect again after it
offenders: []
""",
    "token": """\
moves
""",
    "other_contexts": """\
CannotMove: Token cannot move: it belongs to the context of this process
  where: @ -> ['token'] -> Token
  to do: reset the variable with it before the move, or keep the old value instead
also: socket.socket cannot move: it is a socket of this process
  where: @ -> ['open'] -> [0] -> socket
  to do: close it before the move and connect again after it
also: sqlite3.Connection cannot move: it is an open database
  where: @ -> ['open'] -> [1] -> Connection
  to do: close it before the move and connect again after it
offenders: [("@ -> ['open'] -> [0] -> socket", 'socket.socket'), ("@ -> ['open'] -> [1] -> Connection", 'sqlite3.Connection')]
""",
    "response": """\
moves
""",
    "watched": """\
CannotMove: selectors.EpollSelector cannot move: it watches descriptors of this process
  where: @ -> EpollSelector
  to do: close or delete it before the move and make it anew after it
offenders: []
""",
    "output_of_a_command": """\
CannotMove: TextIOWrapper cannot move: it is a pipe
  where: @ -> _wrap_close._stream -> TextIOWrapper
  to do: read it to its end and close it before the move
also: subprocess.Popen cannot move: it is a child of this process
  where: @ -> _wrap_close._proc -> Popen
  to do: wait for it to end before the move, and keep what it said rather than the object
offenders: [("@ -> _wrap_close._proc -> Popen", 'subprocess.Popen')]
""",
    "fine": """\
moves
""",
}


def at() -> str:
    lines = PROGRAM.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if CALL in line)
    return f"attempt() line {number} of offenders.py, local 'thing'"


@pytest.mark.parametrize("case", MESSAGES)
def test_the_message(python: Python, case: str) -> None:
    result = run(python, PROGRAM, args=[case])
    assert result.stdout == f"{case}:\n{MESSAGES[case].replace('@', at())}", result.stderr
