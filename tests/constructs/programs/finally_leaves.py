"""return, break and continue, and how they go through finally.

on the way out resumed
('value', 'resumed')
replaced
('second', 'resumed')
(2, 'resumed')
[0, 1, 2]
"""

from point import here


def returns_through():
    try:
        return "value", here()
    finally:
        print("on the way out", here())


def return_replaced():
    try:
        raise ValueError("swallowed")
    finally:
        here()
        return "replaced"


def return_of_return():
    for _ in range(2):
        try:
            return "first"
        finally:
            here()
            return "second", here()


def break_swallows():
    for number in range(5):
        try:
            if number == 2:
                raise KeyError(number)
        finally:
            if number == 2:
                here()
                break
    return number, here()


def continue_swallows():
    seen = []
    for number in range(3):
        try:
            seen.append(here(number))
            return seen
        finally:
            if number < 2:
                here()
                continue
    return "never"


print(returns_through())
print(return_replaced())
print(return_of_return())
print(break_swallows())
print(continue_swallows())
