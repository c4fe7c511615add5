"""A lock that is held; it moves as soon as it is released.

refused: CannotMove, naming lock, held_lock.py
refused: CannotMove, naming everything, inner, lock
moved
True
"""

import threading

from refusing import moves, refused

lock = threading.Lock()
lock.acquire()
error = refused("CannotMove", "lock", "held_lock.py")
assert len(error.items) == 1
assert error.items[0].path and error.items[0].kind and error.items[0].reason and error.items[0].hint
del error
everything = {"inner": [lock]}
del lock
refused("CannotMove", "everything", "inner", "lock")
lock = everything["inner"][0]
lock.release()
moves()
print(lock.acquire(blocking=False))
