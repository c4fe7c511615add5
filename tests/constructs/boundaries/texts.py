"""__str__, __repr__ and __format__.

as str as repr as format x as stras repr as format y
as str as repr as format  as repr
as str [as repr]
"""

# refused: 9-10 (str.format), 12 (the repr of a list)

from point import here


class Text:
    def __str__(self):
        return here("as str")

    def __repr__(self):
        return here("as repr")

    def __format__(self, specification):
        return here("as format ") + specification


text = Text()
print(str(text), repr(text), f"{text:x}", f"{text!s}{text!r}", format(text, "y"))
print("%s %r" % (text, text), "{} {!r}".format(text, text))
print(text, [text])
