"""What `fork_shell` returns: a copy of the program that runs elsewhere."""

from __future__ import annotations

import os

from pyteleport.stage.signals import signal

children: set[int] = set()  # processes of copies, which this process need not wait for


class Copy:
    """A copy of the program that runs elsewhere, as this process sees it: its relay, a child.

    Attributes:
        pid: the relay's process; its end is the copy's.
    """

    def __init__(self, pid: int, commands: list[int]) -> None:
        self.pid = pid
        self._commands = commands
        children.update((pid, *commands))
        self._status: int | None = None

    def wait(self) -> int:
        """Waits for the copy to end; its exit status, 128 + n when it died by signal n."""
        if self._status is None:
            _, status = os.waitpid(self.pid, 0)
            self._status = os.waitstatus_to_exitcode(status)
            for command in self._commands:
                try:
                    os.waitpid(command, 0)
                except ChildProcessError:
                    pass
        return self._status

    def kill(self, number: int = signal.SIGTERM) -> None:
        """Sends a signal to the copy; SIGKILL ends the relay, whereupon the copy gets SIGHUP."""
        if self._status is None:
            os.kill(self.pid, number)
