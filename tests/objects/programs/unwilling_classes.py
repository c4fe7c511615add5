"""Objects whose classes raise when they are asked anything move unasked; a move inside a move is refused.

unasked
"""

import sys

import pyteleport
from point import here


class Silent:
    def __getattr__(self, name):
        raise RuntimeError(name)


class Closed:
    def __getattribute__(self, name):
        raise RuntimeError(name)


class Nameless:
    @property
    def __class__(self):
        raise RuntimeError("class")


class Watched(type):
    @property
    def label(cls):
        return "of the metaclass"


class Labelled(metaclass=Watched):
    pass


class Eager:
    """Moves the program when it is asked how to be copied."""

    refused = ""

    def __reduce__(self):
        try:
            pyteleport.teleport("local")
        except pyteleport.CannotMove as problem:
            Eager.refused = problem.what
        return Eager, ()


namespace = {"label": "of the class", "__module__": "__main__"}
Both = Watched("Both", (), namespace)
held = [Silent(), Closed(), Nameless()]
for number in range(2):
    here()
    assert [type(value) for value in held] == [Silent, Closed, Nameless]
assert Labelled.label == "of the metaclass" and Both.label == "of the metaclass"
assert Both().label == "of the class"
eager = Eager()
try:
    pyteleport.teleport(pyteleport.shell("false"))
except pyteleport.TeleportError:
    pass
assert Eager.refused.startswith("teleport() was called inside a move"), Eager.refused
del eager
here()
print("unasked")
sys.stdout.flush()
