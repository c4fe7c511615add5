"""How targets are named, and the commands they make. No command is run here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import Python, run, run_command

STAGE = "print(1)"
# Variables and options of the interpreter go along: here there are none.
AS_USUAL = {"PYTHONHASHSEED": "", "PYTHONUTF8": "", "PYTHONDONTWRITEBYTECODE": ""}


def command(python: Python, target: str) -> list[str]:
    """The command of a target, made by an expression over pyteleport.targets."""
    code = (
        "from pyteleport.targets import local, parse, shell, ssh; "
        f"print('\\0'.join(({target}).command({STAGE!r}, '3.12', 20.0)), end='')"
    )
    result = run(python, code, env=AS_USUAL)
    assert result.stderr == ""
    return result.stdout.split("\0")


def error(python: Python, text: str) -> str:
    code = f"""
import pyteleport
from pyteleport.targets import parse
try: print(parse({text!r}))
except pyteleport.TargetError as error: print("TargetError:", error)
"""
    return run(python, code).stdout


def test_local(python: Python) -> None:
    assert command(python, "local()") == [python.program, "-c", STAGE]
    assert command(python, "parse('local')") == [python.program, "-c", STAGE]
    assert command(python, "local('/x/python')") == ["/x/python", "-c", STAGE]
    assert command(python, "parse('local?python=/x/python')") == ["/x/python", "-c", STAGE]


@pytest.mark.parametrize(
    ("text", "host", "options"),
    [
        ("ssh://host", "host", []),
        ("ssh://user@host", "user@host", []),
        ("ssh://user@host:2222", "user@host", ["-p", "2222"]),
        ("ssh://host:22/", "host", ["-p", "22"]),
        ("ssh://[::1]:2222", "::1", ["-p", "2222"]),
        ("ssh://user@[fe80::1]", "user@fe80::1", []),
        ("ssh://host?python=/x/python", "host", []),
    ],
)
def test_ssh(python: Python, text: str, host: str, options: list[str]) -> None:
    words = command(python, f"parse({text!r})")
    assert words[: 2 + len(options)] == ["ssh", "-T", *options]
    assert words[-2] == host
    assert "ConnectTimeout=18" in words
    assert words[-1].startswith("exec sh -c '")


def test_settings_in_the_name(python: Python) -> None:
    words = command(python, "parse('ssh://host?python=~/my%20py/python&before=module%20load%20x;')")
    assert words[-1].splitlines() == [
        "exec 3<&0 </dev/null",
        "module load x;",
        f"exec ~/'my py/python' -c '{STAGE}' <&3 3<&-",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nowhere",
        "ssh://",
        "ssh://host:port",
        "http://host",
        "local?before=x",
        "ssh://h?pyton=3",
        "ssh://h?pyton",
        "ssh://h/path",
        "ssh://h:22/path",
        "ssh://-oProxyCommand=x",
    ],
)
def test_no_target(python: Python, text: str) -> None:
    assert error(python, text).startswith(f"TargetError: {text!r} names no target: ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("docker", "exec", "-i", "box"), ["docker", "exec", "-i", "box", "sh", "-c"]),
        (("docker", "exec", "-i", "box", "bash"), ["docker", "exec", "-i", "box", "bash", "-c"]),
        (("srun", "bash", "-lc"), ["srun", "bash", "-lc"]),
        (("sudo", "-u", "x", "sh", "-c"), ["sudo", "-u", "x", "sh", "-c"]),
        (("ssh", "host"), ["ssh", "host"]),
        (("/usr/bin/ssh", "-p", "22", "host"), ["/usr/bin/ssh", "-p", "22", "host"]),
    ],
)
def test_shell(python: Python, words: tuple[str, ...], expected: list[str]) -> None:
    made = command(python, f"shell(*{words!r}, python='p')")
    assert made == [*expected, f"exec 'p' -c '{STAGE}'"]


def test_hostile_words(python: Python) -> None:
    assert command(python, "shell('x', python=\"a'; rm -rf b\")")[-1] == (
        "exec 'a'\"'\"'; rm -rf b' -c 'print(1)'"
    )
    code = (
        "from pyteleport import ssh\ntry: ssh('-oProxyCommand=x')\nexcept ValueError as e: print(e)"
    )
    assert "not a host" in run(python, code).stdout


def test_first_stage(python: Python) -> None:
    """Short, on one line, and without what a shell on the way could take for its own."""
    text = run(python, "from pyteleport.stage.first import TEXT; print(TEXT, end='')").stdout
    assert len(text) < 1024
    for character in "'\n$`!":
        assert character not in text
    assert "\\\\" not in text


def test_payload_of_a_small_program(python: Python) -> None:
    code = "from pyteleport.stage import bundle, first; print(len(bundle.core()) + len(first.TEXT))"
    # 64 KB is the bar for all that is sent; the image of a small program takes 4 KB of it.
    assert int(run(python, code).stdout) < 60 << 10


@pytest.mark.parametrize("name", ["sh", "bash", "dash", "zsh", "fish", "tcsh"])
@pytest.mark.parametrize("chosen", [True, False])
def test_login_shells(python: Python, name: str, chosen: bool) -> None:
    """What ssh would hand to a login shell, whichever it is, ends in the interpreter."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not here")
    wanted = repr(python.program) if chosen else None
    code = (
        "from pyteleport import ssh; from pyteleport.stage.first import TEXT; "
        f"print(ssh('h', python={wanted}).command(TEXT, '{python.version}', 20.0)[-1], end='')"
    )
    text = run(python, code).stdout
    path = f"{Path(python.program).parent}:/usr/bin:/bin"
    result = run_command([program, "-c", text], env={"PATH": path})
    assert (result.stderr, result.status) == ("", 0)
    assert result.stdout.startswith(f"\n\x01pyteleport\t1\tcpython\t{python.version}.")
