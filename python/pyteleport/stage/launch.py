"""Runs the program: this module's code is executed at the end of the `-c` line.

Its frame and the frame of that line are the two below the program.
"""

from __future__ import annotations

from pyteleport.stage import program

try:
    program.begin()
    program.rebuilt.pop()()
except BaseException:
    program.uncaught()
    raise
