"""What is around a program, after a move: as it was, and nothing of it is lost or done twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python, run, run_command
from subjects import (
    Subject,
    check_every_point,
    check_plain,
    check_single_points,
    discover,
    skip_if_too_new,
)

PROGRAMS = discover(Path(__file__).parent / "programs")


@pytest.fixture(params=PROGRAMS, ids=str)
def subject(request: pytest.FixtureRequest, python: Python) -> Subject:
    skip_if_too_new(request.param, python)
    return request.param


def test_runs_where_it_is(python: Python, subject: Subject) -> None:
    check_plain(python, subject)


def test_holds_after_every_move(python: Python, subject: Subject) -> None:
    check_every_point(python, subject)


def test_holds_after_one_move(python: Python, subject: Subject) -> None:
    check_single_points(python, subject)


FLAGS = """
import os, sys, pyteleport
words = [chr(97 + n) * 3 for n in range(6)]
before = sys.flags, sys._xoptions, sys.warnoptions, list(set(words)), list(sys.path), os.getpid()
for _ in range(2):
    pyteleport.teleport({target})
    after = sys.flags, sys._xoptions, sys.warnoptions, list(set(words)), list(sys.path)
    assert after == before[:-1], (before, after)
    assert os.getpid() != before[-1]
    assert False, "not under -O"
"""
ANY_SHELL = 'pyteleport.shell("env", "-i", "sh", python=sys.executable)'
OPTIONS = (
    ["-OO", "-B", "-b"],
    ["-O", "-X", "utf8=0", "-X", "int_max_str_digits=900", "-W", "error"],
    ["-O", "-X", "dev", "-s", "-P"],
    ["-OE"],
)


@pytest.mark.parametrize("target", ['"local"', ANY_SHELL], ids=["local", "shell"])
@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_the_interpreter_is_started_alike(python: Python, options: list[str], target: str) -> None:
    """Flags, and with a known seed the order of sets."""
    env = {} if "-OE" in options else {"PYTHONHASHSEED": "17"}
    text = FLAGS.format(target=target)
    if "-OE" in options:
        text = text.replace("set(words)", "words")
    result = run_command([python.program, *options, "-c", text], env={"PYTHONUTF8": "", **env})
    assert (result.stdout, result.stderr, result.status) == ("", "", 0)


ENVIRONMENT = """
import os, sys, pyteleport
os.environ.update(SET="here", GIVEN="here")
pyteleport.teleport({target}, env={{"GIVEN": "there"}})
print([os.environ.get(name) for name in ("SET", "GIVEN", "KEPT")])
pyteleport.teleport({target})
print([os.environ.get(name) for name in ("SET", "GIVEN", "KEPT")])
"""


def test_what_the_program_did_not_set_is_the_places_own(python: Python) -> None:
    result = run(python, ENVIRONMENT.format(target=ANY_SHELL), env={"KEPT": "here"})
    assert result.stdout == "['here', 'there', None]\n" * 2, result.stderr


OTHER_INTERPRETER = """
import os, sys, pyteleport
sys.path.insert(0, "/own/first")
sys.path.append("/own/last")
pyteleport.teleport(pyteleport.shell("sh", python=os.path.realpath(sys.executable)))
import colorsys
print(sys.path[:2], sys.path.count("/own/last"), len(set(sys.path)) == len(sys.path))
pyteleport.teleport("local")
import wave
"""


def test_the_import_path_fits_another_interpreter(python: Python) -> None:
    """The one below the virtual environment: the same library, another prefix."""
    result = run(python, OTHER_INTERPRETER)
    assert (result.stdout, result.stderr) == ("['/own/first', ''] 1 True\n", "")


CHILD = """
import os, time, pyteleport
pid = os.fork()
if pid == 0:
    time.sleep(30)
    os._exit(0)
def attempt():
    here = os.getpid()
    try:
        pyteleport.teleport("local")
    except pyteleport.CannotMove as problem:
        print(str(problem).replace(str(pid), "PID"))
    else:
        print("moved", os.getpid() != here)
attempt()
os.kill(pid, 9)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
attempt()
print(os.waitpid(pid, 0)[1])
attempt()
"""
WHAT_TO_DO = "  to do: wait for it to end before the move (os.waitpid), or end it\n"


def test_children_are_named(python: Python) -> None:
    result = run(python, CHILD)
    name = "child process PID (python)"
    assert result.stdout == (
        f"{name} belongs to this process: it is running\n{WHAT_TO_DO}"
        f"{name} belongs to this process: it has ended, but nobody has waited for it\n{WHAT_TO_DO}"
        "9\nmoved True\n"
    ), result.stderr


LOCALE = """
import locale, os, pyteleport, sys
locale.setlocale(locale.LC_NUMERIC, {name!r})
here = os.getpid()
try:
    pyteleport.teleport({target})
except pyteleport.TargetError as problem:
    print(problem.what)
    print(problem.hint)
print(locale.setlocale(locale.LC_NUMERIC), os.getpid() != here)
pyteleport.teleport("local")
print(locale.setlocale(locale.LC_NUMERIC), os.getpid() != here)
"""


def test_the_locale_goes_along(python: Python) -> None:
    result = run(python, LOCALE.format(name="C.utf8", target='"local"'))
    assert result.stdout == "C.utf8 True\nC.utf8 True\n", result.stderr


def test_a_locale_that_is_not_there_is_named(python: Python, tmp_path: Path) -> None:
    """It is made for this test, and known by LOCPATH, which the target does not get."""
    made = run_command(["localedef", "-i", "C", "-f", "UTF-8", str(tmp_path / "xy_XY.utf8")])
    if made.status:
        pytest.skip(f"localedef cannot make a locale here: {made.stderr}")
    text = LOCALE.format(name="xy_XY.utf8", target=ANY_SHELL)
    result = run(python, text, env={"LOCPATH": str(tmp_path)})
    assert result.stdout == (
        "the target cannot take the program: xy_XY.utf8: the program has set LC_NUMERIC to this "
        "locale, which is not there\n"
        "have that locale made there, or set one that is there before the move\n"
        "xy_XY.utf8 False\nxy_XY.utf8 True\n"
    ), result.stderr
