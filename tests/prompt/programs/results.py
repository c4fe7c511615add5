"""What a prompted function returns comes back.

None [1, 2, 3]
numbers 7 1.5 (2+3j) b'bytes' text
mine True True 5 5
its class True
a function True 14
members True True
a closure 11
a lambda 9
a class made there Local 3
shared True True
a cycle True
nested deep 50000
an argument is a copy [1] [1, 2]
a generator [3, 4]
large 100000000 True
keywords ((1, 2), {'c': 3})
names f wrapped of __main__ says so
a method True 42
a static method 5
a class method True
"""

import enum
import os

import pyteleport


def away():
    before = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != before


class Point:
    unit = 1

    def __init__(self, x):
        self.x = x

    @pyteleport.prompt
    def moved(self):
        away()
        return self.x * 2

    @staticmethod
    @pyteleport.prompt
    def plain(x):
        away()
        return x + 1

    @classmethod
    @pyteleport.prompt
    def of(cls, x):
        away()
        return cls(x)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def double(x):
    return x * 2


@pyteleport.prompt
def give(make):
    away()
    return make()


def closure():
    y = 10
    return lambda: y + 1


def local():
    class Local:
        def __init__(self):
            self.x = 3

    return Local()


def shared():
    inner = [1]
    return [inner, inner, {"same": inner}]


def cycle():
    made = []
    made.append(made)
    return made


def counting():
    for number in range(5):
        yield number


def suspended():
    generator = counting()
    for _ in range(3):
        next(generator)
    return generator


print(give(lambda: None), give(lambda: [1, 2, 3]))
print("numbers", *(give(lambda x=x: x) for x in (7, 1.5, 2 + 3j, b"bytes", "text")))
point = give(lambda: Point(5))
print("mine", type(point) is Point, isinstance(point, Point), point.x, vars(point)["x"])
print("its class", give(lambda: Point) is Point)
print("a function", give(lambda: double) is double, give(lambda: double)(7))
print(
    "members", give(lambda: Colour.RED) is Colour.RED, give(lambda: [Colour.BLUE])[0] is Colour.BLUE
)
print("a closure", give(closure)())
print("a lambda", give(lambda: lambda x: x * x)(3))
made = give(local)
print("a class made there", type(made).__name__, made.x)
three = give(shared)
print("shared", three[0] is three[1], three[0] is three[2]["same"])
ring = give(cycle)
print("a cycle", ring[0] is ring)


def deep():
    made = Point(0)
    for number in range(50_000):
        outer = Point(number)
        outer.inner = [made]
        made = outer
    return made


made = give(deep)
depth = 0
while hasattr(made, "inner"):
    (made,) = made.__dict__.pop("inner")
    depth += 1
print("nested deep", depth)


@pyteleport.prompt
def add(items):
    away()
    items.append(2)
    return items


items = [1]
print("an argument is a copy", end=" ")
more = add(items)
print(items, more)
print("a generator", list(give(suspended)))
large = give(lambda: bytearray(b"ab") * 50_000_000)
print("large", len(large), large[-2:] == b"ab")


@pyteleport.prompt
def take(*args, **kwargs):
    away()
    return args, kwargs


print("keywords", take(1, 2, c=3))


@pyteleport.prompt
def wrapped():
    """says so"""


print("names f", wrapped.__name__, "of", wrapped.__module__, wrapped.__doc__)
print("a method", Point(21).moved.__self__.x == 21, Point(21).moved())
print("a static method", Point.plain(4))
print("a class method", type(Point.of(3)) is Point)
