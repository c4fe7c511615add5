"""Frames that no instruction called: callbacks of C code's own events.

weakref resumed
signal resumed
after resumed
traced resumed
collected resumed
end resumed
atexit resumed
"""

import atexit
import gc
import os
import signal
import sys
import weakref

from point import here

# refused: 1 (a weakref callback), 2 (a signal handler), 4 (a trace function), 5 (a callback of gc)
# refused: 7 (atexit)


class Thing:
    pass


def handler(number, frame):
    print("signal", here())


def trace(frame, event, argument):
    if frame.f_code.co_name == "traced":
        sys.settrace(None)
        print("traced", here())


def traced():
    pass


def collected(phase, info):
    gc.callbacks.clear()
    print("collected", here())


thing = Thing()
reference = weakref.ref(thing, lambda dead: print("weakref", here()))
del thing
signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGUSR1, signal.SIG_DFL)
print("after", here())
sys.settrace(trace)
traced()
gc.callbacks.append(collected)
gc.collect()
print("end", here())
atexit.register(lambda: print("atexit", here()))
