"""Ends by an exception."""


def inner(number):
    if number:
        return inner(number - 1)
    raise LookupError("at the bottom")


try:
    inner(2)
except LookupError as error:
    raise RuntimeError("at the top") from error
