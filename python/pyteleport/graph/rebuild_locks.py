"""What the reduce tuples of locks and threads call at the target."""

from __future__ import annotations

import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def thread_handle(done: bool) -> Any:
    """The handle of a thread that has ended, or was never started."""
    handle: Any = _thread._ThreadHandle()  # type: ignore[attr-defined]
    if done:
        handle._set_done()
    return handle


def thread_local() -> Any:
    return _thread._local()


def simple_queue() -> Any:
    from _queue import SimpleQueue

    return SimpleQueue()


def fill_queue(queue: Any, items: list[Any]) -> None:
    for item in items:
        queue.put(item)
