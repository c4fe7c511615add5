"""Starts the target's command with three pipes, in a process group of its own.

Its own group, because keys pressed at the terminal are for the program, not for `ssh`; and so that
all of it can be ended. While it connects it may have to ask for a password: a command that may is
lent the terminal's foreground until Python has answered.
"""

from __future__ import annotations

import os
import time

from pyteleport.stage.signals import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# The interpreter ignores these, and what is ignored stays so in what it starts.
DEFAULT_AGAIN = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT)
TERM_GRACE = 0.5


class Command:
    """A running target command.

    Attributes:
        pid: its process; 0 once it was reaped.
        down, up, errors: our ends of its stdin, stdout and stderr, non-blocking; -1 when closed.
        status: exit status, negative for a signal, None while it is not known.
    """

    def __init__(
        self, argv: list[str], environment: Mapping[Any, Any], *, asks: bool = False
    ) -> None:
        """
        Args:
            argv: the command; the first is looked up on PATH.
            environment: what it sees as its environment.
            asks: whether it may ask for something on the terminal.

        Raises:
            OSError: it could not be started.
        """
        self.status: int | None = None
        self._terminal = -1
        pipes = [_pipe(), _pipe(), _pipe()]
        (theirs_in, self.down), (self.up, theirs_out), (self.errors, theirs_err) = pipes
        actions: list[tuple[int, int] | tuple[int, int, int]] = [
            (os.POSIX_SPAWN_DUP2, theirs_in, 0),
            (os.POSIX_SPAWN_DUP2, theirs_out, 1),
            (os.POSIX_SPAWN_DUP2, theirs_err, 2),
        ]
        actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in inheritable()]
        try:
            self.pid = os.posix_spawnp(
                argv[0],
                argv,
                environment,
                file_actions=actions,
                setpgroup=0,
                setsigmask=(),
                setsigdef=DEFAULT_AGAIN,
            )
        except OSError:
            for fd in (self.down, self.up, self.errors):
                os.close(fd)
            raise
        finally:
            for fd in (theirs_in, theirs_out, theirs_err):
                os.close(fd)
        for fd in (self.down, self.up, self.errors):
            os.set_blocking(fd, False)
        if asks:
            self._lend_terminal()

    def _lend_terminal(self) -> None:
        try:
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            if os.tcgetpgrp(terminal) == os.getpgrp():
                os.tcsetpgrp(terminal, self.pid)
                self._terminal = terminal
                # It may have asked already, and was stopped for that.
                _kill_group(self.pid, signal.SIGCONT)
                return
        except OSError:  # it has ended already
            pass
        os.close(terminal)

    def take_back_terminal(self) -> None:
        """Ends what `asks` began. Needed once, harmless again."""
        if self._terminal < 0:
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
        try:
            os.tcsetpgrp(self._terminal, os.getpgrp())
        except OSError:
            pass
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(self._terminal)
        self._terminal = -1

    def wait(self, seconds: float) -> bool:
        """Waits for the end of the command; False if it still runs then."""
        deadline = time.monotonic() + seconds
        pause = 0.0005
        while self.pid:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has reaped it
                self.pid = 0
                break
            if pid:
                self.pid = 0
                self.status = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() >= deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        return True

    def end(self, grace: float) -> None:
        """Closes the pipes, which ends a stage by itself, then kills what is left; idempotent.

        Args:
            grace: seconds for the command to end by itself and clean up.
        """
        self.take_back_terminal()
        for name in ("down", "up", "errors"):
            fd = getattr(self, name)
            if fd >= 0:
                os.close(fd)
                setattr(self, name, -1)
        group = self.pid
        if not group or self.wait(grace):
            return
        _kill_group(group, signal.SIGTERM)
        _kill_group(group, signal.SIGCONT)
        self.wait(TERM_GRACE)
        # Also what the command itself has left in its group.
        _kill_group(group, signal.SIGKILL)
        self.wait(TERM_GRACE)


def _kill_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are none of 0, 1, 2, also when some of those are closed here."""
    ends = os.pipe()
    if min(ends) > 2:
        return ends
    from fcntl import F_DUPFD_CLOEXEC, fcntl

    moved = [fcntl(fd, F_DUPFD_CLOEXEC, 3) for fd in ends]
    for fd in ends:
        os.close(fd)
    return moved[0], moved[1]


def inheritable() -> list[int]:
    """Descriptors above 2 that a new process would get from this one."""
    try:
        names = os.listdir("/proc/self/fd")
    except OSError:
        names = [str(fd) for fd in range(256)]
    found = []
    for name in names:
        fd = int(name)
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            pass
    return found
