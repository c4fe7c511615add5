"""`pyteleport demo`: a small program that leaves its process in the middle of a nested call.

It runs the origin's nested example, with the two-line `log` of its first one, as a program of its own, so
that what is seen is what a user's program would do.
"""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """\
from os import getpid
from socket import gethostname
from pyteleport import teleport

def log(*args):
    print(f"[{gethostname()}/{getpid()}]", *args)

def a():
    def b():
        def c():
            result = "hello"
            log("in c(), about to leave")
            teleport(TARGET)
            log("in c(), somewhere else; result is still", repr(result))
            return result + " world"
        return len(c()) + float("3.5")
    return 5 * (3 + b())

total = a()
log("a() is", total)
assert total == 87.5
"""


def main(target: str = "local") -> int:
    """Shows the program, runs it, and says what happened.

    Args:
        target: where the program moves to, as for `teleport`.

    Returns:
        The program's exit status.
    """
    program = PROGRAM.replace("TARGET", repr(target))
    print("This program moves to another process in the middle of a(), b() and c():\n")
    print("".join(f"    {line}\n" for line in program.splitlines()), flush=True)
    started = subprocess.Popen([sys.executable, "-c", program])
    print(f"It was started as process {started.pid} by process {os.getpid()}; it prints:\n")
    sys.stdout.flush()
    status = started.wait()
    outcome = "the program ended well" if status == 0 else f"the program failed ({status})"
    print(f"\nBoth lines before and after the move came through process {started.pid}; {outcome}.")
    return status
