"""Classes: inheritance, properties, descriptors, class attributes, metaclasses and ABCs.

1 5
"""

import abc

from point import here


class Typed:
    """A descriptor."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, "unset")

    def __set__(self, instance, value):
        setattr(instance, self.name, int(value))


class Meta(type):
    registry = {}

    def __new__(meta, name, bases, namespace):
        cls = super().__new__(meta, name, bases, namespace)
        meta.registry[name] = cls
        return cls

    def __call__(cls, *arguments):
        instance = super().__call__(*arguments)
        instance.made_by = cls.__name__
        return instance

    def __len__(cls):
        return len(cls.__name__)


class Shape(abc.ABC):
    count = 0
    shapes = []

    def __init__(self, size):
        type(self).count += 1
        self.size = size
        self.shapes.append(self)

    @property
    def area(self):
        return self.size**2

    @area.setter
    def area(self, value):
        self.size = int(value**0.5)

    @abc.abstractmethod
    def name(self): ...

    @classmethod
    def make(cls):
        return cls(3)

    @staticmethod
    def helper(value):
        return value + 1


class Square(Shape):
    side = Typed()

    def name(self):
        return "square"


class Mixin:
    def name(self):
        return "mixed " + super().name()


class Mixed(Mixin, Square):
    def __eq__(self, other):
        return isinstance(other, Mixed) and self.size == other.size

    __hash__ = None


class Registered(metaclass=Meta):
    pass


@Shape.register
class Virtual:
    pass


def make_local(base):
    class Local(base):
        def owner(self):
            return __class__

    return Local


Local = make_local(Square)
square, mixed, registered = Square(2), Mixed(3), Registered()
square.side = "7"
bound, local = square.name, Local(5)

for turn in range(2):
    here()
    assert type(square) is Square and square.name() == "square" and bound() == "square"
    assert bound.__self__ is square and bound.__func__ is Square.name
    assert square.area == 4 and square.side == 7 and isinstance(Square.side, Typed)
    assert Mixed.__mro__ == (Mixed, Mixin, Square, Shape, abc.ABC, object)
    assert mixed.name() == "mixed square" and mixed == Mixed(3) and Mixed.__hash__ is None
    assert registered.made_by == "Registered" and Meta.registry == {"Registered": Registered}
    assert len(Registered) == 10 and type(Registered) is Meta
    assert isinstance(Virtual(), Shape) and issubclass(Virtual, Shape)
    assert local.owner() is Local and Local.__qualname__ == "make_local.<locals>.Local"
    assert Shape.shapes[0] is square and Shape.shapes is Square.shapes
    assert Square.count == 1 and Mixed.count == 3 + turn and Shape.count == 0
    assert Shape.helper(1) == 2 and Square.__subclasses__() == [Mixed, Local]
    assert Square.name.__globals__ is globals() and Square.__dict__["name"]
    try:
        Shape(1)
    except TypeError as error:
        assert "abstract" in str(error)
    square.area = 16
    assert square.size == 4
    square.size = 2
Square.added = here("afterwards")
assert mixed.added == "afterwards"
print(Square.count, len(Shape.shapes))
