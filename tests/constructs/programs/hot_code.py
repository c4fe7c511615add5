"""Code that CPython has specialised because it ran often.

(10698.0, 70)
(10698.0, 70)
"""

from point import here


class Counter:
    step = 1

    def __init__(self):
        self.count = 0

    def add(self, number):
        self.count += self.step
        return here(number) if number in (0, 60) else number


def numbers(last):
    for number in range(last):
        yield number


def leaf(table, items, text, index):
    return table["key"] + items[index % 3] + len(text)


def main():
    counter, table, items, total = Counter(), {"key": 2}, [1, 2, 3], 0
    for number in numbers(70):
        total += counter.add(number) + counter.count + leaf(table, items, "ab", number)
        if total == number:
            print("equal", number)
        left, right = items[0], items[1]
        if left < right and number == 65:
            total -= here(5)
        total += 0.5
        if number > 68:
            total = total * here(2)
    return total, counter.count


print(main())
print(main())
