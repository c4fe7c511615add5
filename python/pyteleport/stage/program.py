"""The process of the program at the target: rebuilds it, waits for COMMIT, and lets it go on.

The supervisor has forked it before any of the image was loaded. It reads the image from the channel
itself, tells the supervisor how that went, and waits. Then `finder.start` comes back through the
first stage to the end of the `-c` line, where `launch` calls the program with two frames below it.
"""

from __future__ import annotations

import os
import sys

from pyteleport.stage import home
from pyteleport.stage.channel import HEAD, IMAGE, IMAGE_END, ChannelError, parse_head
from pyteleport.stage.pump import fill, read_exactly, write_all
from pyteleport.stage.signals import signal
from pyteleport.stage.streams import rebuild_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, TracebackType
    from typing import Any

    from pyteleport.stage.prepare import Prepared

LOADED = b"R"
FAILED = b"E"
LOADER = "pyteleport.graph.load:load"
RUN = "_pyteleport_run"  # in sys; see `first`
OWN_FILE = "<pyteleport."
BLOCKED = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
STOPPING = [signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU]
_READ_AHEAD = 64 << 10

rebuilt: list[Callable[[], object]] = []  # the program, between its load and its run
runner: CodeType | None = None  # what has called the program, where that was not the stage


class Ends:
    """The descriptors of the program's process.

    Attributes:
        channel: the image comes from here.
        stdio: its descriptors 0, 1 and 2 to be.
        say: to the supervisor: how the load went, then requests.
        hear: from the supervisor: to go on, then answers.
        life: ends when the supervisor does.
        others: the supervisor's own, to be closed here.
    """

    def __init__(
        self,
        channel: int,
        stdio: tuple[int, int, int],
        control: tuple[int, int, int],
        others: list[int],
    ) -> None:
        self.channel = channel
        self.stdio = stdio
        self.say, self.hear, self.life = control
        self.others = others


class Reader:
    """The bytes of the image, out of the IMAGE frames of the channel, and not one more."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._left = 0  # of the current frame, still in the channel
        self._ahead = b""
        self._at = 0
        self._ended = False

    def read(self, count: int) -> bytes:
        """Exactly that many bytes.

        Raises:
            EOFError: the image or the channel ended before.
        """
        end = self._at + count
        if end <= len(self._ahead):
            data = self._ahead[self._at : end]
            self._at = end
            return data
        buffer = bytearray(count)
        self.readinto(buffer)
        return bytes(buffer)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fills the whole buffer; returns its size in bytes. Raises as `read`."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view):
            if self._at < len(self._ahead):
                part = self._ahead[self._at : self._at + len(view) - done]
                view[done : done + len(part)] = part
                self._at += len(part)
                done += len(part)
            elif not self._left:
                self._next_frame()
                if self._ended:
                    raise EOFError("the image ended before its end")
            elif len(view) - done >= _READ_AHEAD:
                count = min(self._left, len(view) - done)
                fill(self._fd, view[done : done + count])
                self._left -= count
                done += count
            else:
                self._ahead = read_exactly(self._fd, min(self._left, _READ_AHEAD))
                self._left -= len(self._ahead)
                self._at = 0
        return len(view)

    def finish(self) -> None:
        """Reads on to the end of the image."""
        while not self._ended:
            if self._left:
                self._left -= len(read_exactly(self._fd, min(self._left, 1 << 20)))
            else:
                self._next_frame()

    def _next_frame(self) -> None:
        if self._ended:
            return
        kind, self._left = parse_head(read_exactly(self._fd, HEAD))
        if kind == IMAGE_END:
            self._ended = True
        elif kind != IMAGE:
            raise ChannelError(f"a frame of type {kind:#x} inside the image")


def load(reader: Reader, manifest: dict[str, Any]) -> Callable[[], object]:
    """Rebuilds the program. The manifest may name another loader, "module:function"."""
    module, _, function = manifest.get("loader", LOADER).partition(":")
    __import__(module)
    program: Callable[[], object] = getattr(sys.modules[module], function)(reader, manifest)
    return program


def become(ends: Ends, prepared: Prepared, manifest: dict[str, Any]) -> None:
    """In the forked process: loads, waits for COMMIT and leaves in `sys` what runs next."""
    try:
        _settle(ends, prepared, manifest)
        reader = Reader(ends.channel)
        program = load(reader, manifest)
        reader.finish()
        _flush()
    except EOFError as problem:
        if not problem.args:  # the channel is gone: there is nobody to tell
            os._exit(1)
        _fail(ends.say, problem)
    except BaseException as problem:
        _fail(ends.say, problem)
    write_all(ends.say, LOADED)
    if not os.read(ends.hear, 1):
        os._exit(1)
    os.close(ends.channel)
    home.use(ends.say, ends.hear)
    rebuilt.append(program)
    code = __spec__.loader.get_code("pyteleport.stage.launch")  # type: ignore[union-attr]
    setattr(sys, RUN, (code, {"__name__": "pyteleport.stage.launch"}))


def _settle(ends: Ends, prepared: Prepared, manifest: dict[str, Any]) -> None:
    """Makes this process the program's: session, terminal, stdio, signals, folder, environment."""
    signal.set_wakeup_fd(-1)
    os.setsid()
    for fd in ends.others:
        os.close(fd)
    _die_with(ends.life)
    terminal = manifest.get("terminal")
    if terminal is not None:
        from pyteleport.stage.terminal import take_control

        take_control(ends.stdio[terminal["fds"].index(True)])
        if terminal["kind"] is not None:
            os.environ["TERM"] = terminal["kind"]
    for number, fd in enumerate(ends.stdio):
        os.dup2(fd, number)
    for fd in set(ends.stdio):
        os.close(fd)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (*BLOCKED[1:], *STOPPING, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.chdir(prepared.cwd)
    os.environ.update(manifest.get("env") or {})
    if manifest.get("files"):
        sys.path.insert(0, prepared.cwd)
    rebuild_streams(manifest["streams"])


def _die_with(life: int) -> None:
    """Has the kernel send SIGHUP here when the supervisor is gone, however that ended."""
    import fcntl

    if not hasattr(fcntl, "F_SETSIG"):
        return
    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpid())
    fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGHUP)
    fcntl.fcntl(life, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)


def _flush() -> None:
    """What was printed during the load is shown before the program's own output."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _fail(say: int, problem: BaseException) -> None:
    """Tells the supervisor why the program could not be rebuilt, and ends."""
    try:
        from marshal import dumps
        from traceback import format_exception

        trace = "".join(format_exception(problem))
        _flush()
        text = f"{type(problem).__name__}: {problem}"
        data = dumps([("load", text, trace)])
        write_all(say, FAILED + len(data).to_bytes(4, "big") + data)
    finally:
        os._exit(1)


def begin() -> None:
    """The last step before the program: signals that came in meanwhile are for it."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)


def uncaught() -> None:
    """Has the exception that ends the program shown without the frames of the stage.

    Everything else is left to the interpreter: exit status, the user's own `sys.excepthook`.
    """
    hook = sys.excepthook

    def show(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        sys.excepthook = hook
        trace = stripped(trace)
        display(hook, kind, value.with_traceback(trace), trace)

    error = sys.exception()
    if isinstance(error, KeyboardInterrupt) and hook is sys.__excepthook__:
        # Shown at once: the interpreter forgets that it ends by SIGINT as soon as a text is
        # evaluated after this, and the modules that show tracebacks do that when they are imported.
        trace = error.__traceback__
        show(type(error), error, trace)
        error.__traceback__ = trace
        sys.excepthook = _already_shown
    else:
        sys.excepthook = show


def display(
    hook: Callable[..., object],
    kind: type[BaseException],
    value: BaseException,
    trace: TracebackType | None,
) -> None:
    """Calls the hook; in place of a default one that reads source files and does not know `linecache`,
    shows the same."""
    if hook is not sys.__excepthook__:
        hook(kind, value, trace)
        return
    import traceback

    if hasattr(traceback, "_print_exception_bltin"):  # what the default one calls itself
        hook(kind, value, trace)
    else:
        traceback.print_exception(kind, value, trace)


def _already_shown(*_: object) -> None:
    pass


def stripped(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of the stage, or of what has called the program."""
    if runner is not None:
        found = trace
        while found is not None and found.tb_frame.f_code is not runner:
            found = found.tb_next
        return trace if found is None else found.tb_next
    first = True
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not (name.startswith(OWN_FILE) or (first and name == "<string>")):
            break
        first = False
        trace = trace.tb_next
    return trace
