"""Every construct of the language, moved while it is running."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from harness import Python, run_command
from subjects import (
    Subject,
    check_every_point,
    check_plain,
    check_single_points,
    discover,
    skip_if_too_new,
)

PROGRAMS = discover(Path(__file__).parent / "programs")
BY_NAME = {subject.name: subject for subject in PROGRAMS}

# Enough to see that the way a program was started makes no difference to its constructs.
STARTED_OTHERWISE = ["closures_shared", "loop_control", "try_nested", "uncaught_exception"]


@pytest.fixture(params=PROGRAMS, ids=str)
def subject(request: pytest.FixtureRequest, python: Python) -> Subject:
    skip_if_too_new(request.param, python)
    return request.param


def test_prints_its_transcript(python: Python, subject: Subject) -> None:
    check_plain(python, subject)


def test_moves_at_every_point(python: Python, subject: Subject) -> None:
    check_every_point(python, subject)


def test_moves_at_one_point(python: Python, subject: Subject) -> None:
    check_single_points(python, subject)


@pytest.mark.parametrize("how", ["-c", "stdin"])
@pytest.mark.parametrize("name", STARTED_OTHERWISE)
def test_moves_however_it_was_started(python: Python, name: str, how: str) -> None:
    check_every_point(python, BY_NAME[name], how)


def test_moves_under_dash_m(python: Python, tmp_path: Path) -> None:
    """A package run by -m: relative imports, before and after the move, and its spec."""
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "early.py").write_text("state = []\n")
    (package / "late.py").write_text("value = 5\n")
    (package / "__main__.py").write_text(
        textwrap.dedent("""
        import sys
        from pyteleport import teleport
        from . import early

        early.state.append(1)
        if sys.argv[1:] == ["moved"]:
            teleport("local")
        from . import late
        print(early.state, late.value, __name__, __spec__.name, __package__)
        """)
    )
    results = [
        run_command([python.program, "-m", "pkg", *how], cwd=tmp_path) for how in ([], ["moved"])
    ]
    assert results[0] == results[1]
    assert results[0].stdout == "[1] 5 __main__ pkg.__main__ pkg\n"
