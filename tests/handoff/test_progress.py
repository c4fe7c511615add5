"""What a move tells of its way: `progress=`, and the bar on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from harness import Python, check, environment, run

CALLED = """
import pyteleport
state, seen = bytearray(30 << 20), []
def note(sent, total):
    seen.append((sent, total))
try:
    pyteleport.teleport("local", progress=1)
except TypeError as problem:
    print(problem)
def fails(sent, total):
    raise KeyError("of the program")
try:
    pyteleport.teleport("local", progress=fails)
except KeyError as problem:
    print(repr(problem))
state.append(1)
def tell(sent, total):
    print(sent == total, 0 < sent <= total, total > len(state))
pyteleport.teleport("local", progress=tell)
print(len(state))
"""

SLOW = """
import os, sys
import pyteleport
state = bytearray(8 << 20)
pyteleport.teleport(pyteleport.shell(*sys.argv[1:], python=sys.executable))
print(len(state))
"""


def test_the_function_is_called(python: Python) -> None:
    result = run(python, CALLED)
    first, second, *told, last = result.stdout.splitlines()
    assert first == "progress= takes a function, not 1"
    assert second == "KeyError('of the program')"
    assert told[-1] == "True True True"
    assert all(line.endswith(" True True") for line in told)
    assert (last, result.stderr, result.status) == (str((30 << 20) + 1), "", 0)


def test_a_bar_on_a_terminal_and_nothing_else_where(python: Python) -> None:
    command = [
        python.program,
        "-c",
        SLOW,
        sys.executable,
        str(Path(__file__).parent / "slow.py"),
        "sh",
        "-c",
    ]
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, env=environment()
    ) as process:
        os.close(theirs)
        try:
            while data := os.read(ours, 4096):
                shown += data
        except OSError:  # its end
            pass
        assert process.stdout is not None
        output = process.stdout.read()
    os.close(ours)
    assert (output, process.returncode) == (b"%d\n" % (8 << 20), 0), shown
    lines = shown.decode().split("\r")
    bar = re.compile(r"to .+ \[#*\.*\] [\d.]+ MB of 8\.\d MB, [\d.]+ [KM]B/s, \d+ s left\x1b\[K")
    assert len(lines) > 5
    assert [line for line in lines[1:-1] if not bar.fullmatch(line)] == []
    assert lines[-1] == "\x1b[K"
    result = run(python, SLOW, args=command[3:])
    check(result, stdout=f"{8 << 20}\n")
