"""Generators, exceptions, closures, a class and a file, in few lines."""

import sys


def evens(last):
    for number in range(last):
        try:
            yield number * 2
        finally:
            pass


class Point:
    names = [name for name in "xy"]

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def fail(self):
        try:
            raise ValueError(self.x)
        except ValueError as error:
            print("caught", error)
        return self.y


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


total = 0
step = counter()
for value in evens(3):
    total += value + step()
    print(total)
print(Point(3, 4).fail(), Point.names, [row * col for row in (1, 2) for col in (3, 4)])
with open("out.txt", "w") as file:
    for number in range(2):
        file.write(str(number))
print(*sys.argv[1:], file=sys.stderr)
sys.exit(3)
