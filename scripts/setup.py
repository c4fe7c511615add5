"""Sets up what `make` needs; does only what is not done yet.

    python3 scripts/setup.py --tools    the developer's tools, in .venv
    python3 scripts/setup.py --one      and pyteleport for one CPython, in .build/venvs/3.X
    python3 scripts/setup.py            and for every supported CPython that can be had here

pyteleport is built as one wheel for each CPython and installed from it, as a user would have it.
Each version has its own cargo target folder: PyO3 is compiled for one interpreter at a time, and
five that take turns in one folder would compile it anew for each, whenever a line has changed.

Runs on any Python 3.8 or newer; needs cargo, and either venv with pip, or pip.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pythons
from pythons import ROOT, Python
from targets import target_folder

BUILD = ROOT / ".build"
TOOLS = ROOT / ".venv"
LOCK_FILE = ROOT / "requirements-dev.txt"
LIBRARIES_FILE = ROOT / "requirements-libraries.txt"

# Installs that are no longer in force are kept for so many seconds, for tests that still use them.
KEPT = 3600

# The files a wheel is made from.
SOURCES = ("Cargo.toml", "Cargo.lock", "pyproject.toml", "crates", "python")


class SetupError(Exception):
    """Something that has to be there is not."""


def digest(*paths: Path, words: Iterable[str] = ()) -> str:
    """One hash over files, everything below folders, and `words`."""
    state = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".so":
                state.update(f"\0{file.relative_to(ROOT)}\0".encode())
                state.update(file.read_bytes())
    return state.hexdigest()


def run(*command: str | Path, env: dict[str, str] | None = None, log: Path) -> None:
    """Runs a command quietly; where it fails, shows what it said."""
    with log.open("w+") as output:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            output.seek(0)
            sys.stderr.write(output.read())
            shown = " ".join(str(word) for word in command)
            raise SetupError(f"failed with status {done.returncode}: {shown}")


def up_to_date(stamp: Path, state: str) -> bool:
    return stamp.exists() and stamp.read_text() == state


def make_venv(python: str, folder: Path, with_pip: bool) -> None:
    """An empty venv; with pip in it where this Python can put it there (Debian's often cannot)."""
    shutil.rmtree(folder, ignore_errors=True)
    log = BUILD / "venv.log"
    if not with_pip:
        run(python, "-m", "venv", "--without-pip", folder, log=log)
        return
    try:
        with log.open("w") as output:
            subprocess.run(
                [python, "-m", "venv", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=True,
            )
    except subprocess.CalledProcessError:
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "venv", "--without-pip", folder, log=log)
        outer_pip = next((p for p in (python, sys.executable) if has_pip(p)), None)
        if outer_pip is None:
            raise SetupError(
                f"neither {python} nor {sys.executable} has pip or ensurepip"
            ) from None
        inside = folder / "bin" / "python"
        run(outer_pip, "-m", "pip", "--python", inside, "install", "-q", "pip", log=log)


def has_pip(python: str) -> bool:
    done = subprocess.run(
        [python, "-m", "pip", "--version"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0


def set_up_tools(python: Python) -> None:
    stamp = TOOLS / "pyteleport-stamp"
    state = digest(LOCK_FILE, words=[python.full])
    if up_to_date(stamp, state):
        return
    print(f"tools: installing {LOCK_FILE.name} into {TOOLS.name}", flush=True)
    make_venv(python.program, TOOLS, with_pip=True)
    inside = TOOLS / "bin" / "python"
    pip = (inside, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    run(*pip, "-r", LOCK_FILE, log=BUILD / "tools.log")
    stamp.write_text(state)


def venv_of(python: Python) -> Path:
    """The link to the venv that is in force."""
    return BUILD / "venvs" / python.version


def set_up_version(python: Python) -> None:
    """Builds the wheel for one CPython and installs it into a venv of its own.

    A new build is a new venv, and a link is changed over to it: tests that run meanwhile have
    the one they started with, whole.
    """
    link = venv_of(python)
    sources = [ROOT / name for name in SOURCES if (ROOT / name).exists()]
    state = digest(*sources, words=[python.full, python.program])
    if up_to_date(link / "pyteleport-stamp", state):
        return
    installs = BUILD / "installs" / python.version
    venv = installs / state[:12]
    if up_to_date(venv / "pyteleport-stamp", state):  # the sources are as they were before
        change_link(link, venv)
        return
    started = time.monotonic()
    print(f"CPython {python.version}: building and installing", end=" ", flush=True)
    wheels = BUILD / "wheels" / python.version
    shutil.rmtree(wheels, ignore_errors=True)
    run(
        *(TOOLS / "bin" / "maturin", "build", "--release", "--compatibility", "linux"),
        *("--interpreter", python.program, "--out", wheels),
        env={"CARGO_TARGET_DIR": str(target_folder(BUILD / "target", python.version, "release"))},
        log=BUILD / f"wheel-{python.version}.log",
    )
    make_venv(python.program, venv, with_pip=False)
    run(
        *(TOOLS / "bin" / "python", "-m", "pip", "--python", venv / "bin" / "python"),
        *("install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps"),
        *sorted(wheels.glob("*.whl")),
        log=BUILD / f"install-{python.version}.log",
    )
    (venv / "pyteleport-stamp").write_text(state)
    change_link(link, venv)
    for old in installs.iterdir():
        if old != venv and time.time() - old.stat().st_mtime > KEPT:
            shutil.rmtree(old, ignore_errors=True)
    print(f"({time.monotonic() - started:.1f} s)", flush=True)


def set_up_libraries(python: Python) -> None:
    """Installs what programs under test use, beside the venv: they see it only where they are given it."""
    folder = BUILD / "libraries" / python.version
    state = digest(LIBRARIES_FILE, words=[python.full])
    if up_to_date(folder / "pyteleport-stamp", state):
        return
    print(f"CPython {python.version}: installing {LIBRARIES_FILE.name}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    run(
        *(TOOLS / "bin" / "python", "-m", "pip", "--python", venv_of(python) / "bin" / "python"),
        *("install", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"),
        *("--target", folder / "site-packages", "-r", LIBRARIES_FILE),
        log=BUILD / f"libraries-{python.version}.log",
    )
    (folder / "pyteleport-stamp").write_text(state)


def change_link(link: Path, folder: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    new = link.with_name(f"{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(os.path.relpath(folder, link.parent))
    new.replace(link)


def choose_one(here: list[Python]) -> Python:
    """The CPython that `python3` names if it is supported, else the newest that is here."""
    default = pythons.probe(shutil.which("python3") or sys.executable)
    for python in here:
        if default is not None and python.version == default.version:
            return python
    return here[-1]


def main(arguments: list[str]) -> None:
    modes = {"--tools", "--one"}
    if len(arguments) > 1 or not modes.issuperset(arguments):
        raise SystemExit(__doc__)
    mode = arguments[0] if arguments else ""
    if shutil.which("cargo") is None:
        raise SetupError("cargo is not on PATH: pyteleport needs a Rust toolchain to build")

    here, missing = pythons.find_all(fetching=not mode)
    if not here:
        here, missing = pythons.find_all(fetching=True)
    if not here:
        pythons.report(here, missing)
        raise SetupError("no supported CPython is here")
    one = choose_one(here)
    set_up_tools(one)
    if mode == "--tools":
        return
    chosen = [one] if mode else here
    if not mode:
        pythons.report(here, missing)
    failed = []
    for python in chosen:
        try:
            set_up_version(python)
            if not mode:
                set_up_libraries(python)
        except SetupError as problem:
            print(f"failed\n{problem}", file=sys.stderr)
            failed.append(python.version)
    if failed:
        raise SetupError(f"no wheel or no libraries for CPython {', '.join(failed)}")
    name, lines = ("one", [one]) if mode else ("pythons", here)
    programs = ":".join(str(venv_of(python) / "bin" / "python") for python in lines)
    (BUILD / name).write_text(programs + "\n")


if __name__ == "__main__":
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one set-up at a time
        try:
            main(sys.argv[1:])
        except SetupError as problem:
            sys.exit(f"setup: {problem}")
