"""for over the iterators of itertools that look at several elements at once.

groupby 1 1 resumed
groupby 1 3 resumed
groupby 0 2 resumed
groupby 0 4 resumed
groupby 1 5 resumed
pairwise (1, 2) resumed
pairwise (2, 3) resumed
starmap 8 resumed
starmap 9 resumed
first 2 resumed
first 3 resumed
second 1 resumed
second 2 resumed
second 3 resumed
product ('a', 1) resumed
product ('b', 1) resumed
permutation (1, 2) resumed
permutation (2, 1) resumed
combination ('a', 'b') resumed
combination ('a', 'c') resumed
combination ('b', 'c') resumed
with replacement ('a', 'a') resumed
with replacement ('a', 'b') resumed
with replacement ('b', 'b') resumed
"""

import itertools

from point import here


def grouped():
    for key, group in itertools.groupby([1, 3, 2, 4, 5], key=(2).__rmod__):
        for item in group:
            print("groupby", key, item, here())
    for pair in itertools.pairwise([1, 2, 3]):
        print("pairwise", pair, here())
    for item in itertools.starmap(pow, [(2, 3), (3, 2)]):
        print("starmap", item, here())


def teed():
    first, second = itertools.tee([1, 2, 3])
    next(first)
    for item in first:
        print("first", item, here())
    for item in second:
        print("second", item, here())


def combined():
    for item in itertools.product("ab", [1]):
        print("product", item, here())
    for item in itertools.permutations([1, 2]):
        print("permutation", item, here())
    for item in itertools.combinations("abc", 2):
        print("combination", item, here())
    for item in itertools.combinations_with_replacement("ab", 2):
        print("with replacement", item, here())


grouped()
teed()
combined()
