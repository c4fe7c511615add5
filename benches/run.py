"""`make bench`: one table, every figure beside its bar and its peer, measured in the same run.

Figures are ratios or absolute numbers as the issue's bars are; machines are noisy, so each is the
median of several runs. `--write` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import checkpoints
import rehearsing

ROOT = Path(__file__).resolve().parent.parent

NESTED = """
import pyteleport
def a():
    def b():
        def c():
            result = "hello"
            pyteleport.teleport("local")
            return result + " world"
        return len(c()) + float("3.5")
    return 5 * (3 + b())
assert a() == 87.5
"""

IMPORT = "import sys, time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"

FRAMES = """
import sys, time, statistics
sys.setrecursionlimit(3000)
from pyteleport.capture.frames import capture
from pyteleport.capture.plan import plan
from pyteleport.capture.code import forget
from pyteleport.graph import generators, image
image.install_all()
def measure(depth):
    def down(n):
        kept = [n]
        if n:
            return down(n - 1) + len(kept)
        best = []
        for _ in range(7):
            forget()
            start = time.perf_counter()
            records = capture(sys._getframe())
            plan(records, None)
            for record in records:
                generators.morph_of(record, record.way)
            generators.stack_values(records)
            best.append(time.perf_counter() - start)
        print(depth, statistics.median(best) * 1000)
        return 0
    down(depth)
measure(100); measure(300); measure(900)
"""

PAYLOAD = (
    """
from pyteleport.stage import handoff
# In pyteleport's own namespace, so that nothing of it is among the program's variables.
exec('''
def counting(self, parts, send=Handoff.send):
    import sys
    from pyteleport.stage import bundle, first
    parts = list(parts)
    sent = len(first.TEXT) + len(bundle.core()) + sum(len(part) for part in parts)
    sys.stderr.write(str(sent))
    send(self, parts)
Handoff.send = counting
''', handoff.__dict__)
del handoff
"""
    + NESTED
)

MEMORY = """
import os
import pyteleport
ballast = bytearray(os.urandom(1)) * (200 << 20)
pyteleport.teleport("local")
pid = int(os.environ["HOME_PID"]) if "HOME_PID" in os.environ else None
del ballast
import time
time.sleep(1.0)
"""


def timed(command: list[str], runs: int = 11) -> float:
    """Median wall time of a command in ms."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def import_cost(python: str) -> float:
    """How much longer `import pyteleport` takes than `import sys`, in ms."""

    def cost(statement: str) -> float:
        return statistics.median(
            float(output([python, "-c", IMPORT.format(statement)])) for _ in range(9)
        )

    return (cost("import pyteleport") - cost("import sys")) * 1000


def relay_memory(python: str) -> float:
    """Resident MB of the relay of a program that held 200 MB."""
    program = subprocess.Popen([python, "-c", MEMORY])
    try:
        best = float("inf")
        deadline = time.monotonic() + 20
        while program.poll() is None and time.monotonic() < deadline:
            command = Path(f"/proc/{program.pid}/cmdline").read_bytes()
            if b"\0-I\0" in command:
                status = Path(f"/proc/{program.pid}/status").read_text()
                resident = next(line for line in status.splitlines() if "VmRSS" in line)
                best = int(resident.split()[1]) / 1024
            time.sleep(0.05)
        return best
    finally:
        program.wait()


def payload(python: str) -> float:
    done = subprocess.run([python, "-c", PAYLOAD], check=True, capture_output=True, text=True)
    return int(done.stderr) / 1024


def measure(python: str) -> list[tuple[str, str, str, str]]:
    version = output([python, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]).strip()
    plain = timed([python, "-c", "pass"])
    nested = timed([python, "-c", NESTED])
    two = timed(
        [
            python,
            "-c",
            "import os, sys; os.spawnv(0, sys.executable, [sys.executable, '-c', 'pass'])",
        ]
    )
    frames = dict(line.split() for line in output([python, "-c", FRAMES]).splitlines())
    per_frame = [float(frames[depth]) / int(depth) * 1000 for depth in ("100", "300", "900")]
    return [
        (version, "import pyteleport - import sys", f"{import_cost(python):.1f} ms", "< 10 ms"),
        (
            version,
            "nested example over local() / python -c pass",
            f"{nested / plain:.2f} ({nested:.0f} / {plain:.0f} ms)",
            "<= 4, aim 3",
        ),
        (version, "peer: two interpreters one after the other", f"{two / plain:.2f}", "-"),
        (version, "capture + morph of 900 frames", f"{float(frames['900']):.1f} ms", "< 20 ms"),
        (
            version,
            "the same per frame at 100, 300, 900",
            ", ".join(f"{cost:.1f}" for cost in per_frame) + " us",
            "linear",
        ),
        (version, "payload of the nested example", f"{payload(python):.1f} KB", "< 64 KB"),
        (
            version,
            "relay's resident memory (program: 200 MB)",
            f"{relay_memory(python):.1f} MB",
            "< 16 MB",
        ),
        *checkpoints.measure(python, version),
        *rehearsing.measure(python, version, plain),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    options = parser.parse_args()
    pythons = [p for p in os.environ.get("PYTELEPORT_PYTHONS", sys.executable).split(":") if p]
    lines = ["| CPython | what | measured | bar |", "| --- | --- | --- | --- |"]
    for python in pythons:
        lines += ["| " + " | ".join(row) + " |" for row in measure(python)]
    table = "\n".join(lines)
    print(table)
    if options.write:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"
        text = (
            "# Benchmarks\n\nMade by `make bench`; medians; machines are noisy, so read the ratios.\n\n"
            f"{date.today().isoformat()}, {machine}\n\n{table}\n"
        )
        (ROOT / "docs" / "benchmarks.md").write_text(text)


if __name__ == "__main__":
    main()
