"""for over enumerate, zip, map, filter, reversed and iter with a sentinel.

1 x 5 resumed
2 y 6 resumed
1 resumed
2 resumed
true 3 resumed
true 4 resumed
zip (1, 3) resumed
zip (2, 4) resumed
middle resumed
popped 1 [3, 2] resumed
popped 2 [3] resumed
rest b resumed
rest c resumed
max 4 resumed
max 5 resumed
module 2 resumed
module 1 resumed
"""

from point import here


def main():
    for index, (letter, number) in enumerate(zip("xy", [5, 6]), start=1):
        print(index, letter, number, here())
    for text in map(str, [1, 2]):
        print(text, here())
    for number in filter(None, [0, 3, 0, 4]):
        print("true", number, here())
    for both in zip([1, 2], (3, 4), strict=True):
        print("zip", both, here())
    for item in reversed([1, 2, 3]):
        if item == 2:
            print("middle", here())
    stock = [3, 2, 1]
    for item in iter(stock.pop, 3):
        print("popped", item, stock, here())
    iterator = iter("abc")
    next(iterator)
    here()
    for item in iterator:
        print("rest", item, here())
    for item in map(max, [1, 5], [4, 2]):
        print("max", item, here())


main()
for number in map(int, reversed("12")):
    print("module", number, here())
