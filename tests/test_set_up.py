"""What the set-up and the tests say about CPythons that are not here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from harness import Python
from interpreters import ROOT, VERSIONS

sys.path.insert(0, str(ROOT / "scripts"))

import pythons


def test_the_supported_versions_are_those_of_the_classifiers() -> None:
    assert pythons.supported() == VERSIONS
    assert VERSIONS[0] == "3.11"
    text = (ROOT / "pyproject.toml").read_text()
    after = int(VERSIONS[-1].partition(".")[2]) + 1
    assert f'requires-python = ">={VERSIONS[0]},<3.{after}"' in text


def test_a_version_that_is_nowhere_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pythons, "_candidates", lambda version: ["false", "/no/such/python"])
    pythons.report(*pythons.find_all(fetching=False))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(VERSIONS)
    for version, line in zip(VERSIONS, lines, strict=True):
        assert line.startswith(f"CPython {version}  MISSING: ")


def test_a_version_that_is_not_tested_is_named(python: Python) -> None:
    """With one version here, the others are in the header, skipped by name, and in the summary."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "tests/test_readme.py"],
        cwd=ROOT,
        env={**os.environ, "PYTELEPORT_PYTHONS": python.program},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    others = [version for version in VERSIONS if version != python.version]
    assert f"CPython under test: {python.version}\n" in done.stdout, done.stdout + done.stderr
    assert f"CPython MISSING, not tested: {', '.join(others)}" in done.stdout
    for version in others:
        assert f"CPython {version} is not here" in done.stdout
    assert done.stdout.count(f"\n{', '.join(others)}\n") == 1
