"""Figures of `pyteleport rehearse`: what a hop takes, and how much slower a program is while its points are counted.

The programs are those of the corpora that do nothing but compute: pyperformance's, as `make sweep` runs them.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "corpora")]

import benchmarks  # noqa: E402

# A loop that calls; each hop takes the whole of it along.
SMALL = """\
def step(number, kept):
    kept.append(number * 2)
    return len(kept)
kept = []
for number in range(20):
    step(number, kept)
print(sum(kept))
"""

# Times one iteration of a benchmark, traced with no point chosen, or not traced.
TIMED = """\
import runpy, sys, time
traced, *sys.argv = sys.argv[1:]
sys.path.insert(0, "")
import pyperf
def iteration(self, function, args):
    if traced == "yes":
        from pyteleport.capture.points import Points
        points = Points(lambda *event: None, every=0)
        points.start()
    start = time.perf_counter()
    result = function(*args)
    taken = time.perf_counter() - start
    if traced == "yes":
        points.stop()
    sys.stderr.write(f"{taken}\\n")
    return result
pyperf.Runner.iteration = iteration
runpy.run_path(sys.argv[0], run_name="__main__")
"""

COMPUTING = (
    "chaos",
    "deltablue",
    "go",
    "nbody",
    "nqueens",
    "pyflate",
    "raytrace",
    "richards",
    "telco",
)
RUNS = 3

Row = tuple[str, str, str, str]


def hop(python: str) -> float:
    """Median ms from a point in one process to going on in the next, which was started ahead."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "small.py").write_text(SMALL)
        done = subprocess.run(
            [python, "-m", "pyteleport", "rehearse", "--json", "--mode", "hops", "small.py"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
        )
    return float(json.loads(done.stdout)["hop_milliseconds"])


def seconds(
    python: str, folder: Path, arguments: tuple[str, ...], traced: str, env: dict[str, str]
) -> float:
    """The shortest of several runs of one iteration."""
    taken = []
    for _ in range(RUNS):
        done = subprocess.run(
            [python, "-c", TIMED, traced, "run_benchmark.py", *arguments],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
        )
        taken.append(sum(float(line) for line in done.stderr.splitlines()))
    return min(taken)


def tracing(python: str) -> list[float]:
    """How many times longer each program takes while its line points are counted."""
    ratios = []
    for benchmark in benchmarks.ALL:
        if str(benchmark) not in COMPUTING:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            benchmarks.lay_out(benchmark, folder)
            env = {"PATH": "/usr/bin:/bin", **benchmark.environment}
            plain, traced = (
                seconds(python, folder, benchmark.arguments, word, env) for word in ("no", "yes")
            )
            ratios.append(traced / plain)
    return ratios


def measure(python: str, version: str, plain: float) -> list[Row]:
    """Rows of the table; `plain` is what `python -c pass` takes in ms."""
    hops = hop(python)
    ratios = tracing(python)
    mean = math.exp(statistics.fmean(math.log(ratio) for ratio in ratios))
    return [
        (version, "a hop of a small program (rehearse)", f"{hops:.1f} ms", "< 40 ms"),
        (version, "a hop / python -c pass", f"{hops / plain:.2f}", "-"),
        (
            version,
            f"counting line points / plain run, {len(ratios)} programs of pyperformance",
            f"{mean:.1f} (geometric mean; {min(ratios):.1f} to {max(ratios):.1f})",
            "< 3",
        ),
    ]
