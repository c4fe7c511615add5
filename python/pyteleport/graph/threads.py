"""Refuses a program with other live threads, by the way that leads to each, unless it leaves them behind.

What else cannot move is found in the same pass.
"""

from __future__ import annotations

import _thread
import sys

from pyteleport.errors import Offender, ThreadsAlive
from pyteleport.graph.left_out import name_of
from pyteleport.graph.refusals import THREAD_ALIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread
    from types import FrameType

    from pyteleport.graph.left_out import LeftOut


def check(frame: FrameType, left_out: LeftOut | None) -> None:
    """
    Args:
        frame: what is above the program's own frames.
        left_out: what does not move.

    Raises:
        ThreadsAlive: a thread is alive that is not left behind; or the calling one is not the main one.
    """
    me = _thread.get_ident()
    threading = sys.modules.get("threading")
    if threading is not None and me != threading.main_thread().ident:
        raise ThreadsAlive(
            "teleport() was called in a thread other than the main one",
            f"thread {threading.current_thread().name!r}",
            "call it from the main thread",
        )
    others = {ident for ident in sys._current_frames() if ident != me}
    known = {t.ident: t for t in threading.enumerate()} if threading is not None else {}
    named = [known[ident] for ident in others if ident in known]
    nameless = [ident for ident in others if ident not in known]
    if left_out is not None:
        named = [t for t in named if left_out.instead(t) is None and not left_out.replace(t)]
        if threading is not None and left_out.takes(threading.Thread):
            nameless = []
    if not named and not nameless:
        if not sys.executable:
            raise ThreadsAlive(
                "the threads that are left behind cannot be ended: the interpreter does not know its own path",
                "sys.executable",
                "join them before the move",
            )
        return
    found = _offenders(frame, named, left_out)
    found += [Offender(f"thread {ident}", "thread", *THREAD_ALIVE) for ident in nameless]
    count = len(named) + len(nameless)
    raise ThreadsAlive(
        f"{count} other thread{'s are' if count > 1 else ' is'} alive",
        found[0].path,
        "join or stop threads (executors: shut down) before teleport(), or leave them behind by drop=",
        found,
    )


def _offenders(frame: FrameType, threads: list[Thread], left_out: LeftOut | None) -> list[Offender]:
    """The threads by their paths, then what else cannot move."""
    from pyteleport.graph.offenders import in_the_program

    met = {id(obj): item for item, obj in in_the_program(frame, left_out)}
    found = []
    for thread in threads:
        item = met.pop(id(thread), None)
        path = f"thread {thread.name!r}" if item is None else f"{item.path} {thread.name!r}"
        found.append(Offender(path, name_of(type(thread)), *THREAD_ALIVE))
    return found + list(met.values())
