"""C code between two Python frames: a move there works, or is refused by name.

Nothing is lost either way: the program prints and ends as it does unmoved. A subject lists the points
that may be refused, with what stands there, in comments "# refused: 3, 5-7 (sorted)": every other
point has to move, on every CPython.
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


def refusable(subject: Subject) -> set[int]:
    """The points that a subject says may be refused."""
    found: set[int] = set()
    for line in re.findall(r"^# refused: (.*)$", subject.source, re.MULTILINE):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", re.sub(r"\(.*?\)", "", line)):
            found.update(range(int(first), int(last or first) + 1))
    return found


def check_refusals(ran: Ran, subject: Subject) -> None:
    """A refusal names two frames, each with its file and line or its function."""
    may_be = refusable(subject)
    for call in ran.calls:
        if call.refusal:
            assert call.number in may_be, call.refusal
            assert len(re.findall(r"\b\w+\(\)|line \d+|:\d+", call.refusal)) >= 2, call.refusal


def test_prints_its_transcript(python: Python, subject: Subject) -> None:
    check_plain(python, subject)


def test_every_point_moves_or_is_refused(python: Python, subject: Subject) -> None:
    usual = plain(python, subject)
    ran = execute(python, subject, every="1")
    check_same(ran, usual)
    assert len(ran.calls) == len(usual.calls)
    assert all(call.moved or call.refusal for call in ran.calls)
    check_refusals(ran, subject)


def test_one_point_moves_or_is_refused(python: Python, subject: Subject) -> None:
    usual = plain(python, subject)
    for point in sampled_points(python, subject):
        ran = execute(python, subject, at=str(point))
        check_same(ran, usual)
        assert ran.calls[point - 1].moved or ran.calls[point - 1].refusal
        check_refusals(ran, subject)
