"""Moves to another processor and back: nothing that is sent may depend on it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from harness import Python, run

TOOL = Path(__file__).parent.parent / "tools" / "python_arm64.sh"
FOLDER = Path(tempfile.gettempdir()) / "pyteleport-arm64"

PROGRAM = """
import os, sys
from pyteleport import local, teleport

there, here = local(sys.argv[1]), local(sys.argv[2])

def counter(start):
    for number in range(start, start + 5):
        yield number, os.uname().machine

class Box:
    def __init__(self, value):
        self.value = value

def main():
    steps, box = counter(2), Box([1.5, 2**80, "é"])
    print(*next(steps))
    for target in (there, there, here):
        try:
            raise KeyError("k")
        except KeyError:
            teleport(target, timeout=100)
            try:
                raise
            except KeyError as again:
                print(*next(steps), repr(again), box.value)

main()
"""


@pytest.fixture(scope="module")
def python_arm64() -> str:
    if os.geteuid() != 0 and shutil.which("qemu-aarch64-static") is None:
        pytest.skip("an arm64 interpreter needs qemu-user-static, which needs root to install")
    if shutil.which("apt-get") is None:
        pytest.skip("an arm64 interpreter is made from Debian's packages, and apt-get is not here")
    done = subprocess.run(["bash", TOOL, FOLDER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(FOLDER / "python")


def test_moves_to_arm64_and_back(python: Python, python_arm64: str) -> None:
    """Two moves there are enough to have frames read by the generic reader on that processor."""
    if python.version != "3.11":
        pytest.skip(f"Debian bookworm has CPython 3.11 for arm64, not {python.version}")
    done = run(python, PROGRAM, args=[python_arm64, python.program], timeout=110)
    machine = platform.machine()
    held = "KeyError('k') [1.5, 1208925819614629174706176, 'é']"
    expected = [f"2 {machine}", f"3 aarch64 {held}", f"4 aarch64 {held}", f"5 {machine} {held}"]
    assert (done.stdout.splitlines(), done.stderr, done.status) == (expected, "", 0)
