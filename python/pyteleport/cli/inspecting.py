"""`pyteleport inspect`: what is in an image. It shows the manifest; nothing is unpickled, so no trust is needed.

What an image says of itself may be anything if nobody has sealed it: it is printed without control characters.
"""

from __future__ import annotations

import json
from contextlib import contextmanager

from pyteleport.checkpoints.reading import Opened
from pyteleport.cli.images import amount
from pyteleport.errors import ImageDamaged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

BAR = 30
FEW = 12  # variables shown unless there is asked for more


def plain(text: object) -> str:
    """Text that only shows."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(text))


@contextmanager
def readable(path: str) -> Iterator[None]:
    """A manifest that lacks what is shown is an error of its image's, not of this program's."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError):
        raise ImageDamaged(
            "the image cannot be shown: its manifest makes no sense", path, "try --json"
        ) from None


def inspect(path: str, as_json: bool, tree: bool, largest: int | None) -> int:
    """Prints what is in an image."""
    opened = Opened(path, trust=True)
    if as_json:
        print(json.dumps({**opened.manifest, "image": _facts(opened)}, indent=2))
        return 0
    with readable(path):
        if tree:
            lines = list(_tree(opened.manifest))
        elif largest is not None:
            lines = list(_table(variables(opened.manifest), largest))
        else:
            lines = list(_summary(opened))
    print("\n".join(map(plain, lines)))
    return 0


def _facts(opened: Opened) -> dict[str, Any]:
    """What the file says besides its manifest."""
    return {
        "key": opened.reader.key,
        "sections": [
            {"name": name, "size": size, "stored": stored, "chunks": chunks}
            for name, size, stored, chunks in opened.reader.sections()
        ],
    }


def variables(manifest: dict[str, Any]) -> list[tuple[str, str, int]]:
    """(name, type, size) of all variables, the largest first."""
    found = []
    for frame in manifest["frames"]:
        found += [
            (f"{frame['function']}: {entry['name']}", entry["type"], entry["size"])
            for entry in frame.get("locals", ())
        ]
    for module in manifest["modules"]:
        found += [
            (f"{module['name']}.{entry['name']}", entry["type"], entry["size"])
            for entry in module["variables"]
        ]
    return sorted(found, key=lambda entry: -entry[2])


def _table(rows: list[tuple[str, str, int]], most: int) -> Iterator[str]:
    """Rows with a bar for each size."""
    shown = rows[: max(0, most)]
    if not shown:
        return
    width = min(50, max(len(plain(name)) for name, _, _ in shown))
    longest = max(size for _, _, size in shown) or 1
    for name, kind, size in shown:
        bar = "█" * round(BAR * size / longest) or "▏"
        yield f"  {plain(name)[:width]:<{width}}  {amount(size):>8}  {bar:<{BAR}}  {kind}".rstrip()
    if len(rows) > len(shown):
        yield f"  and {len(rows) - len(shown)} more"


def _summary(opened: Opened) -> Iterator[str]:
    manifest = opened.manifest
    python = manifest["python"]
    key = opened.reader.key
    yield f"image      {opened.where}, " + ("no seal" if key is None else f"sealed with key {key}")
    yield f"program    {' '.join(manifest['argv']) or '(no arguments)'}"
    yield f"written    {manifest['created']} by pyteleport {manifest['pyteleport']}"
    yield f"where      {manifest['host']}, process {manifest['pid']}, in {manifest['cwd']}"
    name = "CPython" if python["implementation"] == "cpython" else python["implementation"]
    started = [f"{key}={value}" for key, value in python["variables"].items()] + python["options"]
    yield f"python     {name} {python['version']}, {python['platform']} {python['machine']}"
    if started:
        yield f"           with {' '.join(started)}"
    yield ""
    yield "frames, the innermost last"
    for frame in reversed(manifest["frames"]):
        if "left_out" in frame:
            yield f"  ... {frame['left_out']} more"
            continue
        yield f'  File "{frame["file"]}", line {frame["line"]}, in {frame["function"]}'
        if frame["source"]:
            yield f"    {frame['source']}"
        for entry in frame["locals"]:
            yield f"      {entry['name']}: {entry['type']}, {amount(entry['size'])}"
    yield ""
    yield "modules of its own"
    for module in manifest["modules"]:
        yield f"  {module['name']}  {module['file'] or '(no file)'}"
    if manifest["packages"]:
        yield ""
        yield "packages it needs"
        for name, distribution, version in manifest["packages"]:
            other = "" if distribution == name else f" ({distribution})"
            yield f"  {name}{other} {version}".rstrip()
    if manifest["files"]:
        yield ""
        yield "open files"
        for file in manifest["files"]:
            how = "written" if file["writes"] else "read"
            yield f"  {file['path']}, {how}, at {file['position']} of {file['size']}"
    yield ""
    yield "what takes how much: about, in memory; what several variables hold counts for each"
    yield from _table(variables(manifest), FEW)
    yield ""
    yield "what the image consists of"
    sections: dict[str, list[int]] = {}
    for name, size, stored, _ in opened.reader.sections():
        total = sections.setdefault(name, [0, 0])
        total[0] += size
        total[1] += stored
    rows = [(name, f"{amount(stored)} stored", size) for name, (size, stored) in sections.items()]
    yield from _table(rows, len(rows))


def _tree(manifest: dict[str, Any]) -> Iterator[str]:
    """Frames and modules with all their variables."""
    yield " ".join(manifest["argv"]) or "(no arguments)"
    branches = [
        (f"{frame['function']}, line {frame['line']}", frame["locals"])
        if "function" in frame
        else (f"{frame['left_out']} more frames", [])
        for frame in reversed(manifest["frames"])
    ]
    branches += [
        (f"module {module['name']}", module["variables"]) for module in manifest["modules"]
    ]
    for number, (name, entries) in enumerate(branches):
        last = number == len(branches) - 1
        total = sum(entry["size"] for entry in entries)
        yield f"{'└──' if last else '├──'} {name}  {amount(total)}"
        ordered = sorted(entries, key=lambda entry: -entry["size"])
        for place, entry in enumerate(ordered):
            edge = "└──" if place == len(ordered) - 1 else "├──"
            yield f"{'   ' if last else '│  '} {edge} {entry['name']}: {entry['type']}  {amount(entry['size'])}"
