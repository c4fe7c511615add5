"""What goes wrong before COMMIT is an exception here; what goes wrong after it has an end, too."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from handoff.moving import FAILED, Moving, failed, read_until, wait_for

OTHER_PYTHONS = Path.home() / ".pyenv" / "versions"


def sh(script: str) -> list[Any]:
    """A target whose command is a shell with a fixed script; the stage's is its $0."""
    return ["shell", ["sh", "-c", script + " #", "-c"], {}]


def test_no_such_command(moving: Moving) -> None:
    target = ["shell", ["no-such-command"], {}]
    failed(moving.run("never", target=target), "TargetError", "no-such-command: no such command")


def test_the_command_ends(moving: Moving) -> None:
    result = moving.run("never", target=sh("echo out of order >&2; exit 3"))
    failed(result, "TargetError", "ended with exit status 3", "out of order")


def test_the_command_is_killed(moving: Moving) -> None:
    result = moving.run("never", target=sh("kill -9 $$"))
    failed(result, "TargetError", "was killed by signal 9")


def test_the_command_prints_something_else(moving: Moving) -> None:
    result = moving.run("never", target=sh("echo welcome; exit 1"))
    failed(result, "TargetError", "ended with exit status 1 before Python answered: welcome")


def test_the_first_stage_is_not_shown(moving: Moving) -> None:
    for target in (sh('echo "$1"; exit 1'), sh('exec yes "$1"'), sh('printf "%04000d" 0; exit 1')):
        result = moving.run("never", target=target)
        failed(result, "TargetError", "…")
        assert "import sys,os" not in result.stdout
        assert len(result.stdout) < 3000


def test_the_command_prints_without_end(moving: Moving) -> None:
    failed(moving.run("never", target=sh("exec yes")), "TargetError", "prints without end", "y")


def test_the_command_does_nothing(moving: Moving) -> None:
    begun = time.monotonic()
    result = moving.run("never", target=sh("echo hm >&2; sleep 60; true"), timeout=0.7)
    failed(result, "TargetTimeout", "nothing came within 0.7 s", "hm")
    assert time.monotonic() - begun < 6


def test_the_command_closes_its_output(moving: Moving) -> None:
    result = moving.run("never", target=sh("exec >&- 2>&-; sleep 60; true"))
    failed(result, "TargetError", "closed its output before Python answered")


def test_the_command_does_not_read(moving: Moving) -> None:
    hello = hello_line(moving)
    result = moving.run("never", target=sh(f"printf '{hello}'; sleep 60; true"), timeout=1)
    failed(result, "TargetTimeout", "nothing came within 1 s")


def test_noise_before_the_hello_line(moving: Moving) -> None:
    before = "echo welcome; echo warning >&2; printf 'no newline'"
    target = ["shell", ["sh"], {"python": moving.python.program, "before": before}]
    result = moving.run("echo", target=target, stdin=b"text")
    assert (result.stdout, result.stderr, result.status) == ("text", "warning\n", 0)


def test_what_comes_before_does_not_take_the_channel(moving: Moving) -> None:
    target = ["shell", ["sh"], {"python": moving.python.program, "before": "cat"}]
    assert moving.run("echo", target=target, stdin=b"text").stdout == "text"


def hello_line(moving: Moving, **changed: str) -> str:
    """For `printf`: what an interpreter like ours says, with some fields changed."""
    code = (
        "import sys, os, _frozen_importlib_external as m;"
        "print('%d.%d.%d' % sys.version_info[:3], int.from_bytes(m.MAGIC_NUMBER[:2], 'little'))"
    )
    version, magic = subprocess.check_output([moving.python.program, "-c", code], text=True).split()
    fields = {
        "protocol": "1",
        "implementation": "cpython",
        "version": version,
        "abiflags": "",
        "magic": magic,
        "platform": "linux",
        "machine": "x86_64",
        "executable": '"/usr/bin/python"',
        "pid": "1",
        **changed,
    }
    return "\\n\\001pyteleport\\t" + "\\t".join(fields.values()) + "\\n"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"version": "3.2.1"}, "found CPython 3.2.1 at /usr/bin/python: the program runs on"),
        ({"abiflags": "t"}, "(free-threaded)"),
        ({"implementation": "pypy"}, "found PyPy"),
        ({"magic": "7"}, "its bytecode is not that of"),
        ({"protocol": "9"}, "it speaks version 9 of the channel"),
    ],
)
def test_unfit_interpreters(moving: Moving, changed: dict[str, str], text: str) -> None:
    hello = hello_line(moving, **changed)
    result = moving.run("never", target=sh(f"printf '{hello}'; cat >/dev/null"))
    failed(result, "PythonMismatch", text, "to do: name a fitting interpreter there with python=")


@pytest.mark.parametrize("version", ["2.7.18", "3.6.15", "3.10.13"])
def test_real_other_versions(moving: Moving, version: str) -> None:
    program = OTHER_PYTHONS / version / "bin" / "python"
    if not program.exists():
        pytest.skip(f"CPython {version} is not here")
    result = moving.run("never", target=f"local?python={program}")
    failed(result, "PythonMismatch", f"found CPython {version} at {program}")


def test_garbage_after_the_hello_line(moving: Moving) -> None:
    script = f"printf '{hello_line(moving)}'; echo this is no frame; cat >/dev/null"
    failed(moving.run("never", target=sh(script)), "TargetError", "no answer of pyteleport's")


def test_the_load_fails(moving: Moving) -> None:
    result = moving.run("never")
    failed(result, "HandoffError", "LookupError: it cannot be loaded", "Traceback", "in _refuse")
    assert "to do: if code of the program or of a package failed, see to it; else" in result.stdout
    assert "it printed: noise of the load" in result.stdout


def test_there_is_no_such_loader(moving: Moving) -> None:
    result = moving.run("never", manifest={"loader": "no_such_module:load"})
    failed(result, "HandoffError", "No module named 'no_such_module'")
    assert "to do: install that module there, or send its file along with files=" in result.stdout


def test_the_process_of_the_program_is_killed_during_the_load(moving: Moving) -> None:
    result = moving.run("killed_in_load")
    failed(result, "HandoffError", "was killed by signal 9; was there enough", "to do: look there")


def test_the_load_takes_too_long(moving: Moving) -> None:
    result = moving.run("slow_load", 30, timeout=1)
    failed(result, "TargetTimeout", "while waiting for the program to be rebuilt there")


def test_a_large_image_for_a_dead_process(moving: Moving) -> None:
    result = moving.run("killed_in_load", ballast=20)
    failed(result, "HandoffError")


def test_packages(moving: Moving) -> None:
    packages = [
        ["no_such_package", "no-such-package", "1.0"],
        ["os", "", ""],
        ["neither_this", "", ""],
    ]
    result = moving.run("never", manifest={"packages": packages})
    failed(result, "PackagesMissing", "no-such-package 1.0 (there: missing)", "neither_this")
    assert "pip install no-such-package==1.0 neither_this" in result.stdout


@pytest.mark.parametrize("steps", ["start", "start prepare", "start prepare send", "start send"])
def test_abort(moving: Moving, steps: str) -> None:
    if steps == "start send":
        steps = "start prepare send ready"
    result = moving.run("slow_load", 0, steps=steps)
    assert (result.stdout, result.stderr, result.status) == ("aborted\n", "", 0)


# A supervisor and a process of the program to kill in each phase, before and after COMMIT.


def there(moving: Moving, here: int) -> tuple[int, int]:
    """(supervisor, process of the program); the latter may not be there yet."""
    assert wait_for(lambda: len(moving.processes()) > 1)
    found = [pid for pid in moving.processes() if pid != here]
    program = next((pid for pid in found if os.getsid(pid) == pid), 0)
    supervisor = next(pid for pid in found if pid != program)
    return supervisor, program


@pytest.mark.parametrize("phase", ["prepare", "send", "ready", "commit"])
@pytest.mark.parametrize("whom", ["supervisor", "program"])
def test_the_target_is_killed_before_commit(moving: Moving, phase: str, whom: str) -> None:
    process = moving.start("slow_load", 0, pause=phase)
    assert process.stdin is not None
    assert process.stdout is not None
    read_until(process.stdout, b"before")
    supervisor, program = there(moving, process.pid)
    victim = supervisor if whom == "supervisor" else program
    if not victim:
        pytest.skip("there is no process of the program yet")
    os.kill(victim, signal.SIGKILL)
    time.sleep(0.2)
    process.stdin.write(b"\n")
    process.stdin.close()
    said = process.stdout.read().decode()
    assert process.wait(10) == FAILED, said
    assert "was killed by signal 9" in said
    assert "left" not in said


def test_the_supervisor_is_killed(moving: Moving) -> None:
    process = moving.start("interrupted")
    read_until(process.stdout, b"ready\n")
    os.kill(there(moving, process.pid)[0], signal.SIGKILL)
    assert process.wait(10) == 255
    assert process.stderr is not None
    assert process.stderr.read() == b"pyteleport: lost the connection to local\n"
    assert wait_for(lambda: not moving.processes())


def test_the_program_is_killed(moving: Moving) -> None:
    process = moving.start("interrupted")
    read_until(process.stdout, b"ready\n")
    os.kill(there(moving, process.pid)[1], signal.SIGKILL)
    assert process.wait(10) == 128 + signal.SIGKILL


def test_the_relay_is_killed(moving: Moving) -> None:
    process = moving.start("catching", signal.SIGHUP)
    read_until(process.stdout, b"ready\n")
    process.kill()
    process.wait()
    assert wait_for(lambda: not moving.processes())


def test_the_command_says_something_as_it_loses_the_connection(moving: Moving) -> None:
    script = 'sh -c "$1"; echo connection reset by fate >&2; exit 255'
    target = ["shell", ["sh", "-c", script, "-c"], {"python": moving.python.program}]
    process = moving.start("interrupted", target=target)
    read_until(process.stdout, b"ready\n")
    supervisor = next(
        pid
        for pid, line in moving.processes().items()
        if pid != process.pid and os.getsid(pid) != pid and "-c exec(" in line
    )
    os.kill(supervisor, signal.SIGKILL)
    assert process.wait(10) == 255
    assert process.stderr is not None
    said = process.stderr.read().decode()
    assert "connection reset by fate\n" in said
    assert said.endswith(f"lost the connection to sh -c {script} -c\n")
