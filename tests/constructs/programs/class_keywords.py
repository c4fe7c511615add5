"""Class bodies with metaclasses, keywords, __init_subclass__, decorators and __slots__.

new Made {'option': 1} ['prepared', 'first', 'second']
first Made! Meta [('Entry', 'tagged')]
Point(x=2, y=[]) True Point
('one', 'two') frozenset({'needed'}) resumed
[<Level.LOW: 1>, <Level.HIGH: 2>] True
"""

import abc
import dataclasses
import enum

from point import here


class Meta(type):
    def __new__(meta, name, bases, namespace, **keywords):
        print("new", name, keywords, [key for key in namespace if not key.startswith("__")])
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)

    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        return {"prepared": name}


class Made(metaclass=Meta, option=here(1)):
    first = here("first")
    second = prepared + here("!")


class Registry:
    names = []

    def __init_subclass__(cls, tag="none", **keywords):
        super().__init_subclass__(**keywords)
        Registry.names.append((cls.__name__, tag))


class Entry(Registry, tag=here("tagged")):
    value = here(2)


def decorate(cls):
    cls.decorated = cls.__name__
    return cls


@decorate
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int = here(1)
    y: list = dataclasses.field(default_factory=list)
    here()


class Slotted(abc.ABC):
    __slots__ = ("one", here("two"))

    @abc.abstractmethod
    def needed(self): ...

    here()


class Level(enum.IntEnum):
    LOW = here(1)
    HIGH = LOW + here(1)


print(Made.first, Made.second, type(Made).__name__, Registry.names)
print(Point(2), Point() < Point(3), Point.decorated)
print(Slotted.__slots__, Slotted.__abstractmethods__, here())
print(list(Level), Level(2) is Level.HIGH)
