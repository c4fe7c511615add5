"""Callbacks of `sys.monitoring` (from CPython 3.12) and of `sys.setprofile`, however they take their arguments.

bound watched resumed
any arguments watched resumed
started watched resumed
watched 1 2 3
profiled resumed
watched 4
excepthook KeyError resumed
"""

import sys

from point import here

# refused: 1-3 (callbacks of sys.monitoring), 4 (a profile function), 5 (excepthook)

monitoring = getattr(sys, "monitoring", None)


def watched(*numbers):
    print("watched", *numbers)


def started(code, offset):
    if code.co_name == "watched":
        print("started", code.co_name, here())


def any_arguments(*given, **named):
    if given[0].co_name == "watched":
        print("any arguments", given[0].co_name, here())


class Watching:
    def bound(self, code, offset, *more):
        if code.co_name == "watched":
            print("bound", code.co_name, here())


callbacks = [started, any_arguments, Watching().bound]
if monitoring is None:
    for callback in reversed(callbacks):
        callback(watched.__code__, 0)
else:
    for tool, callback in enumerate(callbacks):
        monitoring.use_tool_id(tool, "test")
        monitoring.register_callback(tool, monitoring.events.PY_START, callback)
        monitoring.set_events(tool, monitoring.events.PY_START)
watched(1, 2, 3)
if monitoring is not None:
    for tool, callback in enumerate(callbacks):
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


def profile(frame, event, argument):
    if event == "call" and frame.f_code is watched.__code__:
        sys.setprofile(None)
        print("profiled", here())


sys.setprofile(profile)
watched(4)


def excepthook(kind, error, traceback):
    print("excepthook", kind.__name__, here())


sys.excepthook = excepthook
raise KeyError
