"""What a loop can assign to: tuples, starred names, attributes and items.

1 [2, 3] 4 resumed
x [] y resumed
1 2 3 d ['e'] resumed
b {'key': 2, 'computed': 5}
"""

from point import here


class Box:
    pass


def main():
    for first, *rest, last in [(1, 2, 3, 4), "xy"]:
        print(first, rest, last, here())
    for (a, b), [c, (d, *e)] in [((1, 2), (3, "de"))]:
        print(a, b, c, d, e, here())
    box, cells = Box(), {}
    for box.content in "ab":
        here()
    for cells["key"] in (1, 2):
        here()
    for cells[here("computed")], _ in [(5, 6)]:
        pass
    print(box.content, cells)


main()
