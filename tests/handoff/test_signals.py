"""Signals to the process here reach the program there."""

from __future__ import annotations

import os
import signal

import pytest
from handoff.moving import Moving, read_until, wait_for

FORWARDED = [
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
]


@pytest.mark.parametrize("number", FORWARDED)
def test_forwarded(moving: Moving, number: signal.Signals) -> None:
    process = moving.start("catching", number)
    read_until(process.stdout, b"ready\n")
    process.send_signal(number)
    assert process.wait(10) == 5
    assert process.stdout is not None
    assert process.stdout.read() == f"caught {number.name}\n".encode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_not_handled(moving: Moving, number: signal.Signals) -> None:
    process = moving.start("interrupted")
    read_until(process.stdout, b"ready\n")
    process.send_signal(number)
    assert process.wait(10) == 128 + number


def test_interrupt_is_a_keyboard_interrupt(moving: Moving) -> None:
    process = moving.start("interrupted")
    read_until(process.stdout, b"ready\n")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 128 + signal.SIGINT
    assert process.stderr is not None
    shown = process.stderr.read().decode()
    assert shown.splitlines()[0] == "Traceback (most recent call last):"
    assert shown.splitlines()[-1] == "KeyboardInterrupt"
    assert "launch" not in shown


def test_several_in_a_row(moving: Moving) -> None:
    process = moving.start("catching", signal.SIGUSR1, signal.SIGTERM)
    read_until(process.stdout, b"ready\n")
    process.send_signal(signal.SIGUSR1)
    read_until(process.stdout, b"caught SIGUSR1\n")
    process.send_signal(signal.SIGTERM)
    read_until(process.stdout, b"caught SIGTERM\n")
    assert process.wait(10) == 5


def test_what_was_ignored_stays_so(moving: Moving) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = moving.start("lines")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert process.stdin is not None
    process.stdin.write(b"one\n")
    process.stdin.flush()
    read_until(process.stdout, b"got one\n")
    process.send_signal(signal.SIGHUP)
    process.stdin.write(b"two\n")
    process.stdin.flush()
    read_until(process.stdout, b"got two\n")
    process.stdin.close()
    assert process.wait(10) == 0


def test_stop_and_continue(moving: Moving) -> None:
    process = moving.start("lines")
    assert process.stdin is not None
    process.stdin.write(b"one\n")
    process.stdin.flush()
    read_until(process.stdout, b"got one\n")
    there = next(pid for pid in moving.processes() if os.getsid(pid) == pid != process.pid)
    process.send_signal(signal.SIGTSTP)
    # Its session has nobody to continue it (its group is orphaned), so the kernel lets the relay run on.
    process.stdin.write(b"two\n")
    process.stdin.flush()
    read_until(process.stdout, b"got two\n")
    assert wait_for(lambda: state(there) in "SR")
    process.stdin.close()
    assert process.wait(10) == 0


def state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]
