"""Programs after which a prompt comes: `-i`, PYTHONINSPECT, PYTHONSTARTUP; and input that is no terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from handoff.moving import Moving
from harness import run_command
from sessions.typing_at import MOVE, Prompt

PROMPTS = pytest.mark.parametrize("env", [{}, {"PYTHON_BASIC_REPL": "1"}], ids=["usual", "basic"])

PROGRAM = f"""
import os, pyteleport, sys
pid = os.getpid()
def twice(n):
    {MOVE}
    return 2 * n
result = twice(21)
print("moved", os.getpid() != pid)
"""
WAYS = ["script", "-c", "-m", "PYTHONINSPECT", "set by itself"]


@pytest.mark.parametrize("way", WAYS)
@PROMPTS
def test_the_prompt_comes_there(
    prompt: Prompt, way: str, env: dict[str, str], tmp_path: Path
) -> None:
    program = PROGRAM
    if way == "set by itself":
        program = "import os; os.environ['PYTHONINSPECT'] = 'x'\n" + program
    file = tmp_path / "program.py"
    file.write_text(program)
    arguments = {"-c": ["-i", "-c", program], "-m": ["-i", "-m", "program"]}
    usual = [str(file)] if "script" not in way else ["-i", str(file)]
    if way == "PYTHONINSPECT":
        env = {**env, "PYTHONINSPECT": "1"}
    path = prompt.moving.environment()["PYTHONPATH"]
    env = {**env, "PYTHONPATH": f"{tmp_path}:{path}"}
    assert "moved True" in prompt.open(*arguments.get(way, usual), env=env)
    assert prompt.ask("result, os.getpid() != pid, __name__") == "(42, True, '__main__')"
    assert prompt.ask("twice(3)") == "6"
    assert prompt.ask("'PYTHONINSPECT' in os.environ") == str("PYTHON" in way or "set" in way)
    prompt.type(b"\x04")
    assert prompt.wait() == 0
    assert prompt.settings() == prompt.before


@pytest.mark.parametrize("how", ["1 / 0", "sys.exit(5)", "raise KeyboardInterrupt"])
@PROMPTS
def test_the_program_fails(prompt: Prompt, how: str, env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM + how + "\n")
    shown = prompt.open("-i", str(file), env=env)
    here = tmp_path / "here.py"
    here.write_text((PROGRAM + how + "\n").replace(MOVE, "pass"))
    other = Prompt(prompt.moving, tmp_path / "other home")
    try:
        expected = other.open("-i", str(here), env=env)
        expected = expected.replace(str(here), str(file)).replace("moved False", "moved True")
        assert shown == expected
        last = "type(sys.last_value).__name__, getattr(sys, 'last_exc', sys.last_value) is sys.last_value"
        assert prompt.ask(last) == other.ask(last)
    finally:
        other.close()
    assert prompt.ask("result") == "42"
    prompt.type(b"exit(4)\r")
    assert prompt.wait() == 4


@PROMPTS
def test_the_startup_file(prompt: Prompt, env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "startup.py"
    file.write_text(PROGRAM)
    prompt.open(env={**env, "PYTHONSTARTUP": str(file)})
    assert prompt.ask("result, os.getpid() != pid") == "(42, True)"


TYPED = f"""import os, pyteleport
pid = os.getpid()
def moved():
    return os.getpid() != pid

{MOVE}; moved()
input()
some more input
for n in range(2): {MOVE}; print(n)

1 / 0
moved(), 'still here'
"""


def test_input_from_a_file(moving: Moving, tmp_path: Path) -> None:
    """C has read ahead in blocks."""
    file = tmp_path / "typed"
    file.write_text(TYPED)
    command = ["sh", "-c", '"$0" -i <"$1"', moving.python.program, str(file)]
    done = run_command(command, env=moving.environment({"PYTHON_BASIC_REPL": "1"}))
    plain = tmp_path / "plain"
    plain.write_text(TYPED.replace(MOVE, "None"))
    expected = run_command([*command[:-1], str(plain)], env=moving.environment())
    assert done.stdout.replace("True", "False") == expected.stdout.replace("True", "False")
    assert "(True, 'still here')" in done.stdout
    assert done.stderr.replace(MOVE, "None") == expected.stderr
    assert done.status == expected.status == 0


def test_input_from_a_pipe(moving: Moving) -> None:
    done = run_command(
        [moving.python.program, "-i"], stdin=TYPED.encode(), env=moving.environment()
    )
    assert "(True, 'still here')" in done.stdout
    assert done.status == 0


def test_a_program_from_standard_input(moving: Moving) -> None:
    """It is read to its end before it runs."""
    program = PROGRAM + "print(sys.stdin.read() == '', result)\nsys.exit(6)\n"
    done = run_command([moving.python.program], stdin=program.encode(), env=moving.environment())
    assert (done.stdout, done.stderr, done.status) == ("moved True\nTrue 42\n", "", 6)
