"""The command line: `pyteleport demo`, `doctor TARGET`, `rehearse SCRIPT`, `resume IMAGE`, and others for images.

Also `python -m pyteleport`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

DOCTOR = """\
Reaches a target and says which interpreters are there, which one a program would go on in, and
what is missing. Exit status 0: a program of this interpreter can move there; 1: it cannot.
"""


def parser() -> ArgumentParser:
    from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter

    import pyteleport

    made = ArgumentParser(prog="pyteleport", description="Moves running Python programs.")
    made.add_argument("--version", action="version", version=f"pyteleport {pyteleport.__version__}")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="watch a program move to another process")
    doctor = commands.add_parser(
        "doctor",
        help="check a target",
        description=DOCTOR,
        formatter_class=RawDescriptionHelpFormatter,
    )
    doctor.add_argument(
        "target",
        metavar="TARGET",
        nargs="?",
        default="local",
        help='"local" (default) or "ssh://user@host:port"',
    )
    doctor.add_argument(
        "--target", dest="target", metavar="TARGET", help=SUPPRESS, default=SUPPRESS
    )
    doctor.add_argument(
        "--for",
        dest="script",
        metavar="'SCRIPT ARGUMENTS ...'",
        help="run this program, moving it at a few points, and say what it needs there and what would be refused",
    )
    doctor.add_argument("--python", help="the interpreter there")
    doctor.add_argument("--before", help="shell commands to run there first")
    doctor.add_argument(
        "--package",
        action="append",
        default=[],
        metavar="NAME",
        help="a distribution that is installed here and needed there; may be repeated",
    )
    doctor.add_argument("--timeout", type=float, default=20.0, metavar="SECONDS")
    from pyteleport.cli import images, rehearse

    rehearse.add_arguments(
        commands.add_parser(
            "rehearse",
            help="find out where a program can move",
            description=rehearse.DESCRIPTION,
            formatter_class=RawDescriptionHelpFormatter,
        )
    )
    images.add_commands(commands)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == [
        "resume"
    ]:  # without argparse: this is to be as quick as the interpreter's own start
        from pyteleport.checkpoints.resuming import main as resume

        return resume(words[1:])
    given = parser().parse_args(words)
    if given.command == "demo":
        from pyteleport.demo import main as demo

        return demo()
    if given.command == "rehearse":
        from pyteleport.cli.rehearse import main as rehearse

        return rehearse(given)
    from pyteleport.cli import images

    if given.command in images.COMMANDS:
        return images.main(given)
    from pyteleport.cli.doctor import main as doctor

    return doctor(
        given.target, given.python, given.before, given.package, given.timeout, given.script
    )
