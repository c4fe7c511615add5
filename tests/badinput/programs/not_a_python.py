"""Targets that are no Python, do not exist, or never answer.

refused: TargetError, naming no-such-program
refused: TargetError, naming false
refused: TargetError, naming echo, -c …
refused: TargetTimeout, naming sh -c
moved
"""

import pyteleport
from refusing import moves, refused

refused("TargetError", "no-such-program", target=pyteleport.local(python="no-such-program"))
refused("TargetError", "false", target=pyteleport.local(python="false"))
refused("TargetError", "echo", "-c …", target=pyteleport.local(python="echo"))
silent = pyteleport.shell("sh", "-c", before="sleep 60;")
refused("TargetTimeout", "sh -c", target=silent, timeout=1, within=5)
moves()
