"""Objects that are being made while the program moves: what copies them misses what is not there yet.

3/4 (3, 4)
/a/b
"""

import fractions
import pathlib

from point import here


class Ratio(fractions.Fraction):
    def __new__(cls, top, bottom):
        self = object.__new__(cls)
        here()
        self._numerator = top
        here()
        self._denominator = bottom
        self.held = [self]
        here()
        return self


class Whole(pathlib.PurePosixPath):
    def __init__(self, *parts):
        here()
        if super().__init__ is not object.__init__:
            try:
                super().__init__(*parts)
            except TypeError:  # up to 3.11 all is done in __new__
                pass
        here()


ratio = Ratio(3, 4)
print(ratio, ratio.as_integer_ratio())
print(Whole("/a", "b"))
