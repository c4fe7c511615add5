"""Weak proxies, and class attributes that have the names of a metaclass's own.

proxy weakref.ProxyType a [1]
callable weakref.CallableProxyType called
dead ReferenceError
same referent True
gone True ['gone']
named instance bases (2,) Named
metaclass class's own
"""

import weakref

from point import here

calls = []


class Thing:
    def __init__(self, name):
        self.name = name
        self.held = [1]

    def __getattribute__(self, name):
        if name != "name" and name != "held":
            raise ValueError("not to be asked")
        return object.__getattribute__(self, name)


class Callable:
    def __call__(self):
        return "called"


class Meta(type):
    @property
    def label(cls):
        return "the metaclass's"

    @label.setter
    def label(cls, value):
        raise ValueError("not to be set")


class Named(metaclass=Meta):
    label = "class's own"
    __name__ = property(lambda self: "instance")
    __bases__ = (2,)


def gone(proxy):
    calls.append("gone")


def main():
    thing, other = Thing("a"), Callable()
    proxy, calling = weakref.proxy(thing, gone), weakref.proxy(other)
    dead = weakref.proxy(Thing("b"))
    here()
    print("proxy", f"weakref.{type(proxy).__name__}", proxy.name, proxy.held)
    print("callable", f"weakref.{type(calling).__name__}", here(calling()))
    try:
        here(dead)
        dead.name
    except ReferenceError as problem:
        print("dead", type(problem).__name__)
    here()
    print("same referent", proxy.held is thing.held)
    thing.held.append(2)
    del thing
    here()
    try:
        proxy.name
    except ReferenceError:
        print("gone", True, calls)
    named = Named()
    here()
    print("named", named.__name__, "bases", named.__bases__, type(named).__name__)
    print("metaclass", Named.__dict__["label"])


main()
