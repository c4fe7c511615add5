"""Comprehensions inside each other, and := in them.

[[0, 1], [10, 11]]
{'a': ['a'], 'b': ['b']}
total 6
(4, [1], 1, 1, True, 2)
([[100, 101], [101, 102]], 100)
item (0, 0)
item (0, 1)
item (1, 0)
item (1, 1)
"""

from point import here


def tables():
    return [[here(row * 10 + column) for column in range(2)] for row in range(2)]


def mixed():
    return {
        key: {letter for letter in value if here(letter) != "x"}
        for key, value in [(key, [here(key), "x"]) for key in "ab"]
    }


def walrus(numbers):
    doubled = [last := here(number * 2) for number in numbers]
    big = [half for number in numbers if (half := here(number) // 2) > 0]
    if (total := sum(doubled)) > here(3):
        print("total", total)
    while (count := here(total)) > 5:
        total -= 5
    return last, big, half, count, any((hit := number) > 1 for number in numbers), hit


def free_variables(base):
    return [[base + here(offset) + row for offset in range(2)] for row in range(2)], base


def generator_of_generators():
    for row in ((here((row, column)) for column in range(2)) for row in range(2)):
        for item in row:
            print("item", item)


print(tables())
print({key: sorted(value) for key, value in mixed().items()})
print(walrus([1, 2]))
print(free_variables(100))
generator_of_generators()
