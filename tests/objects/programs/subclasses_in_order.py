"""`__subclasses__()` has the same classes in the same order, those without a name as well.

['Zeta', 'Alpha', 'Hidden', 'Both', 'Late']
['Second', 'Both', 'First']
found one True
['MetaB', 'MetaA', 'MetaBA']
"""

from point import here


class Base:
    pass


class Other:
    pass


def names(cls):
    return [below.__name__ for below in type.__subclasses__(cls)]


class Zeta(Base): ...


class Alpha(Base): ...


def hide():
    class Hidden(Base):
        code = "one"


hide()


class Second(Other): ...


class Both(Base, Other): ...


class First(Other): ...


class Late(Base): ...


class Meta(type):
    def mro(cls):
        return super().mro()


class MetaBase: ...


class MetaB(MetaBase): ...


class MetaA(MetaBase): ...


class MetaBA(MetaBase): ...


# Another order among the global variables than that of the classes.
A, B, C = Late, Both, MetaBA
last = [Zeta, Second, MetaB]
del Zeta, Second, MetaB


def main():
    held = {"reversed": type.__subclasses__(Base)[::-1]}
    here()
    print(names(Base))
    here()
    print(names(Other))
    hidden = type.__subclasses__(Base)[2]
    here()
    print("found", hidden.code, held["reversed"][2] is hidden)
    del hidden, held
    print(here(names(MetaBase)))


main()
