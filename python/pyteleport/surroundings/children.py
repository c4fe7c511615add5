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
    from types import FrameType
    from typing import Any

    from pyteleport.graph.left_out import LeftOut

WAIT = "wait for it to end before the move (os.waitpid), or end it"
STAND_FOR_CHILDREN = (("subprocess", "Popen"), ("multiprocessing.process", "BaseProcess"))
HELPERS = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
)


def refuse(frame: FrameType, left_out: LeftOut | None = None) -> None:
    """
    Args:
        frame: what is above the program's own frames.
        left_out: what does not move: the children such objects stand for are left alone.

    Raises:
        CannotMove: there are child processes; it names them, and what else cannot move.
    """
    known = _known()
    found = [child for child in sorted(_children()) if child[0] not in known]
    if found and left_out is not None:
        _mind(left_out, {child[0] for child in found}, known)
        found = [child for child in found if child[0] not in known]
    if not found:
        return
    from pyteleport.errors import CannotMove, Offender
    from pyteleport.graph.offenders import in_the_program

    met = in_the_program(frame, left_out)
    paths = {pid_of(obj): item for item, obj in met if pid_of(obj)}
    items = []
    for pid, name, state in found:
        reason = "it has ended, but nobody has waited for it" if state == "Z" else "it is running"
        where = f"child process {pid} ({name})"
        if pid in paths:
            where = f"{paths[pid].path}: {where}"
        items.append(Offender(where, "process", reason, WAIT))
    first = items[0]
    items += [item for item, obj in met if not pid_of(obj)]
    raise CannotMove(f"{first.path} belongs to this process: {first.reason}", "", first.hint, items)


def _mind(left_out: LeftOut, pids: set[int], known: set[int]) -> None:
    """Adds the children whose objects are left behind."""
    import gc

    for obj in gc.get_objects():
        pid = pid_of(obj)
        if pid in pids and (left_out.instead(obj) is not None or left_out.replace(obj)):
            known.add(pid)


def pid_of(obj: Any) -> int:
    """The child a `Popen` or a process of multiprocessing stands for, 0 where it is none."""
    for module, name in STAND_FOR_CHILDREN:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and kind in type(obj).__mro__:
            held = obj.__dict__
            popen = held.get("_popen")
            pid = held.get("pid") if popen is None else getattr(popen, "pid", 0)
            return pid or 0
    return 0


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
