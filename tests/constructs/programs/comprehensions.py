"""Comprehensions of all kinds, with conditions, several loops and lambdas inside.

[0, 2]
{'a': 1, 'b': 1} {2}
[1, 3]
[(0, 'a'), (0, 'b'), (1, 'a'), (1, 'b')]
[(0, 0), (1, 1)]
([0, 3], ['x', 'y'], 'outer')
[0, 1] {'k': 1, 'kk': 2}
generator 1 resumed
generator 2 resumed
[2, 2, 2]
"""

from point import here

print([here(number) * 2 for number in range(2)])
print({letter: here(1) for letter in "ab"}, {here(2) for _ in range(1)})
print([number for number in range(4) if here(number) % 2])
print([(row, column) for row in range(2) for column in here("ab")])
print([(lambda: (number, here(number)))() for number in range(2)])


def in_function(factor):
    shadowed = "outer"
    products = [here(number) * factor for number in range(2)]
    shadows = [here(shadowed) for shadowed in "xy"]
    return products, shadows, shadowed


class Holder:
    first = 2
    items = [here(number) for number in range(first)]
    lookup = {key: here(len(key)) for key in ("k", "kk")}


print(in_function(3))
print(Holder.items, Holder.lookup)
for number in (here(value) + 1 for value in range(2)):
    print("generator", number, here())
functions = [lambda: value for value in range(3)]
here()
print([function() for function in functions])
