"""The program's own module: its names, its annotations, what it is called and where it is.

2 2
"""

import builtins
import os
import sys

from point import here

__version__ = "1"
counter: int = 0
path = os.path.abspath(__file__)


def count():
    global counter
    counter += 1
    return counter


def names():
    return set(globals()) - {"before"}


before = names()
for _ in range(2):
    here()
    assert __name__ == "__main__" and names() == before | ({"_"} & names())
    assert sys.modules["__main__"].__dict__ is globals()
    assert os.path.abspath(__file__) == path == os.path.abspath(sys.argv[0])
    assert __version__ == "1" and __doc__.startswith("The program's own")
    assert __builtins__ is builtins and count() == counter
    assert not hasattr(builtins, "counter") and "count" in dir(sys.modules["__main__"])
    assert sys.path[0] == os.path.dirname(path) and __spec__ is None
    exec("made_by_exec = counter", globals())
    before.add("made_by_exec")
print(counter, made_by_exec)
