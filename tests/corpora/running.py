"""Runs a program of the corpora through `pyteleport rehearse`."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import benchmarks
import library
from benchmarks import Benchmark


class Failed(Exception):
    """The rehearsal itself failed."""


def rehearse(
    program: str,
    folder: Path,
    arguments: Sequence[str],
    env: Mapping[str, str] | None = None,
    timeout: float = 900,
) -> tuple[int, dict[str, Any]]:
    """(exit status, report) of a rehearsal by the interpreter `program`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [program, "-m", "pyteleport", "rehearse", "--json", *arguments],
        cwd=folder,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode == 2 or not done.stdout:
        raise Failed(done.stderr)
    return done.returncode, json.loads(done.stdout)


def run_benchmark(program: str, benchmark: Benchmark, points: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pyteleport-corpus-") as name:
        benchmarks.lay_out(benchmark, Path(name))
        words = ["--within", benchmarks.WITHIN, *points, "run_benchmark.py", *benchmark.arguments]
        return rehearse(program, Path(name), words, benchmark.environment)[1]


def run_library(program: str, test: str, points: Sequence[str]) -> dict[str, Any] | None:
    """None where the interpreter does not ship that test."""
    with tempfile.TemporaryDirectory(prefix="pyteleport-corpus-") as name:
        if library.lay_out(program, test, Path(name)) is None:
            return None
        words = ["--within", library.WITHIN, *points, "run_tests.py", test]
        return rehearse(program, Path(name), words)[1]
