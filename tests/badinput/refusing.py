"""Tries a move that must be refused, and looks whether the program is left as it was."""

import os
import signal
import time

import pyteleport


def _state():
    """What the process holds that a move could leave behind or change."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        children = file.read().split()
    signals = {number: signal.getsignal(number) for number in (1, 2, 13, 15, 17, 28)}
    return sorted(os.listdir("/proc/self/fd")), children, signals, os.getcwd(), sorted(os.listdir())


def refused(kind, *words, target="local", within=10.0, **arguments):
    """Asserts that the move raises `kind`, with `words` in its message, and changes nothing."""
    before, process, started = _state(), os.getpid(), time.monotonic()
    try:
        pyteleport.teleport(target, **arguments)
    except pyteleport.TeleportError as error:
        caught = error
    else:
        raise AssertionError("it moved")
    seconds = time.monotonic() - started
    text = str(caught)
    assert type(caught) is getattr(pyteleport, kind), f"{type(caught).__name__}: {text}"
    assert not [word for word in words if word not in text], (words, text)
    assert caught.hint, text
    assert os.getpid() == process
    assert seconds < within, seconds
    assert _state() == before, (before, _state())
    print(f"refused: {kind}, naming {', '.join(words)}")
    return caught


def moves():
    """Asserts that the program can still be moved."""
    process = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != process
    print("moved")
