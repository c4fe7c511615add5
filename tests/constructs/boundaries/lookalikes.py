"""The same function on both sides of C code: what is running may not be what it looks like.

as repr [as repr] as repr
[4, 6] [1]
True [2, 1]
1 1
"""

from point import here

# refused: 1-3 (which text it is), 4-7 (which map it is), 9-13 (an iterator below a map)


class Text:
    def __repr__(self):
        return here("as repr")


def double(number):
    here()
    return number * 2


class Steps:
    def __init__(self, left):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        here()
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left + 1


class Wraps:
    def __init__(self, left):
        self.left = left

    def __iter__(self):
        return map(int, Steps(self.left))


class Made:
    def __iter__(self):
        yield here(1)


text = Text()
print(text, [text], text)
looped = []
for number in map(double, map(double, [1, 1])):
    looped.append(number + (2 if looped else 0))
print(looped, [*Made()])
print(2 in Wraps(3), [*Wraps(2)])
print(*Made(), sum([*Made()]))
