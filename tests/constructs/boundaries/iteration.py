"""__iter__, __next__, and functions of the program that iterators of C call.

1
0
else
1 0
('item', 0)
('item', 1)
mapped 2
mapped 4
filtered 1
[1, 0] 3 [0] True
"""

# refused: 6-8 (unpacking)

from point import here


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        here()
        return self

    def __next__(self):
        here()
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


class Sequence:
    def __getitem__(self, index):
        if index > here(1):
            raise IndexError
        return "item", index


def double(number):
    return here(number) * 2


for item in Countdown(2):
    print(item)
else:
    print("else")
first, second = Countdown(2)
print(first, second)
for item in Sequence():
    print(item)
for item in map(double, [1, 2]):
    print("mapped", item)
for item in filter(double, [0, 1]):
    print("filtered", item)
for item in iter(lambda: here(5), 5):
    print("never")
print(list(Countdown(2)), sum(Countdown(3)), [*Countdown(1)], 0 in Countdown(1))
