"""Large memory: it moves from where it lies into where it stays, with no second copy at either end."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from harness import Python, environment
from interpreters import libraries

SIZE = 300 << 20
ROOM = 64 << 20

KINDS = {
    "bytearray": "bytearray(b'x') * SIZE",
    "bytes": "b'x' * SIZE",
    "array": "array('d', [1.0]) * (SIZE // 8)",
    "numpy": "numpy.ones(SIZE // 8)",
    "numpy_fortran": "numpy.ones((SIZE // 8000, 1000), order='F')",
    "numpy_views": "[base := numpy.ones(SIZE // 8), base[1:], base[::-2], base.reshape(2, -1).T]",
    "many": "[bytearray(b'x') * (1 << 20) for _ in range(SIZE >> 20)]",
}

PROGRAM = """
import hashlib, os, sys
from array import array
if "numpy" in KIND:
    import numpy
import pyteleport

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM"))

def digest(state):
    if isinstance(state, list):
        return [digest(part) for part in state[:3]]
    if not isinstance(state, bytes | bytearray | array):
        return state.shape, state.strides, float(state.sum())
    return hashlib.md5(state).digest()

state = MADE
before, first = peak(), digest(state)
pid = os.getpid()
print(before, flush=True)
pyteleport.teleport("local", timeout=120)
print(peak())
assert pid != os.getpid()
assert digest(state) == first
"""


def peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) << 10 if lines else 0


@pytest.mark.parametrize("kind", KINDS)
def test_no_second_copy(python: Python, kind: str) -> None:
    source = PROGRAM.replace("MADE", KINDS[kind]).replace("KIND", repr(kind))
    env = environment({"PYTHONPATH": str(libraries(python))})
    command = [python.program, "-c", source.replace("SIZE", str(SIZE))]
    here = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        while process.poll() is None:
            here = max(here, peak(process.pid))  # it is the relay's at last, which is smaller
            time.sleep(0.001)
        assert process.stdout is not None
        before, there = map(int, process.stdout.read().split())
    assert process.returncode == 0
    assert before >= SIZE
    assert here < before + ROOM
    assert there < before + ROOM
