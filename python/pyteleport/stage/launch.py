"""Runs the program. This module's code is executed at the end of the `-c` line, in a namespace that

`program.become` has filled; its frame and that of the line are the two below the program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    program: list[Callable[[], object]]
    begin: Callable[[], None]
    uncaught: Callable[[], None]

try:
    begin()
    program.pop()()
except BaseException:
    uncaught()
    raise
