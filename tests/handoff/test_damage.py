"""An image that arrives damaged: a clear error here, and nothing of it runs there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from harness import Python, run

DAMAGES = {
    "truncated": "",
    "ended_early": "",
    "four_gigabytes": "claims 4294967295 bytes",
    "another_type": "a frame of unknown type 0x99",
    "out_of_turn": "a frame of type 0x43 inside the image",
    "endless_head": "the image's head claims 4294967295 bytes",
    "zeros": "UnpicklingError",
    "long_bytes": "",
    "long_bytearray": "",
    "long_frame": "truncated",
}

PROGRAM = """
import os, resource, sys
import pyteleport
state = [bytearray(b"x") * 100_000, {"kept": True}]
before = os.getpid()
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    pyteleport.teleport(pyteleport.shell(*sys.argv[1:], python=sys.executable), timeout=20)
except pyteleport.TeleportError as problem:
    print(type(problem).__name__, problem)
else:
    print("restored")
state[0].append(1)
print(os.getpid() == before, len(state[0]), state[1])
"""


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_is_restored(python: Python, damage: str) -> None:
    link = [sys.executable, str(Path(__file__).parent / "damaging.py"), damage, "sh", "-c"]
    result = run(python, PROGRAM, args=link, timeout=90)
    *said, last = result.stdout.splitlines()
    assert last == "True 100001 {'kept': True}", result
    assert said[0].partition(" ")[0] in ("HandoffError", "TargetError", "TargetTimeout")
    assert DAMAGES[damage] in "\n".join(said)
    assert "restored" not in said[0]
    assert (result.stderr, result.status) == ("", 0)
