"""Locks that are held: the program's own, and those of libraries it is inside of.

Fone
Ftwo
"""

import asyncio.events
import io
import logging
import queue
import sys
import threading

from point import here

reentrant, plain = threading.RLock(), threading.Lock()
condition, other = threading.Condition(), threading.Condition(threading.Lock())


def own():
    with reentrant:
        with reentrant:
            here()
            leave = reentrant.__exit__
            assert leave.__self__ is reentrant and reentrant._is_owned()
        here()
        assert reentrant._is_owned()
    assert not reentrant._is_owned()
    with plain:
        here()
        assert plain.locked() and not plain.acquire(False)
    assert not plain.locked()
    with condition, other:
        here()
        condition.notify_all()
        other.notify_all()
    with condition:
        pass
    waiting = queue.Queue()
    with waiting.mutex:
        here()
    waiting.put(1)
    assert waiting.get() == 1
    left = threading.RLock()
    thread = threading.Thread(target=left.acquire)
    thread.start()
    thread.join()
    here()
    assert not left.acquire(False)


class Moving(logging.StreamHandler):
    def emit(self, record):
        here()
        assert self.lock._is_owned()
        super().emit(record)


class Marked(logging.Formatter):
    def format(self, record):
        here()
        return "F" + super().format(record)


def libraries():
    stream = io.StringIO()
    handler = Moving(stream)
    handler.setFormatter(Marked())
    logging.getLogger("x").addHandler(handler)
    logging.getLogger("x").warning("one")
    lock = logging._lock
    with lock:
        here()
        assert lock is logging._lock and lock._is_owned()
        with lock:
            here()
        assert lock._is_owned()
    assert not lock._is_owned() and not handler.lock._is_owned()
    # This handler is the library's own, and so is its lock.
    logging.lastResort.setFormatter(Marked())
    sys.stderr = stream
    logging.getLogger("y").warning("two")
    assert not logging.lastResort.lock._is_owned()
    with asyncio.events._lock:
        here()
        assert asyncio.events._lock.locked()
    assert not asyncio.events._lock.locked()
    main = threading.main_thread()
    with threading._active_limbo_lock:
        threading.Barrier(1, here).wait()
        assert threading.current_thread() is threading.main_thread() is main and main.is_alive()
    print(stream.getvalue(), end="")


own()
libraries()
