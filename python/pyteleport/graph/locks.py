"""Reducers for locks and what is built on them in C: free ones move, held ones are refused.

`threading.Condition`, `Event`, `Semaphore` and `queue.Queue` are plain objects over these. A thread
that has ended, or was never started, moves as such; one that is alive is refused before (`move`).
"""

from __future__ import annotations

import _thread

from pyteleport.graph import rebuild_locks, restore
from pyteleport.graph.dumper import Dumper
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RELEASE = "release it before the move, or call teleport() outside of its `with` block"


def reduce_lock(dumper: Dumper, lock: Any) -> Any:
    if lock.locked():
        raise Refusal(lock, "it is held", RELEASE)
    return restore.lock, ("lock",)


def reduce_reentrant_lock(dumper: Dumper, lock: Any) -> Any:
    if lock._is_owned() or not lock.acquire(False):
        raise Refusal(lock, "it is held", RELEASE)
    lock.release()
    return restore.lock, ("RLock",)


def reduce_thread_handle(dumper: Dumper, handle: Any) -> Any:
    if handle.ident and not handle.is_done():
        raise Refusal(handle, "its thread is running", "join the thread before the move")
    return rebuild_locks.thread_handle, (handle.ident or 0,)


def reduce_context(dumper: Dumper, context: Any) -> Any:
    """The context a thread was started with, from 3.14 on: empty, if the program set none."""
    if len(context):
        raise Refusal(context, "it holds context variables", "let go of it before the move")
    return rebuild_locks.empty_context, ()


def reduce_local(dumper: Dumper, local: Any) -> Any:
    """The values of the one thread that moves."""
    return rebuild_locks.thread_local, (), dict(local.__dict__)


def reduce_simple_queue(dumper: Dumper, queue: Any) -> Any:
    """Read by taking everything out and putting it back."""
    items = [queue.get_nowait() for _ in range(queue.qsize())]
    for item in items:
        queue.put(item)
    return rebuild_locks.simple_queue, (), items, None, None, rebuild_locks.fill_queue


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    table[type(_thread.allocate_lock())] = reduce_lock
    table[_thread.RLock] = reduce_reentrant_lock
    table[_thread._local] = reduce_local
    handle = getattr(_thread, "_ThreadHandle", None)
    if handle is not None:
        table[handle] = reduce_thread_handle
    from _contextvars import Context

    table[Context] = reduce_context
    try:
        from _queue import SimpleQueue
    except ImportError:
        return
    table[SimpleQueue] = reduce_simple_queue
