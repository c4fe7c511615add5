"""A program is `__main__` after a move, also when it was run with -m.

True __main__ None True
"""

import os
import pickle
import sys

from point import here


class Own:
    pass


def state():
    return (
        __name__,
        __file__,
        __package__,
        getattr(__spec__, "name", None),
        getattr(__spec__, "origin", None),
        sys.argv,
        sorted(globals()),
        os.getcwd(),
    )


before = None
before = state()
here()
here()
print(state() == before, __name__, __package__ or None, pickle.loads(pickle.dumps(Own)) is Own)
