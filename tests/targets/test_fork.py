"""The later releases' names: copies by `n`, `fork_shell`, and what they return on each side."""

from __future__ import annotations

from harness import Python, run

FORKED = """
import sys, time
from pyteleport import CannotMove, fork_shell, teleport

copy = fork_shell("bash", n=3, python=sys.executable)
if isinstance(copy, int):
    time.sleep((4 - copy) / 2)
    print("copy", copy, flush=True)
    sys.exit(copy)
try:
    teleport("local")
except CannotMove as refusal:
    print(refusal.items[0].path, "-", refusal.items[0].reason, flush=True)
print("here", copy.wait())
teleport("local")
print("moved with the handle of a copy that has ended:", copy.wait())
"""

COPIES = """
import sys, time
from pyteleport import tp_bash, tp_dummy

print("before")
value = tp_dummy(n=["a", "b"])
time.sleep(0.3 * (value == "a"))
print("copy", value)
"""

SHELL = """
import os, sys
from pyteleport import tp_bash, tp_dummy

assert tp_dummy(dry_run=True) is None
print(tp_bash("bash", "-c", python=sys.executable, before="export MARK=5", env={"OTHER": "6"}))
print(os.environ["MARK"], os.environ["OTHER"])
"""


def test_fork_goes_on_here_and_there(python: Python) -> None:
    done = run(python, FORKED)
    assert done.stdout.splitlines() == [
        "global 'copy' of __main__ -> Copy - its relay is a child of this process",
        "copy 2",
        "copy 1",
        "copy 0",
        "here 1",
        "moved with the handle of a copy that has ended: 1",
    ]
    assert (done.stderr, done.status) == ("", 0)


def test_copies_get_their_values(python: Python) -> None:
    done = run(python, COPIES)
    assert done.stdout.splitlines() == ["before", "copy b", "copy a"]
    assert (done.stderr, done.status) == ("", 0)


def test_shell_with_set_up_and_environment(python: Python) -> None:
    done = run(python, SHELL)
    assert (done.stdout, done.stderr, done.status) == ("0\n5 6\n", "", 0)
