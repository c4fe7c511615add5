"""C code between two Python frames: a move there works, or is refused by name.

Nothing is lost either way: the program prints and ends as it does unmoved.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import Python
from subjects import Ran, Subject, check_plain, check_same, discover, execute, plain, sampled_points

PROGRAMS = discover(Path(__file__).parent / "boundaries")


@pytest.fixture(params=PROGRAMS, ids=str)
def subject(request: pytest.FixtureRequest) -> Subject:
    return request.param


def check_refusals(ran: Ran) -> None:
    """A refusal names two frames, each with its file and line or its function."""
    for call in ran.calls:
        if call.refusal:
            assert len(re.findall(r"\b\w+\(\)|line \d+|:\d+", call.refusal)) >= 2, call.refusal


def test_prints_its_transcript(python: Python, subject: Subject) -> None:
    check_plain(python, subject)


def test_every_point_moves_or_is_refused(python: Python, subject: Subject) -> None:
    usual = plain(python, subject)
    ran = execute(python, subject, every="1")
    check_same(ran, usual)
    assert len(ran.calls) == len(usual.calls)
    assert all(call.moved or call.refusal for call in ran.calls)
    check_refusals(ran)


def test_one_point_moves_or_is_refused(python: Python, subject: Subject) -> None:
    usual = plain(python, subject)
    for point in sampled_points(python, subject):
        ran = execute(python, subject, at=str(point))
        check_same(ran, usual)
        assert ran.calls[point - 1].moved or ran.calls[point - 1].refusal
        check_refusals(ran)
