"""A lock that is held; it moves as soon as it is released.

refused: CannotMove, naming lock, held_lock.py
refused: CannotMove, naming kept, lock
moved
True
"""

import threading

from refusing import moves, refused


def function(kept):
    refused("CannotMove", "kept", "lock")


lock = threading.Lock()
lock.acquire()
error = refused("CannotMove", "lock", "held_lock.py")
assert len(error.items) == 1
assert error.items[0].path and error.items[0].kind and error.items[0].reason and error.items[0].hint
del error
function({"inner": [lock]})
lock.release()
moves()
print(lock.acquire(blocking=False))
