"""Attributes that run code: properties, descriptors, __getattr__, __getattribute__, __setattr__.

('property', 'resumed') ('getattr', 'missing', 'resumed') ('descriptor', 'resumed')
setter 3 resumed
deleter resumed
descriptor set 4 resumed
method ('property', 'resumed') True [('property', 'resumed'), ('property', 'resumed')]
value
False
"""

from point import here


class Descriptor:
    def __get__(self, instance, owner=None):
        return "descriptor", here()

    def __set__(self, instance, value):
        print("descriptor set", value, here())


class Object:
    described = Descriptor()

    @property
    def read(self):
        return "property", here()

    @read.setter
    def read(self, value):
        print("setter", value, here())

    @read.deleter
    def read(self):
        print("deleter", here())

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return "getattr", name, here()

    def method(self):
        return here("method")


class Everything:
    def __getattribute__(self, name):
        here()
        return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        here()

    def __delattr__(self, name):
        here()
        object.__delattr__(self, name)


thing = Object()
print(thing.read, thing.missing, thing.described)
thing.read = 3
del thing.read
thing.described = 4
print(
    thing.method(), getattr(thing, "read"), hasattr(thing, "other"), [thing.read for _ in range(2)]
)
every = Everything()
every.name = "value"
print(every.name)
del every.name
print(hasattr(every, "name"))
