"""with: the move in the body, with one manager, several, nested, and one that swallows.

enter one
one resumed
exit one None None
enter a
enter b
enter c
a b resumed
exit c None None
c is over resumed
exit b None None
exit a None None
enter d
enter e
d resumed
exit e None None
exit d None None
enter swallows
exit swallows ValueError swallowed
after resumed
enter outer
enter inner
exit inner KeyError 'passes'
exit outer KeyError 'passes'
KeyError('passes') resumed
enter 0
exit 0 None None
enter 1
exit 1 None None
enter returned from
exit returned from None None
result
enter of the module
of the module resumed
exit of the module None None
"""

from point import here


class Manager:
    def __init__(self, name, swallows=False):
        self.name = name
        self.swallows = swallows

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, error, trace):
        print("exit", self.name, kind and kind.__name__, error)
        return self.swallows


def several():
    with Manager("one") as one:
        print(one.name, here())
    with Manager("a") as a, Manager("b") as b:
        here()
        with Manager("c"):
            print(a.name, b.name, here())
        print("c is over", here())
    with (
        Manager("d") as d,
        Manager("e"),
    ):
        print(d.name, here())


def with_errors():
    with Manager("swallows", swallows=True):
        here()
        raise ValueError("swallowed")
    print("after", here())
    try:
        with Manager("outer"), Manager("inner"):
            here()
            raise KeyError("passes")
    except KeyError as error:
        print(repr(error), here())


def leaving():
    for number in range(3):
        with Manager(number):
            if number == 0:
                here()
                continue
            if number == 1:
                here()
                break
    with Manager("returned from"):
        return here("result")


several()
with_errors()
print(leaving())
with Manager("of the module") as manager:
    print(manager.name, here())
