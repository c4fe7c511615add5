"""A generator that C's iterators are asking for its next item, alone and in each other.

0 0 a
1 1 b
map 0
map 1
zip (0, 5)
zip (1, 6)
zip behind (5, 0)
zip behind (6, 1)
filter 1
chain 0
chain 1
chain 0
nested 0 (1, 'x')
True [0, 1] {0, 1} [9, 0, 1] False
"""

import itertools

from point import here

# refused: 7-8 (zip, which has an item of this round)


def steps(count):
    for number in range(count):
        here()
        yield number


for (index, step), letter in zip(enumerate(steps(2)), "ab"):
    print(index, step, letter)
for text in map("map {}".format, steps(2)):
    print(text)
for pair in zip(steps(2), [5, 6]):
    print("zip", pair)
for pair in zip([5, 6], steps(2)):
    print("zip behind", pair)
for step in filter(None, steps(2)):
    print("filter", step)
for step in itertools.chain(steps(2), steps(1)):
    print("chain", step)
for index, pair in enumerate(zip(itertools.islice(steps(2), 1, None), "x")):
    print("nested", index, pair)
held = [9]
held.extend(steps(2))
print(any(steps(2)), [*steps(2)], {*steps(2)}, held, all(steps(2)))
