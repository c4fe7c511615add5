"""Lambdas: called, returned, as defaults and with what they close over.

called
(1, (2,), 'default', {'x': 3}, 'resumed')
5 11
(4, 'resumed')
[8, 4]
__next__
"""

from point import here

print((lambda: here("called"))())
print(
    (lambda first, *rest, key=here("default"), **others: (first, rest, key, others, here()))(
        1, 2, x=3
    )
)


def adder(step):
    return lambda number: number + here(step)


def argument_is_captured(value):
    read = lambda: (value, here())
    value += 1
    return read()


table = {"double": lambda number: here(number) * 2, "same": lambda number: here(number)}
add_two = adder(2)
here()
print(add_two(3), adder(10)(1))
print(argument_is_captured(3))
print([table[name](4) for name in table])
print((lambda: (yield here("yielded")))().__next__.__name__)
