"""A program that has a terminal here has one there: size, keys, job control."""

from __future__ import annotations

import os
import signal
import subprocess
import termios
import time
from collections.abc import Iterator

import pytest
from handoff.moving import Moving, wait_for
from handoff.terminal import Terminal


@pytest.fixture
def terminal(moving: Moving) -> Iterator[Terminal]:
    made = Terminal(moving)
    yield made
    made.close()


def test_terminal_size_and_lines(terminal: Terminal) -> None:
    terminal.start("terminal")
    shown = terminal.until(b"size 30x100\r\n")
    assert b"tty [True, True, True] True" in shown
    assert b"controlling True" in shown
    termios.tcsetwinsize(terminal.ours, (40, 120))
    terminal.until(b"size 40x120\r\n")
    terminal.type(b"hello\r")
    terminal.until(b"hello\r\n")  # the echo
    terminal.until(b"line 'hello\\n'\r\n")
    terminal.type(b"\x04")
    assert terminal.wait() == 0
    assert terminal.settings() == terminal.before


def test_interrupt_key(terminal: Terminal) -> None:
    terminal.start("interrupted")
    terminal.until(b"ready\r\n")
    terminal.type(b"\x03")
    terminal.until(b"KeyboardInterrupt\r\n")
    assert terminal.wait() == 128 + signal.SIGINT
    assert terminal.settings() == terminal.before


def test_keys_in_raw_mode(terminal: Terminal) -> None:
    terminal.start("raw_key")
    terminal.until(b"raw\r\n")
    terminal.type(b"\x03")
    terminal.until(b"key b'\\x03'\r\n")
    assert terminal.wait() == 0


def test_settings_come_along(terminal: Terminal) -> None:
    terminal.before[6][termios.VINTR] = b"\x07"
    termios.tcsetattr(terminal.theirs, termios.TCSANOW, terminal.before)
    terminal.start("interrupted")
    terminal.until(b"ready\r\n")
    terminal.type(b"\x07")
    terminal.until(b"KeyboardInterrupt\r\n")
    assert terminal.wait() == 128 + signal.SIGINT


def test_stop_key(terminal: Terminal) -> None:
    # A shell that waits for the stop of its child, then continues it in the foreground.
    terminal.start(
        "terminal", under='set -m; "$@"; echo "stopped $?"; fg >/dev/null; echo "end $?"'
    )
    terminal.until(b"size 30x100\r\n")
    terminal.type(b"\x1a")
    terminal.until(b"stopped 148\r\n")
    terminal.type(b"again\r")
    terminal.until(b"line 'again\\n'\r\n")
    terminal.type(b"\x04")
    terminal.until(b"end 0\r\n")
    assert terminal.wait() == 0


def test_the_terminal_is_restored_when_the_target_is_killed(terminal: Terminal) -> None:
    terminal.start("terminal")
    terminal.until(b"size 30x100\r\n")
    assert terminal.settings() != terminal.before
    supervisor = next(
        pid
        for pid, line in terminal.moving.processes().items()
        if pid != terminal.pid and os.getsid(pid) == terminal.pid
    )
    os.kill(supervisor, signal.SIGKILL)
    terminal.until(b"pyteleport: lost the connection to local\r\n")
    assert terminal.wait() == 255
    assert terminal.settings() == terminal.before


def test_hangup(terminal: Terminal) -> None:
    terminal.start("terminal")
    terminal.until(b"size 30x100\r\n")
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.wait() == 128 + signal.SIGHUP


def test_only_the_output_is_a_terminal(moving: Moving, terminal: Terminal) -> None:
    with subprocess.Popen(
        moving.command("terminal"),
        stdin=subprocess.PIPE,
        stdout=terminal.theirs,
        stderr=subprocess.PIPE,
        env=moving.environment(),
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        shown = terminal.until(b"size 30x100\r\n")
        assert b"tty [False, True, False]" in shown
        assert b"\r\r\n" not in shown
        process.stdin.write(b"a line\n")
        process.stdin.close()
        terminal.until(b"line 'a line\\n'\r\n")
        assert process.wait(10) == 0


def test_much_output(terminal: Terminal) -> None:
    terminal.start("both", 2000)
    shown = b""
    deadline = time.monotonic() + 20
    while b"err 1999" not in shown and time.monotonic() < deadline:
        shown += os.read(terminal.ours, 65536)
    lines = shown.decode().split("\r\n")
    assert [line for line in lines if line.startswith("out")] == [f"out {n}" for n in range(2000)]
    assert terminal.wait() == 0


def test_a_command_may_ask_for_a_password(terminal: Terminal) -> None:
    """It is in a group of its own, and has the terminal's foreground as long as it connects."""
    ask = "stty -echo </dev/tty; printf 'password: ' >/dev/tty; read answer </dev/tty"
    before = f"{ask}; stty echo </dev/tty; echo got $answer >/dev/tty"
    program = terminal.moving.python.program
    terminal.start("terminal", target=["shell", ["sh"], {"python": program, "before": before}])
    terminal.until(b"password: ")
    assert wait_for(lambda: not terminal.settings()[3] & termios.ECHO)
    terminal.type(b"secret\r")
    assert b"secret" not in terminal.until(b"got ")
    terminal.until(b"secret\r\n")
    terminal.until(b"size 30x100\r\n")
    assert os.tcgetpgrp(terminal.ours) == terminal.pid
    terminal.type(b"line\r\x04")
    terminal.until(b"line 'line\\n'\r\n")
    assert terminal.wait() == 0


def test_a_command_that_asks_too_early_is_continued(terminal: Terminal) -> None:
    """Whoever reads from the terminal before it has its foreground is stopped for that."""
    program = terminal.moving.python.program
    before = "read answer </dev/tty; echo got $answer >/dev/tty"
    target = ["shell", ["sh"], {"python": program, "before": before}]
    terminal.start("terminal", target=target, slow_terminal=True)
    terminal.type(b"secret\r")
    terminal.until(b"got secret\r\n")
    terminal.until(b"size 30x100\r\n")
    terminal.type(b"\x04")
    assert terminal.wait() == 0


def test_a_command_that_asks_is_given_up(terminal: Terminal) -> None:
    before = "read answer </dev/tty"
    program = terminal.moving.python.program
    target = ["shell", ["sh"], {"python": program, "before": before}]
    terminal.start("never", target=target, timeout=1)
    terminal.until(b"TargetTimeout: nothing came within 1 s")
    assert terminal.wait() == 42
    assert terminal.settings() == terminal.before
