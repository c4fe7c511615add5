"""Child processes: they stay here, so a program that has any cannot move.

Not meant are relays of copies that `fork_shell` has started, which need no parent, helpers that
multiprocessing keeps for itself, and children whose end nobody can ask for any more.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

WAIT = "wait for it to end before the move (os.waitpid), or end it"
HELPERS = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
)


def refuse() -> None:
    """
    Raises:
        CannotMove: there are child processes; it names them.
    """
    from pyteleport.errors import CannotMove, Offender

    known = _known()
    items = []
    for pid, name, state in sorted(_children()):
        if pid in known:
            continue
        reason = "it has ended, but nobody has waited for it" if state == "Z" else "it is running"
        items.append(Offender(f"child process {pid} ({name})", "process", reason, WAIT))
    if items:
        first = items[0]
        raise CannotMove(
            f"{first.path} belongs to this process: {first.reason}", "", first.hint, items
        )


def _known() -> set[int]:
    from pyteleport import copies

    found = set(copies.children)
    for module, name, attribute in HELPERS:
        helper: Any = getattr(sys.modules.get(module), name, None)
        found.add(getattr(helper, attribute, None) or 0)
    subprocess: Any = sys.modules.get("subprocess")
    for process in getattr(subprocess, "_active", None) or ():  # let go of before they ended
        if _state(process.pid) == "Z":
            found.add(process.pid)
    return found


def _children() -> Iterator[tuple[int, str, str]]:
    """(pid, name, state) of each. Process 1 has inherited orphans: those are not the program's."""
    own = os.getpid()
    if own == 1:
        return
    try:
        entries = os.listdir("/proc")
    except OSError:
        return
    for entry in entries:
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields is not None and fields[2] == own:
                yield int(entry), fields[0], fields[1]


def _state(pid: int) -> str:
    fields = _stat(pid)
    return fields[1] if fields is not None else ""


def _stat(pid: int) -> tuple[str, str, int] | None:
    """(name, state, parent) of a process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    start, end = text.index(b"("), text.rindex(b")")
    state, parent = text[end + 2 :].split()[:2]
    return text[start + 1 : end].decode("utf-8", "replace"), state.decode(), int(parent)
