"""try inside try: inside its handlers, and over several functions.

KeyError('inner') ValueError('outer') resumed
KeyError('inner') resumed
ValueError('outer') resumed ValueError('outer')
None resumed
helper handles LookupError('in helper')
helper sees OSError('in caller') resumed
caller handles OSError('in caller') resumed
innermost resumed
next resumed
caught division by zero resumed
end of round 0 resumed
end of round 1 resumed
end of round 2 resumed
"""

import sys

from point import here


def in_handler():
    try:
        raise ValueError("outer")
    except ValueError as outer:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            print(repr(inner), repr(inner.__context__), here())
            print(repr(sys.exception()), here())
        print(repr(sys.exception()), here(), repr(outer))
    print(sys.exception(), here())


def helper():
    try:
        raise LookupError("in helper")
    except LookupError:
        here()
        print("helper handles", repr(sys.exception()))
    print("helper sees", repr(sys.exception()), here())


def over_frames():
    try:
        raise OSError("in caller")
    except OSError:
        helper()
        print("caller handles", repr(sys.exception()), here())


def cleanup_on_the_way():
    try:
        try:
            try:
                1 / 0
            finally:
                print("innermost", here())
        finally:
            print("next", here())
    except ZeroDivisionError as error:
        print("caught", error, here())


def in_loop():
    for number in range(3):
        try:
            if number == 1:
                continue
            if number == 2:
                break
            here()
        finally:
            print("end of round", number, here())


in_handler()
over_frames()
cleanup_on_the_way()
in_loop()
