"""Calls with * and **, of functions, methods, constructors and C: what stands on the stack may be gone.

range (0, 1, 2) {}
list (1, 2) {'key': 3}
made (1, 2, 3) {}
generator (0, 1) {}
init (5,) {'key': 6}
new ('a', 'b')
super (1, 2) {'key': 3}
either (7,)
either (0, 1)
['c', 'b', 'a'] 3 [1]
"""

from point import here

# refused: 6, 9-10 (arguments that are no tuple may be gone, up to 3.13)


def called(name, *arguments, **keywords):
    print(name, arguments, keywords, end="" if here() else "")
    return print()


class Keeps:
    def __init__(self, *arguments, **keywords):
        print("init" if type(self) is Keeps else "super", arguments, keywords)
        here()


class Below(Keeps):
    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)


class New:
    def __new__(cls, *arguments):
        here()
        made = object.__new__(cls)
        made.given = arguments
        return made


class Sized:
    def __len__(self):
        return here(3)


def reversed_key(letter):
    return -ord(letter)


def either(which):
    print("either", New(*((7,) if which else [0, 1])).given)


named = {"key": 3}
called("range", *range(3))
called(*["list", 1, 2], **named)
called("made", 1, *range(2, 4))
called(*(text for text in ["generator"]), *range(2))
Keeps(*[5], key=6)
print("new", New(*"ab").given)
Below(1, 2, key=3)
either(True)
either(False)
print(sorted("abc", key=reversed_key), len(*[Sized()]), list(map(int, *["1"])))
