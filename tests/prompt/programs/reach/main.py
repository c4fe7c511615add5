"""Only what the code of the frames can come to by name moves along.

by name 6
class 9 True
whole module True 1
imported inside 12 ('package', 4)
changed there 5, here 1
a global of the function's own module is copied [1, 2] [1]
found through data 9
in a set True
not named: NameError
whole module with what cannot move CannotMove
stdout as an object here
"""

import io
import os
import socket
import sys

import pyteleport
import settings
from tools import Base, triple

SOCKET = socket.socket()  # never named below, but for one function
counter = 1
kept = [1]
hidden = 5


def away():
    before = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != before


class Derived(Base):
    def __init__(self, x):
        self.x = x


class Keyed:
    def __hash__(self):
        return hash_of(self)

    def __eq__(self, other):
        return True


def hash_of(_):
    return 7


@pyteleport.prompt
def by_name():
    away()
    return triple(2)


@pyteleport.prompt
def of_class():
    away()
    made = Derived(1)
    return made.method() * 3, made


@pyteleport.prompt
def module():
    away()
    return settings.debug, settings.look("a")


@pyteleport.prompt
def inside():
    away()
    import package.part
    from tools import triple as by_another_name

    return by_another_name(4), package.part.named()


@pyteleport.prompt
def changes():
    global counter
    away()
    counter += 4
    kept.append(2)
    return counter, kept


@pyteleport.prompt
def through(held):
    away()
    return held["x"][0].method() * 3


@pyteleport.prompt
def in_a_set(held):
    away()
    return Keyed() in held


@pyteleport.prompt
def not_named():
    away()
    try:
        return eval("hidden")
    except NameError as error:
        return type(error).__name__


@pyteleport.prompt
def cannot():
    import tools

    try:
        away()
    except pyteleport.CannotMove as error:
        assert "global 'unused' of tools" in error.where, error.where
        return type(error).__name__
    return tools


print("by name", by_name())
number, made = of_class()
print("class", number, type(made) is Derived)
print("whole module", *module())
print("imported inside", *inside())
there, copy = changes()
print(f"changed there {there}, here {counter}")
print("a global of the function's own module is copied", copy, kept)
print("found through data", through({"x": [Derived(1)]}))
print("in a set", in_a_set({Keyed()}))
print("not named:", not_named())
print("whole module with what cannot move", cannot())


class Screen(io.StringIO):
    """Cannot move: it is what the program writes to here."""

    def __reduce__(self):
        raise TypeError

    def __reduce_ex__(self, protocol):
        raise TypeError


@pyteleport.prompt
def prints():
    out = sys.stdout
    away()
    print("stdout as an object", file=out)


sys.stdout, screen = Screen(), sys.stdout
prints()
sys.stdout, screen = screen, sys.stdout
print(screen.getvalue().strip(), "here")
