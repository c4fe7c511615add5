"""Calls whose function and first arguments stand on the stack when it moves.

21
((1, 2, 7, 8), {'z': 1})
((1, 2), {'first': 2, 'second': 3})
((7, 8, 2, 7, 8), {'key': 2})
((7, 8), {'u': 2, 'z': 1})
((2, 2), {'k': 2})
(10, (1, 2), {'key': 2}) ('Caller', 2)
((((((2,), {}),), {}), 2), {})
[1, 2, 3] {'a': 2, 2: 'c'} 2 {1, 2}
cd [0, 2] 3
-2 -3 False True False [0, 1]
(2, 2) 2 a2b
"""

from point import here


def inner():
    return here(2)


def collect(*arguments, **keywords):
    return arguments, keywords


class Caller:
    offset = 10

    def method(self, *arguments, **keywords):
        return self.offset, arguments, keywords

    @classmethod
    def of_class(cls, value):
        return cls.__name__, value


positional, keywords = (7, 8), {"z": 1}
print(5 * (3 + inner()) - inner() ** inner())
print(collect(1, inner(), *positional, **keywords))
print(collect(1, 2, first=inner(), second=3))
print(collect(*positional, inner(), *positional, key=inner()))
print(collect(*positional, **{"u": inner()}, **keywords))
print(collect(*[inner(), inner()], **{"k": inner()}))
print(Caller().method(1, inner(), key=inner()), Caller.of_class(inner()))
print(collect(collect(collect(inner())), inner()))
print([1, inner(), 3], {"a": inner(), inner(): "c"}, (inner(), 2)[inner() - 1], {inner(), 1})
print("abcdef"[inner() : inner() + 2], [0, 1, 2, 3][:: inner()], max(1, inner(), 3))
print(-inner(), ~inner(), not inner(), 2 in [inner()], inner() is None, [*range(inner())])


def defaults(first=inner(), *, second=inner()):
    return first, second


print(defaults(), (lambda value=inner(): value)(), str(inner()).join(["a", "b"]))
