"""Hooks that type.__new__ calls: each descriptor's __set_name__, then __init_subclass__.

named Owner first resumed
named Owner second resumed
subclass Owner {'key': 1} resumed
named Meta-made only resumed
init Meta-made resumed
made by a function resumed
prepared ['a', 'b']
<class '__main__.Owner'> one
"""

from point import here


class Named:
    def __set_name__(self, owner, name):
        print("named", owner.__name__, name, here())
        self.name = name


class Base:
    def __init_subclass__(cls, **keywords):
        print("subclass", cls.__name__, keywords, here())
        super().__init_subclass__()


class Owner(Base, key=1):
    first = Named()
    between = 1
    second = Named()


class Meta(type):
    def __new__(meta, name, bases, namespace):
        made = super().__new__(meta, "Meta-made", bases, namespace)
        here()
        return made

    def __init__(cls, name, bases, namespace):
        print("init", cls.__name__, here())

    @classmethod
    def __prepare__(meta, name, bases):
        return here({})

    def __call__(cls, *arguments):
        return here(super().__call__(*arguments))


class WithMeta(metaclass=Meta):
    only = Named()

    def __init__(self, value):
        here()
        self.value = value


def function(name, bases, namespace):
    print("made by a function", here())
    return sorted(key for key in namespace if not key.startswith("__"))


class Made(metaclass=function):
    a = b = 1


print("prepared", Made)
print(Owner, WithMeta("one").value)
