"""except* with the move in the body, in each handler and after them.

values (ValueError(1),) resumed
types (TypeError(2),) resumed
handling ExceptionGroup('all', [TypeError(2)])
left (KeyError(3),) resumed
TypeError('new') ExceptionGroup('all', [ValueError(1)]) resumed
second handler (ValueError(2),) resumed
finally resumed
ExceptionGroup('all', [OSError(1)]) resumed
wrapped ExceptionGroup('', (IndexError('alone'),)) resumed
else resumed
"""

import sys

from point import here


def split():
    try:
        here()
        raise ExceptionGroup("all", [ValueError(1), TypeError(2), KeyError(3)])
    except* ValueError as group:
        print("values", group.exceptions, here())
    except* TypeError as group:
        print("types", group.exceptions, here())
        print("handling", repr(sys.exception()))


def raised_in_handler():
    try:
        raise ExceptionGroup("all", [ValueError(1)])
    except* ValueError:
        here()
        raise TypeError("new")


def bare_in_handler():
    try:
        raise ExceptionGroup("all", [OSError(1), ValueError(2)])
    except* OSError:
        here()
        raise
    except* ValueError as group:
        print("second handler", group.exceptions, here())
    finally:
        print("finally", here())


def wrapped():
    """One that is no group is wrapped into one."""
    try:
        raise IndexError("alone")
    except* IndexError as group:
        print("wrapped", repr(group), here())
    else:
        print("never")


def quiet():
    try:
        here()
    except* ValueError:
        print("never")
    else:
        print("else", here())


try:
    split()
except ExceptionGroup as left:
    print("left", left.exceptions, here())
try:
    raised_in_handler()
except Exception as error:
    # Alone, or in a group of its own: that differs between releases of 3.11.
    new = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    print(repr(new), repr(new.__context__), here())
try:
    bare_in_handler()
except ExceptionGroup as group:
    print(repr(group), here())
wrapped()
quiet()
