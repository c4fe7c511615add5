"""Comparisons in chains, each operand computed once.

True False True
False True
inside
outside
[2, 3]
1 True 1
"""

from point import here

print(1 < here(2) < 3, 1 < here(5) < here(3), 3 > here(1) < here(2) != here(9))
print(here(1) == here(1) == here(2), here("b") in "abc" in ["abc"])
if 0 <= here(3) <= here(5):
    print("inside")
if not 0 <= here(9) <= here(5):
    print("outside")
print([number for number in range(5) if 1 < here(number) <= 3])
low = here(1) if 0 < here(1) < 2 else here(0)
print(low, here(None) is None is not here(0), (here(1) < 2) + (here(2) > 3))
