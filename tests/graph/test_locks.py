"""Locks, threads that have ended, and what is built on them."""

from __future__ import annotations

from pathlib import Path

from harness import Python, run

PROGRAM = Path(__file__).parent / "programs" / "locks.py"


def test_free_ones_move(python: Python) -> None:
    result = run(python, PROGRAM)
    assert result.stderr == ""
    assert (
        result.stdout
        == """\
in a thread
True True True False
True True
True True
False
True True False
a b True 2
True 0
True 2 True 2
False ended None
in a later thread
True True
"""
    )
