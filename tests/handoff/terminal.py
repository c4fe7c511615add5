"""A terminal, with a move in it."""

from __future__ import annotations

import os
import pty
import signal
import termios
from typing import Any

from handoff.moving import Moving, read_until, wait_for


class Terminal:
    """A terminal with a shell-like parent: the move is its foreground process group."""

    def __init__(self, moving: Moving) -> None:
        self.moving = moving
        self.ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.ours, (30, 100))
        self.before = termios.tcgetattr(self.theirs)
        self.pid = 0
        self._shown = b""

    def start(self, program: str, *arguments: Any, under: str = "", **options: Any) -> None:
        """Starts a move in the terminal, in a session of its own; maybe under a shell's script."""
        command = self.moving.command(program, *arguments, **options)
        self.run(["/bin/sh", "-c", under, "sh", *command] if under else command)

    def run(self, command: list[str], env: dict[str, str] | None = None) -> None:
        """Starts a command in the terminal, in a session of its own."""
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.login_tty(self.theirs)
                os.execve(command[0], command, self.moving.environment(env))
            finally:
                os._exit(99)

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def until(self, text: bytes) -> bytes:
        """What is shown up to a text; what comes after it is for the next call."""
        if text not in self._shown:
            self._shown += read_until(self.ours, text, self._shown)
        end = self._shown.index(text) + len(text)
        shown, self._shown = self._shown[:end], self._shown[end:]
        return shown

    def wait(self) -> int:
        status: list[int] = []

        def ended() -> bool:
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                status.append(os.waitstatus_to_exitcode(code))
            return bool(pid)

        assert wait_for(ended), "it still runs"
        self.pid = 0
        return status[0]

    def settings(self) -> list[Any]:
        return termios.tcgetattr(self.theirs)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.ours)
        os.close(self.theirs)
