"""Moves that leave objects behind: each case moves to another process, and prints what is there.

leaving_out.py CASE...
"""

import io
import multiprocessing
import os
import queue
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pyteleport

FINISHED = []


def move(**keywords):
    before = os.getpid()
    pyteleport.teleport("local", **keywords)
    assert os.getpid() != before


class Client:
    def __init__(self):
        self.connection = socket.socket()
        self.again = self.connection
        self.name = "client"


class Text(str):
    pass


def by_object():
    client = Client()
    move(drop=[client.connection])
    print(client.connection, client.again is client.connection, client.name)
    client.connection = client.connection or "made anew"
    print(client.connection)


def by_type():
    clients = [Client(), Client()]
    keys = {clients[0].connection: 1}
    move(drop=socket.socket)
    first, second = clients
    print(first.connection is first.again, first.connection is second.connection)
    print(keys[first.connection], *keys)


def by_name():
    clients = {Client()}
    move(drop=["socket.socket", "no.such.Type"])
    print(*[client.connection for client in clients])


def by_base_class():
    held = [sqlite3.connect(":memory:"), os.fdopen(os.pipe()[0])]
    move(drop=["io.IOBase", io.IOBase, "_io._IOBase", sqlite3.Connection])
    print(*held)
    print("streams are not meant", sys.stdout.writable(), sys.stdin.readable())


def plain_containers():
    cache = {"large": ["data"]}
    rows = [1, 2, 3]
    subclass = Text("a")
    namespace = {"cache": cache, "rows": rows}
    move(drop=[cache, rows, subclass])
    print(cache, rows is namespace["rows"], bool(rows), subclass)


def uses():
    thing = socket.socket()
    move(drop=[thing])

    def set_it():
        thing.timeout = 1

    for use in (
        lambda: thing.send(b""),
        lambda: thing(),
        lambda: len(thing),
        lambda: list(thing),
        lambda: thing["a"],
        lambda: thing.__enter__(),
        set_it,
        lambda: thing.kind + thing,
    ):
        try:
            use()
        except (pyteleport.DroppedError, TypeError) as problem:
            print(type(problem).__name__, str(problem).partition("\n")[0])
    try:
        thing.close()
    except pyteleport.TeleportError as problem:
        print(problem)
    print(
        isinstance(thing, pyteleport.Dropped),
        thing == thing,
        thing != thing,
        hasattr(thing, "__float__"),
    )


def twice():
    thing = [socket.socket()]
    move(drop=[socket.socket])
    move()
    print(thing)
    move(drop=thing)
    print(thing)


def missing():
    asked = []

    def instead(obj):
        asked.append(type(obj).__name__)
        if type(obj) is sqlite3.Connection:
            return sqlite3.connect, (":memory:",)
        if type(obj) is memoryview:
            return NotImplemented
        return f"no {type(obj).__name__}"

    pipe = os.fdopen(os.pipe()[0])
    held = {"db": sqlite3.connect(":memory:"), "pipe": [pipe, pipe], "thread": None}
    move(on_missing=instead)
    print(sorted(asked), held["pipe"])
    print(held["db"].execute("select 6 * 7").fetchone())


def not_replaced():
    held = [socket.socket(), sqlite3.connect(":memory:")]
    try:
        move(on_missing=lambda obj: NotImplemented if type(obj) is socket.socket else None)
    except pyteleport.CannotMove as problem:
        print(problem)
    print(len(held), type(held[0]).__name__, type(held[1]).__name__)


def it_raises():
    held = socket.socket()

    def instead(obj):
        raise KeyError("user's own")

    try:
        move(on_missing=instead)
    except KeyError as problem:
        print(repr(problem), held.fileno() > 0)


def wrapping():
    """What comes instead holds what it stands for."""
    held = [socket.socket()]
    move(on_missing=lambda obj: ["a stand-in", obj])
    stand_in = held[0]
    print(stand_in[0], stand_in[1] is stand_in)


def threads():
    work = queue.Queue()
    go_on = threading.Event()

    def loop():
        while True:
            FINISHED.append(work.get())
            go_on.set()

    worker = threading.Thread(target=loop, name="worker", daemon=True)
    worker.start()
    other = threading.Thread(target=time.sleep, args=(1000,), name="other")
    other.start()
    work.put("before")
    go_on.wait()
    move(drop=[worker, "threading.Thread"])
    print(FINISHED, worker, other, threading.active_count())
    work.put("after")
    print(work.qsize(), FINISHED)


def busy_threads():
    """They run on until the process here is replaced."""

    def change():
        while True:
            FINISHED[:] = [os.getpid()]

    workers = [threading.Thread(target=change, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    move(drop=threading.Thread)
    print(len(FINISHED), os.getpid() in FINISHED, threading.active_count())


def children():
    held = {"child": subprocess.Popen(["sleep", "100"]), "plain": 1}
    for keywords in ({}, {"on_missing": lambda obj: NotImplemented}):
        try:
            move(**keywords)
        except pyteleport.CannotMove as problem:
            print(len(problem.items), problem.items[0].path.replace(str(held["child"].pid), "PID"))
    other = multiprocessing.get_context("fork").Process(target=time.sleep, args=(100,))
    other.start()
    held["pids"] = held["child"].pid, other.pid
    move(
        drop=["subprocess.Popen"], on_missing=lambda obj: f"{obj.name} {obj.pid == held['pids'][1]}"
    )
    print(held["child"], other)
    for pid in held["pids"]:
        os.kill(pid, 9)


def threads_instead():
    go_on = threading.Event()
    worker = threading.Thread(target=go_on.wait, name="worker")
    worker.start()
    move(on_missing=lambda obj: f"{type(obj).__name__} {obj.name}")
    print(worker, threading.active_count())


def a_prompt():
    @pyteleport.prompt
    def elsewhere(client, db):
        before = os.getpid()
        pyteleport.teleport("local", drop=[socket.socket], on_missing=lambda obj: "instead")
        return os.getpid() != before, repr(client.connection), db

    client = Client()
    print(*elsewhere(client, sqlite3.connect(":memory:")))
    print(type(client.connection).__name__)


def nested_deep():
    held = [socket.socket()]
    chain = None
    for _ in range(50000):
        chain = [chain, held]
    move(drop=[held[0]])
    print(held, chain[1] is held)


def deep_and_missing():
    chain = None
    for _ in range(50000):
        chain = [chain]
    chain.append(sqlite3.connect(":memory:"))
    move(on_missing=lambda obj: "instead")
    print(chain[1])


for name in sys.argv[1:]:
    print(f"{name}:")
    globals()[name]()
