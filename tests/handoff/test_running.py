"""A program that was handed over behaves as one that stayed: output, exit status, surroundings."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest
from handoff.moving import Moving, read_until


def test_stdin_comes_back(moving: Moving) -> None:
    result = moving.run("echo", stdin=b"one\ntwo")
    assert (result.stdout, result.stderr, result.status) == ("one\ntwo", "", 0)


def test_stdin_read_ahead_comes_first(moving: Moving) -> None:
    result = moving.run("echo", stdin=b"later", manifest={})
    assert result.stdout == "later"
    command = moving.command("echo")
    command[-1] = command[-1][:-1] + ', "stdin": "earlier "}'
    done = subprocess.run(command, input=b"later", capture_output=True, env=moving.environment())
    assert done.stdout == b"earlier later"


def test_outputs_stay_apart_and_in_order(moving: Moving) -> None:
    result = moving.run("both", 200)
    assert result.stdout == "".join(f"out {number}\n" for number in range(200))
    assert result.stderr == "".join(f"err {number}\n" for number in range(200))


def test_output_comes_as_it_is_written(moving: Moving) -> None:
    process = moving.start("lines")
    assert process.stdin is not None
    for word in (b"one", b"two"):
        process.stdin.write(word + b"\n")
        process.stdin.flush()
        assert read_until(process.stdout, b"\n") == b"got " + word + b"\n"
    process.stdin.close()
    assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("status", "expected", "said"),
    [(3, 3, ""), (None, 0, ""), (0, 0, ""), (255, 255, ""), ("a text", 1, "a text\n")],
)
def test_exit_status(moving: Moving, status: object, expected: int, said: str) -> None:
    result = moving.run("leave", status)
    assert (result.stdout, result.stderr, result.status) == ("leaving\n", said, expected)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_death_by_signal(moving: Moving, number: int) -> None:
    result = moving.run("die", number)
    assert (result.stdout, result.status) == ("dying\n", 128 + number)


def test_uncaught_exception_shows_the_program_only(moving: Moving) -> None:
    result = moving.run("fail")
    assert (result.stdout, result.status) == ("failing\n", 1)
    shown = result.stderr.splitlines()
    assert shown[0] == "Traceback (most recent call last):"
    assert shown[-1] == "ZeroDivisionError: division by zero"
    places = [line.split(", in ")[1] for line in shown if line.startswith("  File")]
    assert places == ["<lambda>", "fail", "inner"]
    assert "return 1 / value" in result.stderr
    assert "~~^~~~~~~" in result.stderr


def test_chained_exceptions(moving: Moving) -> None:
    result = moving.run("fail_chained")
    assert result.stderr.count("Traceback (most recent call last):") == 2
    assert "The above exception was the direct cause" in result.stderr
    files = {Path(name).name for name in re.findall('File "(.*?)"', result.stderr)}
    assert files == {"programs.py"}, result.stderr


def test_the_users_own_hook(moving: Moving) -> None:
    result = moving.run("fail_with_hook")
    expected = "hook ZeroDivisionError division by zero "
    expected += "['<lambda>', 'fail_with_hook', 'fail', 'inner']\n"
    assert (result.stderr, result.status) == (expected, 1)


def test_the_end_is_the_interpreters(moving: Moving) -> None:
    result = moving.run("at_exit")
    assert result.stdout == "no newline, not flushedthread\natexit\n"
    assert result.status == 0


def test_nothing_of_the_stage_is_in_the_programs_way(moving: Moving) -> None:
    result = moving.run("surroundings")
    lines = result.stdout.splitlines()
    own = "__annotations__ __builtins__ __doc__ __loader__ __name__ __package__ __spec__"
    assert set(lines[0].removeprefix("main ").strip("[]").replace("'", "").split(", ")) <= set(
        own.split()
    )
    assert lines[1:5] == [
        "frame surroundings programs",
        "frame <lambda> programs",
        "frame <module> pyteleport.stage.launch",
        "frame <module> __main__",
    ]
    assert lines[5:8] == [
        "stdin <stdin> utf-8 surrogateescape False False False True",
        "stdout <stdout> utf-8 surrogateescape False False False True",
        "stderr <stderr> utf-8 backslashreplace True False False True",
    ]
    # 0, 1, 2, the three pipes to the supervisor, the listing itself
    assert len(lines[8].split(",")) == 7
    assert lines[9].startswith("handler <built-in function default_int_handler>")
    assert lines[10] == "blocked set()"


def test_unbuffered_streams(moving: Moving) -> None:
    result = moving.run("surroundings", env={"PYTHONUNBUFFERED": "1"})
    assert "stdout <stdout> utf-8 surrogateescape False True False True" in result.stdout


def test_a_child_that_keeps_the_pipes_does_not_keep_the_relay(moving: Moving) -> None:
    process = moving.start("orphan")
    assert read_until(process.stdout, b"\n") == b"parent ends\n"
    assert process.wait(2) == 0


def test_a_closed_output_here_is_closed_there(moving: Moving) -> None:
    process = moving.start("broken_pipe")
    read_until(process.stdout, b"line 100\n")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(10) == 4
    assert process.stderr.read() == b"pipe broken\n"


def test_head(moving: Moving) -> None:
    command = moving.command("broken_pipe")
    with subprocess.Popen(
        ["sh", "-c", '"$@" | head -n 1; wait', "sh", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=moving.environment(),
    ) as process:
        out, err = process.communicate(timeout=20)
    assert (out, err) == (b"line 0\n", b"pipe broken\n")


def test_closed_stdio(moving: Moving) -> None:
    command = moving.command("leave", 7)
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- 2>&-', "sh", *command],
        capture_output=True,
        env=moving.environment(),
    )
    assert (done.stdout, done.returncode) == (b"leaving\n", 7)


def test_printed_during_the_load_goes_to_stderr(moving: Moving) -> None:
    result = moving.run("noisy_load")
    assert (result.stdout, result.stderr) == ("loaded\n", "printed by the load\n")


def test_the_process_keeps_its_number(moving: Moving) -> None:
    process = moving.start("interrupted", memory=40)
    read_until(process.stdout, b"ready\n")
    command = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert b"-I\0-S\0" in command
    process.terminate()
    assert process.wait(10) == 128 + signal.SIGTERM


@pytest.mark.parametrize("memory", [0, 200])
def test_the_relay_is_small(moving: Moving, memory: int) -> None:
    process = moving.start("interrupted", memory=memory)
    read_until(process.stdout, b"ready\n")
    status = Path(f"/proc/{process.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 16 << 10
    process.kill()
    process.wait()
