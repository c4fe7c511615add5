"""Operators: arithmetic, in place, comparison, containment, truth, items, calls.

('add', 'resumed', 1) ('radd', 'resumed') ('neg', 'resumed') ('item', 3, 'resumed') ('item', slice(1, 2, None), 'resumed') ('call', (4,), {'key': 5}, 'resumed')
set 1 2 resumed
delete 1 resumed
4 3 5 20
truthy [] True False False
T T G
5 True []
loop resumed
"""

from point import here


class Value:
    def __init__(self, number):
        self.number = number

    def __add__(self, other):
        return "add", here(), self.number

    def __radd__(self, other):
        return "radd", here()

    def __iadd__(self, other):
        self.number += here(other)
        return self

    def __neg__(self):
        return "neg", here()

    def __eq__(self, other):
        return here("truthy")

    def __lt__(self, other):
        return here([])

    def __contains__(self, item):
        return here("yes")

    def __bool__(self):
        return here(True)

    def __len__(self):
        here()
        return 3

    def __hash__(self):
        return here(5)

    def __getitem__(self, key):
        return "item", key, here()

    def __setitem__(self, key, value):
        print("set", key, value, here())

    def __delitem__(self, key):
        print("delete", key, here())

    def __call__(self, *arguments, **keywords):
        return "call", arguments, keywords, here()

    def __index__(self):
        return here(1)


value = Value(1)
print(value + 1, 1 + value, -value, value[3], value[1:2], value(4, key=5))
value[1] = 2
del value[1]
value += 3
print(value.number, len(value), hash(value), [10, 20][value])
print(value == 1, value < 2, 5 in value, 5 not in value, not value)
print("T" if value else "F", "T" if value == 3 else "F", "E" if value < 3 else "G")
print(value and 5, (value or 6) is value, value < 9 < 10)
while value:
    print("loop", here())
    break
