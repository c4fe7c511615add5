"""The move in each clause of try, except, else and finally.

try 0 resumed
else resumed
finally resumed None
after resumed None
try 1 resumed
except 1 resumed 1
handling ValueError(1) resumed
finally resumed None
after resumed None
('lookup', "KeyError('k')", 'resumed')
os
('anything', "ZeroDivisionError('z')", 'resumed')
fits IndexError('i') resumed
"""

import sys

from point import here


def clauses(number):
    try:
        print("try", number, here())
        if number:
            raise ValueError(number)
    except ValueError as error:
        print("except", error, here(), error)
        print("handling", repr(sys.exception()), here())
    else:
        print("else", here())
    finally:
        print("finally", here(), sys.exception())
    print("after", here(), sys.exception())
    return number


def several_handlers(error):
    try:
        here()
        raise error
    except (KeyError, IndexError) as caught:
        return "lookup", repr(caught), here()
    except OSError:
        here()
        return "os"
    except:
        return "anything", repr(sys.exception()), here()


def matching():
    """The move while Python decides which handler fits."""
    try:
        raise IndexError("i")
    except here(KeyError):
        print("never")
    except (TypeError, here(LookupError)) as error:
        print("fits", repr(error), here())


clauses(0)
clauses(1)
print(several_handlers(KeyError("k")))
print(several_handlers(FileNotFoundError("f")))
print(several_handlers(ZeroDivisionError("z")))
matching()
