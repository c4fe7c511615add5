"""C functions that consume a generator, at work on its next item.

[0, 1, 2] (0, 1) {0, 1} frozenset({0, 1}) [1, 0]
{'a': 1, 'b': 2} deque([1, 2], maxlen=2) b'\\x00\\x01' bytearray(b'\\x00\\x01') array('d', [0.0, 1.0])
{1: 2} deque([3, 1, 2]) {0, 1} [0, 0, 1] Counter({'a': 2, 'b': 1})
"""

import array
import collections

from point import here


def steps(count):
    for number in range(count):
        here()
        yield number


def given(*items):
    for item in items:
        here()
        yield item
    here()


print(
    list(steps(3)),
    tuple(steps(2)),
    set(steps(2)),
    frozenset(steps(2)),
    sorted(steps(2), key=lambda number: -number),
)
print(
    dict(given(("a", 1), ("b", 2))),
    collections.deque(given(0, 1, 2), 2),
    bytes(steps(2)),
    bytearray(steps(2)),
    array.array("d", steps(2)),
)
mapping, queue, some, held = {}, collections.deque(), set(), [0]
mapping.update(given((1, 2)))
queue.extend(given(1, 2))
queue.extendleft(given(3))
some.update(steps(2))
held.extend(steps(2))
print(mapping, queue, some, held, collections.Counter(given("a", "b", "a")))
