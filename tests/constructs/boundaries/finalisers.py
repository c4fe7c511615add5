"""A move inside __del__.

deleted resumed
after resumed
deleted resumed
end resumed
"""

# refused: 1, 3 (a destructor)

from point import here


class Loud:
    def __del__(self):
        print("deleted", here())


loud = Loud()
del loud
print("after", here())
loud = [Loud()]
loud.clear()
print("end", here())
