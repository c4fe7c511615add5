"""Class bodies: the move inside them, also nested, in functions, with super and __class__.

[2, 3] 3 ('inner', 'resumed', 'innermost') A child. Child
child of base resumed static ('Child', 'resumed') 0 1
tag! ('local', 'tag!') ('Made', 'child of base resumed', 'local') made_in_function.<locals>.Made True
['Made', 'Child', 'Base', 'object'] Child.Inner.Innermost resumed
"""

from point import here


class Base:
    kind = here("base")

    def who(self):
        return f"{self.kind} {here()}"


class Child(Base):
    """A child."""

    size = 2
    sizes = [here(size), size + here(1)]
    annotated: int = here(3)

    def who(self):
        return "child of " + super().who()

    class Inner:
        depth = here("inner")

        class Innermost:
            depth = here("innermost")

    after_inner = (Inner.depth, here(), Inner.Innermost.depth)

    @staticmethod
    def static():
        return here("static")

    @classmethod
    def named(cls):
        return cls.__name__, here()

    for number in range(2):
        locals()[f"field{number}"] = here(number)


def made_in_function(base, tag):
    local = here("local")

    class Made(base):
        label = tag + here("!")
        pair = (local, label)

        def about(self):
            return __class__.__name__, super().who(), local

    return Made


print(Child.sizes, Child.annotated, Child.after_inner, Child.__doc__, Child.__qualname__)
print(Child().who(), Child.static(), Child.named(), Child.field0, Child.field1)
Made = made_in_function(Child, "tag")
print(Made.label, Made.pair, Made().about(), Made.__qualname__, Made.__module__ == __name__)
print([cls.__name__ for cls in Made.__mro__], Child.Inner.Innermost.__qualname__, here())
