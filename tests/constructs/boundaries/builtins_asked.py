"""Functions of builtins and operator that ask a special method, and hand through what it gives.

4 -4 4 ('add', 5) ('radd', 5) True 4 ('item', 1) 0x4 (1, 2)
gotten p default True False set q deleted q
[('next', 1)] ('next', 0) end
4.5 (4+0j) b'bytes' ['a', 'b'] ('rounded', 1) ('reversed',) ('divided', 2)
True False 4 ('instead', 1) True
"""

import functools
import math
import operator

from point import here

# refused: 11 (tuple, once it has its iterator)
# refused: 31-32 (a partial of one argument, which stands in the partial's place up to 3.13)


class Number:
    def __init__(self, value):
        self.value = value

    def __int__(self):
        return here(self.value)

    def __neg__(self):
        return here(-self.value)

    def __abs__(self):
        return here(self.value)

    def __add__(self, other):
        return "add", here(other)

    def __radd__(self, other):
        return "radd", here(other)

    def __eq__(self, other):
        return here(True)

    def __index__(self):
        return here(self.value)

    def __getitem__(self, key):
        return "item", here(key)

    def __iter__(self):
        return here(iter((1, 2)))

    def __float__(self):
        return here(4.5)

    def __complex__(self):
        return here(4 + 0j)

    def __bytes__(self):
        return here(b"bytes")

    def __dir__(self):
        return here(["b", "a"])

    def __round__(self, digits=None):
        return "rounded", here(digits)

    def __reversed__(self):
        return ("reversed", *here(()))

    def __divmod__(self, other):
        return "divided", here(other)

    def __ceil__(self):
        return here(4)

    def __length_hint__(self):
        return here(2)

    def __contains__(self, item):
        return here(item)


class Attributes:
    @property
    def p(self):
        return here("gotten p")

    def __getattr__(self, name):
        here()
        raise AttributeError(name)

    def __setattr__(self, name, value):
        print(value, name, end=" " + here(""))

    def __delattr__(self, name):
        print("deleted", name + here(""))


class Steps:
    def __init__(self, left):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        if not here(self.left):
            raise StopIteration
        self.left -= 1
        return "next", self.left


class Kind(type):
    def __instancecheck__(cls, instance):
        return here(True)

    def __subclasscheck__(cls, other):
        return here(False)


class Asked(metaclass=Kind):
    pass


class Falls(Number):
    def __add__(self, other):
        here()
        return NotImplemented


class Instead:
    def __radd__(self, other):
        return "instead", here(1)


four = Number(4)
print(
    int(four),
    -four,
    abs(four),
    operator.add(four, 5),
    operator.add(5, four),
    operator.eq(four, 2),
    operator.index(four),
    operator.getitem(four, 1),
    hex(four),
    tuple(four),
)
thing = Attributes()
print(getattr(thing, "p"), getattr(thing, "x", "default"), hasattr(thing, "p"), end=" ")
print(hasattr(thing, "x"), end=" ")
setattr(thing, "q", "set")
delattr(thing, "q")
steps = Steps(2)
print([next(steps)], next(steps), next(steps, "end"))
print(
    float(four), complex(four), bytes(four), dir(four), round(four, 1), reversed(four),
    divmod(four, 2),
)  # fmt: skip
print(
    isinstance(1, Asked),
    issubclass(int, Asked),
    math.ceil(four),
    functools.partial(operator.add, Falls(1))(Instead()),
    operator.contains(four, 3),
)
