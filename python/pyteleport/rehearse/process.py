"""One process of a rehearsal: an interpreter, and the wire to what runs below the program in it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time

from pyteleport.rehearse.child import TEXT
from pyteleport.rehearse.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

LOOK = 0.2  # seconds between two looks whether a silent process is still there


class Process:
    """An interpreter, in a session of its own, with the three standard streams as files."""

    def __init__(
        self,
        files: Sequence[int],
        cwd: str,
        env: Mapping[str, str],
        command: Sequence[str] | None = None,
    ) -> None:
        """
        Args:
            files: for its descriptors 0, 1 and 2.
            cwd: where it starts.
            env: its environment.
            command: arguments of a plain run; without, it waits for a job on its wire.
        """
        self.wire: Wire | None = None
        fds: tuple[int, ...] = ()
        if command is None:
            mine, theirs = socket.socketpair()
            fds = (theirs.fileno(),)
            command = ["-c", TEXT.format(fd=theirs.fileno())]
            self.wire = Wire(mine.detach())
        self.popen = subprocess.Popen(
            [sys.executable, *command],
            stdin=files[0],
            stdout=files[1],
            stderr=files[2],
            cwd=cwd,
            env=env,
            pass_fds=fds,
            start_new_session=True,
        )
        if fds:
            theirs.close()

    def send(self, message: dict[str, Any]) -> None:
        assert self.wire is not None
        self.wire.send(message)

    def receive(self, limit: float) -> dict[str, Any] | None:
        """The next message; None once the process has ended.

        Raises:
            TimeoutError: it neither said anything nor ended for so many seconds.
        """
        assert self.wire is not None
        deadline = time.monotonic() + limit
        while True:
            if select.select([self.wire.fd], [], [], LOOK)[0]:
                return self.wire.receive()
            if self.popen.poll() is not None:
                return None
            if time.monotonic() > deadline:
                raise TimeoutError

    def wait(self, limit: float) -> int | None:
        """Its exit status; None if it had to be killed."""
        try:
            return self.popen.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        finally:
            self._close()

    def kill(self) -> None:
        """Ends it, with all it has started. Idempotent."""
        if self.popen.poll() is None:
            try:
                os.killpg(self.popen.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.popen.wait()
        self._close()

    def _close(self) -> None:
        if self.wire is not None:
            self.wire.close()
            self.wire = None
