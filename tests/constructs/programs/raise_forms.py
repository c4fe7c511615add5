"""Bare raise, raise from and raise of another, after a move in the handler.

(1, "ValueError('bare')", None, 'resumed')
("KeyError('cause')", True, 'resumed')
(None, "KeyError('missing')", 'resumed')
("TypeError('first')", "invalid literal for int() with base 10: 'x'")
(True, 'resumed')
('unbound', 'resumed')
"""

from point import here


def bare(depth):
    try:
        try:
            raise ValueError("bare")
        except ValueError:
            here()
            raise
    except ValueError as error:
        return depth, repr(error), error.__context__, here()


def from_cause():
    try:
        try:
            raise KeyError("cause")
        except KeyError as cause:
            here()
            raise RuntimeError("effect") from cause
    except RuntimeError as error:
        here()
        return repr(error.__cause__), error.__suppress_context__, here()


def from_none():
    try:
        try:
            {}["missing"]
        except KeyError:
            here()
            raise LookupError("plain") from None
    except LookupError as error:
        return error.__cause__, repr(error.__context__), here()


def during():
    try:
        try:
            raise TypeError("first")
        except TypeError:
            here()
            int("x")
    except ValueError as error:
        here()
        return repr(error.__context__), str(error)


def reraised_by_name():
    kept = None
    try:
        raise IndexError("kept")
    except IndexError as error:
        kept = error
    here()
    try:
        raise kept
    except IndexError as error:
        return error is kept, here()


def unbound_after():
    try:
        raise ValueError
    except ValueError as error:
        here()
    try:
        return error
    except UnboundLocalError:
        return "unbound", here()


print(bare(1))
print(from_cause())
print(from_none())
print(during())
print(reraised_by_name())
print(unbound_after())
