"""Environment variables the program has set or deleted since it was started.

They are told by comparing `os.environ` with the block the kernel keeps of the process's start. There they
are set and deleted over the target's own environment, which stays otherwise. What came along with one move
comes along with the next. Not seen: `os.putenv` (which `os.environ` does not see either), and
everything where /proc is not mounted.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Changes = dict[str, str | None]

# An interpreter started in the C locale sets this one itself (PEP 538).
COERCED = (b"LC_CTYPE", (b"C.UTF-8", b"C.utf8", b"UTF-8"))

carried: set[str] = set()  # names that came along with earlier moves


def at_start() -> dict[bytes, bytes] | None:
    """The environment this process was started with; None where that is not known."""
    try:
        fd = os.open("/proc/self/environ", os.O_RDONLY)
    except OSError:
        return None
    try:
        block = b""
        while part := os.read(fd, 1 << 16):
            block += part
    finally:
        os.close(fd)
    found: dict[bytes, bytes] = {}
    for entry in block.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if name and equals:
            found.setdefault(name, value)
    return found


def changes() -> Changes:
    """Name to value of what was set, to None of what was deleted."""
    start = at_start()
    now = dict(os.environb)
    if start == now and not carried:
        return {}
    if start is None or (start and not any(now.get(name) == start[name] for name in start)):
        # The block is unreadable, or was written over (as programs that set their title do).
        start = now
    found: Changes = {}
    for name, value in now.items():
        if start.get(name) != value and not (
            name == COERCED[0] and value in COERCED[1] and name not in start
        ):
            found[os.fsdecode(name)] = os.fsdecode(value)
    for name in start:
        if name not in now:
            found[os.fsdecode(name)] = None
    for text in carried:
        found[text] = os.environ.get(text)
    return found


def for_command() -> Any:
    """The environment of a target's command: the program's, but with what a Python reads at its start as it was.

    And no prompt may come after the stage: see `session`.
    """
    changed = [name for name in changes() if name.startswith(("PYTHON", "LC_", "LANG"))]
    if not changed and "PYTHONINSPECT" not in os.environ:
        return os.environ
    start = at_start() or {}
    made = dict(os.environb)
    for name in map(os.fsencode, changed):
        if name in start:
            made[name] = start[name]
        else:
            made.pop(name, None)
    made.pop(b"PYTHONINSPECT", None)
    return made


def apply(state: Changes, manifest: dict[str, Any]) -> None:
    """Sets and deletes there; what `env=` of the move says goes first."""
    given = manifest.get("env") or {}
    for name, value in state.items():
        carried.add(name)
        if name in given:
            continue
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if "TZ" in state or "TZ" in given:
        import time

        time.tzset()
