"""Generators that reach each other and themselves.

first heard hello of 2
first heard hello of 2
second heard hi of 2
second heard hi of 2
True resumed
True second resumed
"""

from point import here


def speaker(name, others):
    while True:
        line = yield
        for other in others:
            if other is not None and line:
                print(name, "heard", line, "of", len(others))


def knows_itself():
    me = yield
    yield me, "first"
    yield me, "second"


parts = []
first, second = speaker("first", parts), speaker("second", parts)
parts += [first, second]
next(first)
here()
next(second)
here()
first.send("hello")
second.send("hi")
print(first.gi_frame.f_locals["others"] is second.gi_frame.f_locals["others"], here())
own = knows_itself()
next(own)
own.send(own)
here()
again, word = next(own)
print(again is own, word, here())
