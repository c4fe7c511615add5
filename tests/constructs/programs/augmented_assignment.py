"""Augmented assignment to names, attributes, items and slices, with every operator.

2.5
11 -44 [1, 7, 9, 3] {'k': [0, 4], 'new': 4}
True True
[7, 9, 3, 0] {'k': [0, 4]} False
"""

from point import here


class Box:
    def __init__(self):
        self.number = 1
        self.inner = None


def make_box():
    box = Box()
    box.inner = Box()
    return box


def index():
    return here(1)


number = 1
number += here(2)
number -= here(1)
number *= here(6)
number //= here(5)
number **= here(4)
number %= here(10)
number <<= here(2)
number |= here(1)
number &= here(13)
number ^= here(2)
number >>= here(1)
number /= here(2)
print(number)
box, cells, table = make_box(), [1, 2, 3], {"k": [0]}
box.number += here(10)
box.inner.number -= here(5)
box.inner.number *= box.number + here(0)
cells[index()] += here(5)
cells[here(0) : here(2)] += here([9])
table["k"] += here([1])
table[here("new")] = table["k"][here(1)] = here(4)
print(box.number, box.inner.number, cells, table)
same = cells
cells += here([0])
print(same is cells, here(same) is cells)
del cells[here(0)], table[here("new")], box.inner
print(cells, table, hasattr(box, "inner"))
