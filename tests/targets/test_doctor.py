"""`pyteleport doctor`: what it says of targets that fit and of others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import Python, Result, run_command

OTHER = Path.home() / ".pyenv" / "versions" / "3.10.13" / "bin" / "python"


def doctor(python: Python, *arguments: str, path: str = "/nowhere") -> Result:
    command = [python.program, "-m", "pyteleport", "doctor", *arguments]
    return run_command(command, env={"PATH": path})


def test_local(python: Python, tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(python.program)
    (tmp_path / "python3.1").write_text("#!/bin/sh\necho broken >&2; exit 1\n")
    (tmp_path / "python3.1").chmod(0o755)
    (tmp_path / "python3-config").symlink_to("/bin/false")
    result = doctor(python, "local", path=f"{tmp_path}:/nowhere")
    assert (result.stderr, result.status) == ("", 0)
    lines = result.stdout.splitlines()
    assert lines[0] == "target        local"
    assert re.fullmatch(rf"here          CPython {python.version}\.\d+ at \S+", lines[1])
    assert re.fullmatch(r"round trip    \d+\.\d\d ms", lines[2])
    assert lines[3] == "on PATH"
    assert re.fullmatch(rf"  python3      \S+ +CPython {python.version}\.\d+: fits", lines[4])
    assert re.fullmatch(r"  python3.1    \S+ +does not run: broken", lines[5])
    assert lines[6].startswith(f"used          CPython {python.version}.")
    assert lines[7] == "A program of this interpreter can move there."
    assert len(lines) == 8


def test_another_version(python: Python) -> None:
    if not OTHER.exists():
        pytest.skip("CPython 3.10.13 is not here")
    result = doctor(python, "local", "--python", str(OTHER))
    assert result.status == 1
    assert result.stderr.startswith(
        f"no program can move there: found CPython 3.10.13 at {OTHER}: "
    )
    assert "to do: name a fitting interpreter" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nowhere",), "'nowhere' names no target"),
        (("local", "--timeout", "0"), "timeout= takes more than 0"),
        (("local", "--before", "x"), "local takes no --before"),
        (("local", "--package", "no-such-package"), "no-such-package is not installed here"),
        (("local", "--python", "/nowhere/python"), "/nowhere/python: no such command"),
        (("local", "--python", "/bin/false"), "ended with exit status 1 before Python answered"),
    ],
)
def test_what_cannot_be(python: Python, arguments: tuple[str, ...], text: str) -> None:
    result = doctor(python, *arguments)
    assert result.status == 1
    assert text in result.stderr


def test_packages(python: Python, tmp_path: Path) -> None:
    """A package that is only here: its metadata is what counts."""
    metadata = tmp_path / "only_here-2.5.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: only-here\nVersion: 2.5\n")
    code = (
        f"import sys; sys.path.append({str(tmp_path)!r}); from pyteleport.cli import main; "
        "sys.exit(main(['doctor', 'local', '--package', 'only-here']))"
    )
    result = run_command([python.program, "-c", code])
    assert result.status == 1
    assert "packages differ at the target: only-here 2.5 (there: missing)" in result.stderr
    assert "to do: install them there: pip install only-here==2.5" in result.stderr
    assert 'package       only-here 2.5: missing; packages="send" takes it along' in result.stdout
    assert "needed-by-it" not in result.stdout
    quick = tmp_path / "needed_by_it-1.0.dist-info"
    quick.mkdir()
    (quick / "METADATA").write_text("Metadata-Version: 2.1\nName: needed-by-it\nVersion: 1.0\n")
    (tmp_path / "fast.cpython-311.so").touch()
    (quick / "RECORD").write_text("fast.cpython-311.so,,\n")
    metadata.write_text(metadata.read_text() + "Requires-Dist: Needed.by_it (>=1)\n")
    result = run_command([python.program, "-c", code])
    assert "package       needed-by-it 1.0: missing; it holds compiled code" in result.stdout
    assert "(there: missing); needed-by-it 1.0 (there: missing)" in result.stderr


def test_usage(python: Python) -> None:
    result = run_command([python.program, "-m", "pyteleport"])
    assert result.status == 2
    assert "usage: pyteleport" in result.stderr


PROGRAM = """
import os, select, sys

def main():
    file = open("data.txt")
    print(file.readline(), sys.argv[1:])
    held = {"events": select.epoll(), "pipe": open(os.pipe()[0], "rb")}
    first = 1
    second = 2
    third = 3
    held.clear()
    return first + second + third

print(main())
"""


def test_for_a_program(python: Python, tmp_path: Path) -> None:
    """What it needs there, and all that would be refused, as an exception says it."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "data.txt").write_text("data\n")
    command = [python.program, "-m", "pyteleport", "doctor", "--for", "program.py 'a b'"]
    result = run_command(command, env={"PATH": "/nowhere"}, cwd=tmp_path)
    assert (result.stderr, result.status) == ("", 0), result.stdout
    assert "file          data.txt: has to be there, too (files= sends it along)" in result.stdout
    assert "\nprogram.py can move there.\n" in result.stdout
    told = result.stdout
    for what, path, hint in (
        (
            "select.epoll cannot move: it is a descriptor of this process",
            "main() line N of program.py, local 'held' -> ['events'] -> epoll",
            "close or delete it before the move and make it anew after it",
        ),
        (
            "BufferedReader cannot move: it is a pipe",
            "main() line N of program.py, local 'held' -> ['pipe'] -> BufferedReader",
            "read it to its end and close it before the move",
        ),
    ):
        found = re.search(f"times: {re.escape(what)}\n(?:  at point .*\n)+  to do: {hint}\n", told)
        assert found, told
        assert path in re.sub(r"line \d+ of program", "line N of program", found[0])
    result = run_command([*command[:-1], "missing.py"], env={"PATH": "/nowhere"}, cwd=tmp_path)
    assert result.status == 1
    assert "there is no script 'missing.py'" in result.stderr


def test_a_live_thread_is_named_by_its_path(python: Python, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import _thread\n_thread.start_new_thread(input, ())\n" * 1
    )
    (tmp_path / "stuck.py").write_text(
        "import threading\nready = threading.Event()\n"
        "worker = threading.Thread(target=ready.wait)\nworker.start()\n"
        "first = 1\nsecond = 2\nready.set()\nworker.join()\n"
    )
    command = [
        python.program,
        "-m",
        "pyteleport",
        "rehearse",
        "--lines",
        "stuck.py:5-7",
        "stuck.py",
    ]
    result = run_command(command, env={"PATH": "/nowhere"}, cwd=tmp_path)
    assert "refused 3 times: threading.Thread cannot move: it is alive" in result.stdout
    assert "global 'worker' of __main__ (stuck.py) -> Thread 'Thread-1 (wait)'" in result.stdout
