"""Built-in iterators and itertools: the same rest of the sequence after a move, at every position."""

from __future__ import annotations

from pathlib import Path

from harness import Python, run

PROGRAM = Path(__file__).parent / "programs" / "iterators.py"


def test_every_position_moved_once_and_several_times(python: Python) -> None:
    result = run(python, PROGRAM, timeout=110)
    assert "DIFFERS" not in result.stdout, result.stdout
    assert result.stdout.endswith("checked 96\n"), result.stderr
    assert (result.stderr, result.status) == ("", 0)


def test_to_another_process(python: Python, tmp_path: Path) -> None:
    image = tmp_path / "image"
    here = run(python, PROGRAM, args=["dump", str(image)])
    there = run(python, PROGRAM, args=["load", str(image)])
    assert (here.stderr, here.status) == ("", 0)
    assert (there.stdout, there.stderr) == (here.stdout, "")


def test_what_is_rebuilt_does_not_grow_from_move_to_move(python: Python) -> None:
    result = run(python, PROGRAM, args=["grow", "-"])
    assert (result.stdout, result.stderr) == ("", "")


def test_cycles_through_an_iterator(python: Python) -> None:
    result = run(python, PROGRAM, args=["cycles", "-"])
    assert (result.stdout, result.stderr) == ("", "")
