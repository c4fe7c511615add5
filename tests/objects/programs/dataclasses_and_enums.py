"""dataclasses, enums, named tuples, typed dicts and types made by calls.

Point(x=1, y=2, tags=[], total=3) Row(key='k', value=5)
"""

import collections
import dataclasses
import enum
import types
import typing

from point import here


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list, compare=False)
    total: int = dataclasses.field(init=False)

    def __post_init__(self):
        self.total = self.x + self.y


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Frozen:
    name: str
    inner: Point | None = None


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"
    ALSO_RED = 1

    def shout(self):
        return self.name + "!"


class Mode(enum.IntFlag):
    READ = enum.auto()
    WRITE = enum.auto()


class Level(enum.StrEnum):
    LOW = enum.auto()


Pair = collections.namedtuple("Pair", ["left", "right"], defaults=[2])


class Row(typing.NamedTuple):
    key: str
    value: int = 5


class Shape(typing.TypedDict):
    sides: int


Made = type("Made", (Point,), {"extra": 1})
Through = types.new_class("Through", (Point,))
Functional = enum.Enum("Functional", "A B")

point, frozen = Point(1, 2), Frozen("f", Point(3))
colours = {Colour.RED: "r", Colour.BLUE: "b"}
pair, row, mode = Pair(1), Row("k"), Mode.READ | Mode.WRITE

for _ in range(2):
    here()
    assert point == Point(1, 2) and point.total == 3 and point.tags is not Point(1).tags
    assert repr(point) == "Point(x=1, y=2, tags=[], total=3)"
    assert [field.name for field in dataclasses.fields(Frozen)] == ["name", "inner"]
    assert frozen < Frozen("g") and dataclasses.replace(frozen, name="h").inner is frozen.inner
    try:
        frozen.name = "changed"
    except dataclasses.FrozenInstanceError:
        pass
    else:
        raise AssertionError("it is frozen")
    assert (
        colours[Colour(1)] == "r"
        and Colour["BLUE"] is Colour.BLUE
        and Colour.ALSO_RED is Colour.RED
    )
    assert Colour.RED.shout() == "RED!" and list(Colour) == [Colour.RED, Colour.BLUE]
    assert (
        mode == Mode(3) and Mode.WRITE in mode and Level.LOW == "low" and Level("low") is Level.LOW
    )
    assert pair == (1, 2) and pair._replace(left=5).left == 5 and type(pair) is Pair
    assert row.value == 5 and Row.__annotations__ == {"key": str, "value": int}
    assert isinstance(Made(1), Point) and Made.extra == 1 and Through(2).total == 2
    assert Functional.A.value == 1 and Functional(2) is Functional.B
    assert Shape(sides=3) == {"sides": 3} and Shape.__required_keys__ == {"sides"}
    match frozen:
        case Frozen(name="f", inner=Point(x=3)):
            pass
        case _:
            raise AssertionError("it matches")
print(point, row)
