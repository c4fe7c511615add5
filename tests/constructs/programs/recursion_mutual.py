"""Functions that call each other, with something different open in each frame.

leaving odd 3 resumed
leaving odd 3 resumed
True True
2432902008176640000
[('a', 'c'), ('a', 'b'), ('c', 'b'), ('a', 'c'), ('b', 'a'), ('b', 'c'), ('a', 'c')]
"""

from point import here


def even(number):
    for _ in range(1):
        return True if number == 0 and here() else odd(number - 1)


def odd(number):
    try:
        return False if number == 0 else even(number - 1)
    finally:
        if number == 3:
            print("leaving odd 3", here())


def factorial(number):
    return 1 if number == 0 and here() else number * factorial(number - 1)


def hanoi(height, source, target, spare):
    if height == 0:
        return []
    return [
        *hanoi(height - 1, source, spare, target),
        (source, here(target)),
        *hanoi(height - 1, spare, target, source),
    ]


print(even(6), odd(5))
print(factorial(20))
print(hanoi(3, "a", "c", "b"))
