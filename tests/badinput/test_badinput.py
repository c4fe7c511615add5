"""What cannot move, and targets that are none: an exception that names it, and the program goes on.

The programs look themselves whether anything changed (refusing.py), and move at their end.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from harness import Python, Result, check, run
from interpreters import PYTHONS
from subjects import Subject, discover

HERE = Path(__file__).parent
SUBJECTS = {subject.name: subject for subject in discover(HERE / "programs")}
WITH_ARGUMENTS = "other_python"


def execute(python: Python, subject: Subject, cwd: Path, *args: str) -> Result:
    env = {"PYTHONPATH": str(HERE)}
    return run(python, subject.path, env=env, cwd=cwd, args=args, timeout=60)


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != WITH_ARGUMENTS])
def test_is_refused_and_goes_on(python: Python, name: str, tmp_path: Path) -> None:
    subject = SUBJECTS[name]
    result = execute(python, subject, tmp_path)
    check(result, stdout=f"{subject.transcript}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def with_a_package(python: Python, tmp_path: Path) -> Python:
    """A venv like `python`'s, in which a package onlyhere 1.5 is installed as well."""
    venv = tmp_path / python.version
    subprocess.run([python.program, "-m", "venv", "--without-pip", venv], check=True, timeout=60)
    inside = Python(python.version, str(venv / "bin" / "python"))
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    outer, inner = (Path(run(p, where).stdout.strip()) for p in (python, inside))
    (inner / "pyteleport.pth").write_text(f"{outer}\n")
    (inner / "onlyhere.py").write_text("value = 'from the package'\n")
    info = inner / "onlyhere-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: onlyhere\nVersion: 1.5\n")
    (info / "top_level.txt").write_text("onlyhere\n")
    (info / "RECORD").write_text("onlyhere.py,,\n")
    return inside


def test_another_version_and_a_missing_package(
    python: Python, with_a_package: Python, tmp_path: Path
) -> None:
    others = [other for other in PYTHONS.values() if other.version != python.version]
    if not others:
        pytest.skip("there is no second CPython here")
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    stock = run(python, "import sys; print(sys._base_executable)").stdout.strip()
    args = (others[0].program, others[0].version, stock)
    result = execute(with_a_package, SUBJECTS[WITH_ARGUMENTS], cwd, *args)
    check(
        result,
        stdout=f"refused: PythonMismatch, naming {python.version}, {others[0].version}\n"
        "refused: PackagesMissing, naming onlyhere, 1.5\n"
        "from the package\nmoved\nfrom the package\n",
    )
    assert os.listdir(cwd) == []
