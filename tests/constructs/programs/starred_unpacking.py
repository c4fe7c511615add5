"""Stars on both sides of an assignment, and in displays and calls.

1 [2, 3] 4
['xy'] 5 [6, 7]
a b c
[1, 'a', 'b', 2] (3, 4) {5} {'k': 6, 'l': 7}
both both
4 1
[1, 2, 3, 4]
not enough values to unpack (expected 2, got 1) resumed
(8, 9, 0)
"""

from point import here

first, *middle, last = here([1, 2, 3, 4])
print(first, middle, last)
*most, (a, *b) = here("xy"), here([5, 6, 7])
print(most, a, b)
[one, two], three = here("ab"), here("c")
print(one, two, three)
print(
    [*here([1]), *here("ab"), 2],
    (*here((3,)), 4),
    {*here([5]), 5},
    {**here({"k": 6}), "l": here(7)},
)
x = y = here("both")
print(x, y)
first, last = last, here(first)
print(first, last)
cells = [0, 0, 0]
cells[here(0)], cells[here(1)], *cells[2:] = here((1, 2, 3, 4))
print(cells)
try:
    one, two = here([1])
except ValueError as error:
    print(error, here())


def returns_stars(*values):
    return *values, *here([0])


print(returns_stars(*here([8, 9])))
