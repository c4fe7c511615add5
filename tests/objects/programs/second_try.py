"""A refused move is caught, kept, and another made; names and submodules are as they were.

TargetError True
tag SMTPHandler 1
"""

import logging.handlers
import sys
import types
import xml.etree.ElementTree

from point import here
from pyteleport import TargetError, teleport

sys.modules["another_name"] = sys.modules["__main__"]
made_by_hand = types.ModuleType("made_by_hand")
exec("def one(): return 1", made_by_hand.__dict__)
sys.modules["made_by_hand"] = made_by_hand
compiled = types.ModuleType("_compiled_1")
compiled.Kind = type
sys.modules["_compiled_1"] = compiled
del compiled
kept = None


class Proxy:
    def __init__(self, inner):
        self.__dict__["inner"] = inner

    def __getattr__(self, name):
        return getattr(self.__dict__["inner"], name)


def main():
    global kept
    proxy = Proxy([1])
    try:
        teleport("nowhere")
    except TargetError as error:
        kept = error
        here()
    here()
    proxy.append(2)
    assert proxy.inner == [1, 2]
    return type(kept).__name__, sys.modules["another_name"] is sys.modules["__main__"]


print(*main())
tag = xml.etree.ElementTree.fromstring("<tag/>").tag
print(tag, logging.handlers.SMTPHandler.__name__, made_by_hand.one())
