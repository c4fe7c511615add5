"""for over the iterators of itertools that take one element after the other.

again resumed
again resumed
15 b
product 1 resumed
product 1 resumed
product 2 resumed
product 6 resumed
chain 1 resumed
chain b resumed
from_iterable 2 resumed
from_iterable c resumed
zip_longest a 1 resumed
zip_longest b - resumed
compress a resumed
compress c resumed
dropwhile 0 resumed
dropwhile 2 resumed
takewhile 1 resumed
takewhile 2 resumed
filterfalse 0 resumed
filterfalse '' resumed
islice b resumed
islice d resumed
"""

import itertools
import operator

from point import here


def endless():
    for number in itertools.count(10, 5):
        if number > here(12):
            break
    for index, letter in enumerate(itertools.cycle("ab")):
        if index == here(3):
            break
    for word in itertools.repeat("again", 2):
        print(word, here())
    print(number, letter)


def joined():
    for total in itertools.accumulate([1, 2, 3], operator.mul, initial=1):
        print("product", total, here())
    for item in itertools.chain([1], "b"):
        print("chain", item, here())
    for item in itertools.chain.from_iterable([[2], "c"]):
        print("from_iterable", item, here())
    for first, second in itertools.zip_longest("ab", [1], fillvalue="-"):
        print("zip_longest", first, second, here())


def chosen():
    for item in itertools.compress("abc", [1, 0, 1]):
        print("compress", item, here())
    for item in itertools.dropwhile(bool, [1, 0, 2]):
        print("dropwhile", item, here())
    for item in itertools.takewhile(bool, [1, 2, 0]):
        print("takewhile", item, here())
    for item in itertools.filterfalse(bool, [0, 1, ""]):
        print("filterfalse", repr(item), here())
    for item in itertools.islice("abcdef", 1, 5, 2):
        print("islice", item, here())


endless()
joined()
chosen()
