"""Runs `driver` under an interpreter, and looks afterwards for what may not be left over."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import Python, Result, environment, run_command

FAILED = 42  # status of a program whose move was refused

HERE = Path(__file__).parent


class Moving:
    """Moves of one test.

    Attributes:
        temporary: TMPDIR of the processes; empty again at the end.
    """

    def __init__(self, python: Python, temporary: Path) -> None:
        self.python = python
        self.temporary = temporary
        self._mark = uuid.uuid4().hex
        self._started: list[subprocess.Popen[bytes]] = []

    def environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        return environment(
            {
                "PYTHONPATH": str(HERE),
                "TMPDIR": str(self.temporary),
                "PYTELEPORT_TEST": self._mark,
                "NO_COLOR": "1",
                **(extra or {}),
            }
        )

    def command(self, program: str, *arguments: Any, **options: Any) -> list[str]:
        options.update(program=program, arguments=list(arguments))
        return [self.python.program, str(HERE / "driver.py"), json.dumps(options)]

    def run(
        self,
        program: str,
        *arguments: Any,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        **options: Any,
    ) -> Result:
        """Moves a program and waits for its end."""
        command = self.command(program, *arguments, **options)
        return run_command(command, stdin=stdin, env=self.environment(env), cwd=cwd)

    def start(
        self, program: str, *arguments: Any, stdio: Any = subprocess.PIPE, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Starts a move; its three streams are pipes, or those given."""
        process = subprocess.Popen(
            self.command(program, *arguments, **options),
            stdin=stdio,
            stdout=stdio,
            stderr=stdio,
            env=self.environment(),
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def processes(self) -> dict[int, str]:
        """The processes that come from this test's moves: number to command line."""
        found = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                try:
                    if self._mark.encode() in Path(f"/proc/{entry}/environ").read_bytes():
                        text = Path(f"/proc/{entry}/cmdline").read_bytes()
                        found[int(entry)] = text.replace(b"\0", b" ").decode("utf-8", "replace")
                except OSError:
                    pass
        return found

    def finish(self) -> None:
        """Ends what still runs, then says whether something had been left over."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        left = wait_for(lambda: not self.processes(), 5) or self.processes()
        if isinstance(left, dict):
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"processes are left over: {left}")
        files = sorted(path.name for path in self.temporary.iterdir())
        assert not files, f"files are left over: {files}"


def moves(python: Python, tmp_path: Path) -> Iterator[Moving]:
    """The fixture `moving`."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    made = Moving(python, temporary)
    yield made
    made.finish()


def parent(pid: int) -> int:
    """The process that started a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_for(condition: Any, seconds: float = 10) -> bool:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def read_until(stream: Any, text: bytes, before: bytes = b"", seconds: float = 20) -> bytes:
    """Reads from a pipe until a text has come; `before` was read already."""
    found = before
    deadline = time.monotonic() + seconds
    while text not in found:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise AssertionError(f"no {text!r} within {seconds} s, only {found!r}")
        part = os.read(stream if isinstance(stream, int) else stream.fileno(), 65536)
        if not part:
            raise AssertionError(f"no {text!r}, only {found!r} up to the end")
        found += part
    return found[len(before) :]


def failed(result: Result, kind: str, *texts: str) -> None:
    """Checks an error's type and text, and that nothing was left over."""
    assert result.stderr == ""
    assert result.status == FAILED, result.stdout
    assert result.stdout.startswith(f"{kind}: "), result.stdout
    for text in texts:
        assert text in result.stdout
    assert "left" not in result.stdout
