"""What a moved program asks of the place it came from.

`request` writes to the supervisor, which passes it up the channel; the relay at home answers it with
`pyteleport.service`, or, where it runs at a target itself, passes it on homewards.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from pyteleport.stage.channel import LARGEST_REQUEST
from pyteleport.stage.pump import read_exactly, write_all

_lock = allocate_lock()
_up = -1
_down = -1
_owner = 0
layout: dict[str, int] = {}  # where frames keep what: comes with the image, for the generic reader


def use(up: int, down: int) -> None:
    """Takes the two pipes to the supervisor, in the process of the program."""
    global _up, _down, _owner
    _up, _down, _owner = up, down, os.getpid()


def descriptors() -> tuple[int, int] | None:
    """The pipes (requests, answers) of a program that has been moved, else None."""
    return (_up, _down) if _up >= 0 and _owner == os.getpid() else None


def request(payload: bytes) -> bytes:
    """Sends a request home and waits for its answer.

    Raises:
        RuntimeError: this program was not moved, or is a child of the one that was.
        OSError: the connection is gone.
    """
    if descriptors() is None:
        raise RuntimeError("this process was not moved here: there is no home to ask")
    if len(payload) > LARGEST_REQUEST:
        raise ValueError(f"a request of {len(payload)} bytes is too large")
    with _lock:
        write_all(_up, len(payload).to_bytes(4, "big") + payload)
        try:
            return read_exactly(_down, int.from_bytes(read_exactly(_down, 4), "big"))
        except EOFError:
            raise ConnectionResetError("the connection home is gone") from None
