"""Runs programs as real processes, as a user would start them.

    run(python, "print(1)")                  a source text, started with -c
    run(python, Path("hello.py"))            a script
    run(python, "print(1)", how="stdin")     a source text, fed to the interpreter's stdin

The environment is small and fixed: what a test does not give, the program does not see.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Python:
    """A CPython with pyteleport installed in it."""

    version: str
    program: str

    def __str__(self) -> str:
        return self.version

    @property
    def minor(self) -> tuple[int, int]:
        major, minor = self.version.split(".")
        return int(major), int(minor)


@dataclass(frozen=True)
class Result:
    """How a program ended; `status` is its exit status, or minus the signal that ended it."""

    stdout: str
    stderr: str
    status: int


def check(result: Result, *, stdout: str = "", stderr: str = "", status: int = 0) -> None:
    """Asserts how a program ended; stderr first, as it tells what went wrong."""
    assert result.stderr == stderr, f"{result.stdout}{result.stderr}status {result.status}"
    assert result.stdout == stdout
    assert result.status == status


def unignore() -> None:
    """Has what is started get the default for signals that are ignored here, as they are under `nohup`.

    A handler that does nothing ignores them here as well, but not in what is started.
    """
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return {**kept, **fixed, **(extra or {})}


def run_command(
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 60,
) -> Result:
    """Runs a command; past `timeout` it is killed with everything in its process group."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(env),
        cwd=cwd,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            raise AssertionError(
                f"{command} still ran after {timeout} s\n"
                f"stdout: {_text(stdout)}\nstderr: {_text(stderr)}"
            ) from None
    return Result(_text(stdout), _text(stderr), process.returncode)


def run(
    python: Python,
    program: str | Path,
    *,
    how: str = "",
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    cwd: Path | None = None,
    timeout: float = 60,
) -> Result:
    """Runs a program under `python`.

    Args:
        program: the path of a script, or a source text.
        how: "script", "-c" or "stdin"; by default a path is a script and a text goes with -c.
    """
    how = how or ("script" if isinstance(program, Path) else "-c")
    if how == "script":
        command = [python.program, str(program), *args]
        return run_command(command, stdin=stdin, env=env, cwd=cwd, timeout=timeout)
    source = program.read_text(encoding="utf-8") if isinstance(program, Path) else program
    if how == "-c":
        command = [python.program, "-c", source, *args]
    elif how == "stdin":
        if stdin:
            raise ValueError("a program that comes from stdin has no other stdin")
        command, stdin = [python.program, "-", *args], source.encode()
    else:
        raise ValueError(f"no such way to start a program: {how}")
    return run_command(command, stdin=stdin, env=env, cwd=cwd, timeout=timeout)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
