"""One channel of the relay: what comes up from one target, and what goes down to it."""

from __future__ import annotations

import os
import select

from pyteleport.stage import channel
from pyteleport.stage.channel import WINDOW_SIZE, Decoder, encode
from pyteleport.stage.pump import Sink, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CREDIT_STEP = 32 << 10
LONGEST_LINE = 64 << 10
LOST = 255


class Output:
    """Where output goes here, with who gets the credit once it is written.

    Attributes:
        sink: the descriptor's queue.
    """

    def __init__(self, fd: int) -> None:
        self.sink = Sink(fd, shared=True)
        self._owed: list[list[Any]] = []  # [link or None, stream, bytes], in order

    def put(self, link: Link | None, stream: int, data: bytes) -> None:
        if self.sink.fd < 0:
            return
        self.sink.put(data)
        owed = self._owed
        if owed and owed[-1][0] is link and owed[-1][1] == stream:
            owed[-1][2] += len(data)
        else:
            owed.append([link, stream, len(data)])

    def flush(self) -> bool:
        """Writes once; False when nobody reads it any more."""
        try:
            done = self.sink.flush()
        except OSError:
            self._owed.clear()
            return False
        while done:
            entry = self._owed[0]
            count = min(done, entry[2])
            done -= count
            entry[2] -= count
            if not entry[2]:
                del self._owed[0]
            if entry[0] is not None:
                entry[0].credit(entry[1], count)
        return True


class Link:
    """A channel after COMMIT.

    Attributes:
        name: of the target.
        pid: of the target's command.
        status: the program's exit status (negative for a signal), None while it runs.
        stdin_credit: how much of stdin may still be sent.
        down: queue to the target.
        up, errors: the command's stdout and stderr, -1 at their ends.
    """

    def __init__(self, state: dict[str, Any], whole_lines: bool) -> None:
        self.name: str = state["name"]
        self.pid: int = state["pid"]
        self.up: int = state["up"]
        self.errors: int = state["errors"]
        self.down = Sink(state["down"])
        self.status: int | None = None
        self.stdin_credit = WINDOW_SIZE
        self.frames = Decoder(state["pending"])
        self._owed: dict[int, int] = {}
        self._lines: dict[int, bytearray] | None = {} if whole_lines else None
        for fd in (self.up, self.errors):
            if fd >= 0:
                os.set_inheritable(fd, False)
                os.set_blocking(fd, False)
        os.set_inheritable(self.down.fd, False)

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.down.put(encode(kind, payload))

    def credit(self, stream: int, count: int) -> None:
        """Lets the target send that much more on a stream, in not too small steps."""
        owed = self._owed.get(stream, 0) + count
        if owed >= CREDIT_STEP:
            self.down.put(channel.credit(stream, owed))
            owed = 0
        self._owed[stream] = owed

    def wanted(self) -> list[tuple[int, int]]:
        """What to poll for."""
        wanted = [(self.up, select.POLLIN), (self.errors, select.POLLIN)]
        if self.down.size:
            wanted.append((self.down.fd, select.POLLOUT))
        return wanted

    def lines(self, stream: int, data: bytes) -> bytes:
        """What of an output can be shown now: everything, or whole lines."""
        if self._lines is None:
            return data
        held = self._lines.setdefault(stream, bytearray())
        held += data
        end = held.rfind(b"\n") + 1
        if not end and len(held) >= LONGEST_LINE:
            end = len(held)
        ready = bytes(held[:end])
        del held[:end]
        return ready

    def rest(self) -> list[tuple[int, bytes]]:
        """Lines that have not ended, at the end of the program."""
        return [(stream, bytes(held)) for stream, held in (self._lines or {}).items() if held]

    def read_up(self) -> bool:
        """Takes what has come; False at the end of the channel."""
        data = read(self.up)
        if data == b"":
            self.close()
            return False
        if data:
            self.frames.feed(data)
        return True

    def read_errors(self) -> bytes:
        """What the command says on its stderr."""
        data = read(self.errors)
        if data == b"":
            os.close(self.errors)
            self.errors = -1
        return data or b""

    def flush(self) -> None:
        try:
            self.down.flush()
        except OSError:  # its stdout will end, too
            pass

    def close(self) -> None:
        """No more frames either way."""
        self.down.close()
        if self.up >= 0:
            os.close(self.up)
            self.up = -1
        if self.status is None:
            self.status = LOST
