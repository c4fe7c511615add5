"""Generators that are running when it moves: advanced by for, one inside the other.

1 (0, 0)
1 (1, 1)
inner is over resumed
1 0
inner is over resumed
outer is over resumed
even 0 resumed
even 2 resumed
inner is over resumed
0 resumed
inner is over resumed
sees ValueError('handled by the caller') resumed
number 1 resumed
sees KeyError('own') resumed
sees ValueError('handled by the caller') resumed
depth 1
depth 2
depth 3
"""

from point import here


def inner(last):
    for number in range(last):
        here()
        yield number
    print("inner is over", here())


def outer(last):
    total = 0
    try:
        for number in inner(last):
            total += number
            yield number, total
        yield from inner(1)
    finally:
        print("outer is over", here())


def filtered(numbers):
    for number in numbers:
        if number % 2 == here(0):
            yield number


def main():
    for row in [1]:
        for item in outer(2):
            print(row, item)
    for number in filtered(number for number in inner(3)):
        print("even", number, here())
    for number in (here(item) for item in inner(2)):
        if number == 1:
            break
    for number, again in ((number, here()) for number in inner(1)):
        print(number, again)


def in_handler():
    try:
        raise ValueError("handled by the caller")
    except ValueError:
        for number in handling():
            print("number", number, here())


def handling():
    import sys

    print("sees", repr(sys.exception()), here())
    try:
        raise KeyError("own")
    except KeyError:
        yield 1
        print("sees", repr(sys.exception()), here())
    print("sees", repr(sys.exception()), here())


def recursive(depth):
    if depth:
        yield from recursive(depth - 1)
        yield here(depth)


main()
in_handler()
for item in recursive(3):
    print("depth", item)
