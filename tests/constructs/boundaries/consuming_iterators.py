"""C functions that consume iterators of C, in which a function or a generator is at work.

[1, 2] (1, 2) {1} [1, 2, 3] [2, 4, 6] [1, 2]
[(0, 0), (1, 1)] {0: 9, 1: 8} ['0', '1'] [1] [0, 1, 0, 3] [1, 2]
"""

import itertools

from point import here


def steps(count):
    for number in range(count):
        here()
        yield number


class Items:
    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        here()
        if not self.items:
            raise StopIteration
        return self.items.pop(0)


def double(number):
    here()
    return number * 2


print(
    list(Items(1, 2)),
    tuple(Items(1, 2)),
    set(Items(1, 1)),
    sorted(Items(3, 1, 2)),
    list(map(double, [1, 2, 3])),
    list(filter(double, [0, 1, 2])),
)
print(
    list(enumerate(steps(2))),
    dict(zip(steps(2), [9, 8])),
    list(map(str, steps(2))),
    list(filter(None, steps(2))),
    list(itertools.chain(steps(2), steps(1), [3])),
    list(itertools.islice(steps(5), 1, 3)),
)
