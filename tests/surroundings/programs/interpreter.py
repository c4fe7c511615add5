"""What `sys`, `gc` and the process keep for the whole program: limits, hooks, masks, timers.

breakpoint: hooked
unraisable: ZeroDivisionError
thread: ZeroDivisionError
collected: start
timer: True
"""

import faulthandler
import gc
import os
import signal
import sys
import threading
import time

from point import here


def breakpointhook(*arguments):
    print("breakpoint: hooked")


def unraisable(given):
    print("unraisable:", given.exc_type.__name__)


def in_thread(given):
    print("thread:", given.exc_type.__name__)


def collected(phase, info):
    seen.append(phase)


def first_iteration(generator):
    seen.append("first iteration")


def tick(number, frame):
    ticks.append(number)


class Fails:
    def __del__(self):
        1 / 0


def mask():
    value = os.umask(0)
    os.umask(value)
    return value


def state():
    return {
        "umask": mask(),
        "path": list(sys.path),
        "argv": list(sys.argv),
        "recursion": sys.getrecursionlimit(),
        "interval": sys.getswitchinterval(),
        "digits": sys.get_int_max_str_digits(),
        "depth": sys.get_coroutine_origin_tracking_depth(),
        "threshold": gc.get_threshold(),
        "debug": gc.get_debug(),
        "traceback": sys.tracebacklimit,
        "bytecode": sys.dont_write_bytecode,
        "options": (sys._xoptions, sys.warnoptions, sys.flags),
        "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "faults": faulthandler.is_enabled(),
        "hooks": (
            sys.breakpointhook,
            sys.unraisablehook,
            threading.excepthook,
            *sys.get_asyncgen_hooks(),
        ),
        "main": (__name__, __file__, __spec__, sys.modules["__main__"].__dict__ is globals()),
        "streams": (sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering),
    }


seen = []
ticks = []
os.umask(0o027)
sys.path[:] = ["relative", *sys.path, "/nowhere"]
sys.argv.append("more")
sys.setrecursionlimit(2345)
sys.setswitchinterval(0.25)
sys.set_int_max_str_digits(5000)
sys.set_coroutine_origin_tracking_depth(3)
sys.tracebacklimit = 7
sys.dont_write_bytecode = False
gc.set_threshold(321, 4, 5)
gc.callbacks.append(collected)
sys.breakpointhook = breakpointhook
sys.unraisablehook = unraisable
threading.excepthook = in_thread
sys.set_asyncgen_hooks(firstiter=first_iteration)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
sys.stdout.reconfigure(encoding="latin-1", errors="replace", line_buffering=True)
faulthandler.enable()
signal.signal(signal.SIGVTALRM, tick)
before = state()
here()
assert state() == before, (before, state())
here()
assert state() == before
breakpoint()
Fails()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
seen.clear()
gc.collect()
print("collected:", seen[0])
gc.callbacks.clear()
signal.setitimer(signal.ITIMER_VIRTUAL, 0.3)
here()
until = time.monotonic() + 20
while not ticks and time.monotonic() < until:
    pass
print("timer:", ticks == [signal.SIGVTALRM])
