"""for over dict, its views, set and frozenset, forwards and backwards.

key ann resumed
key bob resumed
key cid resumed
value bob 30 resumed
value bob 40 resumed
value bob 50 resumed
{'ann': 31, 'bob': 41, 'cid': 51}
reversed cid resumed
reversed bob resumed
reversed ann resumed
left at bob
sets 65
a 1 resumed
b 2 resumed
counted a resumed
counted b resumed
{1: [1], 0: [2]}
"""

from collections import Counter, OrderedDict, defaultdict, deque

from point import here

ages = {"ann": 30, "bob": 40, "cid": 50}


def over_dict():
    for name in ages:
        print("key", name, here())
    for name in ages.keys():
        for age in ages.values():
            if name == "bob":
                print("value", name, age, here())
    for name, age in ages.items():
        ages[name] = age + 1
        here()
    print(ages)
    for name in reversed(ages):
        print("reversed", name, here())
    for name, age in reversed(ages.items()):
        if age == here(41):
            break
    print("left at", name)


def over_sets():
    total = 0
    for number in {1, 2, 3}:
        total += number * here(10)
    for number in frozenset([5]):
        total += here(number)
    print("sets", total)


def over_collections():
    for key, count in OrderedDict(a=1, b=2).items():
        print(key, count, here())
    for key in Counter("aab"):
        print("counted", key, here())
    groups = defaultdict(list)
    for number in deque([1, 2], maxlen=2):
        groups[number % 2].append(here(number))
    print(dict(groups))


over_dict()
over_sets()
over_collections()
