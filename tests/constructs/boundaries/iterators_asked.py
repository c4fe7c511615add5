"""`next()` of maps and filters, filters whose function ends them, and an operator with one object twice.

next map 1 4
next map default 9 None
next filter 3 5 None
raised wrong
ended [1] then [3, 4]
ended next 1 none 3
twice asked [2, 4]
left over [4, 5] 6
added same same
added in place same same
less less
compared True
"""

from point import here


def squared(number):
    if number == 4:
        raise ValueError(here("wrong"))
    return here(number) * number


def odd(number):
    return here(number) % 2


numbers = map(squared, [1, 2, 3, 4])
print("next map", next(numbers), next(numbers))
print("next map default", next(numbers, None), next(map(squared, here([])), None))
filtered = filter(odd, [2, 3, 4, 5])
print("next filter", next(filtered), next(filtered), next(filtered, None))
try:
    next(numbers)
except ValueError as error:
    print("raised", error)


def ends(number):
    if here(number) == 2:
        raise StopIteration
    return True


filtered = filter(ends, [1, 2, 3, 4])
first = []
for number in filtered:
    first.append(number)
rest = []
for number in filtered:
    rest.append(number)
print("ended", first, "then", rest)
filtered = filter(ends, [1, 2, 3, 4])
print("ended next", next(filtered), next(filtered, "none"), next(filtered))


def twice(number):
    here()
    found = here(number) % 2 == 0
    return here([number] if found else [])


found = []
for number in filter(twice, range(1, 5)):
    found.append(here(number))
print("twice asked", found)

filtered = filter(twice, range(1, 9))
found = []
for number in filtered:
    if number > 2:
        found.append(number)
    if number == 4:
        found.append(here(5))
        break
print("left over", found, next(filtered))


class Same:
    def __add__(self, other):
        return here("same" if other is self else "another")

    def __iadd__(self, other):
        return here(NotImplemented)

    def __lt__(self, other):
        return here("less")

    def __eq__(self, other):
        return other is self


same = Same()
print("added same", same + same)
another = same
another += same
print("added in place same", another)
print("less", same < same)
print("compared", same == here(same))
