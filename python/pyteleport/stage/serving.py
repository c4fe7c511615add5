"""The supervisor after COMMIT: stdio, signals and requests of the running program.

Nothing here blocks. What the program writes goes up as far as the relay has given credit; what comes
down for its stdin is credited back as the program takes it. So each stream waits for its own
reader only, and memory is bounded whatever either side does.
"""

from __future__ import annotations

import os
import select
import time

from pyteleport.stage import channel
from pyteleport.stage.channel import WINDOW_SIZE, Decoder, encode
from pyteleport.stage.pump import READABLE, Sink, read, wait
from pyteleport.stage.signals import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport.stage.supervisor import Supervisor

MOST_QUEUED = 256 << 10  # on the channel; no more output is read while that waits
CREDIT_STEP = 32 << 10
# To the program's whole group, as a terminal would; others go to the program alone.
TO_GROUP = (
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGTSTP,
    signal.SIGCONT,
)
QUIET = 0.1  # how long a terminal that others hold open is still listened to after the program
LAST_WAIT = 5.0  # for the program to end, when it was hung up and files have to be removed


class Serving:
    """Serves one running program."""

    def __init__(self, supervisor: Supervisor, stdin: bytes) -> None:
        self.process = supervisor
        self.down = supervisor.down
        os.set_blocking(self.down, False)
        self.up = Sink(supervisor.up)
        self.frames = Decoder()
        self.outputs = dict(supervisor.outputs)
        self.budget = dict.fromkeys((channel.STDOUT, channel.STDERR, channel.TERMINAL), WINDOW_SIZE)
        self.stdin = Sink(supervisor.stdin, keep=supervisor.stdin == supervisor.terminal)
        self.stdin.put(stdin)
        self.uncredited = len(stdin)  # these came with COMMIT, not on credit
        self.owed = 0
        self.stdin_ended = False
        self.say = supervisor.say
        os.set_blocking(self.say, False)
        self.requests = bytearray()
        self.answers = Sink(supervisor.hear)
        self.hung_up = False
        if supervisor.noise:
            noise = bytes(supervisor.noise)
            for start in range(0, len(noise), channel.LARGEST_PART):
                part = noise[start : start + channel.LARGEST_PART]
                self.up.put(encode(channel.STDERR, part))
            self.budget[channel.STDERR] -= len(noise)

    def run(self) -> int:
        """Until the program has ended and its output is away; returns this process's exit status."""
        process = self.process
        while not process.reap():
            self._step()
            if self.hung_up:
                return self._hang_up()
        self._drain()
        status = process.status
        self.up.put(encode(channel.EXIT, status.to_bytes(4, "big", signed=True)))
        while self.up.size and not self.hung_up:
            events = wait([(self.up.fd, select.POLLOUT)])
            if events:
                self._flush_up()
        return status if status >= 0 else 128 - status

    def _drain(self) -> None:
        """What the program wrote before it ended; not what others who hold its pipes still write.

        A pipe has what it has, a terminal delivers a little later.
        """
        until = time.monotonic() + QUIET
        while self.outputs and not self.hung_up:
            eligible = self._eligible()
            if len(eligible) < len(self.outputs):
                limit = None  # until the relay gives credit
            elif eligible == [channel.TERMINAL]:
                limit = until - time.monotonic()
            else:
                limit = 0.0
            moved = self._step(limit)
            if channel.TERMINAL in moved or channel.TERMINAL not in eligible:
                until = time.monotonic() + QUIET
            for kind in eligible:
                if kind not in moved and (kind != channel.TERMINAL or time.monotonic() >= until):
                    self.outputs.pop(kind, None)

    def _eligible(self) -> list[int]:
        """The outputs that may be read now."""
        if self.up.size >= MOST_QUEUED:
            return []
        return [kind for kind in self.outputs if self.budget[kind] > 0]

    def _step(self, timeout: float | None = None) -> list[int]:
        """One round. Returns the outputs from which something came."""
        process = self.process
        eligible = self._eligible()
        wanted = [(self.outputs[kind], select.POLLIN) for kind in eligible]
        wanted += [(self.down, select.POLLIN), (process.wake, select.POLLIN)]
        if self.up.size < MOST_QUEUED:
            wanted.append((self.say, select.POLLIN))
        for sink in (self.up, self.stdin, self.answers):
            if sink.size:
                wanted.append((sink.fd, select.POLLOUT))
        events = wait(wanted, timeout)
        if process.wake in events:
            read(process.wake)
        moved = [
            kind
            for kind in eligible
            if events.get(self.outputs[kind], 0) & READABLE and self._output(kind)
        ]
        if self.down in events:
            self._from_channel()
        if self.say in events:
            self._from_program()
        for sink in (self.stdin, self.answers):
            self._flush_to_program(sink)
        self._flush_up()
        return moved

    def _output(self, kind: int) -> bool:
        """Takes what is there of an output; False if there was nothing yet."""
        data = read(self.outputs[kind], min(channel.LARGEST_PART, self.budget[kind]))
        if data is None:
            return False
        if data:
            self.budget[kind] -= len(data)
            self.up.put(channel.head(kind, len(data)))
            self.up.put(data)
            return True
        self._close_output(kind)
        return True

    def _close_output(self, kind: int) -> None:
        fd = self.outputs.pop(kind, -1)
        if fd >= 0 and fd != self.process.terminal:
            os.close(fd)

    def _from_program(self) -> None:
        """Requests to pass on: a length and that many bytes each."""
        data = read(self.say)
        if data == b"":
            os.close(self.say)
            self.say = -1
            return
        requests = self.requests
        requests += data or b""
        while len(requests) >= 4:
            end = 4 + int.from_bytes(requests[:4], "big")
            if end > channel.LARGEST_REQUEST + 4:
                requests.clear()
                self.answers.close()
                return
            if len(requests) < end:
                return
            self.up.put(encode(channel.REQUEST, requests[4:end]))
            del requests[:end]

    def _from_channel(self) -> None:
        data = read(self.down)
        if data is None:
            return
        if not data:
            self.hung_up = True
            return
        self.frames.feed(data)
        while (frame := self.frames.take()) is not None:
            self._handle(*frame)

    def _handle(self, kind: int, payload: bytes) -> None:
        if kind == channel.STDIN:
            self._typed(payload)
            self.stdin.put(payload)
        elif kind == channel.STDIN_END:
            self.stdin_ended = True
        elif kind == channel.CREDIT:
            self.budget[payload[0]] += int.from_bytes(payload[1:], "big")
        elif kind == channel.SIGNAL:
            self.signal(payload[0])
        elif kind == channel.WINDOW and self.process.terminal >= 0:
            from pyteleport.stage.terminal import set_window

            rows, columns = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:], "big")
            set_window(self.process.terminal, rows, columns)
        elif kind == channel.ANSWER:
            self.answers.put(len(payload).to_bytes(4, "big") + payload)
        elif kind == channel.CLOSE:
            self._close_output((0, channel.STDOUT, channel.STDERR)[payload[0]])

    def _flush_to_program(self, sink: Sink) -> None:
        try:
            done = sink.flush()
        except OSError:  # the program has closed it: what comes is not taken, nothing is credited
            return
        if sink is not self.stdin:
            return
        before = min(done, self.uncredited)
        self.uncredited -= before
        self.owed += done - before
        if self.owed >= CREDIT_STEP or (self.owed and not sink.size):
            self.up.put(channel.credit(0, self.owed))
            self.owed = 0
        if self.stdin_ended and not sink.size:
            self.stdin_ended = False
            if sink.fd == self.process.terminal:
                from pyteleport.stage.terminal import end_of_file

                sink.put(end_of_file(sink.fd))
            else:
                sink.close()

    def _flush_up(self) -> None:
        try:
            self.up.flush()
        except OSError:
            self.hung_up = True

    def signal(self, number: int) -> None:
        """Sends a signal to the program, or its group."""
        if not self.process.pid:
            return
        if number == signal.SIGTSTP:  # in a session of its own the kernel would not stop it
            number = signal.SIGSTOP
        try:
            if number in TO_GROUP or number == signal.SIGSTOP:
                os.killpg(self.process.pid, number)
            else:
                os.kill(self.process.pid, number)
        except (ProcessLookupError, ValueError):
            pass

    def _typed(self, data: bytes) -> None:
        """Stops the program when ^Z was typed and it does not see to that itself.

        The kernel does not: the program leads a session of its own, whose group has nobody to wake it.
        """
        fd = self.process.terminal
        if fd < 0 or fd != self.stdin.fd:
            return
        from pyteleport.stage.terminal import suspend

        key = suspend(fd)
        if key and key in data and not _handles(self.process.pid, signal.SIGTSTP):
            self.signal(signal.SIGTSTP)
            self.up.put(encode(channel.STOPPED))

    def _hang_up(self) -> int:
        """The channel is gone: so does the terminal of the program."""
        process = self.process
        self.signal(signal.SIGHUP)
        self.signal(signal.SIGCONT)
        for fd in {*self.outputs.values(), self.stdin.fd, self.say, self.answers.fd}:
            if fd >= 0:
                os.close(fd)
        deadline = time.monotonic() + LAST_WAIT
        while not process.reap() and (left := deadline - time.monotonic()) > 0:
            wait([(process.wake, select.POLLIN)], left)
            read(process.wake)
        process.pid = 0  # it has been told; it is not killed
        return 128 + signal.SIGHUP


def _handles(pid: int, number: int) -> bool:
    """Whether a process has a handler for a signal, or ignores it."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError:
        return False
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name in ("SigIgn", "SigCgt") and int(value, 16) >> (number - 1) & 1:
            return True
    return False
