"""The origin's two examples, as printed, against a real ssh host named cartesius.

The host is an OpenSSH server in a network namespace, with a hostname of its own. What a user sets up
is set up here in the same places: the host's name in the ssh configuration here, and on the host
`conda` in ~/.bashrc, whose `activate` puts an environment's Python first on PATH. That
Python is a stock one: pyteleport is not installed in it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import Python, Result, check, run, run_command

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "origin"
HOSTS = ROOT / "tests" / "tools" / "ssh_hosts.sh"
NAME = "cartesius"

BASHRC = """\
conda() {
    [ "$1" = activate ] || { echo "conda: $1?" >&2; return 1; }
    [ -d "$HOME/envs/$2" ] || { echo "no environment $2" >&2; return 1; }
    PATH="$HOME/envs/$2/bin:$PATH"
}
"""


@dataclass
class Host:
    """The host's home folder, and the folder whose `ssh` knows the host."""

    home: Path
    programs: Path

    def install(self, python: Python, environment: str) -> None:
        """Makes the environment's python the stock interpreter that `python`'s venv is of."""
        base = run(python, "import sys; print(sys._base_executable)").stdout.strip()
        programs = self.home / "envs" / environment / "bin"
        shutil.rmtree(programs, ignore_errors=True)
        programs.mkdir(parents=True)
        for name in ("python", "python3", f"python{python.version}"):
            (programs / name).symlink_to(base)


@pytest.fixture(scope="module")
def cartesius(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    if os.geteuid() != 0:
        pytest.skip("a network namespace with an ssh host in it needs root")
    folder = tmp_path_factory.mktemp("hosts")
    started = subprocess.run(
        ["bash", HOSTS, "start", folder, NAME],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    try:
        assert started.returncode == 0, started.stderr
        home, programs = folder / "home", folder / "programs"
        home.mkdir()
        (home / ".bashrc").write_text(BASHRC)
        with (folder / f"{NAME}.sshd").open("a") as settings:
            settings.write(f"\nSetEnv HOME={home} PATH=/usr/bin:/bin\n")
        os.kill(int((folder / f"{NAME}.pid").read_text()), signal.SIGHUP)
        programs.mkdir()
        ssh = programs / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
        ssh.chmod(0o755)
        wait_until_home_is(ssh, home)
        yield Host(home, programs)
    finally:
        subprocess.run(["bash", HOSTS, "stop", folder, NAME], check=False, timeout=60)


def wait_until_home_is(ssh: Path, home: Path) -> None:
    """The server takes its new settings a moment after it was told to."""
    command = [str(ssh), NAME, "echo $HOME"]
    for _ in range(100):
        if run_command(command).stdout.strip() == str(home):
            return
        time.sleep(0.05)
    raise AssertionError(f"{NAME} does not take its settings")


def run_example(python: Python, host: Host, name: str) -> Result:
    host.install(python, "py39")
    env = {"PATH": f"{host.programs}:{os.environ['PATH']}"}
    return run(python, Path(name), env=env, cwd=EXAMPLES)


def test_hello(python: Python, cartesius: Host) -> None:
    """The two lines come from different processes on different machines."""
    result = run_example(python, cartesius, "hello.py")
    check(result, stdout=result.stdout)
    lines = re.fullmatch(r"\[(\S+)/(\d+)\] hi\n\[(\S+)/(\d+)\] bye\n", result.stdout)
    assert lines, result.stdout
    here, pid_here, there, pid_there = lines.groups()
    assert (there, here) == (NAME, os.uname().nodename)
    assert pid_here != pid_there


def test_nested(python: Python, cartesius: Host) -> None:
    """Its own assertion, a() == 87.5, is checked on the host, at the end of a nested call."""
    result = run_example(python, cartesius, "nested.py")
    check(result)


def test_nested_ends_on_the_host(python: Python, cartesius: Host) -> None:
    """The same example with a last line that says where it ended."""
    cartesius.install(python, "py39")
    source = (EXAMPLES / "nested.py").read_text()
    source += "import socket; print(socket.gethostname(), a.__code__.co_name)\n"
    env = {"PATH": f"{cartesius.programs}:{os.environ['PATH']}"}
    result = run(python, source, env=env, cwd=EXAMPLES)
    check(result, stdout=f"{NAME} a\n")
