"""Instances: __slots__, subclasses of built-in types, weak references, copies.

['a', 'b'] {'k': 1} 5
"""

import collections
import copy
import weakref

from point import here


class Slotted:
    __slots__ = ("__weakref__", "first", "unset")


class SlottedChild(Slotted):
    __slots__ = ("second",)


class WithDict(SlottedChild):
    pass


class Words(list):
    def __init__(self, *words):
        super().__init__(words)
        self.note = "on a list"


class Table(dict):
    def __missing__(self, key):
        return key * 2


class Text(str):
    pass


class Number(int):
    pass


class Bag(set):
    pass


class Failure(Exception):
    def __init__(self, code, *, detail):
        super().__init__(f"failed with {code}")
        self.code, self.detail = code, detail


class Hashed:
    def __init__(self, key):
        self.key = key

    def __hash__(self):
        return hash(self.key)

    def __eq__(self, other):
        return self.key == other.key


slotted = WithDict()
slotted.first, slotted.second, slotted.third = 1, 2, slotted
words, table, number = Words("a", "b"), Table(k=1), Number(5)
number.note = words
bag = Bag([1])
bag.note = bag
failure = Failure(3, detail="d")
reference = weakref.ref(slotted)
weak = weakref.WeakValueDictionary(one=slotted)
keyed = {Hashed("a"): 1, Hashed(("b", 2)): 2}
cycle = []
cycle.append(cycle)
ring = {"self": None}
ring["self"] = ring
tuple_ring = ([],)
tuple_ring[0].append(tuple_ring)
big = collections.deque([1, words], maxlen=3)

for _ in range(2):
    here()
    assert slotted.first == 1 and slotted.second == 2 and slotted.third is slotted
    assert not hasattr(slotted, "unset") and type(slotted).__mro__[1] is SlottedChild
    assert reference() is slotted and weak["one"] is slotted
    assert words == ["a", "b"] and words.note == "on a list" and table["xy"] == "xyxy"
    assert number + 1 == 6 and number.note is words and bag.note is bag and bag == {1}
    assert failure.code == 3 and failure.detail == "d" and failure.args == ("failed with 3",)
    assert keyed[Hashed("a")] == 1 and keyed[Hashed(("b", 2))] == 2
    assert cycle[0] is cycle and ring["self"] is ring and tuple_ring[0][0] is tuple_ring
    assert big[1] is words and big.maxlen == 3 and copy.copy(words).note == "on a list"
del slotted
here()
print(words, table, int(number))
