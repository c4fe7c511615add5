"""Prompts in each other, moves on from there, and many at once.

inner True outer False
after a move True True
moved on True 3
inner at the target True True
eight True True
nested in a thread True
no copies CannotMove
no fork CannotMove
a plain function is not prompted ThreadsAlive
other threads stay True
a lock in a with True True
another thread's lock CannotMove
another thread's reentrant lock CannotMove
plain move afterwards True
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pyteleport

HOME = os.getpid()


def away():
    before = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != before
    return os.getpid()


@pyteleport.prompt
def inner():
    return away()


@pyteleport.prompt
def outer():
    there = inner()
    return there != HOME, os.getpid() != HOME


print("inner", outer()[0], "outer", outer()[1])


@pyteleport.prompt
def after():
    first = away()
    second = inner()  # its caller waits at the first place
    return len({HOME, first, second}) == 3, os.getpid() == first


print("after a move", *after())


@pyteleport.prompt
def on():
    return len({HOME, away(), away(), away()}) == 4, os.getppid() and 3


print("moved on", *on())


@pyteleport.prompt
def both():
    first = away()
    inside = inner()
    second = away()
    again = inner()
    return len({HOME, first, inside, second, again}) == 5, os.getpid() == second


print("inner at the target", *both())


@pyteleport.prompt
def numbered(number):
    there = away()
    return number, there, threading.active_count()


with ThreadPoolExecutor(8) as pool:
    found = list(pool.map(numbered, range(8)))
    print(
        "eight",
        [number for number, _, _ in found] == list(range(8)),
        len({there for _, there, _ in found}) == 8 and all(count == 1 for _, _, count in found),
    )
    print("nested in a thread", pool.submit(after).result() == (True, True))


@pyteleport.prompt
def copies():
    try:
        pyteleport.tp_shell("sh", n=2)
    except pyteleport.CannotMove as error:
        return type(error).__name__


print("no copies", copies())


@pyteleport.prompt
def forks():
    try:
        pyteleport.fork_shell("sh")
    except pyteleport.CannotMove as error:
        return type(error).__name__


print("no fork", forks())

stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
try:
    away()
except pyteleport.ThreadsAlive as error:
    print("a plain function is not prompted", type(error).__name__)
print("other threads stay", inner() != HOME and thread.is_alive())


@pyteleport.prompt
def locked():
    lock, reentrant = threading.Lock(), threading.RLock()
    with lock, reentrant:
        away()
        inside = lock.locked()
    return inside, not lock.locked() and reentrant.acquire(False)


print("a lock in a with", *locked())
ready = threading.Event()


def holds(lock):
    with lock:
        ready.set()
        stop.wait()


@pyteleport.prompt
def needs(lock):
    try:
        away()
    except pyteleport.CannotMove as error:
        assert "local 'lock'" in error.where, error
        return type(error).__name__
    return lock


threads = [thread]
for kind, lock in (("lock", threading.Lock()), ("reentrant lock", threading.RLock())):
    ready.clear()
    threads.append(threading.Thread(target=holds, args=(lock,)))
    threads[-1].start()
    ready.wait()
    print(f"another thread's {kind}", needs(lock))
stop.set()
for thread in threads:
    thread.join()
away()
print("plain move afterwards", os.getpid() != HOME)
