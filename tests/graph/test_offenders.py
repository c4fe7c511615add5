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
