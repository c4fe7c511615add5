"""A folder in which programs write images, with a key of its own, and what the command line does with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness import Python, Result, run, run_command

# A generator, an exception that is handled, a `with` and a file, around each checkpoint.
LOOP = """
import contextlib, pyteleport

def squares(count):
    for number in range(count):
        yield number * number

@contextlib.contextmanager
def noted(number):
    print("in", number)
    yield
    print("out", number)

def run(seen):
    for number, square in enumerate(squares(4)):
        with noted(number):
            try:
                raise ValueError(square)
            except ValueError as error:
                resumed = pyteleport.checkpoint(f"{number}.tp")
                seen.append(square)
                print(number, resumed, error, error.__traceback__.tb_lineno)
    return seen

print("begin")
print("end", run([]))
"""


def printed(first: int) -> str:
    """What `LOOP` prints from its checkpoint of that number on, which has returned True."""
    lines = []
    for number in range(first, 4):
        if number > first:
            lines.append(f"in {number}")
        lines += [f"{number} {number == first} {number**2} 18", f"out {number}"]
    return "\n".join([*lines, f"end {[n**2 for n in range(4)]}", ""])


class Folder:
    """Where a test's programs run.

    Attributes:
        path: the folder.
        python: the interpreter they run in.
    """

    def __init__(self, path: Path, python: Python) -> None:
        self.path = path
        self.python = python
        (path / "config").mkdir(exist_ok=True)

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"XDG_CONFIG_HOME": str(self.path / "config"), **(extra or {})}

    def run(self, program: str, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """Runs a program as a script of this folder."""
        script = self.path / "program.py"
        script.write_text(program)
        return run(self.python, script, args=args, env=self.environment(env), cwd=self.path)

    def pyteleport(
        self,
        *args: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: bytes = b"",
    ) -> Result:
        """Runs the command line."""
        command = [self.python.program, "-m", "pyteleport", *args]
        return run_command(command, env=self.environment(env), cwd=cwd or self.path, stdin=stdin)

    def resume(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        return self.pyteleport("resume", *args, env=env)

    def left_over(self) -> list[str]:
        """Temporary files of writers."""
        return [name for name in os.listdir(self.path) if name.startswith(".")]


def refused(result: Result, text: str, status: int = 1) -> None:
    """It ended with a message, and neither ran nor shows a traceback."""
    assert result.status == status, result
    assert text in result.stderr, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "to do: " in result.stderr
