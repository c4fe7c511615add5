"""Arguments that make no sense, and files that are not there.

ValueError
ValueError
ValueError
refused: CannotMove, naming no-such-file
moved
"""

import pyteleport
from refusing import moves, refused

for target in ("nowhere", "local?colour=red", ""):
    try:
        pyteleport.teleport(target)
    except ValueError as error:
        print(type(error).__name__)
refused("CannotMove", "no-such-file", files=["no-such-file"])
moves()
