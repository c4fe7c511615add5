"""`pyteleport rehearse`: would a program survive a move, and where not?"""

from __future__ import annotations

import json
import os
import sys

from pyteleport.errors import TeleportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
Runs a program as it is, then again while moving it at chosen points, and compares what it prints, its exit
status and the files it leaves in its working folder. Each run has a copy of that folder.

Exit status 0: no run differed (with --strict: and no point was refused); 1: one did; 2: the program cannot be
rehearsed.
"""
SPREAD = 500
EVENTS = ("line", "call", "return")


def add_arguments(made: ArgumentParser) -> None:
    from argparse import REMAINDER

    points = made.add_argument_group("which points (default: all lines, or 500 spread evenly)")
    points.add_argument(
        "--at",
        metavar="line|call|return|N",
        default="line",
        help="stop at lines, calls or returns; or only at the point of this number",
    )
    points.add_argument("--every", type=int, default=0, metavar="N", help="every Nth point")
    points.add_argument("--sample", type=int, default=0, metavar="N", help="N points at random")
    points.add_argument("--seed", type=int, default=0, metavar="S", help="for --sample")
    points.add_argument("--spread", type=int, default=0, metavar="N", help="N points, evenly")
    points.add_argument(
        "--lines",
        action="append",
        default=[],
        metavar="FILE:12,40-60",
        help="only points on these lines; may be repeated",
    )
    points.add_argument(
        "--within",
        default="",
        metavar="FUNCTION",
        help="only points while a function of this qualified name runs",
    )
    made.add_argument(
        "--mode",
        choices=("each", "hops"),
        default="hops",
        help="each: from every point a fresh interpreter goes on to the end; "
        "hops: the program moves on from process to process (default)",
    )
    made.add_argument("--strict", action="store_true", help="a refused point is a failure, too")
    made.add_argument("--json", action="store_true", help="print the report as JSON")
    made.add_argument(
        "--timeout",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long a run may take (default: by the plain run)",
    )
    made.add_argument("-m", dest="module", action="store_true", help="PROGRAM is a module's name")
    made.add_argument("program", metavar="PROGRAM", help="a script, or with -m a module")
    made.add_argument("arguments", nargs=REMAINDER, metavar="...", help="its arguments")


def parse_lines(text: str) -> list[tuple[str, int, int]]:
    """FILE:12,40-60 as (file, first, last).

    Raises:
        TeleportError: it is something else.
    """
    file, colon, numbers = text.rpartition(":")
    found = []
    try:
        for part in numbers.split(","):
            first, _, last = part.partition("-")
            found.append((file, int(first), int(last or first)))
    except ValueError:
        colon = ""
    if not colon:
        raise TeleportError(f"these are no lines: {text!r}", "--lines", "write FILE:12,40-60")
    return found


def main(given: Namespace) -> int:
    """Runs the command; its exit status."""
    from pyteleport.rehearse.control import Rehearsal, Wish
    from pyteleport.rehearse.progress import Bar

    try:
        event, number = given.at, 0
        if event.isdecimal() and int(event):
            event, number = "line", int(event)
        if event not in EVENTS:
            raise TeleportError(f"no such points: {event!r}", "--at", "line, call, return or N")
        chosen = [name for name in ("every", "sample", "spread") if getattr(given, name)]
        if len(chosen) + bool(number) > 1:
            raise TeleportError(
                "--at N, --every, --sample and --spread exclude each other", "", "give one of them"
            )
        if any(getattr(given, name) < 0 for name in chosen):
            raise TeleportError(
                "a number of points is negative", f"--{chosen[0]}", "give 1 or more"
            )
        lines = [line for text in given.lines for line in parse_lines(text)]
        if lines and event != "line":
            raise TeleportError("--lines goes with --at line only", "--lines", "leave one out")
        wish = Wish(
            given.program,
            module=given.module,
            arguments=tuple(given.arguments),
            mode=given.mode,
            event=event,
            number=number,
            every=given.every,
            sample=given.sample,
            spread=given.spread or (0 if chosen or number else SPREAD),
            seed=given.seed,
            lines=tuple(lines),
            within=given.within,
            timeout=given.timeout,
            stdin=b"" if os.isatty(0) else sys.stdin.buffer.read(),
        )
        report = Rehearsal(wish, Bar(not given.json)).run()
    except TeleportError as problem:
        print(f"pyteleport rehearse: {problem}", file=sys.stderr)
        return 2
    print(json.dumps(report.as_data(), indent=2) if given.json else report.as_text())
    return report.status(given.strict)
