"""`join`, `min` and `max` over an iterator at work.

-a- x-y 123 <> join: sequence item 1: expected str instance, int found
3 1 None 0 ('b', 2) max() iterable argument is empty
"""

from point import here


def given(*items):
    for item in items:
        here()
        yield item
    here()


class Items:
    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        here()
        if not self.items:
            raise StopIteration
        return self.items.pop(0)


try:
    print(
        "-".join(given("", "a", "")),
        (b"-".join(given(b"x", b"y"))).decode(),
        "".join(map(str, given(1, 2, 3))),
        "<" + "".join(given()) + ">",
        end=" join: ",
    )
    "".join(given("a", 1))
except TypeError as problem:
    print(problem)
try:
    print(
        max(given(1, 3, 2)),
        min(Items(3, 1, 2), default=0),
        max(given(), default=None),
        max(given(0, 0), default=0),
        max(given(("a", 1), ("b", 2))),
        end=" ",
    )
    max(given())
except ValueError as problem:
    print(str(problem).replace("arg is an empty sequence", "iterable argument is empty"))
