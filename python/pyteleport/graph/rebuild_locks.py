"""What the reduce tuples of locks and threads call at the target."""

from __future__ import annotations

import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


NO_THREAD = 1


def lock(reentrant: bool, count: int) -> Any:
    """A new lock, acquired so many times (see `hold`)."""
    made: Any = _thread.RLock() if reentrant else _thread.allocate_lock()
    hold(made, count)
    return made


def named_lock(module: str, variable: str, attribute: str, count: int) -> Any:
    """The lock that a library has here, acquired so many times (see `hold`)."""
    from pyteleport.graph import restore

    found = restore.attribute(module, variable)
    if attribute:
        found = object.__getattribute__(found, "__dict__")[attribute]
    hold(found, count)
    return found


def hold(lock: Any, count: int) -> None:
    """Acquires a lock so many times; -1 is for ever: who holds it has ended."""
    if count < 0:
        lock._acquire_restore((1, NO_THREAD))
    for _ in range(count):
        lock.acquire(False)  # the main thread has one that is held there already


def thread_handle(ended: int) -> Any:
    """The handle of a thread that has ended (its number), or was never started (0)."""
    if not ended:
        return _thread._ThreadHandle()  # type: ignore[attr-defined]
    handle: Any = _thread._make_thread_handle(ended)  # type: ignore[attr-defined]
    handle._set_done()
    return handle


def thread_local(kind: Any) -> Any:
    return _thread._local.__new__(kind)


def fill_local(local: Any, held: dict[str, Any]) -> None:
    _thread._local.__getattribute__(local, "__dict__").update(held)


def simple_queue() -> Any:
    from _queue import SimpleQueue

    return SimpleQueue()


def fill_queue(queue: Any, items: list[Any]) -> None:
    for item in items:
        queue.put(item)
