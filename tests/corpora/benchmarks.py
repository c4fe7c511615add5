"""pyperformance's benchmarks in pure Python, each with an input small enough to be moved all along.

Their sources are those of the installed package; none is copied into this repository. Left out are those that
need packages besides, and those that are nothing but an event loop, a server or another process.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

STUB = Path(__file__).resolve().parent / "stub"
WITHIN = "Runner.iteration"


@dataclass(frozen=True)
class Benchmark:
    """One program of the set.

    Attributes:
        name: bm_NAME/run_benchmark.py; arguments: for its command line.
        small: globals of the benchmark, and what they are set to.
        variant: tells several of one source apart.
        quick: it takes part in `make test`: it moves everywhere and takes a second or two.
    """

    name: str
    arguments: tuple[str, ...] = ()
    small: dict[str, object] = field(default_factory=dict)
    variant: str = ""
    quick: bool = False

    def __str__(self) -> str:
        return f"{self.name}-{self.variant}" if self.variant else self.name

    @property
    def environment(self) -> dict[str, str]:
        return {"PYPERF_SMALL": json.dumps(self.small)}


def folder_of(name: str) -> Path:
    """Where the installed package keeps a benchmark."""
    import pyperformance

    return Path(pyperformance.__file__).parent / "data-files" / "benchmarks" / f"bm_{name}"


def lay_out(benchmark: Benchmark, folder: Path) -> Path:
    """Puts the benchmark and the stub into an empty folder; the script to run there."""
    origin = folder_of(benchmark.name)
    for entry in origin.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            shutil.copytree(entry, folder / entry.name)
        elif entry.suffix == ".py":
            shutil.copy(entry, folder)
    shutil.copy(STUB / "pyperf.py", folder)
    os.chmod(folder / "run_benchmark.py", 0o644)
    return folder / "run_benchmark.py"


ALL = [
    Benchmark("argparse", ("many_optionals",), variant="many"),
    Benchmark("argparse", ("subparsers",), variant="subparsers"),
    Benchmark("barnes_hut", ("--iterations", "1", "--particles", "20"), quick=True),
    Benchmark("chaos", ("--width", "40", "--height", "40", "--iterations", "60"), quick=True),
    Benchmark("comprehensions", quick=True),
    Benchmark("coroutines"),
    Benchmark("decimal_factorial"),
    Benchmark("decimal_pi"),
    Benchmark("deepcopy", quick=True),
    Benchmark("deltablue", quick=True),
    Benchmark("fannkuch", small={"DEFAULT_ARG": 6}, quick=True),
    Benchmark("float", small={"POINTS": 300}, quick=True),
    Benchmark("generators"),
    Benchmark("go", small={"GAMES": 2}, quick=True),
    Benchmark("hexiom", ("--level", "2"), quick=True),
    Benchmark("json_dumps", ("--cases", "EMPTY,SIMPLE")),
    Benchmark("json_loads"),
    Benchmark("logging", ("simple",), variant="simple"),
    Benchmark("logging", ("format",), variant="format"),
    Benchmark("logging", ("silent",), variant="silent"),
    Benchmark("mdp"),
    Benchmark("meteor_contest"),
    Benchmark("nbody", ("--iterations", "30"), quick=True),
    Benchmark("nqueens"),
    Benchmark("pathlib", small={"NUM_FILES": 20}),
    Benchmark("pickle", ("--pure-python", "pickle"), variant="pickle"),
    Benchmark("pickle", ("--pure-python", "unpickle"), variant="unpickle"),
    Benchmark("pidigits", ("--digits", "100")),
    Benchmark("pprint"),
    Benchmark("pyflate"),
    Benchmark("raytrace", ("--width", "4", "--height", "4"), quick=True),
    Benchmark("regex_compile"),
    Benchmark("regex_effbot", quick=True),
    Benchmark("regex_v8"),
    Benchmark("richards"),
    Benchmark("richards_super"),
    Benchmark("scimark", ("sor",), variant="sor"),
    Benchmark("scimark", ("sparse_mat_mult",), variant="sparse_mat_mult"),
    Benchmark("scimark", ("monte_carlo",), variant="monte_carlo"),
    Benchmark("scimark", ("lu",), variant="lu"),
    Benchmark("scimark", ("fft",), variant="fft"),
    Benchmark("spectral_norm", small={"DEFAULT_N": 8}, quick=True),
    Benchmark("telco", quick=True),
    Benchmark("typing_runtime_protocols"),
    Benchmark("unpack_sequence", ("tuple",)),
    Benchmark("xml_etree", ("--no-accelerator", "parse"), variant="parse"),
    Benchmark("xml_etree", ("--no-accelerator", "generate"), variant="generate"),
]
