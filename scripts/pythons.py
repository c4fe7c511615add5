"""Finds the CPythons that pyteleport supports on this machine.

The supported versions are those that pyproject.toml's classifiers name. Each is looked for on PATH,
under ~/.pyenv/versions and under .pythons/, where `fetch` puts the ones Debian can supply.

Run as a program it prints what is here and what is not. Runs on any Python 3.8 or newer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ROOT / ".pythons"

PROBE = """
import sys, sysconfig
print(sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], sys.version_info.releaselevel,
      bool(sysconfig.get_config_var("Py_GIL_DISABLED")), sys.executable, sep="\\n")
"""


class Python(NamedTuple):
    """One interpreter: its minor version ("3.12"), full version and program."""

    version: str
    full: str
    program: str


def supported() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)


def probe(program: str) -> Python | None:
    """What `program` is; None unless it is a CPython with the GIL that starts."""
    try:
        done = subprocess.run(
            [program, "-I", "-S", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    name, full, _level, free_threaded, executable = done.stdout.decode().splitlines()
    if name != "cpython" or free_threaded == "True":
        return None
    return Python(".".join(full.split(".")[:2]), full, executable)


def _candidates(version: str) -> list[str]:
    def patch(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", path.name)]

    names = [shutil.which(f"python{version}"), shutil.which("python3")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(pyenv.glob(f"{version}.*"), key=patch, reverse=True)
    names += [str(folder / "bin" / f"python{version}") for folder in found]
    names += [str(PYTHONS / version / "usr" / "bin" / f"python{version}")]
    return [name for name in names if name and os.access(name, os.X_OK)]


def find(version: str) -> Python | None:
    for program in _candidates(version):
        python = probe(program)
        if python is not None and python.version == version:
            return python
    return None


def fetch(version: str) -> tuple[Python | None, str]:
    """Has Debian's CPython `version` unpacked under .pythons/; with the reason where it cannot be.

    The reason is kept in .pythons/VERSION.missing, so that it is asked for once, not on every run;
    delete that file to try again.
    """
    note = PYTHONS / f"{version}.missing"
    if note.exists():
        return None, note.read_text(encoding="utf-8").strip()
    script = ROOT / "scripts" / "python_from_debian.sh"
    PYTHONS.mkdir(exist_ok=True)
    print(f"CPython {version} is not here; asking Debian for it", flush=True)
    done = subprocess.run(
        ["bash", str(script), version, str(PYTHONS / version)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if done.returncode == 0:
        return find(version), ""
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
    reason = lines[-1].split(": ", 1)[-1]
    note.write_text(reason + "\n", encoding="utf-8")
    return None, reason


def find_all(fetching: bool) -> tuple[list[Python], dict[str, str]]:
    """The interpreters that are here, and for each version that is not, why."""
    here: list[Python] = []
    missing: dict[str, str] = {}
    for version in supported():
        python, reason = find(version), "it is not on PATH, nor under ~/.pyenv/versions"
        if python is None and fetching:
            python, why = fetch(version)
            reason = f"{reason}; from Debian: {why}"
        if python is None:
            missing[version] = reason
        else:
            here.append(python)
    return here, missing


def report(here: list[Python], missing: dict[str, str]) -> None:
    for python in here:
        print(f"CPython {python.version}  {python.full}  {python.program}")
    for version, reason in missing.items():
        print(f"CPython {version}  MISSING: {reason}")
    sys.stdout.flush()


if __name__ == "__main__":
    report(*find_all(fetching=False))
