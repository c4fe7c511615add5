"""Every construct of the language, moved while it is running."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python
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
