"""Chains of yield from, suspended and running, over generators and other iterables.

('a', 0) resumed
('a', 1) resumed
middle sees a done resumed
from list resumed
('b', 0) resumed
('b', 1) resumed
middle sees b done resumed
from list resumed
top is over resumed
('a', 0) resumed
a got hello resumed
('a', 1) middle resumed
1
middle sees a done resumed
from list
top is over resumed
('caught', ('k',), True) ('c', 0) resumed
('caught', ('l',), True) ('c', 0) resumed
('c', 1) resumed [('c', 2)]
"""

from point import here


def leaf(name, last):
    for number in range(last):
        got = yield name, number
        if got:
            print(name, "got", got, here())
    return name + " done"


def middle(name):
    result = yield from leaf(name, 2)
    print("middle sees", result, here())
    yield from [here("from list")]
    return result


def top():
    try:
        first = yield from middle("a")
        second = yield from middle("b")
        return first, second
    finally:
        print("top is over", here())


for item in top():
    print(item, here())

suspended = top()
print(next(suspended), here())
print(suspended.send("hello"), suspended.gi_yieldfrom.__name__, here())
print(suspended.gi_yieldfrom.gi_yieldfrom.gi_frame.f_locals["number"])
here()
print(next(suspended))
here()
suspended.close()


def catching():
    while True:
        try:
            yield from leaf("c", 3)
            return
        except KeyError as error:
            yield "caught", error.args, here("in handler") and True


thrown = catching()
next(thrown)
here()
for value in ("k", "l"):
    item = thrown.throw(KeyError(value))
    print(item, next(thrown), here())
print(next(thrown, None), here(), list(thrown))
