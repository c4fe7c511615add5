"""`pyteleport resume`: this fresh interpreter becomes the program of an image.

There is no relay: the process, its terminal and its stdio are the program's own. As little as can be is imported.
Under the program's frames stand those of this module; what it shows of an exception leaves them out.
"""

from __future__ import annotations

import os
import sys

from pyteleport.errors import ImageError, TeleportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

USAGE = "usage: pyteleport resume [--target TARGET] [--cwd FOLDER] [--trust] IMAGE"
HELP = f"""\
{USAGE}

Goes on with the program of an image, here or at a target.

  IMAGE            a file, or an image in a store: store://FOLDER#NAME, store://FOLDER#NAME:NUMBER
  --target TARGET  "local" or "ssh://user@host:port"
  --cwd FOLDER     working folder; by default the one the program had, or the present one if that is not here
  --trust          restore it whoever has sealed it
"""


class Given:
    """The command line.

    Attributes:
        image: the image's place, or "".
        memory: the descriptor of an image in memory, or None.
        target, cwd: as given, or None.
        trust: whether to restore what anybody has sealed.
        here: this interpreter was started for the image: it is not looked for another.
    """

    def __init__(self) -> None:
        self.image = ""
        self.memory: int | None = None
        self.target: str | None = None
        self.cwd: str | None = None
        self.trust = False
        self.here = False


def parse(argv: list[str]) -> Given | int:
    """What was asked for, or the exit status where that makes no sense."""
    given = Given()
    left = list(argv)
    names = []
    while left:
        word = left.pop(0)
        if word in ("-h", "--help"):
            sys.stdout.write(HELP)
            return 0
        name, equals, value = word.partition("=")
        if name in ("--target", "--cwd", "--memory"):
            if not equals:
                if not left:
                    return _misused(f"{name} takes a value")
                value = left.pop(0)
            setattr(given, name[2:], int(value) if name == "--memory" else value)
        elif word in ("--trust", "--here"):
            setattr(given, word[2:], True)
        elif word.startswith("-") and word != "--":
            return _misused(f"there is no option {word}")
        elif word != "--":
            names.append(word)
    if given.memory is None:
        if len(names) != 1:
            return _misused("one image is to be given")
        given.image = names[0]
    return given


def _misused(problem: str) -> int:
    sys.stderr.write(f"{USAGE}\npyteleport resume: {problem}\n")
    return 2


def main(argv: list[str]) -> int:
    """Resumes. Comes back when the program has ended, or with an exit status where there is none."""
    given = parse(argv)
    if isinstance(given, int):
        return given
    try:
        begin(given)
    except TeleportError as problem:
        sys.stderr.write(f"pyteleport resume: {problem}\n")
        return 1
    del given, argv
    run()
    return 0


def begin(given: Given) -> None:
    """Up to where the program is in `stage.program.rebuilt`."""
    from pyteleport.checkpoints import restoring

    manifest, chunks, where = _source(given)
    again = [given.image]
    if given.memory is None and not given.here:
        command = restoring.interpreter(manifest, where)
        if command is not None:
            again += ["--trust"] if given.trust else []
            again += ["--cwd", given.cwd] if given.cwd is not None else []
            again += ["--target", given.target] if given.target is not None else []
            restoring.execute(command, manifest, again)
    restoring.check_python(manifest, where)
    if given.target is not None:
        from pyteleport import targets

        restoring.hand_over(manifest, chunks, targets.parse(given.target), given.cwd, 60.0, b"")
    restoring.check_packages(manifest, where)
    _settle(manifest, given.cwd)
    _rebuild(manifest, chunks, where)


def _source(given: Given) -> tuple[dict[str, Any], Iterable[bytes], str]:
    if given.memory is not None:
        from pyteleport.checkpoints import json_text

        file = open(given.memory, "rb")  # noqa: SIM115
        manifest = json_text.read(file.read(int.from_bytes(file.read(8), "big")).decode())
        return manifest, iter(lambda: file.read(1 << 20), b""), "the image in memory"
    from pyteleport.checkpoints.reading import Opened

    opened = Opened(given.image, given.trust)
    return opened.manifest, opened.chunks(), str(opened.where)


def _settle(manifest: dict[str, Any], cwd: str | None) -> None:
    """Makes this process the program's: folder, module path, streams."""
    from pyteleport.checkpoints import restoring
    from pyteleport.stage.streams import rebuild_streams

    if sys.path and not sys.flags.safe_path:
        del sys.path[0]  # the folder of this script; the program brings its own
    folder = cwd if cwd is not None else manifest["cwd"]
    try:
        if folder is not None:
            os.chdir(folder)
    except OSError as problem:
        if cwd is not None:
            raise ImageError(
                f"the program cannot run in that folder: {problem.strerror}", cwd, "check --cwd"
            ) from None
    rebuild_streams(restoring.streams(manifest))


def _rebuild(manifest: dict[str, Any], chunks: Iterable[bytes], where: str) -> None:
    from pyteleport.checkpoints import restoring
    from pyteleport.checkpoints.reading import Stream
    from pyteleport.graph.load import load
    from pyteleport.stage import program

    stream = Stream(chunks)
    try:
        rebuilt = load(stream, {"growing": restoring.growing(manifest)})
        stream.finish()
    except BaseException as problem:
        _give_up(problem, where)
    program.runner = run.__code__
    program.rebuilt.append(rebuilt)


def _give_up(problem: BaseException, where: str) -> None:
    """Ends this process: of half a program no destructor and no atexit function may run."""
    text = f"pyteleport resume: {problem}"
    if not isinstance(problem, TeleportError):
        from pyteleport.stage.failure import load_hint

        name = type(problem).__name__
        shown = f"the program could not be rebuilt here: {name}: {problem}"
        text = f"pyteleport resume: {ImageError(shown, where, load_hint(f'{name}: {problem}'))}"
        if not isinstance(problem, (OSError, ImportError, MemoryError, EOFError)):
            from traceback import format_exception

            text += "\n" + "".join(format_exception(problem)).rstrip()
    os.write(2, (text + "\n").encode("utf-8", "backslashreplace"))
    os._exit(1)


def run() -> None:
    """Runs the program."""
    from pyteleport.stage import program

    try:
        program.rebuilt.pop()()
    except BaseException:
        program.uncaught()
        raise
