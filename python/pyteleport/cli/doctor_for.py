"""`pyteleport doctor --for SCRIPT`: what a program would need at a target, and what in it would not move.

It is rehearsed at a few points: there its image is looked at, and moved to another process of this machine.
"""

from __future__ import annotations

import os
import shlex
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport.rehearse.report import Report
    from pyteleport.surroundings.packages import Package

POINTS = 20


def rehearsed(command: str) -> Report:
    """What comes of a script with its arguments, given as one text.

    Raises:
        TeleportError: it cannot be rehearsed.
    """
    from pyteleport.errors import TeleportError
    from pyteleport.rehearse.control import Rehearsal, Wish
    from pyteleport.rehearse.progress import Bar

    try:
        script, *arguments = shlex.split(command)
    except ValueError:
        hint = "write a script and its arguments as one text, quoted as a shell's"
        raise TeleportError(f"this is no program: {command!r}", "--for", hint) from None
    wish = Wish(
        script,
        arguments=tuple(arguments),
        spread=POINTS,
        needs=True,
        stdin=b"" if os.isatty(0) else sys.stdin.buffer.read(),
    )
    return Rehearsal(wish, Bar(True)).run()


def needed(report: Report) -> list[Package]:
    """The packages it was seen to use."""
    return sorted(report.packages)


def show(report: Report) -> None:
    """Prints what else it needs there, and what would not move."""
    from pyteleport.cli.doctor import line

    for path in sorted(report.files):
        line("file", f"{path}: has to be there, too (files= sends it along)")
    print(report.as_text())
