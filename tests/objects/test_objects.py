"""Objects of every kind, held by a program while it moves. The programs check themselves."""

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


@pytest.fixture(params=PROGRAMS, ids=str)
def subject(request: pytest.FixtureRequest, python: Python) -> Subject:
    skip_if_too_new(request.param, python)
    return request.param


def test_runs_where_it_is(python: Python, subject: Subject) -> None:
    check_plain(python, subject)


def test_holds_after_every_move(python: Python, subject: Subject) -> None:
    check_every_point(python, subject)


def test_holds_after_one_move(python: Python, subject: Subject) -> None:
    check_single_points(python, subject)
