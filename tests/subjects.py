"""Subject programs: plain Python files that are run, and moved while they run.

A subject calls `here()` of constructs/point.py at its points. Its docstring is a title and, after an
empty line, the standard output it has to have. A comment "# needs: 3.12" keeps it from older
CPythons; with "# uses: numpy" it is given the packages of requirements-libraries.txt. It may be a folder, of which main.py is the program.

Each is run as it is, to learn how many points it has and how it ends; then it is moved at its
points, and has to print the same and end the same.
"""

from __future__ import annotations

import ast
import os
import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from harness import Python, Result, check, run
from interpreters import libraries

TESTS = Path(__file__).resolve().parent
FULL = os.environ.get("TELEPORT_FULL") == "1"

# A subject with more points than this is moved once from each of a sample only, and once along all.
FEW = 8
SAMPLE = 6


@dataclass(frozen=True)
class Subject:
    name: str
    path: Path

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def transcript(self) -> str | None:
        """The standard output that the docstring announces; None where it has a title only."""
        # Not parsed as a whole: it may be in a newer syntax than this interpreter's.
        literal = re.match(r'r?""".*?"""', self.source, re.DOTALL)
        assert literal, f"{self.path} has no docstring"
        _title, _, rest = ast.literal_eval(literal[0]).partition("\n\n")
        return rest.rstrip("\n") or None

    @property
    def needs(self) -> tuple[int, int]:
        found = re.search(r"^# needs: 3\.(\d+)$", self.source, re.MULTILINE)
        return (3, int(found[1]) if found else 0)

    @property
    def uses_libraries(self) -> bool:
        return re.search(r"^# uses: ", self.source, re.MULTILINE) is not None


@dataclass(frozen=True)
class Call:
    """One line of the log: what a call of `here()` did."""

    number: int
    moved: bool
    refusal: str = ""


@dataclass(frozen=True)
class Ran:
    result: Result
    calls: list[Call]


def discover(folder: Path) -> list[Subject]:
    files = [Subject(path.stem, path) for path in folder.glob("*.py")]
    folders = [Subject(path.parent.name, path) for path in folder.glob("*/main.py")]
    subjects = sorted(files + folders, key=lambda subject: subject.name)
    assert subjects, f"no subject programs in {folder}"
    return subjects


def skip_if_too_new(subject: Subject, python: Python) -> None:
    if python.minor < subject.needs:
        needs = ".".join(map(str, subject.needs))
        pytest.skip(f"{subject} is written for CPython {needs} and newer")


@contextmanager
def _log() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pyteleport-test-") as folder:
        yield Path(folder) / "log"


def _read_log(log: Path) -> list[Call]:
    calls = []
    for line in log.read_text().splitlines() if log.exists() else ():
        number, before, after = line.split(" ", 2)
        if before == "refused":
            calls.append(Call(int(number), moved=False, refusal=ast.literal_eval(after)))
        else:
            calls.append(Call(int(number), moved=before != after))
    return calls


def execute(python: Python, subject: Subject, how: str = "script", **points: str) -> Ran:
    """Runs a subject, with `at` or `every` for TELEPORT_AT and TELEPORT_EVERY."""
    env = {f"TELEPORT_{name.upper()}": value for name, value in points.items()}
    folders = [TESTS / "constructs", *([libraries(python)] if subject.uses_libraries else [])]
    env["PYTHONPATH"] = os.pathsep.join(map(str, folders))
    program = subject.path if how == "script" else subject.source
    with _log() as log:
        env["TELEPORT_LOG"] = str(log)
        # Where it comes from no file, its own modules are in the folder it is started from.
        result = run(python, program, how=how, env=env, cwd=subject.path.parent, timeout=60)
        return Ran(result, _read_log(log))


@cache
def plain(python: Python, subject: Subject, how: str = "script") -> Ran:
    """How a subject runs when nobody moves it."""
    ran = execute(python, subject, how)
    assert ran.calls, f"{subject} has no points: {ran.result}"
    assert [call.number for call in ran.calls] == list(range(1, len(ran.calls) + 1))
    return ran


def sampled_points(python: Python, subject: Subject, how: str = "script") -> list[int]:
    """The points to move from once: all where they are few, else the ends and some between.

    Each CPython takes other ones, so that all together see most points.
    """
    last = len(plain(python, subject, how).calls)
    if FULL or last <= FEW:
        return list(range(1, last + 1))
    between = random.Random(f"{subject} {python}").sample(range(2, last), SAMPLE - 2)
    return [1, *sorted(between), last]


def check_same(ran: Ran, usual: Ran) -> None:
    """It printed and ended as it does unmoved."""
    expected = usual.result
    check(ran.result, stdout=expected.stdout, stderr=expected.stderr, status=expected.status)


def check_plain(python: Python, subject: Subject) -> None:
    """Not moved, it prints what its docstring says."""
    result = plain(python, subject).result
    if subject.transcript is not None:
        assert _lines(result.stdout) == _lines(subject.transcript), result.stderr


def _lines(text: str) -> list[str]:
    """Without spaces at their ends, which formatters take out of docstrings."""
    return [line.rstrip() for line in text.rstrip("\n").split("\n")]


def check_every_point(python: Python, subject: Subject, how: str = "script") -> None:
    """Moved at each point in turn, it prints and ends as it does where it is."""
    usual = plain(python, subject, how)
    moved = execute(python, subject, how, every="1")
    check_same(moved, usual)
    assert [call.number for call in moved.calls if call.moved] == [
        call.number for call in usual.calls
    ]


def check_single_points(python: Python, subject: Subject, how: str = "script") -> None:
    """Moved at one point, for several ones, it prints and ends as it does where it is."""
    usual = plain(python, subject, how)
    for point in sampled_points(python, subject, how):
        moved = execute(python, subject, how, at=str(point))
        check_same(moved, usual)
        assert [call.number for call in moved.calls if call.moved] == [point]
