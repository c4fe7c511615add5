"""`sum` of numbers over an iterator at work: to the last bit as if not moved."""

import random
from fractions import Fraction

from point import here


def given(items):
    for item in items:
        here()
        yield item


random.seed(3)
wide = [random.uniform(-1, 1) * 10 ** random.randint(-12, 12) for _ in range(6)]
print(sum(given(wide)), sum(given(wide[:2] + [7] + wide[2:]), 0.5))
cancelling = [1e16, 1.0, -1e16, 0.1, 1e-9]
print(sum(given(cancelling)), sum(given([0.1] * 4)), sum(given([1e-320, 0.5, -0.5])))
print(sum(given([0.1, 1, 0.2, True, 0.3])), sum(given([-0.0, -0.0]), -0.0), sum(given([])))
# What is not a float ends the exact additions for good.
print(sum(given([0.1, Fraction(1, 3), 0.1, 0.7, 1e16, 1.0, -1e16])))
print(sum(given([2**70, 0.1, 0.1, 0.1, -(2**70), 1e16, 1.0, -1e16])))
print(sum(given([2**70, -(2**70), 1e16, 1.0, -1e16])), sum(given([2**62, 2**62, 1])))
print(sum(given([1j, 0.1, 0.2 + 1e-20j, 1e16, 1.0, -1e16])), sum(given([-1, 1j, 1e16])))
print(sum(given([True, True]), True), sum(given([float("inf"), 1.0, 1e16])))
