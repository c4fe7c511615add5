"""Moves to real ssh hosts, and every way in which they cannot be reached."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handoff.moving import Moving, failed, parent, read_until, wait_for
from harness import Python, Result, run, run_command
from packages.shelf import Shelf
from sessions.typing_at import Prompt

TOOL = Path(__file__).parent.parent / "tools" / "ssh_hosts.sh"
OTHER = Path.home() / ".pyenv" / "versions" / "3.10.13" / "bin" / "python"
NAME = "alpha"


class Host:
    """One host.

    Attributes:
        folder: its keys and configuration.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def tool(self, action: str) -> str:
        return subprocess.run(
            ["bash", TOOL, action, self.folder, NAME],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=110,
            text=True,
            env={**os.environ, "PASSWORDS": "yes"},
        ).stdout

    def target(self, python: Python | None, *options: str, before: str = "") -> list[Any]:
        keywords = {
            "options": ["-F", str(self.folder / "config"), *options],
            "python": stock(python) if python else None,
            "before": before,
        }
        return ["ssh", [NAME], keywords]

    def processes(self) -> list[str]:
        """What runs there besides the server."""
        server = (self.folder / f"{NAME}.pid").read_text().strip()
        return [pid for pid in self.tool("pids").split() if pid != server]


def stock(python: Python) -> str:
    """The interpreter `python`'s venv is of, which knows nothing of pyteleport."""
    return run(python, "import sys; print(sys._base_executable)").stdout.strip()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    if os.geteuid() != 0:
        pytest.skip("a network namespace with an ssh host in it needs root")
    made = Host(tmp_path_factory.mktemp("hosts"))
    try:
        made.tool("start")
        yield made
    finally:
        made.tool("stop")


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "host" in request.fixturenames:
        host: Host = request.getfixturevalue("host")
        assert wait_for(lambda: not host.processes(), 5), "processes are left over there"


def move(moving: Moving, target: list[Any], program: str, *arguments: Any, **more: Any) -> Result:
    folder = moving.temporary.parent / "work"
    folder.mkdir()
    result = moving.run(program, *arguments, target=target, take_along=True, cwd=folder, **more)
    assert list(folder.iterdir()) == []
    return result


def test_it_runs_there(moving: Moving, host: Host) -> None:
    result = move(moving, host.target(moving.python), "where")
    expected = f"{NAME} {moving.python.version}\n"
    assert (result.stdout, result.stderr, result.status) == (expected, "", 0)


def test_a_session_goes_on_there(moving: Moving, host: Host, tmp_path: Path) -> None:
    """At the prompt, in a terminal, with line editing: over ssh there is no terminal by itself."""
    prompt = Prompt(moving, tmp_path / "home")
    try:
        prompt.open()
        prompt.ask("import pyteleport, os, socket; name = socket.gethostname(); x = 20")
        prompt.ask(f"config = {str(host.folder / 'config')!r}")
        prompt.ask(
            f"there = pyteleport.ssh({NAME!r}, options=['-F', config], python={stock(moving.python)!r})"
        )
        assert prompt.ask("pyteleport.teleport(there); x += 1") == ""
        assert prompt.ask("socket.gethostname(), name != 'alpha', x * 2") == f"('{NAME}', True, 42)"
        assert (
            prompt.ask("os.isatty(0), os.environ['TERM'], os.get_terminal_size()[0]")
            == "(True, 'xterm', 250)"
        )
        prompt.type(b"no" + b"\x7f" * 2)
        assert prompt.ask("x + 100") == "121"
        prompt.type(b"print('bu' + 'sy', flush=True) or any(n for n in iter(int, 1))\r")
        prompt.until(b"busy")  # a key typed before it runs would take the line away
        prompt.type(b"\x03")
        assert "KeyboardInterrupt" in prompt.answer()
        prompt.type(b"exit(7)\r")
        assert prompt.wait() == 7
        assert prompt.settings() == prompt.before
    finally:
        prompt.close()


def test_data_and_status(moving: Moving, host: Host) -> None:
    data = os.urandom(500_000) + b"\0\r\n\xff"
    done = subprocess.run(
        moving.command("echo", target=host.target(moving.python), take_along=True),
        input=data,
        capture_output=True,
        env=moving.environment(),
        cwd=moving.temporary.parent,
    )
    assert (done.stdout == data, done.stderr, done.returncode) == (True, b"", 0)


def test_exit_status(moving: Moving, host: Host) -> None:
    result = move(moving, host.target(moving.python), "leave", 3)
    assert (result.stdout, result.stderr, result.status) == ("leaving\n", "", 3)


def links(folder: Path, **programs: str) -> str:
    """A folder for PATH with these programs in it."""
    folder.mkdir()
    for name, program in programs.items():
        (folder / name.replace("_", ".")).symlink_to(program)
    return str(folder)


def test_a_fitting_interpreter_is_found(moving: Moving, host: Host, tmp_path: Path) -> None:
    if not OTHER.exists():
        pytest.skip("CPython 3.10.13 is not here")
    there = links(tmp_path / "bin", python3=str(OTHER), python=stock(moving.python))
    result = move(moving, host.target(None, before=f"PATH={there}"), "where")
    assert (result.stdout, result.stderr) == (f"{NAME} {moving.python.version}\n", "")


def test_the_versioned_name_comes_first(moving: Moving, host: Host, tmp_path: Path) -> None:
    name = "python" + moving.python.version.replace(".", "_")
    there = links(tmp_path / "bin", **{name: stock(moving.python), "python3": "/bin/false"})
    result = move(moving, host.target(None, before=f"PATH={there}"), "where")
    assert (result.stdout, result.stderr) == (f"{NAME} {moving.python.version}\n", "")


def test_no_python_there(moving: Moving, host: Host) -> None:
    result = move(moving, host.target(None, before="PATH=/nowhere"), "never")
    version = moving.python.version
    failed(
        result,
        "TargetError",
        f"no python{version}, python3 or python on the PATH /nowhere",
        "to do: give python=",
        f"where: ssh://{NAME}",
    )


def test_no_such_python_there(moving: Moving, host: Host) -> None:
    target = host.target(None)
    target[2]["python"] = "/nowhere/python3"
    failed(move(moving, target, "never"), "TargetError", "/nowhere/python3", "exit status 127")


def test_another_python_there(moving: Moving, host: Host, tmp_path: Path) -> None:
    if not OTHER.exists():
        pytest.skip("CPython 3.10.13 is not here")
    there = links(tmp_path / "bin", python3=str(OTHER))
    result = move(moving, host.target(None, before=f"PATH={there}"), "never")
    failed(result, "PythonMismatch", "found CPython 3.10.13", "to do: name a fitting interpreter")


def test_noise_there(moving: Moving, host: Host) -> None:
    target = host.target(moving.python, before="echo welcome; echo mind the gap >&2;")
    result = move(moving, target, "where")
    expected = f"{NAME} {moving.python.version}\n"
    assert (result.stdout, result.stderr) == (expected, "mind the gap\n")


def test_no_route(moving: Moving, host: Host) -> None:
    host.tool("cut")
    try:
        begun = time.monotonic()
        result = move(moving, host.target(moving.python), "never", timeout=3)
        assert time.monotonic() - begun < 8
    finally:
        host.tool("mend")
    failed(result, "TargetError", "exit status 255 before Python answered", "No route to host")


def test_no_such_host(moving: Moving) -> None:
    result = move(
        moving, ["ssh", ["nowhere.invalid"], {"options": ["-o", "BatchMode=yes"]}], "never"
    )
    failed(result, "TargetError", "Could not resolve hostname nowhere.invalid")


def test_wrong_key(moving: Moving, host: Host) -> None:
    target = host.target(moving.python, "-o", "PubkeyAuthentication=no")
    result = move(moving, target, "never")
    failed(
        result, "TargetError", "Permission denied (publickey", "to do: make sure that this works"
    )


def test_wrong_password(moving: Moving, host: Host, tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    answer.write_text("#!/bin/sh\necho wrong\n")
    answer.chmod(0o755)
    options = ["PubkeyAuthentication=no", "BatchMode=no", "NumberOfPasswordPrompts=1"]
    target = host.target(moving.python, *(word for option in options for word in ("-o", option)))
    env = {"SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force"}
    result = move(moving, target, "never", env=env)
    failed(result, "TargetError", "Permission denied")


def started(moving: Moving, target: list[Any], program: str, *arguments: Any) -> Any:
    folder = moving.temporary.parent / "work"
    folder.mkdir()
    manifest = {"here": str(folder)}
    return moving.start(program, *arguments, target=target, take_along=True, manifest=manifest)


PROMPTED = """
import os, socket, sys, time
import pyteleport

there = pyteleport.ssh(sys.argv[1], options=["-F", sys.argv[2]], python=sys.argv[3])

class Answer:
    def __init__(self, text):
        self.text = text

@pyteleport.prompt
def ask(question):
    pyteleport.teleport(there)
    print(question, "in", socket.gethostname(), flush=True)
    if question == "raises":
        raise LookupError(socket.gethostname())
    if question == "ends":
        os._exit(3)
    pyteleport.teleport("local")                 # on to another process there
    return Answer(socket.gethostname())

answer = ask("returns")
print(type(answer) is Answer, answer.text, socket.gethostname() == answer.text)
try:
    ask("raises")
except LookupError as error:
    print(error)
try:
    ask("ends")
except pyteleport.TargetLost as error:
    print(error)
"""


def test_a_prompted_function_comes_back(moving: Moving, host: Host) -> None:
    python = moving.python
    arguments = [NAME, str(host.folder / "config"), stock(python)]
    result = run(python, PROMPTED, args=arguments)
    expected = f"""returns in {NAME}
True {NAME} False
raises in {NAME}
{NAME}
ends in {NAME}
the process ended with exit status 3 before the prompted function had returned
  where: ssh://{NAME}
  to do: run it again, or look there for what ended it
"""
    assert (result.stdout, result.stderr, result.status) == (expected, "", 0)


def test_packages_are_sent_and_installed_there(moving: Moving, host: Host, tmp_path: Path) -> None:
    shelf = Shelf(moving.python, tmp_path)
    text = """
import shutil, socket, sys
import pyteleport
from greeting import Greeter
greeter = Greeter("host")
there = pyteleport.ssh({name!r}, options=["-F", {config!r}], python={python!r})
pyteleport.teleport(there, packages={packages!r}, env={env!r})
sys.path.remove({site_packages!r})
from greeting import later
print(greeter, socket.gethostname(), type(later.__spec__.loader).__name__, later.TEXT, end="")
"""
    for packages, python, loader in (
        ("send", stock(moving.python), "SentPackages"),
        ("install", shelf.venv_with_pip(), "SourceFileLoader"),
    ):
        result = shelf.run(
            text.format(
                name=NAME,
                config=str(host.folder / "config"),
                python=python,
                packages=packages,
                env={**shelf.offline(), "TMPDIR": str(shelf.temporary)},
                site_packages=str(shelf.site_packages),
            )
        )
        assert result.stdout == f"hello host! {NAME} {loader} one text\n", result.stderr
        assert ("Successfully installed greeting-1.2" in result.stderr) == (packages == "install")
        assert list(Path("/tmp").glob("pyteleport-packages-*")) == []


def test_signals(moving: Moving, host: Host) -> None:
    process = started(moving, host.target(moving.python), "catching", signal.SIGTERM)
    read_until(process.stdout, b"ready\n")
    process.terminate()
    assert process.wait(10) == 5
    assert process.stdout.read() == b"caught SIGTERM\n"


def test_relay_killed(moving: Moving, host: Host) -> None:
    process = started(moving, host.target(moving.python), "interrupted")
    read_until(process.stdout, b"ready\n")
    assert host.processes()
    process.kill()
    process.wait()
    assert wait_for(lambda: not host.processes(), 5)


def test_link_lost(moving: Moving, host: Host) -> None:
    options = ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=2"]
    process = started(moving, host.target(moving.python, *options), "interrupted")
    read_until(process.stdout, b"ready\n")
    host.tool("cut")
    try:
        assert process.wait(15) == 255
    finally:
        host.tool("mend")
    said = process.stderr.read().decode()
    assert "not responding" in said
    assert said.endswith(f"pyteleport: lost the connection to ssh://{NAME}\n")
    # The host cannot know before its server gives up; it is told here.
    for pid in host.processes():
        try:
            os.kill(int(pid), signal.SIGTERM)
        except ProcessLookupError:
            pass
    folder = moving.temporary.parent / "work"
    assert wait_for(lambda: not list(folder.iterdir()))


def test_killed_there(moving: Moving, host: Host) -> None:
    process = started(moving, host.target(moving.python), "interrupted")
    read_until(process.stdout, b"ready\n")
    found = {int(pid): parent(int(pid)) for pid in host.processes()}
    program = next(pid for pid in found if pid not in found.values())
    supervisor = found[program]
    os.kill(supervisor, signal.SIGKILL)
    assert process.wait(10) == 255
    assert b"lost the connection" in process.stderr.read()
    # Nobody was left to remove the files.
    assert wait_for(lambda: not host.processes())


def test_from_host_to_host_and_home(moving: Moving, host: Host) -> None:
    """A hop: from the host on to another interpreter there, with requests answered here."""
    there = f"local?python={stock(moving.python)}"
    options = {"target": there, "program": "where", "take_along": True}
    result = move(moving, host.target(moving.python), "hop", json.dumps(options))
    expected = f"{NAME} {moving.python.version}\n"
    assert (result.stdout, result.stderr, result.status) == (expected, "", 0)


def ssh_environment(host: Host) -> dict[str, str]:
    """For commands that are to find the host by its name."""
    ssh = host.folder / "ssh"
    ssh.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {host.folder}/config "$@"\n')
    ssh.chmod(0o755)
    return {"PATH": f"{host.folder}:{os.environ['PATH']}"}


CHECKPOINTED = """
import sys, socket, pyteleport
ballast = bytearray(range(256)) * 20000
names = [socket.gethostname()]
for number in range(4):
    if number == 2:
        pyteleport.checkpoint("run.tp")
    if socket.gethostname() not in names:
        names.append(socket.gethostname())
print(len(names), names[-1], number, len(ballast), sys.stdin.read())
sys.exit(7)
"""


def test_a_checkpoint_goes_on_there(python: Python, host: Host, tmp_path: Path) -> None:
    env = {**ssh_environment(host), "XDG_CONFIG_HOME": str(tmp_path)}
    here = run(python, CHECKPOINTED, env=env, cwd=tmp_path, stdin=b"first")
    assert (here.stderr, here.status) == ("", 7)
    resume = [python.program, "-m", "pyteleport", "resume", "run.tp", "--target"]
    target = f"ssh://{NAME}?python={stock(python)}"
    there = run_command([*resume, target], env=env, cwd=tmp_path, stdin=b"second")
    assert (there.stderr, there.status) == ("", 7)
    assert there.stdout == f"2 {NAME} 3 5120000 second\n"
    image = bytearray((tmp_path / "run.tp").read_bytes())
    image[len(image) - 1500] ^= 1
    (tmp_path / "run.tp").write_bytes(image)
    damaged = run_command([*resume, target, "--trust"], env=env, cwd=tmp_path)
    assert (damaged.stdout, damaged.status) == ("", 1)
    assert "it is damaged" in damaged.stderr


def test_doctor(python: Python, host: Host) -> None:
    command = [python.program, "-m", "pyteleport", "doctor", f"ssh://{NAME}"]
    env = ssh_environment(host)
    result = run_command([*command, "--python", stock(python)], env=env)
    assert (result.stderr, result.status) == ("", 0)
    assert f"target        ssh://{NAME}\n" in result.stdout
    assert f"used          CPython {python.version}." in result.stdout
    result = run_command([*command, "--before", "PATH=/nowhere"], env=env)
    assert result.status == 1
    assert "python3 or python on the PATH /nowhere" in result.stderr
