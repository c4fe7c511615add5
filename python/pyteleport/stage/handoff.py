"""The handoff: one target, one transaction, as seen from where the program is.

```
start    the target's command runs; its interpreter boots while the program is being captured here
prepare  hello, bundle, PREPARE -> PREPARED, or the reason why not
send     the image
ready    it was rebuilt there
commit   the program here has ended; this process becomes its relay
```

Everything before `commit` may fail; then `abort`, and it is as if nothing had happened.

    handoff = Handoff(target, {"cwd": None}, timeout=60.0)
    try:
        handoff.start()
        image = ...
        handoff.prepare()
        handoff.send(image)
        handoff.ready()
    except BaseException:
        handoff.abort()
        raise
    handoff.commit(stdin_read_ahead)
"""

from __future__ import annotations

import marshal
import os
import select
import sys
import time

from pyteleport.stage import bundle, channel
from pyteleport.stage.channel import ChannelError, Decoder, encode
from pyteleport.stage.first import TEXT, Hello, find_hello
from pyteleport.stage.pump import read, wait
from pyteleport.stage.spawn import Command
from pyteleport.surroundings.environment import for_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType
    from typing import Any, NoReturn

    from pyteleport.copies import Copy
    from pyteleport.stage.channel import Bytes
    from pyteleport.stage.progress import Progress
    from pyteleport.targets import Target

LARGEST_NOISE = 1 << 20
LARGEST_ERRORS = 64 << 10
SMALL_PART = 64 << 10
GRACE = 3.0  # for a stage to clean up after an abort
MANY_BYTES = 256 << 10
# What is needed there besides the core before the image comes, by what is in the manifest.
AT_PREPARE = {
    "files": ("pyteleport.stage.put_files",),
    "packages": ("pyteleport.stage.packages",),
    "policy": ("pyteleport.stage.install", "pyteleport.stage.sent_packages"),
    "then": ("pyteleport.stage.sent",),
    "open": (
        "pyteleport.stage.open_files",
        "pyteleport.surroundings.open_files",
        "pyteleport.graph.rebuild_files",
    ),
}


class Handoff:
    """One transaction with one target.

    Attributes:
        target: where to.
        hello: what the interpreter there is, once it has answered.
        prepared: what was made ready there: `cwd`, `temporary`, `pid`, and `missing` packages.
        progress: is told how much of the image was taken.
    """

    def __init__(self, target: Target, manifest: dict[str, Any], timeout: float) -> None:
        """
        Args:
            target: where to.
            manifest: plain data: `cwd`, `env`, `files` [(relative path, mode, content)], `packages`
                [(import name, distribution, version)], `policy` (see `stage.packages`), and what the loader there wants.
                `here`, `streams` and `terminal` are filled in where they are missing.
            timeout: seconds without progress after which the target is given up.
        """
        self.target = target
        self.hello: Hello | None = None
        self.prepared: dict[str, Any] = {}
        self.timeout = timeout
        self.manifest = manifest
        self.frames = Decoder()
        self.command: Command | None = None
        self.stage = TEXT
        self.errors = bytearray()  # what the command wrote to stderr
        self.noise = b""  # what it wrote to stdout before the hello line
        self._early: bytearray | None = bytearray()
        self._wide = False
        self.progress: Progress | None = None

    def start(self, stage: str = TEXT) -> None:
        """Starts the target's command and comes back at once.

        Args:
            stage: what its interpreter is to run; another one is of use to `cli.doctor` only.

        Raises:
            TargetError: there is no such command.
        """
        self.stage = stage
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        argv = self.target.command(stage, version, self.timeout)
        try:
            self.command = Command(argv, for_command(), asks=self.target.asks)
        except OSError as problem:
            raise _failure().not_started(self.target, argv[0], problem) from None

    def prepare(self) -> None:
        """Checks the interpreter there, sends the stage and has the target made ready.

        Raises:
            TargetError: it cannot be reached or refuses, with what it said.
            PythonMismatch: the interpreter does not fit.
            PackagesMissing: installed packages are missing or differ.
            TargetTimeout: there was no answer in time.
        """
        self.manifest.setdefault("here", _here())
        if "streams" not in self.manifest or "terminal" not in self.manifest:
            from pyteleport.stage.streams import describe_streams, describe_terminal

            self.manifest.setdefault("streams", describe_streams())
            self.manifest.setdefault("terminal", describe_terminal())
        self.manifest["aboard"] = bundle.picked(
            {name for key, names in AT_PREPARE.items() if self.manifest.get(key) for name in names}
        )
        stage = bundle.core()
        manifest = encode(channel.PREPARE, marshal.dumps(self.manifest))
        deadline = time.monotonic() + self.timeout
        while self.hello is None:
            self._turn(deadline, "Python to start there")
        self._command().take_back_terminal()
        if reason := self.hello.misfit():
            raise _failure().mismatch(self.target, self.hello, reason)
        self._write(len(stage).to_bytes(4, "big") + stage + manifest, "it to take the stage")
        payload = self._answer(channel.PREPARED, "the target to be made ready")
        self.prepared = marshal.loads(payload)

    def send(self, parts: Iterable[Bytes]) -> None:
        """Sends the image.

        Raises:
            HandoffError: the target died or refused midway.
            TargetTimeout: it took nothing for the whole of the timeout.
        """
        small: list[Bytes] = []
        size = 0
        for part in parts:
            if size and size + len(part) > SMALL_PART:
                self._image(b"".join(small))
                small, size = [], 0
            if len(part) >= SMALL_PART:
                self._image(part)
            else:
                small.append(part)
                size += len(part)
        self._image(b"".join(small))
        self._write(encode(channel.IMAGE_END), "it to take the image")

    def _image(self, part: Bytes) -> None:
        """Sends one piece from where it lies.

        It is let go of in any case: a `bytearray` that is looked at cannot grow.
        """
        if len(part) >= MANY_BYTES and not self._wide:
            self._widen()
        with memoryview(part) as view:
            for start in range(0, len(view), channel.LARGEST_IMAGE_PART):
                with view[start : start + channel.LARGEST_IMAGE_PART] as piece:
                    self._write(channel.head(channel.IMAGE, len(piece)), "it to take the image")
                    self._write(piece, "it to take the image", self.progress)

    def _widen(self) -> None:
        """Asks for a larger pipe: fewer changes between the two processes for a large image."""
        self._wide = True
        import fcntl

        if hasattr(fcntl, "F_SETPIPE_SZ"):
            try:
                fcntl.fcntl(self._command().down, fcntl.F_SETPIPE_SZ, 1 << 20)
            except OSError:  # the user's limit
                pass

    def ready(self) -> None:
        """Waits until the program was rebuilt there.

        Raises:
            HandoffError: it could not be, with the traceback from there.
            TargetTimeout: it took longer than the timeout.
        """
        self._answer(channel.READY, "the program to be rebuilt there")

    def commit(self, stdin: bytes) -> NoReturn:
        """Ends the program here: it goes on there, and this process becomes its relay.

        The caller has flushed the output. Nothing of the program runs here after this.

        Args:
            stdin: what was read ahead from descriptor 0 and not consumed.

        Raises:
            HandoffError: the target has died in the meantime; the program goes on here.
        """
        from pyteleport.stage.depart import become_relay

        become_relay([self], stdin)

    def detach(self, stdin: bytes) -> Copy:
        """Commits, but the program goes on here, too; the relay is a child process.

        Raises:
            HandoffError: the target has died in the meantime.
        """
        from pyteleport.stage.depart import start_relay

        return start_relay([self], stdin)

    def raw(self, deadline: float, waiting_for: str) -> bytes:
        """What the command writes, where it does not run the first stage; for `cli.doctor`."""
        assert self._early is not None
        while not self._early:
            self._turn(deadline, waiting_for)
        data = bytes(self._early)
        self._early.clear()
        return data

    def write_commit(self, stdin: bytes) -> None:
        """The COMMIT itself, if the target is still there; for `depart`."""
        self._check_refused()  # it may have come together with READY
        self._turn(0.0, "")
        self._check_refused()
        self._write(encode(channel.COMMIT, stdin), "it to take over")

    def abort(self) -> None:
        """Ends the command, which cleans up over there. Idempotent."""
        if self.command is not None:
            self.command.end(GRACE if self.hello is not None else 0.0)

    def _command(self) -> Command:
        if self.command is None:
            raise RuntimeError("the handoff was not started")
        return self.command

    def _write(self, data: Bytes, waiting_for: str, told: Progress | None = None) -> None:
        """Writes everything; reads what comes meanwhile."""
        fd = self._command().down
        deadline = time.monotonic() + self.timeout
        done = 0
        while done < len(data):
            try:
                with memoryview(data) as view, view[done:] as left:
                    count = os.write(fd, left)
            except BlockingIOError:
                self._turn(deadline, waiting_for, writable=True)
                self._check_refused()
                continue
            except BrokenPipeError:
                self._last_words(deadline, waiting_for)
            done += count
            if told is not None:
                told(count)
            deadline = time.monotonic() + self.timeout

    def _last_words(self, deadline: float, waiting_for: str) -> NoReturn:
        """Nobody takes what is sent any more: reads why."""
        while True:
            self._check_refused()
            self._turn(deadline, waiting_for)

    def _answer(self, wanted: int, waiting_for: str) -> bytes:
        deadline = time.monotonic() + self.timeout
        while True:
            frame = self._frame()
            if frame is not None:
                kind, payload = frame
                if kind == wanted:
                    return payload
                if kind == channel.PROGRESS:
                    deadline = time.monotonic() + self.timeout
                    if payload:
                        _failure().tell(self.target, payload)
                    continue
                self._refuse(kind, payload)
            self._turn(deadline, waiting_for)

    def _check_refused(self) -> None:
        frame = self._frame()
        if frame is not None:
            self._refuse(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        try:
            return self.frames.take()
        except ChannelError as problem:
            raise _failure().garbled(self.target, str(problem)) from None

    def _refuse(self, kind: int, payload: bytes) -> NoReturn:
        if kind != channel.REFUSED:
            raise _failure().garbled(self.target, f"a frame of type {kind:#x} out of turn")
        raise _failure().refused(self.target, marshal.loads(payload), bool(self.prepared))

    def _turn(self, deadline: float, waiting_for: str, writable: bool = False) -> None:
        """Waits once for something to come (or to be taken), and reads what has.

        Args:
            deadline: until when.
            waiting_for: what for, for the message of the timeout; without one there is none.
            writable: whether room to write is waited for, too.
        """
        command = self._command()
        wanted = [(command.up, select.POLLIN), (command.errors, select.POLLIN)]
        if writable:
            wanted.append((command.down, select.POLLOUT))
        events = wait(wanted, max(0.0, deadline - time.monotonic()))
        if not events and waiting_for:
            raise _failure().timed_out(self, waiting_for)
        if command.errors in events:
            self.read_errors()
        if command.up in events:
            data = read(command.up)
            if data == b"":
                raise _failure().ended(self)
            if data:
                self._came(data)

    def _came(self, data: bytes) -> None:
        if self._early is None:
            self.frames.feed(data)
            return
        early = self._early
        early += data
        try:
            found = find_hello(bytes(early))
        except ValueError as problem:
            raise _failure().garbled(self.target, str(problem)) from None
        if found is not None:
            self.noise, self.hello, rest = found
            self._early = None
            self.frames.feed(rest)
        elif len(early) > LARGEST_NOISE:
            raise _failure().noisy(self, bytes(early))

    def read_errors(self) -> bool:
        """Takes what the command has written to stderr; False at its end."""
        command = self._command()
        data = read(command.errors)
        if data == b"":
            os.close(command.errors)
            command.errors = -1
            return False
        if data:
            self.errors += data
            del self.errors[:-LARGEST_ERRORS]
        return True

    def said(self) -> str:
        """What the command has said besides the channel, for messages."""
        noise = self.noise if self._early is None else bytes(self._early)
        return str(_failure().said(noise, bytes(self.errors), self.stage))


def commit_all(handoffs: list[Handoff], stdin: bytes) -> NoReturn:
    """As `Handoff.commit`, for several copies: one relay serves them all.

    Their output comes as whole lines, their stdin is at its end, and the exit status is the first
    one that is not 0.
    """
    from pyteleport.stage.depart import become_relay

    become_relay(handoffs, stdin)


def _here() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def _failure() -> ModuleType:
    """The words for what went wrong; not loaded when nothing does."""
    from pyteleport.stage import failure

    return failure
