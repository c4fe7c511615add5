"""As `stage.launch`, but traced: this module's code is executed at the end of the `-c` line."""

from __future__ import annotations

from pyteleport.rehearse import child
from pyteleport.stage import program

try:
    program.begin()
    child.begin()
    try:
        program.rebuilt.pop()()
    finally:
        child.end()
except BaseException:
    program.uncaught()
    raise
