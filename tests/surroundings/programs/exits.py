"""What was given to atexit runs once, in its order, at the place where the program ends.

before the end
bare builtin
last of all: ['x'] {'end': '!'}
method of 7
logged at the end
argument is the program's own: True
given twice
given twice
"""

import atexit
import io
import logging
import logging.handlers
import sys
import weakref

from point import here


class Held:
    def __init__(self, number):
        self.number = number

    def tell(self):
        print("method of", self.number)


class Stream(io.StringIO):
    def flush(self):
        if self.getvalue():
            print(self.getvalue().rstrip())
            self.seek(0)
            self.truncate()


def twice():
    print("given twice")


def last(*arguments, **keywords):
    print("last of all:", list(arguments), keywords)


def same(given):
    print("argument is the program's own:", given is shared)


def never():
    print("was unregistered")


shared = [1]
atexit.register(twice)
atexit.register(twice)
atexit.register(never)
here()
atexit.register(same, shared)
handler = logging.handlers.MemoryHandler(10, target=logging.StreamHandler(sys.stdout))
logging.getLogger("own").addHandler(handler)
logging.getLogger("own").warning("logged at the end")
held = Held(7)
atexit.register(logging.shutdown)
atexit.register(held.tell)
del held
here()
atexit.register(last, "x", end="!")
atexit.register(print, "bare builtin")
atexit.unregister(never)
here()
here()
assert atexit._ncallbacks() >= 7
print("before the end")
