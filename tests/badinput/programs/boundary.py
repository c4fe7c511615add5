"""C code between two frames of the program: both are named.

refused: BoundaryError, naming sorts, key, boundary.py
[1, 2, 3]
refused: BoundaryError, naming reduces, add
6
moved
"""

import functools

from refusing import moves, refused

tries = []


def key(number):
    if not tries:
        tries.append(number)
        refused("BoundaryError", "sorts", "key", "boundary.py")
    return number


def sorts(numbers):
    return sorted(numbers, key=key)


def add(left, right):
    if tries:
        tries.clear()
        refused("BoundaryError", "reduces", "add")
    return left + right


def reduces(numbers):
    return functools.reduce(add, numbers)


print(sorts([3, 1, 2]))
print(reduces([1, 2, 3]))
moves()
