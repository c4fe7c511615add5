"""Which interpreters are tested: see conftest.py. A module of its own, so that tests can import it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from harness import Python

ROOT = Path(__file__).resolve().parent.parent


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


def libraries(python: Python) -> Path:
    """The folder with the packages that programs under test may use: see scripts/setup.py."""
    folder = ROOT / ".build" / "libraries" / python.version / "site-packages"
    assert folder.is_dir(), f"{folder} is not there: run scripts/setup.py"
    return folder


VERSIONS = supported_versions()
PYTHONS = pythons_under_test()
MISSING = [version for version in VERSIONS if version not in PYTHONS]
