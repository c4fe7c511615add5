"""Memoryviews: the same part of the same object, in the same shape."""

from __future__ import annotations

from pathlib import Path

from harness import Python, run

PROGRAM = Path(__file__).parent / "programs" / "views.py"


def test_every_shape(python: Python) -> None:
    result = run(python, PROGRAM)
    assert (result.stdout, result.stderr) == (
        "operation forbidden on released memoryview object\n",
        "",
    )
