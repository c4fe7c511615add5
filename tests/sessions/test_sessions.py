"""A session at the interpreter's prompt moves, and goes on there: tested at a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal

import pytest
from sessions.typing_at import MOVE, Prompt

# The prompt written in C, also where there is another one by default.
PROMPTS = pytest.mark.parametrize("env", [{}, {"PYTHON_BASIC_REPL": "1"}], ids=["usual", "basic"])


@PROMPTS
def test_the_session_goes_on(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("x = 40")
    prompt.move()
    assert prompt.ask("x + 2") == "42"
    assert prompt.ask("_ + 1") == "43"
    prompt.type(b"\x04")
    assert prompt.wait() == 0
    assert prompt.settings() == prompt.before
    history = prompt.home / ".python_history"
    assert not history.exists() or "x + 2" not in history.read_text()


@PROMPTS
def test_how_it_ends(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.move()
    prompt.type(b"exit(3)\r")
    assert prompt.wait() == 3
    assert prompt.settings() == prompt.before


@PROMPTS
def test_interrupt_at_the_prompt(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.move()
    prompt.type(b"no\x03")
    assert "KeyboardInterrupt" in prompt.answer()
    assert prompt.ask("6 * 7") == "42"
    prompt.type(b"print('bu' + 'sy', flush=True) or any(n for n in iter(int, 1))\r")
    prompt.until(b"busy")  # a key typed before it runs would take the line away
    prompt.type(b"\x03")
    assert "KeyboardInterrupt" in prompt.answer()
    assert prompt.ask("6 * 7") == "42"


@PROMPTS
def test_in_the_middle_of_a_statement(prompt: Prompt, env: dict[str, str]) -> None:
    """A loop that moves in each round, and more statements on its line."""
    prompt.open(env=env)
    prompt.ask("import os, pyteleport; pids = {os.getpid()}; total = 0")
    line = f"for n in range(3): {MOVE}; pids.add(os.getpid()); print('round', n)"
    assert prompt.ask(line + "\r").endswith("round 0\nround 1\nround 2")
    assert prompt.ask("len(pids)") == "4"
    assert prompt.ask(f"1; {MOVE}; 2; [f'{{n}}!' for n in range(2)]").endswith("['0!', '1!']")
    assert prompt.ask("'still ' + 'here'") == "'still here'"


@PROMPTS
def test_the_statement_fails_after_the_move(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("import pyteleport; x = 1")
    here = prompt.ask("def f(): 1 / 0\r") + prompt.ask("f()")
    here = re.sub(r"input-\d+>\", line 1, in <m", "", here)
    failed = prompt.ask(f"{MOVE}; f()")
    assert "ZeroDivisionError: division by zero" in failed
    assert "pyteleport" not in failed.replace(MOVE, "")
    assert failed.count("File") == here.count("File") == 2
    assert ("1 / 0" in failed) == ("1 / 0" in here)
    assert re.sub(r"input-\d+>\", line 1, in <m", "", prompt.ask("f()")) == here
    assert prompt.ask("import sys; type(sys.last_value).__name__") == "'ZeroDivisionError'"
    assert prompt.ask("x") == "1"


@PROMPTS
def test_the_namespace(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    for line in (
        "from __future__ import annotations",
        "class A: value = 5\r",
        "def double(n): return 2 * n\r",
        "import sys, json as j",
        "sys.displayhook = lambda value: value is None or print('shown', value)",
        "a = A(); also = a; a.me = a",
    ):
        prompt.ask(line)
    prompt.move()
    assert prompt.ask("def g(n: nowhere): pass\r") == ""
    assert prompt.ask("g.__annotations__") == "shown {'n': 'nowhere'}"
    assert prompt.ask("a is also is a.me, isinstance(a, A)") == "shown (True, True)"
    assert prompt.ask("double(A.value), j.dumps([1])") == "shown (10, '[1]')"
    assert prompt.ask("sys.modules['__main__'].double is double, __name__").endswith("'__main__')")


@PROMPTS
def test_prompts_of_its_own(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("import sys, pyteleport; sys.ps2 = 'more '")
    prompt.ask("sys.ps1 = 'rea' + 'dy> '", "ready> ")
    assert prompt.ask(f"{MOVE}; print('moved')", "ready> ") == "moved"
    prompt.ask("if True:", "more ")


@PROMPTS
def test_history_and_completion(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("a_long_name = 'found'")
    prompt.move()
    prompt.type(b"a_long_na\t")
    prompt.until(b"me")
    assert prompt.ask(" + '!'") == "'found!'"
    prompt.ask("a_long_name = 'changed'")
    prompt.type(b"\x10" * 5 + b"\r")  # up, past these two and the two lines of the move
    prompt.type(b"print('do' + 'ne')\r")
    prompt.until(b"done\r\n")
    prompt.answer()
    assert prompt.ask("a_long_name").endswith("'found'")


@PROMPTS
def test_typed_ahead(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("import os, pyteleport; pid = os.getpid()")
    prompt.type(
        MOVE.encode() + b"\r" + b"print('ahead', os.getpid() != pid)\r" + b"'and ' + 'more'\r"
    )
    prompt.until(b"ahead True\r\n")
    prompt.until(b"'and more'\r\n")
    prompt.answer()
    assert prompt.ask("6 * 7").endswith("42")


@PROMPTS
def test_a_move_that_fails(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("import pyteleport, os; pid = os.getpid()")
    failed = prompt.ask("pyteleport.teleport(pyteleport.shell('/bin/false'))")
    assert "pyteleport.errors.TargetError" in failed
    assert prompt.ask("os.getpid() == pid") == "True"
    prompt.move()


def test_a_terminal_without_movement(prompt: Prompt) -> None:
    """Where it is too simple for the usual prompt, that starts the one written in C by itself."""
    prompt.open(env={"TERM": "dumb"})
    prompt.move()
    assert prompt.ask("6 * 7") == "42"
    prompt.move()
    prompt.type(b"exit(3)\r")
    assert prompt.wait() == 3


@PROMPTS
def test_prompts_of_the_program(prompt: Prompt, env: dict[str, str]) -> None:
    """`code` and `input` are Python, or end with the line."""
    prompt.open(env=env)
    prompt.ask("import code, os, pyteleport; pid = os.getpid(); here = {'value': 20}")
    prompt.ask("code.interact('', local={**here, **globals()})")
    assert prompt.ask(f"{MOVE}; os.getpid() != pid, value") == "(True, 20)"
    assert prompt.ask("value * 2") == "40"
    prompt.type(b"\x04")
    prompt.answer()
    prompt.ask(f"lines = [({MOVE}, input('li' + 'ne? '))[1] for n in range(2)]", "line? ")
    prompt.ask("one", "line? ")
    prompt.ask("two")
    assert prompt.ask("lines") == "['one', 'two']"


@PROMPTS
def test_copies_are_refused(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.ask("import pyteleport")
    for call in ("tp_dummy(n=2)", "fork_shell('sh')"):
        assert "CannotMove: copies of an interactive session" in prompt.ask(f"pyteleport.{call}")
    assert prompt.ask("6 * 7") == "42"


@PROMPTS
def test_the_terminal_hangs_up(prompt: Prompt, env: dict[str, str]) -> None:
    prompt.open(env=env)
    prompt.move()
    os.kill(prompt.pid, signal.SIGHUP)
    assert prompt.wait() == 128 + signal.SIGHUP
    assert prompt.settings() == prompt.before


@PROMPTS
def test_the_stop_key(prompt: Prompt, env: dict[str, str]) -> None:
    """A shell stops the session, and continues it: while a statement runs, where it is the terminal's."""
    prompt.open(env=env, under='set -m; "$@"; echo "stopped $?"; fg >/dev/null; echo "end $?"')
    prompt.move()
    prompt.ask("import time, sys")
    prompt.type(b"print('do' + 'ing'); time.sleep(0.1); sys.stdin.readline()\r")
    prompt.until(b"doing\r\n")
    prompt.type(b"\x1a")
    prompt.until(b"stopped 148\r\n")
    prompt.type(b"a line\r")
    prompt.until(b"'a line\\n'")
    prompt.answer()
    assert prompt.ask("6 * 7") == "42"
    prompt.type(b"\x04")
    prompt.until(b"end 0\r\n")
    assert prompt.wait() == 0
