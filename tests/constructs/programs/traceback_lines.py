"""Line numbers, in tracebacks from before the move and from after it.

raised_before [('<module>', 55), ('raised_before', 22)] resumed [('<module>', 55), ('raised_before', 22)]
raised_after [('<module>', 55), ('raised_after', 29)] resumed [('<module>', 55), ('raised_after', 29)]
through_handler [('<module>', 55), ('through_handler', 34), ('raised_before', 22)] resumed [('<module>', 55), ('through_handler', 34), ('raised_before', 22)]
over_many_lines [('<module>', 55), ('over_many_lines', 43), ('raised_after', 29)] resumed [('<module>', 55), ('over_many_lines', 43), ('raised_after', 29)]
(50, 'resumed', 58)
"""

import sys
import traceback

from point import here


def lines(error):
    return [(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)]


def raised_before():
    try:
        raise ValueError("before")
    finally:
        here()


def raised_after():
    here()
    raise ValueError("after")


def through_handler():
    try:
        raised_before()
    except ValueError:
        here()
        raise


def over_many_lines():
    return [
        1,
        raised_after(),
        2,
    ]


def current_line():
    here()
    return sys._getframe().f_lineno, here(), sys._getframe(1).f_lineno


for function in (raised_before, raised_after, through_handler, over_many_lines):
    try:
        function()
    except ValueError as error:
        print(function.__name__, lines(error), here(), lines(error))
print(current_line())
