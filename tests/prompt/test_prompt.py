"""Functions that move by themselves: programs that print what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python, check, run
from subjects import Subject, discover

PROGRAMS = discover(Path(__file__).parent / "programs")


@pytest.mark.parametrize("subject", PROGRAMS, ids=str)
def test_what_comes_back(python: Python, subject: Subject) -> None:
    result = run(python, subject.path, cwd=subject.path.parent, timeout=120)
    check(result, stdout=f"{subject.transcript}\n")
