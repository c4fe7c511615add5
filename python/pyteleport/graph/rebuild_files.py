"""What the reduce tuples of files call at the target: opens them again, where they stood.

Nothing is created or truncated there. The names and modes are those the program gave. Only a program that comes
from a checkpoint finds its files longer, if it went on after that: what it had written since is cut off.
"""

from __future__ import annotations

import os
import sys
from _io import FileIO, TextIOWrapper

from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# Where open files of this program are here, by their key.
given: dict[Any, str] = {}


def _existing(path: str, flags: int) -> int:
    """An opener: what is there, as it is."""
    return os.open(path, flags & ~(os.O_CREAT | os.O_EXCL | os.O_TRUNC), 0o666)


def raw_file(
    path: str,
    relative: str | None,
    mode: str,
    size: int | None,
    position: int,
    attributes: dict[str, Any],
    key: Any = None,
) -> Any:
    """A file at its position.

    Args:
        path: its absolute path where it was opened.
        relative: its path as the program gave it, if that was relative: tried first.
        size: what its size has to be; None for any.
        key: of the file in `given`, where it was looked for or sent.

    Raises:
        OSError: it is missing or has another size here.
    """
    from errno import ENOENT, ESTALE

    problem: OSError | None = None
    found_before = given.get(key)
    for candidate in (relative, path) if found_before is None else (found_before,):
        if candidate is None:
            continue
        try:
            raw = FileIO(candidate, mode, opener=_existing)
        except OSError as error:
            problem = problem or error
            continue
        status = os.fstat(raw.fileno())
        found = status.st_size
        longer = size is not None and found > size and status.st_ino in rebuild.growing
        if size is None or found == size or longer:
            if longer and raw.writable():
                _cut_back(raw, size)
            raw.__dict__.update(attributes)
            if size is not None:
                raw.seek(position)
            return raw
        raw.close()
        text = f"the open file has {found} bytes here and {size} where the program came from"
        problem = OSError(ESTALE, text, candidate)
    if problem is not None and problem.errno == ENOENT:
        problem = FileNotFoundError(
            ENOENT, "the program has this file open; it is missing here", path
        )
    assert problem is not None
    raise problem


def _cut_back(raw: FileIO, size: int | None) -> None:
    """Cuts off what was written after the checkpoint: when all is loaded, and nothing can fail any more."""

    def cut() -> None:
        raw.truncate(size)

    rebuild.before_start.append(cut)


def same_descriptor(first: Any, mode: str, closes: bool, attributes: dict[str, Any]) -> Any:
    """Another file object over the descriptor of a first one."""
    raw = FileIO(first.fileno(), mode, closefd=closes)
    raw.__dict__.update(attributes)
    return raw


def standard_stream(name: str, *layers: str) -> Any:
    """One of this process's standard streams, or a layer of it.

    With `-u` there is no buffer between text and raw file: then the one layer is either.
    """
    found = getattr(sys, name)
    for layer in layers:
        found = getattr(found, layer, found)
    return found


def standard_descriptor(number: int, mode: str, attributes: dict[str, Any]) -> Any:
    """Another file object over descriptor 0, 1 or 2."""
    raw = FileIO(number, mode, closefd=False)
    raw.__dict__.update(attributes)
    return raw


def buffered_file(kind: Any, raw: Any, position: int | None, attributes: dict[str, Any]) -> Any:
    buffered = kind(raw)
    if position is not None:
        buffered.seek(position)
    buffered.__dict__.update(attributes)
    return buffered


def text_file(
    buffer: Any, options: dict[str, Any], position: int | None, attributes: dict[str, Any]
) -> Any:
    text = TextIOWrapper(buffer, **options)
    if position is not None:
        text.seek(position)
    text.__dict__.update(attributes)
    return text


def closed_file(kind: Any, attributes: dict[str, Any]) -> Any:
    """A file that was closed before the move."""
    raw = FileIO(os.devnull, "r+")
    if kind is FileIO:
        closed: Any = raw
    elif kind is TextIOWrapper:
        from _io import BufferedWriter

        closed = TextIOWrapper(BufferedWriter(raw), encoding="utf-8")
    elif kind.__name__ in ("BytesIO", "StringIO"):
        closed = kind()
    else:
        closed = kind(raw)
    closed.__dict__.update(attributes)
    closed.close()
    return closed
