"""__init__ and __new__, called by type, with super and by hand.

0 True child
1 True child
2 True child
{'key': 2} [0, 1]
5 no instance of it
3 3
"""

# refused: 10  (its __init__ rebinds self: the instance is known to C alone)

from point import here


class Base:
    def __init__(self, value):
        self.value = value
        here()
        self.base = True


class Child(Base):
    def __init__(self, value):
        super().__init__(value)
        self.child = here("child")


class ByHand(Base):
    def __init__(self, *arguments, **keywords):
        Base.__init__(self, *arguments)
        self.keywords = keywords


class Rebinds:
    def __init__(self, value):
        made = self
        self = here("rebound")
        made.value = value


class New:
    def __new__(cls, value):
        made = object.__new__(cls)
        made.new = here(value)
        return made

    def __init__(self, value):
        self.init = here(value)


class Other:
    def __new__(cls):
        return here("no instance of it")


for number in range(3):
    child = Child(number)
    print(child.value, child.base, child.child)
print(ByHand(1, key=2).keywords, [Base(number).value for number in range(2)])
print(Rebinds(5).value, Other())
new = New(3)
print(new.new, new.init)
