"""What C does with a result that is not the one it wants: errors, fallbacks, conversions."""

import traceback

from point import here

# refused: 25-26 (a comparison of an object with itself)


class NI:
    def __init__(self, n):
        self.n = n

    def __add__(self, o):
        here()
        return NotImplemented

    def __radd__(self, o):
        here()
        return ("radd", self.n)

    def __iadd__(self, o):
        here()
        return NotImplemented

    def __eq__(self, o):
        here()
        return NotImplemented

    def __lt__(self, o):
        here()
        return NotImplemented


class Other:
    def __radd__(self, o):
        here()
        return ("other radd", type(o).__name__)

    def __eq__(self, o):
        here()
        return "other eq"

    def __gt__(self, o):
        here()
        return "other gt"


class Sub(NI):
    def __radd__(self, o):
        here()
        return NotImplemented

    def __add__(self, o):
        here()
        return "sub add"


a = NI(1)
b = NI(2)


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e, [t.name for t in traceback.extract_tb(e.__traceback__)])


attempt(lambda: a + b)
attempt(lambda: a + Other())
attempt(lambda: 1 + a)
attempt(lambda: a + 1)
attempt(lambda: [1] + Sub(3))
attempt(lambda: a + Sub(3))
attempt(lambda: Sub(3) + a)


def iadd():
    x = a
    x += Other()
    return x


attempt(iadd)


def iadd2():
    x = a
    x += 5
    return x


attempt(iadd2)
attempt(lambda: (a == b, a == Other(), a == 1, a != b))
attempt(lambda: a < Other())
attempt(lambda: a < b)
attempt(lambda: a == a)


class BadBool:
    def __bool__(self):
        here()
        return 1

    def __len__(self):
        here()
        return -1


class BadLen:
    def __len__(self):
        here()
        return "x"


class BadStr:
    def __str__(self):
        here()
        return 1

    def __repr__(self):
        here()
        return 2

    def __format__(self, s):
        here()
        return 3

    def __hash__(self):
        here()
        return "h"

    def __iter__(self):
        here()
        return 5

    def __index__(self):
        here()
        return "i"

    def __init__(self, n=0):
        here()
        if n:
            self.x = n


attempt(lambda: "T" if BadBool() else "F")
attempt(lambda: not BadBool())
attempt(lambda: BadBool() and 5)
attempt(lambda: len(BadBool()))
attempt(lambda: len(BadLen()))
attempt(lambda: str(BadStr()))
attempt(lambda: f"{BadStr()}")
attempt(lambda: f"{BadStr()!s}")
attempt(lambda: hash(BadStr()))
attempt(lambda: list(BadStr()))
attempt(lambda: [*BadStr()])
attempt(lambda: [1, 2][BadStr()])


def loop():
    for x in BadStr():
        pass


attempt(loop)


class BadInit:
    def __init__(self, n):
        here()
        self.n = n
        return n


attempt(lambda: BadInit(5))


class Attr:
    @property
    def p(self):
        here()
        raise AttributeError("inner p")

    def __getattr__(self, name):
        here()
        return ("fallback", name)


class Attr2:
    @property
    def p(self):
        here()
        raise AttributeError("inner p2")


class Attr3:
    def __getattribute__(self, name):
        here()
        raise AttributeError("no " + name)

    def __getattr__(self, name):
        here()
        raise KeyError(name)


attempt(lambda: Attr().p)
attempt(lambda: Attr2().p)
attempt(lambda: getattr(Attr2(), "p", "default"))
attempt(lambda: hasattr(Attr2(), "p"))
attempt(lambda: hasattr(Attr(), "p"))


class NewOther:
    def __new__(cls, *a, **k):
        here()
        return object.__new__(cls) if a else 5

    def __init__(self, *a, **k):
        here()
        self.a = a, k


attempt(lambda: NewOther())
attempt(lambda: NewOther(1, k=2).a)


class Boom:
    def __init__(self):
        here()
        raise ValueError("init")

    def __add__(self, o):
        here()
        raise ValueError("add")

    def __enter__(self):
        here()
        raise ValueError("enter")

    def __exit__(self, *a):
        pass

    def __next__(self):
        here()
        raise ValueError("next")

    def __iter__(self):
        return self


attempt(Boom)
attempt(lambda: Boom.__new__(Boom) + 1)


def w():
    with Boom.__new__(Boom):
        pass


attempt(w)


def it():
    for x in Boom.__new__(Boom):
        pass


attempt(it)
attempt(lambda: [*Boom.__new__(Boom)])
attempt(lambda: 3 in Boom.__new__(Boom))


class Exit:
    def __init__(self, r):
        self.r = r

    def __enter__(self):
        return self

    def __exit__(self, *a):
        here()
        return self.r


def ex(r):
    with Exit(r):
        raise KeyError(r)
    return "swallowed"


for r in (0, 1, "x", [], None):
    attempt(lambda: ex(r))


class Cont:
    def __contains__(self, x):
        here()
        return x


for r in (0, 1, "x", []):
    attempt(lambda: (r in Cont(), r not in Cont()))


class P:
    def __init__(self, n):
        self.n = n

    def __str__(self):
        here()
        return f"P{self.n}"


p, q = P(1), P(2)
print("x", p, "y", q, "z", sep="-", end="!\n")
print(p, q)
