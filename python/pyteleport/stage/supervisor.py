"""The supervisor: the target command's process, between the channel and the program.

```
PREPARE -> folder, files, packages, pipes or pty; fork of the program's process -> PREPARED
           that process reads IMAGE ... IMAGE_END from the channel by itself    -> READY
COMMIT  -> `serving` takes over: stdio, signals, requests                       -> EXIT
```

Until COMMIT, an end of the channel kills the program's process; files are removed in every case.
"""

from __future__ import annotations

import marshal
import os
import select
import sys

from pyteleport.stage import channel
from pyteleport.stage.channel import HEAD, ChannelError, encode, parse_head
from pyteleport.stage.finder import take_aboard
from pyteleport.stage.prepare import Prepared
from pyteleport.stage.program import BLOCKED, LOADED, STOPPING, Ends, become
from pyteleport.stage.pump import GONE, read, read_exactly, wait, write_all
from pyteleport.stage.signals import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

# The other end of a pipe has closed: POLLHUP comes unasked. Of a socket: this has to be asked for.
PEER_CLOSED: int = getattr(select, "POLLRDHUP", 0)
LARGEST_NOISE = 256 << 10
FAILED_STATUS = 70  # EX_SOFTWARE


def main() -> None:
    """From the first stage. Comes back only in the process of the program, with it rebuilt."""
    down, up = _move_channel()
    _ignore_signals()
    supervisor = Supervisor(down, up)
    try:
        if supervisor.prepare():
            return
        supervisor.load()
        supervisor.commit()
    except EOFError:  # the other side is gone, before COMMIT
        supervisor.leave(0)
    except BrokenPipeError:
        supervisor.leave(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        supervisor.leave(FAILED_STATUS)


def _move_channel() -> tuple[int, int]:
    """Moves the channel away from descriptors 0 and 1, so that nothing else can write to it."""
    null = os.open("/dev/null", os.O_RDWR)
    while null < 3:
        null = os.dup(null)
    down, up = os.dup(0), os.dup(1)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(null, 1)
        os.dup2(null, 2)
    os.close(null)
    return down, up


def _ignore_signals() -> None:
    # A batch system sends its signals to every process: the program is to decide, not this one.
    for number in (*BLOCKED, *STOPPING, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


class Supervisor:
    """State of the supervisor up to COMMIT.

    Attributes:
        down, up: the channel.
        pid: the program's process, 0 when it is not there (any more).
        status: how that ended, as `os.waitpid` says.
        outputs: where its output comes from: frame type to descriptor.
        stdin: where its input goes, -1 if it has none.
        terminal: the pty's descriptor among those, -1 if there is none.
        say, hear, life: the pipes of `program.Ends`, the supervisor's ends.
        wake: becomes readable when a child has ended.
        noise: what was printed while the program was being rebuilt.
    """

    def __init__(self, down: int, up: int) -> None:
        self.down = down
        self.up = up
        self.pid = 0
        self.status = 0
        self.prepared: Prepared | None = None
        self.outputs: dict[int, int] = {}
        self.stdin = -1
        self.terminal = -1
        self.say = self.hear = self.life = self.wake = -1
        self.noise = bytearray()

    def prepare(self) -> bool:
        """Up to PREPARED. True in the forked process, once the program is there and may run."""
        kind, payload = self._frame()
        if kind != channel.PREPARE:
            raise ChannelError(f"a frame of type {kind:#x} where the manifest should be")
        manifest: dict[str, Any] = marshal.loads(payload)
        take_aboard(manifest["aboard"])
        self.prepared = prepared = Prepared(manifest)
        if manifest.get("packages") and not prepared.reasons:
            from pyteleport.stage import packages

            packages.prepare(prepared, manifest, self.down, self.up)
        if manifest.get("open") and not prepared.reasons:
            from pyteleport.stage import open_files

            open_files.prepare(prepared, manifest)
        if prepared.reasons:
            self.refuse(prepared.reasons)
        self.wake, wakes = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        stdio = self._stdio(manifest)
        answers, self.hear = os.pipe()
        self.say, tells = os.pipe()
        life, self.life = os.pipe()
        others = {self.up, self.say, self.hear, self.life, self.wake, wakes, self.stdin}
        others.update(self.outputs.values())
        others.discard(-1)
        ends = Ends(self.down, stdio, (tells, answers, life), list(others))
        signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
        pid = os.fork()
        if pid == 0:
            become(ends, prepared, manifest)
            return True
        self.pid = pid
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
        for fd in {*stdio, tells, answers, life}:
            os.close(fd)
        for fd in self.outputs.values():
            os.set_blocking(fd, False)
        facts = {
            "cwd": prepared.cwd,
            "temporary": prepared.temporary,
            "pid": pid,
            "missing": prepared.missing,
            "open": prepared.open,
        }
        write_all(self.up, encode(channel.PREPARED, marshal.dumps(facts)))
        return False

    def _stdio(self, manifest: dict[str, Any]) -> tuple[int, int, int]:
        """Makes the pipes and the pty; returns the program's ends."""
        terminal = manifest.get("terminal")
        are = terminal["fds"] if terminal else (False, False, False)
        theirs = -1
        if terminal:
            from pyteleport.stage.terminal import open_pty

            self.terminal, theirs = open_pty(terminal)
            self.outputs[channel.TERMINAL] = self.terminal
        ends = []
        for number, kind in enumerate((0, channel.STDOUT, channel.STDERR)):
            if are[number]:
                ends.append(theirs)
                if number == 0:
                    self.stdin = self.terminal
            elif number == 0:
                end, self.stdin = os.pipe()
                ends.append(end)
            else:
                self.outputs[kind], end = os.pipe()
                ends.append(end)
        return ends[0], ends[1], ends[2]

    def load(self) -> None:
        """Waits while the program's process reads the image; up to READY."""
        while True:
            wanted = [
                (self.down, PEER_CLOSED),
                (self.say, select.POLLIN),
                (self.wake, select.POLLIN),
            ]
            wanted += [(fd, select.POLLIN) for fd in self.outputs.values()]
            events = wait(wanted)
            self._collect_noise(events)
            if self.wake in events:
                read(self.wake)
            if self.say in events:
                break
            if events.get(self.down, 0) & (GONE | PEER_CLOSED):
                raise EOFError
        said = os.read(self.say, 1)
        if said == LOADED:
            write_all(self.up, encode(channel.READY))
            return
        if said:
            try:
                length = int.from_bytes(read_exactly(self.say, 4), "big")
                reasons = marshal.loads(read_exactly(self.say, length))
            except (EOFError, ValueError):
                reasons = [("load", "it ended while it reported a failure", "")]
            self.refuse(reasons)
        self._died()

    def commit(self) -> NoReturn:
        """Waits for COMMIT, then serves the program until it has ended."""
        while True:
            wanted = [(self.down, select.POLLIN), (self.say, select.POLLIN)]
            wanted += [(fd, select.POLLIN) for fd in self.outputs.values()]
            events = wait(wanted)
            self._collect_noise(events)
            if self.down in events:
                break
            if self.say in events:
                self._died()
        kind, stdin = self._frame()
        if kind != channel.COMMIT:
            raise ChannelError(f"a frame of type {kind:#x} where COMMIT should be")
        if self.prepared is not None:
            self.prepared.made.clear()
        try:
            os.write(self.hear, b"G")
        except BrokenPipeError:
            pass  # its end will be seen in a moment
        from pyteleport.stage.serving import Serving

        self.leave(Serving(self, stdin).run())

    def _collect_noise(self, events: dict[int, int]) -> None:
        for kind, fd in list(self.outputs.items()):
            if fd in events:
                data = read(fd)
                if data == b"" and kind != channel.TERMINAL:
                    os.close(fd)
                    del self.outputs[kind]
                elif data and len(self.noise) < LARGEST_NOISE:
                    self.noise += data

    def _died(self) -> NoReturn:
        """The program's process ended before it was ready."""
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        code = os.waitstatus_to_exitcode(status)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit status {code}"
        hint = "; was there enough memory?" if code == -signal.SIGKILL else ""
        self.refuse([("load", f"the process of the program {how}{hint}", "")])

    def _frame(self) -> tuple[int, bytes]:
        kind, length = parse_head(read_exactly(self.down, HEAD))
        return kind, read_exactly(self.down, length)

    def refuse(self, reasons: list[Any]) -> NoReturn:
        """Says why not, cleans up and ends."""
        if self.noise:
            reasons = [*reasons, ("noise", bytes(self.noise).decode("utf-8", "replace"), "")]
        os.set_blocking(self.up, True)
        write_all(self.up, encode(channel.REFUSED, marshal.dumps(reasons)))
        self.leave(0)

    def reap(self) -> bool:
        """Whether the program's process has ended; its status is in `status` then."""
        if self.pid:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return False
            self.pid = 0
            self.status = os.waitstatus_to_exitcode(status)
        return True

    def leave(self, status: int) -> NoReturn:
        """Kills what was not committed, removes files, ends."""
        try:
            if self.pid:
                for kill in (os.kill, os.killpg):
                    try:
                        kill(self.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                os.waitpid(self.pid, 0)
            if self.prepared is not None:
                self.prepared.undo()
        finally:
            os._exit(status)


def _nothing(_number: int, _frame: object) -> None:
    pass
