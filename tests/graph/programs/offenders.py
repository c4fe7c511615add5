"""Programs' objects that cannot move: each case prints the error that names them.

offenders.py CASE...
"""

import asyncio
import concurrent.futures
import ctypes
import functools
import hashlib
import io
import mmap
import os
import re
import select
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
from collections import deque

# A function whose module counts as pyteleport's own, as the one that a program calls.
INSIDE = {"__name__": "pyteleport.trial"}
exec("import sys\ndef frame(): return image_of(sys._getframe(), None)", INSIDE)


class Pool:
    pass


class Slotted:
    __slots__ = ("inner",)


class LeavesOut:
    """Would move: its selector stays here."""

    def __init__(self):
        self.selector = select.epoll()

    def __getstate__(self):
        return {}


class Stubborn:
    def __reduce__(self):
        raise ValueError("I stay here")


def attempt(thing):
    from pyteleport.move import image_of

    INSIDE["image_of"] = image_of
    try:
        INSIDE["frame"]()
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}")
        print("offenders:", [(item.path, item.kind) for item in problem.items[1:]])
    else:
        print("moves")
    if isinstance(thing, subprocess.Popen):
        thing.wait()


def deep():
    pool = Pool()
    pool.handlers = [1, {"first": Pool()}]
    pool.handlers[1]["first"].connection = sqlite3.connect(":memory:")
    return pool


def slots():
    slotted = Slotted()
    slotted.inner = (socket.socket(),)
    return slotted


def generator():
    def reader(connection):
        yield connection

    started = reader(socket.socket())
    next(started)
    return [started]


def closure():
    shared = mmap.mmap(-1, 10)

    def reader():
        return shared

    return {"callback": reader}


def default():
    def wait(on=select.epoll()):
        return on

    return wait


def partial():
    return functools.partial(print, file=os.fdopen(os.pipe()[0]))


def several():
    return [LeavesOut(), select.poll(), deque([mmap.mmap(-1, 10)]), {select.epoll()}]


def first_of_its_kind():
    # The dump fails at the first; the others, which were not met then, are no offenders.
    return [mmap.mmap(-1, 10), threading.Condition(), io.FileIO(os.devnull), map(len, [])]


def child():
    return subprocess.Popen(["sleep", "1"])


def deleted():
    number, path = tempfile.mkstemp()
    os.close(number)
    file = open(path, "w")
    os.unlink(path)
    return {("a", 1): file}


def terminal():
    return open(os.openpty()[1], "rb", buffering=0)


def device():
    return open("/dev/zero", "rb")


def frames():
    return sys._getframe()


def executor():
    return concurrent.futures.ThreadPoolExecutor(1)


def loop():
    return asyncio.new_event_loop()


def pointer():
    return ctypes.create_string_buffer(8), ctypes.c_char_p(b"a")


def context():
    return ssl.create_default_context()


def digest():
    return hashlib.new("sha256", b"begun")


def exception():
    try:
        raise ValueError(socket.socket())
    except ValueError as problem:
        return problem


def view():
    return memoryview(mmap.mmap(-1, 10))


def stubborn():
    return [Stubborn()]


def nested():
    thing = deque()
    for _ in range(100000):
        thing = deque([thing])
    return thing


def fine():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(len, "a").result()
    ended = subprocess.Popen(["true"])
    ended.wait()
    return [LeavesOut(), io.StringIO("a"), threading.Condition(), pool, ended]


for name in sys.argv[1:]:
    print(f"{name}:")
    attempt(globals()[name]())
