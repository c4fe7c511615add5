"""The move in __enter__ and __exit__, and in the generators of contextlib.

enter resumed
body resumed
exit None resumed
enter resumed
exit <class 'ValueError'> resumed
enter resumed
in g resumed
g resumed
out g resumed
exit None resumed
enter resumed
in raises resumed
out raises resumed
exit <class 'KeyError'> resumed
KeyError() resumed
in decorates resumed
out decorates resumed
decorated
"""

import contextlib

from point import here


class Manager:
    def __init__(self, swallows):
        self.swallows = swallows

    def __enter__(self):
        print("enter", here())
        return self

    def __exit__(self, kind, error, trace):
        print("exit", kind, here())
        return self.swallows


@contextlib.contextmanager
def generator(name):
    print("in", name, here())
    try:
        yield name
    finally:
        print("out", name, here())


with Manager(False) as manager:
    print("body", here())
with Manager(True):
    raise ValueError
with Manager(False), generator("g") as name:
    print(name, here())
try:
    with Manager(False), generator("raises"):
        raise KeyError
except KeyError as error:
    print(repr(error), here())


@generator("decorates")
def decorated():
    return here("decorated")


print(decorated())
