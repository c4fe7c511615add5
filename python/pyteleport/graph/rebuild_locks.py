"""What the reduce tuples of locks and threads call at the target."""

from __future__ import annotations

import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def thread_handle(ended: int) -> Any:
    """The handle of a thread that has ended (its number), or was never started (0)."""
    if not ended:
        return _thread._ThreadHandle()  # type: ignore[attr-defined]
    handle: Any = _thread._make_thread_handle(ended)  # type: ignore[attr-defined]
    handle._set_done()
    return handle


def empty_context() -> Any:
    from _contextvars import Context

    return Context()


def thread_local() -> Any:
    return _thread._local()


def simple_queue() -> Any:
    from _queue import SimpleQueue

    return SimpleQueue()


def fill_queue(queue: Any, items: list[Any]) -> None:
    for item in items:
        queue.put(item)
