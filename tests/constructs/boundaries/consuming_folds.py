"""`math.prod`, `functools.reduce`, and `sum` of what is no number, over an iterator at work."""

import functools
import math
import operator
from decimal import Decimal

from point import here


def given(items):
    for item in items:
        here()
        yield item


class Amount:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Amount(self.value + getattr(other, "value", other))

    __radd__ = __add__

    def __repr__(self):
        return f"Amount({self.value})"


print(sum(given([Decimal("0.1")] * 3)), sum(given([[1], [2]]), []), sum(given([(1,)]), ()))
print(sum(given([Amount(1), Amount(2), 3])), sum(given([1, 2]), start=10))
try:
    sum(given([1, "a"]))
except TypeError as problem:
    print(problem)
print(math.prod(given([2, 3, 0.5])), math.prod(given([2, 3]), start=4), math.prod(given([])))
print(functools.reduce(operator.add, given([1, 2, 3])), functools.reduce(max, given([1, 2]), 9))
print(functools.reduce(lambda one, other: one + other, given("abc")))
try:
    functools.reduce(operator.add, given([]))
except TypeError as problem:
    print(problem)
