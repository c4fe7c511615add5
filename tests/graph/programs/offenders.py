"""Programs' objects that cannot move: each case prints the error that names them.

offenders.py CASE...
"""

import asyncio
import bz2
import concurrent.futures
import contextvars
import ctypes
import dbm.dumb
import functools
import hashlib
import hmac
import io
import logging.handlers
import lzma
import mmap
import multiprocessing
import os
import re
import select
import selectors
import shelve
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zlib
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


def listening():
    return {"server": socket.create_server(("127.0.0.1", 0))}


def encrypted():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    return context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())


def processes():
    return concurrent.futures.ProcessPoolExecutor(1)


def shared_queue():
    return multiprocessing.get_context("fork").Queue()


def shared_lock():
    return [multiprocessing.get_context("fork").Lock()]


def shared_value():
    return multiprocessing.get_context("fork").Value("i", 1)


def connection_of_a_pipe():
    closed, _ = multiprocessing.Pipe()
    closed.close()
    return [closed, *multiprocessing.Pipe()]


def future():
    return asyncio.new_event_loop().create_future()


def task():
    async def wait():
        return 1

    loop = asyncio.new_event_loop()
    made = loop.create_task(wait())
    loop.run_until_complete(made)
    return [made]


def cursor():
    return sqlite3.connect(":memory:").cursor()


def keyed_file():
    return shelve.Shelf(dbm.dumb.open(tempfile.mkdtemp() + "/a"))


def mapped_file():
    with tempfile.TemporaryFile() as file:
        file.write(b"abc")
        file.flush()
        return mmap.mmap(file.fileno(), 3)


def library():
    return [ctypes.pythonapi, ctypes.CDLL(None)]


def function_of_c():
    return [ctypes.CDLL(None).getpid]


def callback():
    return ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)


def folder():
    return os.scandir("/")


def compressors():
    return [
        zlib.compressobj(),
        bz2.BZ2Compressor(),
        lzma.LZMACompressor(),
        zlib.decompressobj(),
        bz2.BZ2Decompressor(),
        lzma.LZMADecompressor(),
    ]


def keyed_digest():
    return hmac.new(b"key", b"begun", "sha256")


def log_handler():
    handler = logging.handlers.SocketHandler("127.0.0.1", 1)
    handler.sock = socket.socket()
    return handler


def token():
    variable = contextvars.ContextVar("variable")
    return {"token": variable.set(1), "variable": variable}


def other_contexts():
    variable = contextvars.ContextVar("variable")
    context = contextvars.Context()
    token = context.run(variable.set, [1])
    return {
        "token": token,
        "context": context,
        "open": [socket.socket(), sqlite3.connect(":memory:")],
    }


def response():
    return urllib.request.urlopen(f"file://{__file__}")


def watched():
    found = selectors.DefaultSelector()
    found.register(os.pipe()[0], selectors.EVENT_READ)
    return found


def output_of_a_command():
    return os.popen("true")


for name in sys.argv[1:]:
    print(f"{name}:")
    attempt(globals()[name]())
