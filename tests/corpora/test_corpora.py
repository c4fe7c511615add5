"""Programs nobody here wrote, moved while they run; the fast part of `make sweep`."""

from __future__ import annotations

import library
import pytest
from benchmarks import ALL, Benchmark
from harness import Python
from running import run_benchmark, run_library

# A few points each; each CPython takes other programs, so that all together see most.
POINTS = ("--spread", "12")
CHOSEN = [benchmark for benchmark in ALL if benchmark.quick]
TESTS = ("test_listcomps", "test_scope", "test_unpack", "test_with")


@pytest.mark.parametrize("benchmark", CHOSEN, ids=str)
def test_benchmark_moves(python: Python, benchmark: Benchmark) -> None:
    if (CHOSEN.index(benchmark) + python.minor[1]) % 3:
        pytest.skip("another CPython takes this one; `make sweep` takes all")
    report = run_benchmark(python.program, benchmark, POINTS)
    assert report["differed"] == []
    assert report["refused"] == []
    assert report["moved"] == report["tried"] == min(12, report["counted"])


@pytest.mark.parametrize("name", TESTS)
def test_library_test_moves(python: Python, name: str) -> None:
    if (TESTS.index(name) + python.minor[1]) % 2:
        pytest.skip("another CPython takes this one; `make sweep` takes all")
    if library.folder_of(python.program) is None:
        pytest.skip(f"CPython {python} comes without its own tests here")
    report = run_library(python.program, name, POINTS)
    assert report is not None
    assert report["differed"] == []
    assert report["moved"] >= report["tried"] - 2
