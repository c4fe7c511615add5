"""Reducers for locks and what is built on them in C.

A program that moves has one thread, so what is held is held by it, and arrives held: its `release()`
fits there. A lock that a library's module has, or an object of such a module, is that library's own lock
there; it is acquired there as many times.

`threading.Condition`, `Event`, `Semaphore` and `queue.Queue` are plain objects over these. A thread
that has ended, or was never started, moves as such; one that is alive is refused before (`move`).

What moves from a prompt leaves other threads here. So a lock that is held must be seen to be held by the frames
that move: it stands in a `with` of theirs, or says that it is this thread's.
"""

from __future__ import annotations

import _thread
import sys

from pyteleport.graph import rebuild_locks
from pyteleport.graph.dumper import Dumper, refer
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pyteleport.capture.frames import FrameRecord
    from pyteleport.graph.scope import Scope

LOCKS = (_thread.LockType, _thread.RLock)
HELD_ELSEWHERE = (
    "it is held, and maybe not by what moves",
    "hold it in a `with` block of the prompted function, or let go of it before the move",
)


def times_held(lock: Any) -> int:
    """How often a lock was acquired and not released; -1 for one whose thread has ended with it."""
    if type(lock) is _thread.LockType:
        return int(lock.locked())
    if lock._is_owned():
        state = lock._release_save()
        lock._acquire_restore(state)
        count: int = state[0]
        return count
    if not lock.acquire(False):
        return -1
    lock.release()
    return 0


def reduce_lock(dumper: Dumper, lock: Any) -> Any:
    count = times_held(lock)
    known = dumper.named_locks
    if known is None:
        known = dumper.named_locks = named_locks(dumper)
    place = known.get(id(lock))
    if count and dumper.scope is not None and not held_above(dumper.scope, lock, count):
        if place is None:
            raise Refusal(lock, *HELD_ELSEWHERE)
        count = 0
    if place is not None:
        refer(dumper, place[0])
        return rebuild_locks.named_lock, (*place, count)
    return rebuild_locks.lock, (type(lock) is _thread.RLock, count)


def held_above(scope: Scope, lock: Any, count: int) -> bool:
    """Whether a held lock is known to be held by the frames above a prompt."""
    return count > 0 if type(lock) is _thread.RLock else id(lock) in scope.entered


def named_locks(dumper: Dumper) -> dict[int, tuple[str, str, str]]:
    """Locks that libraries have: id to (module, variable, attribute of the object it names or "")."""
    found: dict[int, tuple[str, str, str]] = {}
    for name, module in list(sys.modules.items()):
        if name not in dumper.own and name != "__main__":
            for place, lock in locks_of(name, getattr(module, "__dict__", {})):
                found.setdefault(id(lock), place)
    return found


def locks_of(name: str, namespace: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], Any]]:
    """The locks among a module's variables, and in the objects of its own classes that it names."""
    for variable, value in list(namespace.items()):
        if type(value) in LOCKS:
            yield (name, variable, ""), value
        elif type(value).__module__ == name:
            try:
                held = object.__getattribute__(value, "__dict__")
            except (AttributeError, TypeError):
                continue
            for attribute, inner in list(dict.items(held)) if type(held) is dict else ():
                if type(inner) in LOCKS:
                    yield (name, variable, attribute), inner


def held_by_libraries(dumper: Dumper, records: list[FrameRecord]) -> list[Any]:
    """What is held of the locks of those libraries whose functions are running."""
    namespaces = {id(record.live.f_globals): record.live.f_globals for record in records}
    found = []
    for namespace in namespaces.values():
        name = namespace.get("__name__")
        if type(name) is str and name not in dumper.own:
            found += [lock for _, lock in locks_of(name, namespace) if times_held(lock)]
    return found


def reduce_thread_handle(dumper: Dumper, handle: Any) -> Any:
    if handle.ident and not handle.is_done():
        raise Refusal(handle, "its thread is running", "join the thread before the move")
    return rebuild_locks.thread_handle, (handle.ident or 0,)


def reduce_local(dumper: Dumper, local: Any) -> Any:
    """The values of the one thread that moves."""
    held = dict(_thread._local.__getattribute__(local, "__dict__"))
    fill = rebuild_locks.fill_local
    return rebuild_locks.thread_local, (type(local),), held, None, None, fill


def reduce_simple_queue(dumper: Dumper, queue: Any) -> Any:
    """Read by taking everything out and putting it back."""
    items = [queue.get_nowait() for _ in range(queue.qsize())]
    for item in items:
        queue.put(item)
    return rebuild_locks.simple_queue, (), items, None, None, rebuild_locks.fill_queue


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    for kind in LOCKS:
        table[kind] = reduce_lock
    Dumper.family_reducers.insert(0, (_thread._local, reduce_local))
    handle = getattr(_thread, "_ThreadHandle", None)
    if handle is not None:
        table[handle] = reduce_thread_handle
    try:
        from _queue import SimpleQueue
    except ImportError:
        return
    table[SimpleQueue] = reduce_simple_queue
