"""Types the program says itself how to move: pyteleport.register, and copyreg.

db 42 resumed
ring True True a
pair [1, 2] True
subclass kept its own way
clock 3
slotted by copyreg
twice the same
"""

import copyreg
import os
import sqlite3

import pyteleport
from point import here

OFFSET = 0


def open_again(script):
    made = sqlite3.connect(":memory:")
    made.executescript(script)
    return made


class Ring:
    def __init__(self):
        self.other = self.text = None


def fill_ring(ring, state):
    ring.other, ring.text = state


class Pair:
    def __init__(self, first, second):
        self.both = [first, second]

    def __reduce__(self):
        raise ValueError("what is registered goes first")


class SubPair(Pair):
    def __reduce__(self):
        return SubPair.again, (self.both,)

    @staticmethod
    def again(both):
        made = SubPair(*both)
        made.how = "again"
        return made


class Clock:
    """What `restore` uses of the module's definitions is there."""

    def __init__(self, ticks):
        self.ticks = ticks


def advance(ticks):
    return Clock(int(ticks) + OFFSET)


class Slotted:
    __slots__ = ("extra",)


def make_slotted():
    return Slotted()


copyreg.pickle(Slotted, lambda slotted: (make_slotted, ()))
pyteleport.register(sqlite3.Connection, lambda db: "\n".join(db.iterdump()), open_again)
pyteleport.register(Ring, lambda ring: (ring.other, ring.text), Ring, fill_ring)
pyteleport.register(Pair, lambda pair: pair.both, lambda both: Pair(*both))
pyteleport.register(Clock, lambda clock: str(clock.ticks), advance)


def main():
    db = open_again("create table t (n); insert into t values (42)")
    db.commit()
    ring = Ring()
    ring.other, ring.text = {"ring": ring}, "a"
    pair = Pair(1, 2)
    both = [pair, pair]
    sub = SubPair(1, 2)
    clock = Clock(3)
    slotted = Slotted()
    slotted.extra = 1
    started = os.getpid()
    here()
    print("db", *db.execute("select n from t").fetchone(), here())
    print("ring", ring.other["ring"] is ring, type(ring) is Ring, ring.text)
    here()
    print("pair", pair.both, both[0] is both[1] is pair)
    here()
    moved = os.getpid() != started
    print("subclass", "kept its own way" if hasattr(sub, "how") == moved else "did not")
    print("clock", clock.ticks)
    here()
    moved = os.getpid() != started
    print("slotted", "by itself" if hasattr(slotted, "extra") == moved else "by copyreg")
    here()
    print("twice the same" if both[0] is both[1] else "two")


main()
