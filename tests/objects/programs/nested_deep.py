"""Objects nested deeper than any stack: linked lists, containers in containers, chains of exceptions.

ok
"""

import collections
import sys

from point import here

COUNT = 20000
FEWER = 2000


class Node:
    def __init__(self, value, following):
        self.value, self.following = value, following


class Slotted:
    __slots__ = ("before", "following")

    def __init__(self, following):
        self.following, self.before = following, None
        if following is not None:
            following.before = self


class Items(list):
    pass


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        return self.value == other.value


def repeat(count, make, thing):
    for number in range(count):
        thing = make(number, thing)
    return thing


def closure(number, thing):
    return lambda: thing


def chained(number, cause):
    try:
        raise ValueError(number) from cause
    except ValueError as error:
        return error


def fail(depth):
    return 1 / 0 if depth == 0 else fail(depth - 1)


nodes = repeat(COUNT, Node, None)
slotted = repeat(COUNT, lambda number, thing: Slotted(thing), None)
lists = repeat(COUNT, lambda number, thing: [thing], [])
tuples = repeat(COUNT, lambda number, thing: (number, thing), ())
dicts = repeat(COUNT, lambda number, thing: {"next": thing, (1, 2): [thing]}, {})
mixed = repeat(COUNT, lambda number, thing: {"a": [(thing, {number})]}, None)
items = repeat(FEWER, lambda number, thing: Items([thing]), Items())
closures = repeat(FEWER, closure, None)
exceptions = repeat(FEWER, chained, None)
methods = repeat(COUNT, lambda number, thing: thing.__dir__, len)
sys.setrecursionlimit(5000)
try:
    fail(900)
except ZeroDivisionError as error:
    traced = error
cycle = []
around = (cycle, 1)
cycle += [around, cycle]
shared = [1]
sharing = [shared, [shared, (shared,)]]
keyed = {Key(1): [Key(2)], (Key(3), 4): 5}
keys = {Key(5)}
frozen = frozenset([(1, (2, (3,)))])
queue = collections.deque([[1], [2]])


def length(thing, following):
    count = 0
    while thing:
        thing = following(thing)
        count += 1
    return count


def check():
    assert length(nodes, lambda node: node.following) == COUNT
    assert length(slotted, lambda node: node.following) == COUNT
    assert slotted.following.before is slotted and slotted.before is None
    assert length(lists, lambda thing: thing[0]) == COUNT
    assert length(tuples, lambda thing: thing[1]) == COUNT
    assert length(dicts, lambda thing: thing["next"]) == COUNT
    assert length(dicts, lambda thing: thing[(1, 2)][0]) == COUNT
    assert length(mixed, lambda thing: thing["a"][0][0]) == COUNT
    assert length(items, lambda thing: thing[0]) == FEWER and type(items[0]) is Items
    assert length(closures, lambda thing: thing()) == FEWER
    assert length(exceptions, lambda error: error.__cause__) == FEWER
    assert exceptions.args == (FEWER - 1,)
    assert length(traced.__traceback__, lambda entry: entry.tb_next) == 902
    assert (
        length(
            methods, lambda method: getattr(method, "__self__", None) if method is not len else None
        )
        == COUNT + 1
    )
    assert around[0] is cycle and cycle[0] is around and cycle[1] is cycle
    assert sharing[0] is sharing[1][0] is sharing[1][1][0] is shared
    assert keyed[Key(1)][0].value == 2 and keyed[(Key(3), 4)] == 5 and Key(5) in keys
    assert frozen == {(1, (2, (3,)))} and list(queue) == [[1], [2]]


def main():
    local = (lists, [tuples])
    here()
    check()
    assert local[0] is lists and local[1][0] is tuples
    here()
    check()


main()
print("ok")
