"""`pyteleport verify`, `diff`, `keygen` and `store`: images and what seals them. (`inspect` and `resume` have modules of their own.)

Nothing here unpickles anything. Exit status 0: it is as it should be; 1: it is not, with the reason on stderr; of
`diff`, as diff's: 1 where the images differ, 2 where they cannot be compared.
"""

from __future__ import annotations

import sys
import time

from pyteleport.errors import TeleportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterator
    from typing import Any

COMMANDS = ("inspect", "verify", "diff", "keygen", "store")


def add_commands(commands: _SubParsersAction[ArgumentParser]) -> None:
    """The subcommands of images."""
    commands.add_parser(
        "resume", help="go on with the program of an image", add_help=False
    )  # it is never parsed here: see `main`
    inspect = commands.add_parser("inspect", help="show what is in an image, without running it")
    inspect.add_argument("image", metavar="IMAGE")
    how = inspect.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="everything, as JSON")
    how.add_argument("--tree", action="store_true", help="all variables, below frames and modules")
    how.add_argument("--largest", type=int, metavar="N", help="the N largest variables")
    verify = commands.add_parser("verify", help="read the whole of an image and check it")
    verify.add_argument("image", metavar="IMAGE")
    verify.add_argument("--trust", action="store_true", help="whoever has sealed it")
    diff = commands.add_parser("diff", help="compare two images")
    diff.add_argument("first", metavar="A")
    diff.add_argument("second", metavar="B")
    keygen = commands.add_parser("keygen", help="make a key that seals images")
    keygen.add_argument("path", nargs="?", metavar="PATH", help="by default your own key's place")
    store = commands.add_parser("store", help="look at a store of images, and tidy it")
    actions = store.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("ls", help="list the images")
    collect = actions.add_parser("gc", help="delete what no image needs")
    collect.add_argument(
        "--keep", type=int, metavar="N", help="and all but the newest N of each name"
    )
    collect.add_argument(
        "--grace", type=float, metavar="SECONDS", help="how long what may be in use is kept"
    )
    check = actions.add_parser("verify", help="read and check all images")
    check.add_argument("--trust", action="store_true", help="whoever has sealed them")
    for action in (listing, collect, check):
        action.add_argument("folder", metavar="DIR")


def main(given: Namespace) -> int:
    """Runs one of these commands."""
    from pyteleport._native import ImageProblem

    command = given.command
    try:
        if command == "inspect":
            from pyteleport.cli.inspecting import inspect

            return inspect(given.image, given.json, given.tree, given.largest)
        if command == "verify":
            return verify(given.image, given.trust)
        if command == "diff":
            return diff(given.first, given.second)
        if command == "keygen":
            return keygen(given.path)
        return store(given)
    except TeleportError as problem:
        print(f"pyteleport {command}: {problem}", file=sys.stderr)
    except (OSError, ImageProblem) as problem:
        from pyteleport.checkpoints.keys import words

        where = given.folder if command == "store" else ""
        print(f"pyteleport {command}: {words(problem)}: {where}", file=sys.stderr)
    return 2 if command == "diff" else 1


def amount(size: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def verify(path: str, trust: bool) -> int:
    """Reads everything."""
    from pyteleport.checkpoints.reading import Opened

    opened = Opened(path, trust)
    opened.verify()
    sections = opened.reader.sections()
    size = sum(length for _, length, _, _ in sections)
    stored = sum(stored for _, _, stored, _ in sections)
    key = opened.reader.key
    sealed = "no seal" if key is None else f"sealed with key {key}"
    print(f"{opened.where}: whole, {sealed}; {amount(size)}, {amount(stored)} stored")
    return 0


def keygen(path: str | None) -> int:
    """Makes a key."""
    import os

    from pyteleport.checkpoints import keys
    from pyteleport.errors import SealError

    place = path or keys.default_path()
    if os.path.lexists(place):
        raise SealError(
            "there is a file already", place, "give another path, or move that one away"
        )
    print(f"{place}: key {keys.make(place)}")
    return 0


def _variables(manifest: dict[str, Any]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Every variable by where it stands: (type, size)."""
    frames = [frame for frame in manifest["frames"] if "function" in frame]
    for number, frame in enumerate(reversed(frames)):
        for entry in frame["locals"]:
            where = f"{frame['function']} (frame {number}): {entry['name']}"
            yield where, (entry["type"], entry["size"])
    for module in manifest["modules"]:
        for entry in module["variables"]:
            yield f"{module['name']}.{entry['name']}", (entry["type"], entry["size"])


def diff(first: str, second: str) -> int:
    """Tells what differs between two images."""
    from pyteleport.checkpoints.reading import Opened
    from pyteleport.cli.inspecting import plain, readable

    one, two = Opened(first, trust=True), Opened(second, trust=True)
    chunks = [dict(opened.reader.chunks()) for opened in (one, two)]
    with readable(first), readable(second):
        told = list(_differences(one.manifest, two.manifest))
    for line in told:
        print(plain(line))
    common = chunks[0].keys() & chunks[1].keys()
    shared = sum(chunks[1][chunk] for chunk in common)
    total = sum(chunks[1].values())
    same = chunks[0].keys() == chunks[1].keys()
    print(f"content: {amount(shared)} of {amount(total)} are the same bytes")
    return 0 if same and not told else 1


def _differences(one: dict[str, Any], two: dict[str, Any]) -> Iterator[str]:
    for name in ("argv", "created", "host", "cwd", "python", "packages", "pyteleport"):
        if one[name] != two[name]:
            yield f"{name}: {one[name]} -> {two[name]}"
    stacks = [
        [f"{frame['function']}:{frame['line']}" for frame in reversed(manifest["frames"]) if "function" in frame]
        for manifest in (one, two)
    ]  # fmt: skip
    if stacks[0] != stacks[1]:
        yield f"stack: {' > '.join(stacks[0])} -> {' > '.join(stacks[1])}"
    before, after = dict(_variables(one)), dict(_variables(two))
    for name in {**before, **after}:
        was, is_now = before.get(name), after.get(name)
        if was == is_now:
            continue
        if was is None or is_now is None:
            yield f"{name}: only in {'the second' if was is None else 'the first'}"
        else:
            yield f"{name}: {was[0]}, {amount(was[1])} -> {is_now[0]}, {amount(is_now[1])}"


def store(given: Namespace) -> int:
    """Lists, tidies or checks a store."""
    import os

    from pyteleport._native import ImageStore
    from pyteleport.errors import ImageError

    if not os.path.isdir(given.folder):
        raise ImageError("there is no such folder", given.folder, "give the folder of a store")
    found = ImageStore(given.folder)
    if given.action == "ls":
        for name, number, when in found.images():
            written = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
            print(f"{written}  {name}:{number}")
        return 0
    if given.action == "gc":
        if given.keep is not None:
            if given.keep < 0:
                raise ImageError(f"--keep takes 0 or more, not {given.keep}")
            names = {name for name, _, _ in found.images()}
            gone = sum(found.prune(name, given.keep) for name in sorted(names))
            print(f"{gone} images deleted")
        if given.grace is not None and not given.grace >= 0:
            raise ImageError(f"--grace takes 0 or more seconds, not {given.grace}")
        deleted, doomed, moved = found.collect(given.grace)
        print(
            f"{amount(deleted)} deleted, {amount(moved)} moved together;"
            f" {doomed} packs are deleted next time if nothing needs them by then"
        )
        return 0
    from pyteleport.checkpoints.keys import accepted

    whole, damaged = found.verify(None if given.trust else accepted())
    for name, problem in damaged:
        print(f"pyteleport store: {name}: {problem}", file=sys.stderr)
    print(f"{whole} images are whole, {len(damaged)} are not")
    return 1 if damaged else 0
