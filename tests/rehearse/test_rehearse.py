"""`pyteleport rehearse`: what it stops at, what it moves, and what it says about it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from harness import Python, Result, environment, run_command

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PROGRAMS, tmp_path / "work", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "work"


def rehearse(python: Python, folder: Path, *words: str, stdin: bytes = b"") -> Result:
    command = [python.program, "-m", "pyteleport", "rehearse", *words]
    return run_command(command, cwd=folder, stdin=stdin)


def report(
    python: Python, folder: Path, *words: str, status: int = 0, stdin: bytes = b""
) -> dict[str, Any]:
    result = rehearse(python, folder, "--json", *words, stdin=stdin)
    assert result.status == status, result.stderr + result.stdout
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_line_moves(python: Python, folder: Path) -> None:
    found = report(python, folder, "mixed.py", "an", "argument")
    assert found["differed"] == []
    assert found["tried"] == found["counted"] > 40
    # The encoder that open() makes in C is no place to move from, on any version.
    assert {entry["reason"].partition(" ")[0] for entry in found["refused"]} <= {"open()"}
    assert found["moved"] >= found["tried"] - 3
    assert not (folder / "out.txt").exists()  # each run has a folder of its own


@pytest.mark.parametrize("event", ["call", "return"])
def test_calls_and_returns_move(python: Python, folder: Path, event: str) -> None:
    found = report(python, folder, "--at", event, "mixed.py")
    assert found["differed"] == []
    assert found["tried"] == found["counted"] > 10
    assert found["moved"] >= found["tried"] - 3


def test_each_point_alone(python: Python, folder: Path) -> None:
    found = report(python, folder, "--mode", "each", "--sample", "6", "--seed", "1", "mixed.py")
    assert found["differed"] == []
    assert found["tried"] == 6
    assert found["moved"] + sum(entry["count"] for entry in found["refused"]) == 6
    assert found["moved"] >= 4


def test_one_point(python: Python, folder: Path) -> None:
    found = report(python, folder, "--at", "7", "mixed.py")
    assert (found["tried"], found["moved"]) == (1, 1)


def test_points_by_line_number(python: Python, folder: Path) -> None:
    found = report(python, folder, "--lines", "mixed.py:9,19-20", "mixed.py")
    assert found["counted"] == 4  # three rounds, and one call
    assert found["moved"] == found["tried"] == 4


def test_points_within_a_function(python: Python, folder: Path) -> None:
    found = report(python, folder, "--within", "Point.fail", "--every", "2", "mixed.py")
    assert found["moved"] == found["tried"] == found["counted"] // 2


def test_a_module(python: Python, folder: Path) -> None:
    found = report(python, folder, "--sample", "5", "-m", "mixed", "an", "argument")
    assert found["differed"] == []
    assert found["program"] == "-m mixed"
    assert found["moved"] > 0


def test_input_is_read_on(python: Python, folder: Path) -> None:
    found = report(python, folder, "--every", "1", "reading.py", stdin=b"one\ntwo\nthree\n")
    assert found["differed"] == []
    assert found["moved"] > 4


def test_an_uncaught_exception_is_shown_as_ever(python: Python, folder: Path) -> None:
    found = report(python, folder, "uncaught.py")
    assert found["differed"] == []
    assert found["moved"] == found["tried"]


def test_library_modules_are_no_points_while_imported(python: Python, folder: Path) -> None:
    found = report(python, folder, "--every", "1", "importing.py")
    assert found["differed"] == []
    assert found["counted"] < 30  # colorsys alone has as many lines


def test_refusals_are_named_and_grouped(python: Python, folder: Path) -> None:
    found = report(python, folder, "--lines", "refusing.py:6-10", "refusing.py")
    (entry,) = found["refused"]
    assert entry["count"] == 2
    assert entry["reason"].startswith("socket.socket cannot move: ")
    place = entry["places"][0]
    assert (place["frame"], place["line"]) == ("hold", 8)
    assert "'held'" in place["path"]
    text = rehearse(python, folder, "--lines", "refusing.py:6-10", "refusing.py").stdout
    assert "refused 2 times: socket.socket cannot move" in text
    assert "hold (" in text


def test_strict_wants_none_refused(python: Python, folder: Path) -> None:
    words = ("--strict", "--lines", "refusing.py:6-10", "refusing.py")
    assert report(python, folder, *words, status=1)["differed"] == []


def test_a_difference_is_shown(python: Python, folder: Path) -> None:
    found = report(python, folder, "differing.py", status=1)
    (difference,) = found["differed"]
    assert (difference["what"], difference["line"]) == ("stdout", 2)
    assert (difference["expected"], difference["got"]) == ("second", "moved")
    text = rehearse(python, folder, "differing.py").stdout
    assert "  expected: second\n  got:      moved" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.py",), "there is no script 'nowhere.py'"),
        (("--lines", "mixed.py", "mixed.py"), "these are no lines: 'mixed.py'"),
        (("--at", "never", "mixed.py"), "no such points: 'never'"),
        (("--every", "2", "--sample", "3", "mixed.py"), "exclude each other"),
    ],
)
def test_what_cannot_be_rehearsed(
    python: Python, folder: Path, words: tuple[str, ...], said: str
) -> None:
    result = rehearse(python, folder, *words)
    assert result.status == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_progress_is_shown_on_a_terminal(python: Python, folder: Path) -> None:
    main, inner = pty.openpty()
    command = [python.program, "-m", "pyteleport", "rehearse", "mixed.py"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=inner,
        start_new_session=True,
    ) as process:
        os.close(inner)
        shown = b""
        try:
            while part := os.read(main, 4096):
                shown += part
        except OSError:
            pass
        os.close(main)
    assert process.returncode == 0, shown
    assert b"plain run" in shown
    assert b"[#" in shown
    assert shown.endswith(b"\r\x1b[K")
