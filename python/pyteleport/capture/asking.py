"""Asks C code how far it has come: in a forked copy of this process, where it is made to end.

C code that consumes an iterator keeps what it took so far in its own variables. But it hands it out
at once if the iterator ends. So the process is forked, and in the copy the iterator's frame ends,
without a line of the program run:

```
outer frame         in the call of C; in the copy, what C returns is sent through a pipe
  C code            list(…), sum(…): its iterator has no more items, so it returns
    inner frame     the iterator's: in the copy it gives the items it is told to, and ends
      …             frames in between, pyteleport's among them: in the copy an exception leaves them
```

All descriptors of the copy are closed but the pipe, all signals are blocked, and it ends by `_exit`: it
leaves no trace. If anything is not as expected, it ends without an answer, and the move is refused.
"""

from __future__ import annotations

import marshal
import os
import sys

from pyteleport.capture.asked import ITEMS, OBJECT, act

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

PATIENCE = 10.0  # seconds for the copy to answer
ATTEMPTS = 3  # other threads that want the interpreter may stop a copy


class Answer:
    """What the copy sent.

    Attributes:
        kind: "returned", "raised" (C raised an exception), "held" (C has put the
            marker behind these items of a list), "compared" (it compared the marker with this),
            "taken" (it did neither).
        value: what it was: the object itself where it exists here, a plain one as a copy, the
            items of a container as a list (of a dict: key, value, key …).
    """

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Any) -> None:
        self.kind = kind
        self.value = value


def ask(
    outer: FrameRecord,
    inner: FrameRecord,
    given: tuple[Any, ...] = (),
    how: str = ITEMS,
    ends: Sequence[Iterator[Any]] = (),
) -> Answer | None:
    """What the C code between two frames returns if the inner one gives these items, and then ends.

    Args:
        given: plain values; or `MARKER` at the end: then the iterator does not end, and it is told
            where C put the marker, or what it compared it with.
        ends: built-in iterators that shall have ended in the copy.
        how: what to send of a result: ITEMS of a container that C makes, the OBJECT itself where it is
            there before C returns it, or VALUE: that too, but of a plain one a copy.

    Returns:
        The answer; None where there is none, for whatever reason.
    """
    try:
        import ctypes  # noqa: F401
    except ImportError:
        return None
    record: FrameRecord | None = inner
    while record is not None:
        if record.way is None:
            return None  # through C code that cannot be taken along no exception is sent
        record = record.inner
    for _ in range(ATTEMPTS):
        message = _fork(outer, inner, given, how, ends)
        if message is not None:
            return _understood(message)
    return None


def _understood(message: bytes) -> Answer | None:
    try:
        kind, how, found = marshal.loads(message)
    except (EOFError, ValueError, TypeError):
        return None
    if how == ITEMS:
        return Answer(kind, [_object(*item) for item in found])
    return Answer(kind, _object(*found) if how == OBJECT else found)


def _object(address: int, kind: int) -> Any:
    """An object that C holds; its address was read in the copy."""
    from ctypes import c_uint64, c_void_p, cast, py_object

    if c_uint64.from_address(address + 8).value != kind:
        raise SystemError("an object is not where it was")
    return cast(c_void_p(address), py_object).value


def _fork(
    outer: FrameRecord,
    inner: FrameRecord,
    given: tuple[Any, ...],
    how: str,
    ends: Sequence[Iterator[Any]],
) -> bytes | None:
    import gc
    from ctypes import PyDLL

    from pyteleport.stage.signals import signal

    held = _everything(inner)
    process = PyDLL(None)  # not `os.fork`: that runs what the program registered for it
    reader, writer = os.pipe()
    collects = gc.isenabled()
    gc.disable()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(100)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ended_before = signal.SIGCHLD in signal.sigpending()
    pid = 0
    try:
        pid = process.fork()
        if pid == 0:
            act(outer, inner, given, how, ends, writer, held)
        os.close(writer)
        return _read(reader, pid) if pid > 0 else None
    finally:
        os.close(reader)
        if pid > 0 and not ended_before:
            _forget_child()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        sys.setswitchinterval(interval)
        if collects:
            gc.enable()


def _everything(inner: FrameRecord) -> list[Any]:
    """What must not be destroyed in the copy when the frames there are left."""
    held: list[Any] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame is not inner.live:
        held.append(frame)
        frame = frame.f_back
    record: FrameRecord | None = inner
    while record is not None:
        held += (record, record.live)
        record = record.inner
    return held


def _read(reader: int, pid: int) -> bytes | None:
    import select
    from time import monotonic

    found = bytearray()
    until = monotonic() + PATIENCE
    waiting = select.poll()
    waiting.register(reader, select.POLLIN)
    whole = False
    while waiting.poll(max(0.0, until - monotonic()) * 1000):
        piece = os.read(reader, 1 << 20)
        if not piece:
            whole = True
            break
        found += piece
    if not whole:
        os.kill(pid, 9)
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # the program ignores SIGCHLD
    return bytes(found) if whole and found else None


def _forget_child() -> None:
    """Takes back the signal that the copy's end was, unless another child has ended too."""
    from pyteleport.stage.signals import signal

    if signal.sigtimedwait([signal.SIGCHLD], 0) is None:
        return
    try:
        other = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    if other is not None:
        os.kill(os.getpid(), signal.SIGCHLD)
