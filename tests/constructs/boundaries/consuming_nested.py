"""C functions that consume iterators, in each other; and iterators that fail.

7 [[], [0], [0, 1]]
then [0, 1] [1]
handled KeyError
"""

from point import here


def steps(count):
    for number in range(count):
        here()
        yield number


def given(*items):
    for item in items:
        here()
        yield item
    here()


def tree(depth):
    here()
    return 1 + sum(tree(depth - 1) for _ in range(2)) if depth else 1


def guarded():
    try:
        yield here(0)
        yield here(1)
    finally:
        print("then", end=" ")


print(tree(2), [list(steps(count)) for count in list(steps(3))])
print(list(guarded()), end=" ")
print(sorted(given(1)))


def fails():
    yield here(1)
    raise KeyError


try:
    list(fails())
except KeyError:
    print("handled KeyError")
