"""What all tests share: the interpreters under test.

A test that takes `python` runs once for each CPython in PYTELEPORT_PYTHONS (programs, separated by
colons; `make test` sets it), or, where that is not set, in .build/venvs. A supported version that
is not among them is named in the header, and each of its tests is one skip with that reason.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

pytest.register_assert_rewrite("harness", "subjects")

from harness import Python  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent

# Tests in these folders share hosts, containers or ports: they run one after the other.
ONE_AT_A_TIME = ("targets", "faults")


def supported_versions() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text()
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)


def pythons_under_test() -> dict[str, Python]:
    """By version, as each says itself.

    A venv is taken for what it is now: a set-up that runs meanwhile changes the link to another.
    """
    listed = os.environ.get("PYTELEPORT_PYTHONS")
    if listed:
        programs = [Path(program) for program in listed.split(":")]
    else:
        programs = sorted((ROOT / ".build" / "venvs").glob("3.*/bin/python"))
    found = {}
    for program in programs:
        inside = program.parent.parent.resolve() / "bin" / program.name
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        version = subprocess.check_output([inside, "-I", "-S", "-c", ask], text=True).strip()
        found[version] = Python(version, str(inside))
    return dict(sorted(found.items()))


VERSIONS = supported_versions()
PYTHONS = pythons_under_test()
MISSING = [version for version in VERSIONS if version not in PYTHONS]


def pytest_report_header() -> list[str]:
    if not PYTHONS:
        return ["no CPython with pyteleport is here: run `make test`"]
    lines = ["CPython under test: " + ", ".join(PYTHONS)]
    if MISSING:
        lines.append("CPython MISSING, not tested: " + ", ".join(MISSING))
    return lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MISSING:
        terminalreporter.section("CPython versions that were not tested")
        terminalreporter.line(", ".join(MISSING))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parts = item.path.relative_to(ROOT / "tests").parts
        if parts[0] in ONE_AT_A_TIME:
            item.add_marker(pytest.mark.xdist_group("machine"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "python" in metafunc.fixturenames:
        metafunc.parametrize("python", VERSIONS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def python(request: pytest.FixtureRequest) -> Python:
    """One CPython with pyteleport in it; the test runs once for each."""
    version: str = request.param
    if version not in PYTHONS:
        pytest.skip(f"CPython {version} is not here")
    return PYTHONS[version]
