"""`make sweep`: moves every program of the corpora at up to 500 points, and writes docs/coverage.md.

    sweep.py [--points N] [--only WORD] [VERSION ...]

By default on 3.11, 3.13 and 3.15. It takes a good hour. With --only the table is printed, and not written.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import library  # noqa: E402
from benchmarks import ALL  # noqa: E402
from interpreters import PYTHONS  # noqa: E402
from running import Failed, run_benchmark, run_library  # noqa: E402

TABLE = ROOT / "docs" / "coverage.md"
VERSIONS = ("3.11", "3.13", "3.15")

HEAD = """\
# Coverage

Programs that nobody here wrote, stopped at up to {points} line points each, spread evenly over all of them, and moved from process
to process at each (`pyteleport rehearse --mode hops`, see [rehearse.md](rehearse.md)). *Points* is how many there are in all. A program has
*differed* if what it printed, its exit status or its files were not those of the run that was not moved. Made by `make sweep`, commit {commit}.
"""

Job = tuple[str, str, str, Callable[[], dict[str, Any] | None]]


def jobs(versions: list[str], points: int, only: str) -> Iterator[Job]:
    words = ("--spread", str(points))
    for version in versions:
        program = PYTHONS[version].program
        for benchmark in ALL:
            if only in str(benchmark):
                yield (
                    "pyperformance",
                    str(benchmark),
                    version,
                    lambda b=benchmark, p=program: run_benchmark(p, b, words),  # type: ignore[misc]
                )
        for test in library.NAMES:
            if only in test:
                yield (
                    "CPython's Lib/test",
                    test,
                    version,
                    lambda t=test, p=program: run_library(p, t, words),  # type: ignore[misc]
                )


def run(job: Job) -> dict[str, Any] | None:
    group, name, version, call = job
    try:
        report = call()
    except (Failed, subprocess.TimeoutExpired) as problem:
        report = {"failed": str(problem).strip().splitlines()[0] if str(problem) else "no end"}
    if report is None:
        return None
    report.update(group=group, name=name, version=version)
    print(row(report), file=sys.stderr, flush=True)
    return report


def row(report: dict[str, Any]) -> str:
    start = f"| {report['name']} | {report['version']} |"
    if "failed" in report:
        return f"{start} | | | | could not be rehearsed: {report['failed']} | |"
    refused = "<br>".join(
        f"{entry['count']}: {entry['reason'].replace('|', ' ')}" for entry in report["refused"]
    )
    differed = "<br>".join(
        f"{entry['when']}: {entry['what']}, line {entry['line']}" for entry in report["differed"]
    )
    return (
        f"{start} {report['counted']:,} | {report['tried']:,} | {report['moved']:,} "
        f"| {report['hop_milliseconds'] or ''} | {refused} | {differed or '0'} |"
    )


def table(reports: list[dict[str, Any]], points: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    text = HEAD.format(points=points, commit=commit)
    for group in dict.fromkeys(report["group"] for report in reports):
        mine = [report for report in reports if report["group"] == group]
        tried = sum(report.get("tried", 0) for report in mine)
        moved = sum(report.get("moved", 0) for report in mine)
        differed = sum(len(report.get("differed", ())) for report in mine)
        text += (
            f"\n## {group}\n\n{tried:,} points tried, {moved:,} moved "
            f"({100 * moved / max(1, tried):.2f} %), {tried - moved:,} refused, {differed} programs differed.\n\n"
            "| program | CPython | points | tried | moved | ms a hop | refused: reason | differed |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        )
        text += "".join(row(report) + "\n" for report in mine)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("versions", nargs="*")
    parser.add_argument("--points", type=int, default=500)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    versions = [v for v in given.versions or VERSIONS if v in PYTHONS]
    with ThreadPoolExecutor(given.jobs) as pool:
        found = pool.map(run, jobs(versions, given.points, given.only))
        reports = [report for report in found if report is not None]
    reports.sort(key=lambda report: (report["group"] != "pyperformance", report["name"]))
    text = table(reports, given.points)
    if given.only or given.versions:
        print(text)
    else:
        TABLE.write_text(text, encoding="utf-8")
    return 1 if any(report.get("differed") for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
