"""Figures on data: how fast a gigabyte moves, what memory that takes, and what many objects cost.

Peers in the same run: `cat` between two processes, `ssh HOST 'cat >/dev/null'`, the C pickler and cloudpickle.
Many objects are counted in processor time, with the collector off for the peers as well.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SSH_HOSTS = ROOT / "tests" / "tools" / "ssh_hosts.sh"
SIZE = 1 << 30

MOVE = """
import os, sys, time
import pyteleport
kind, target = sys.argv[1:3]
if kind == "numpy":
    import numpy
    state = numpy.ones(SIZE // 8)
else:
    state = bytearray(b"x") * SIZE
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) >> 10 for line in file if line.startswith("VmHWM"))
if target == "ssh":
    target = pyteleport.ssh("bench", python=sys.executable, options=("-F", sys.argv[3]))
before, start = peak(), time.monotonic()
print(before, flush=True)
pyteleport.teleport(target)
print(time.monotonic() - start, peak())
""".replace("SIZE", str(SIZE))

OBJECTS = """
import gc, io, pickle, statistics, sys, time
from dataclasses import dataclass
import cloudpickle
from pyteleport.graph import image, load
from pyteleport.graph.dumper import Dumper

@dataclass
class Point:
    x: int
    y: float
    name: str

image.install_all()
main = sys.modules["__main__"]
shared = [main, main.__dict__]

def read(state):
    dumper = Dumper({"__main__"})
    dumper.share(shared)
    dumper.dump(state)
    return b"".join(dumper.take())

def own(state):
    data = read(state)
    parts = load.Parts(load.sharing(2), io.BytesIO(data), [len(data)])
    class Sharing(pickle.Unpickler):
        def persistent_load(self, number):
            return shared[number]
    unpickler = Sharing(parts, buffers=parts)
    unpickler.load()
    unpickler.load()

def peer(module):
    return lambda state: pickle.loads(module.dumps(state, protocol=5))

def cost(function, state, runs):
    taken = []
    for _ in range(runs):
        gc.collect()
        gc.disable()
        start = time.process_time()
        function(state)
        taken.append(time.process_time() - start)
        gc.enable()
    return min(taken)

def points(count):
    return [Point(i, i / 2, str(i)) for i in range(count)]

state = [list(range(1_000_000)), {i: 2 * i for i in range(1_000_000)}, points(300_000)]
print(*(cost(function, state, 5) for function in (own, peer(pickle), peer(cloudpickle))))
del state
for count in (100_000, 1_000_000, 4_000_000):
    print(cost(read, points(count), 5 if count < 4_000_000 else 3) / count * 1e6)
"""


def libraries(version: str) -> str:
    short = version.rpartition(".")[0]
    return str(ROOT / ".build" / "libraries" / short / "site-packages")


def moved(python: str, kind: str, version: str, *target: str) -> tuple[float, int, int]:
    """Seconds of a move of 1 GB, and the most memory above the state's at source and target, in MB."""
    env = {**os.environ, "PYTHONPATH": libraries(version)}
    command = [python, "-c", MOVE, kind, *target]
    here = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            peaks = [line for line in status.splitlines() if line.startswith("VmHWM")]
            here = max(here, int(peaks[0].split()[1]) >> 10 if peaks else 0)
            time.sleep(0.01)
        assert process.stdout is not None
        before, seconds, there = process.stdout.read().split()
    return float(seconds), here - int(before), int(there) - int(before)


def cat(command: str, file: str) -> float:
    start = time.perf_counter()
    subprocess.run(["sh", "-c", f"cat {file} | {command} >/dev/null"], check=True)
    return time.perf_counter() - start


def measure(python: str, version: str) -> list[tuple[str, str, str, str]]:
    rows = []
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        for _ in range(SIZE >> 20):
            file.write(bytes(1 << 20))
        file.flush()
        for kind in ("bytearray", "numpy"):
            ours, peers, here, there = [], [], [], []
            for _ in range(3):
                peers.append(cat("cat", file.name))
                seconds, *memory = moved(python, kind, version, "local")
                ours.append(seconds)
                here.append(memory[0])
                there.append(memory[1])
            own, peer = statistics.median(ours), statistics.median(peers)
            row = f"{peer / own:.2f} ({1 / own:.2f} / {1 / peer:.2f} GB/s)"
            rows.append((version, f"1 GB {kind} over local() / `cat` | `cat`", row, ">= 0.7"))
            memory_row = f"{max(here)}, {max(there)} MB"
            rows.append(
                (version, "the same: memory above the state, here, there", memory_row, "< 64")
            )
        rows += over_ssh(python, version, file.name)
    env = {**os.environ, "PYTHONPATH": libraries(version)}
    command = [python, "-c", OBJECTS]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    first, *counts = done.stdout.splitlines()
    own, pickle, cloudpickle = map(float, first.split())
    what = "1e6 ints, dict of 1e6, 3e5 dataclass instances: dump + load"
    rows.append((version, f"{what} / C pickle", f"{own / pickle:.2f} ({own:.2f} s)", "<= 1.15"))
    rows.append((version, f"{what} / cloudpickle", f"{own / cloudpickle:.2f}", "<= 1.0"))
    each = ", ".join(f"{float(count):.2f}" for count in counts) + " us"
    rows.append((version, "reading each of 1e5, 1e6, 4e6 instances", each, "within 20 %"))
    return rows


def over_ssh(python: str, version: str, file: str) -> list[tuple[str, str, str, str]]:
    """To a host of our own on this machine, which takes root."""
    what = "1 GB bytearray over ssh() / ssh HOST 'cat >/dev/null'"
    if os.geteuid() != 0:
        return [(version, what, "not measured: needs root", ">= 0.9")]
    with tempfile.TemporaryDirectory() as folder:
        tool = ["bash", str(SSH_HOSTS)]
        subprocess.run([*tool, "start", folder, "bench"], check=True, stdout=subprocess.DEVNULL)
        try:
            config = f"{folder}/config"
            ours, peers = [], []
            for _ in range(3):
                peers.append(cat(f"ssh -F {config} bench 'cat >/dev/null'", file))
                ours.append(moved(python, "bytearray", version, "ssh", config)[0])
        finally:
            subprocess.run([*tool, "stop", folder, "bench"], check=True, stdout=subprocess.DEVNULL)
    own, peer = statistics.median(ours), statistics.median(peers)
    row = f"{peer / own:.2f} ({1 / own:.2f} / {1 / peer:.2f} GB/s)"
    return [(version, what, row, ">= 0.9")]
