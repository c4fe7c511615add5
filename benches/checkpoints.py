"""Figures of checkpoints, beside those that CRIU and DMTCP have for programs of the same size.

A write is timed inside the program, from call to return; the peers' figures are those of the issue, whole commands
on another machine, and stand there for the order of magnitude. The disk's own pace is that of `dd` in the same run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

Row = tuple[str, str, str, str]

TIMED = """
import os, time, pyteleport
{prepare}
for _ in range({runs}):
    if os.path.exists("run.tp"):
        os.unlink("run.tp")
    start = time.perf_counter()
    if pyteleport.checkpoint("run.tp"):
        print("resumed")
        break
    print(time.perf_counter() - start, os.path.getsize("run.tp"))
"""
NUMBERS = "many = list(range(10**6)); table = {number: number for number in many}"
# What does not compress, so that all of it has to go to the disk.
GIGABYTE = "ballast = bytearray(os.urandom(1 << 20)) * 1024"


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CONFIG_HOME": str(folder)}


def write(python: str, folder: Path, prepare: str, runs: int = 5) -> tuple[float, int]:
    """Median ms of a write after the first, and bytes of the image."""
    program = TIMED.format(prepare=prepare, runs=runs + 1)
    done = subprocess.run(
        [python, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder),
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    times = [float(seconds) for seconds, _ in rows[1:]]
    return statistics.median(times) * 1000, int(rows[-1][1])


def timed(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, cwd=folder, env=environment(folder)
    )
    return (time.perf_counter() - start) * 1000


def restore(python: str, folder: Path) -> tuple[float, float]:
    """Median ms of restoring what was written last, and of an interpreter that does nothing."""
    resume = [str(Path(python).parent / "pyteleport"), "resume", "run.tp"]
    both = [(timed(resume, folder), timed([python, "-c", "pass"], folder)) for _ in range(11)]
    return statistics.median(r for r, _ in both), statistics.median(p for _, p in both)


def against_disk(python: str, folder: Path) -> tuple[float, float]:
    """ms of a gigabyte's write, and of dd's, turn about."""
    copy = ["dd", "if=/dev/zero", "of=plain", "bs=1M", "count=1024", "conv=fsync", "status=none"]
    ours, theirs = [], []
    for _ in range(5):
        ours.append(write(python, folder, GIGABYTE, 1)[0])
        (folder / "run.tp").unlink()
        theirs.append(timed(copy, folder))
        (folder / "plain").unlink()
    return statistics.median(ours), statistics.median(theirs)


def measure(python: str, version: str) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="pyteleport-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        small, small_size = write(python, folder, "")
        resumed, plain = restore(python, folder)
        many, many_size = write(python, folder, NUMBERS)
        huge, disk = against_disk(python, folder)
    return [
        (
            version,
            "checkpoint of a trivial program (CRIU: 62 ms, 7 MB; DMTCP: 420 ms, 36 MB)",
            f"{small:.1f} ms, {small_size / 1000:.1f} KB",
            "< 10 ms, < 20 KB",
        ),
        (
            version,
            "its restore / python -c pass (CRIU: 40 ms; DMTCP: 290 ms)",
            f"{resumed / plain:.2f} ({resumed:.0f} / {plain:.0f} ms)",
            "<= 2.5",
        ),
        (
            version,
            "checkpoint of a list and a dict of 10^6 (CRIU: 137 ms, 178 MB; DMTCP: 640 ms, 216 MB)",
            f"{many:.0f} ms, {many_size / 1e6:.1f} MB",
            "< 1 s, < 15 MB",
        ),
        (
            version,
            "checkpoint of a bytearray of 1 GB / dd with fsync (CRIU: 2.6 s; DMTCP: 2.8 s)",
            f"{huge / disk:.2f} ({huge:.0f} / {disk:.0f} ms)",
            "<= 1.2",
        ),
    ]
