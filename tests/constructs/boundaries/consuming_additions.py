"""`sum` and `functools.reduce` while the program's `__add__`, or its function, is running."""

import functools
import operator
from fractions import Fraction

from point import here


class Amount:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        here()
        if isinstance(other, str):
            return NotImplemented
        total = Amount(self.value + getattr(other, "value", other))
        here()
        return total

    def __radd__(self, other):
        here()
        return Amount(other * 100 + self.value)

    def __repr__(self):
        return f"Amount({self.value})"


class Label(str):
    def __radd__(self, other):
        here()
        return Amount(len(self) + other.value)


def amounts(*values):
    for value in values:
        yield Amount(value)


def joined(one, other):
    here()
    return f"{one}-{other}"


print(sum(amounts(1, 2, 3)), sum(amounts(1, 2), Amount(10)), sum(map(Amount, (1, 2, 3)), 5))
print(sum(iter([Amount(1), 2, 3.5])), sum(x for x in [Amount(1), Label("four"), Amount(2)]))
try:
    sum(iter([Amount(1), "text"]))
except TypeError as problem:
    print(problem)
print(functools.reduce(joined, iter("abcd")), functools.reduce(joined, (c for c in "xyz"), "w"))
print(functools.reduce(operator.add, amounts(4, 5)))
print(sum(sum(amounts(n, n)) for n in range(2)))


class Traced(Fraction):
    def __add__(self, other):
        here()
        return Traced(Fraction.__add__(self, other))

    __radd__ = __add__


print(sum(Traced(1, n) for n in (2, 3, 4)))
