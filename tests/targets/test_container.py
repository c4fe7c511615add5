"""Moves into a real container, by `podman exec -i`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handoff.moving import Moving, read_until, wait_for
from harness import Python, run

TOOL = Path(__file__).parent.parent / "tools" / "container.sh"
ROOT = Path(tempfile.gettempdir()) / "pyteleport-bookworm"
EXEC = ["podman", "--runtime", "runc", "exec", "-i"]


@pytest.fixture(scope="module")
def container(python: Python) -> Iterator[str]:
    """A container that has the interpreter under test, at the same path as here, and no pyteleport."""
    if os.geteuid() != 0:
        pytest.skip("a container needs root")
    if shutil.which("podman") is None:
        pytest.skip(f"podman is not here; {TOOL} start {ROOT} NAME installs it")
    prefix = run(python, "import sys; print(sys.base_prefix)").stdout.strip()
    if prefix in ("/usr", "/"):
        pytest.skip(f"{python}: an interpreter in {prefix} cannot be mounted into a container")
    name = f"pt-{uuid.uuid4().hex[:8]}"
    started = subprocess.run(
        ["bash", TOOL, "start", ROOT, name],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "VOLUMES": f"-v {prefix}:{prefix}:ro"},
    )
    try:
        assert started.returncode == 0, started.stderr
        yield name
    finally:
        subprocess.run(["bash", TOOL, "stop", ROOT, name], check=False, timeout=60)


def target(python: Python, container: str) -> list[Any]:
    program = run(python, "import sys; print(sys._base_executable)").stdout.strip()
    return ["shell", [*EXEC, container], {"python": program}]


def processes(container: str) -> list[str]:
    """What runs in the container besides its first process."""
    top = subprocess.run(
        ["podman", "--runtime", "runc", "top", container, "hpid", "args"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in top.stdout.splitlines()[1:] if "sleep infinity" not in line]


@pytest.mark.timeout(400)
def test_it_runs_there(moving: Moving, container: str) -> None:
    where = target(moving.python, container)
    result = moving.run("where", target=where, take_along=True, cwd=moving.temporary)
    expected = f"{container} {moving.python.version}\n"
    assert (result.stdout, result.stderr, result.status) == (expected, "", 0)


def test_data_and_status(moving: Moving, container: str) -> None:
    where = target(moving.python, container)
    data = os.urandom(1 << 20)
    done = subprocess.run(
        moving.command("echo", target=where, take_along=True),
        input=data,
        capture_output=True,
        env=moving.environment(),
        cwd=moving.temporary,
    )
    assert (done.stdout == data, done.stderr, done.returncode) == (True, b"", 0)
    result = moving.run("leave", 3, target=where, take_along=True, cwd=moving.temporary)
    assert (result.stdout, result.status) == ("leaving\n", 3)


def test_signals_and_the_end(moving: Moving, container: str) -> None:
    where = target(moving.python, container)
    process = moving.start("catching", signal.SIGTERM, target=where, take_along=True)
    read_until(process.stdout, b"ready\n")
    process.terminate()
    assert process.wait(10) == 5
    process = moving.start("interrupted", target=where, take_along=True)
    read_until(process.stdout, b"ready\n")
    assert processes(container)
    process.kill()
    process.wait()
    assert wait_for(lambda: not processes(container))


def test_no_python_there(moving: Moving, container: str) -> None:
    where = ["shell", [*EXEC, container], {"before": "PATH=/nowhere"}]
    result = moving.run("never", target=where)
    assert result.status == 42
    assert result.stdout.startswith("TargetError: ")
    assert "python3 or python on the PATH /nowhere" in result.stdout


def test_no_such_container(moving: Moving, container: str) -> None:
    result = moving.run("never", target=["shell", [*EXEC, f"not-{container}"], {}])
    assert result.status == 42
    assert f"not-{container}" in result.stdout
