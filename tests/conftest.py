"""What all tests share: the interpreters under test.

A test that takes `python` runs once for each CPython in PYTELEPORT_PYTHONS (programs, separated by
colons; `make test` sets it), or, where that is not set, in .build/venvs. A supported version that
is not among them is named in the header, and each of its tests is one skip with that reason.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("harness", "subjects")

from harness import Python, unignore  # noqa: E402
from interpreters import MISSING, PYTHONS, ROOT, VERSIONS  # noqa: E402

# Tests in these folders share hosts, containers or ports: they run one after the other.
ONE_AT_A_TIME = ("targets", "faults")


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


@pytest.fixture(scope="session", autouse=True)
def signals_as_usual() -> None:
    unignore()


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
