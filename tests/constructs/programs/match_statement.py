"""match with patterns of every kind; the move in the subject, guards and bodies.

('empty', 'resumed')
('pair from one', 1, 2, 'resumed')
('other', [2, 2], 'resumed')
('long', [1, 2], 'resumed')
('mapping', 'n', {'age': 3}, 'resumed')
('other', {'name': 0}, 'resumed')
('on the axis', 5, 'resumed')
('diagonal', 2, 'resumed')
('other', Dot(x=2, y=3), 'resumed')
('colour', 'BLUE', 'resumed')
('word', 'no')
('constant', 'resumed')
('constant', 'resumed')
('both', ('s', b'b'), 'resumed')
"""

from dataclasses import dataclass
from enum import Enum

from point import here


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass
class Dot:
    x: int
    y: int


def kind(subject):
    match here(subject):
        case []:
            return "empty", here()
        case [first, int(second)] if first == here(1):
            return "pair from one", first, second, here()
        case [_, *rest] if here(len(rest) > 1):
            return "long", rest, here()
        case {"name": str(name), **others}:
            return "mapping", name, others, here()
        case Dot(x=0, y=height):
            return "on the axis", height, here()
        case Dot(x, y) if x == here(y):
            return "diagonal", x, here()
        case Colour.RED | Colour.BLUE as colour:
            return "colour", colour.name, here()
        case "yes" | "no" as word:
            return "word", word
        case -1 | 2.5 | None | True:
            return "constant", here()
        case (str(), bytes()) as both:
            return "both", both, here()
        case other:
            return "other", other, here()


for subject in (
    [],
    [1, 2],
    [2, 2],
    [0, 1, 2],
    {"name": "n", "age": 3},
    {"name": 0},
    Dot(0, 5),
    Dot(2, 2),
    Dot(2, 3),
    Colour.BLUE,
    "no",
    -1,
    None,
    ("s", b"b"),
):
    print(kind(subject))
