"""Slots however they are declared: none is lost, and no code of the program runs to set them

moved [1, 2, 3, 4, 5, 6]
"""

from dataclasses import dataclass

from point import here


@dataclass(slots=True)
class Plain:
    a: int
    __b: int = 0


class FromGenerator:
    __slots__ = (name for name in ("a", "_FromGenerator__b"))


class Renamed:
    __slots__ = ("__a",)

    def __init__(self, a):
        self.__a = a

    def get(self):
        return self.__a


Renamed.__name__ = "Other"


class Base:
    __slots__ = ("a",)


class Shadowing(Base):
    __slots__ = ("b",)

    @property
    def a(self):
        return "shadow"


class Guarded:
    __slots__ = "a"

    def __setattr__(self, name, value):
        raise AttributeError("read only")


generated = FromGenerator()
generated.a = 2
renamed = Renamed(3)
shadowing = Shadowing()
shadowing.b = 4
guarded = Guarded()
object.__setattr__(guarded, "a", 5)


class WithDict(Base):
    pass


mixed = WithDict()
mixed.a, mixed.more = 6, "more"
plain = Plain(1)
here()
assert (shadowing.a, mixed.more, type(renamed).__name__) == ("shadow", "more", "Other")
print("moved", [plain.a, generated.a, renamed.get(), shadowing.b, guarded.a, mixed.a])
