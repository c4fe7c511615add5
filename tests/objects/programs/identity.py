"""Two names for one object before the move are two names for one object after it.

['shared', 'changed'] replaced
"""

import sys

from point import here

shared = ["shared"]
container = {"list": shared, "again": shared}


class Holder:
    attribute = shared

    def __init__(self, value):
        self.value = value


def keeps(value=shared):
    return value


def make(value):
    def read():
        return value

    def replace(new):
        nonlocal value
        value = new

    return read, replace


read, replace = make(shared)
holder = Holder(shared)
key = (1, "key")
keyed = {key: shared}
empty, text = object(), "a text that nobody interns"
names = [text, text]


def middle(argument):
    local = argument
    return bottom([local, argument], local)


def bottom(both, parameter):
    here()
    caller = sys._getframe(1).f_locals
    assert parameter is shared and both[0] is both[1] is shared
    assert caller["local"] is caller["argument"] is shared
    del caller
    assert container["list"] is container["again"] is shared
    assert holder.value is Holder.attribute is shared
    assert keeps() is keeps.__defaults__[0] is shared
    assert read() is read.__closure__[0].cell_contents is shared
    assert read.__closure__[0] is replace.__closure__[0]
    assert next(iter(keyed)) is key and keyed[key] is shared
    assert names[0] is names[1] is text
    assert type(holder) is Holder and middle.__globals__ is globals()
    assert sys.modules["__main__"].__dict__ is globals() and sys._getframe().f_globals is globals()
    assert sys.modules[__name__].shared is shared
    assert None is type(None)() and NotImplemented is container.__eq__(1) and ... is Ellipsis
    return here(parameter)


assert middle(shared) is shared
shared.append("changed")
replace("replaced")
assert keeps() == ["shared", "changed"] and read() == "replaced"
assert empty is empty and empty in [empty] and here(empty) is empty
assert sys.stdout is sys.__stdout__ and here(sys) is sys and here(len) is len
print(shared, read())
