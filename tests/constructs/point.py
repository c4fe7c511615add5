"""The points of a program at which a test may move it.

A program calls `here(value)` wherever it could be moved; the call returns `value`. What it does
besides, the environment says:

    TELEPORT_AT=3      the third call moves the program to another process of this machine
    TELEPORT_EVERY=1   every call does, one process after the other
    CHECKPOINT_IN=DIR  every call writes an image there, named by its number, and a file with how much
                       was printed up to then
    none of these      nothing: the program runs as if this module were not there
    TELEPORT_LOG=FILE  a line for each call, "number, process before, process after", or
                       "number, refused, message" where the move was refused at a boundary

This is one of the program's own modules: it moves along, and its count goes on at the target.
"""

import os

_at = int(os.environ.get("TELEPORT_AT", "0"))
_every = os.environ.get("TELEPORT_EVERY") == "1"
_images = os.environ.get("CHECKPOINT_IN")
_log = os.environ.get("TELEPORT_LOG")
_calls = 0
_moving = False

if _at or _every or _images:
    import pyteleport


def here(value="resumed"):
    global _calls, _moving
    if _moving:  # a method of an object that is asked how it can be moved
        return value
    _calls += 1
    number = _calls
    before = os.getpid()
    if _every or number == _at:
        _moving = True
        try:
            pyteleport.teleport("local")
        except pyteleport.BoundaryError as refusal:
            _note(number, "refused", repr(str(refusal)))
            return value
        finally:
            _moving = False
    elif _images:
        _write_image(number)
    _note(number, before, os.getpid())
    return value


def _write_image(number):
    global _moving, _images
    _moving, folder = True, _images
    try:
        if pyteleport.checkpoint(f"{folder}/{number}.tp"):
            _images = None  # a program that was restored from one writes no others
            return
        with open(f"{folder}/{number}.size", "w") as file:
            file.write(str(os.fstat(1).st_size))
    except pyteleport.BoundaryError as refusal:
        _note(number, "refused", repr(str(refusal)))
    finally:
        _moving = False


def _note(*words):
    if _log:
        line = " ".join(str(word) for word in words) + "\n"
        file = os.open(_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
