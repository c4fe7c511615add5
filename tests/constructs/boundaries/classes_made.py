"""Code that runs while a class is made or asked: metaclasses, hooks, abc.

new Made resumed
subclass Sub resumed
named Owner attribute resumed
Made True True ('Hooked', 'item', 'resumed')
"""

from point import here


class Meta(type):
    def __new__(meta, name, bases, namespace, **keywords):
        print("new", name, here())
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, *arguments, **keywords):
        here()
        super().__init__(*arguments)

    def __call__(cls, *arguments):
        return super().__call__(*arguments), here()

    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        return {"prepared": here(name)}

    def __instancecheck__(cls, instance):
        return here(True)


class Made(metaclass=Meta, option=1):
    body = here("body")


class Hooked:
    def __init_subclass__(cls, **keywords):
        print("subclass", cls.__name__, here())

    def __class_getitem__(cls, item):
        return cls.__name__, item, here()


class Sub(Hooked):
    pass


class Named:
    def __set_name__(self, owner, name):
        print("named", owner.__name__, name, here())


class Owner:
    attribute = Named()


print(Made.prepared, type(Made()[0]) is Made, isinstance(5, Made), Hooked["item"])
