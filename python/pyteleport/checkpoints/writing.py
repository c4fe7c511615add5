"""Writes the running program into an image: a file, a store, or memory.

The stream of `graph.image` is cut into sections, in its order: "code" (the head and the definitions), "graph" (what the
variables hold), "buffers" (large memory), and again. Chunks follow each other in the order in which they
are needed to restore.
"""

from __future__ import annotations

import _thread
import os
import sys

from pyteleport import move
from pyteleport.checkpoints import json_text, manifest
from pyteleport.errors import ImageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike
    from types import FrameType
    from typing import Any

    from pyteleport._native import ImageWriter
    from pyteleport.checkpoints.places import File, Stored
    from pyteleport.graph.image import Image
    from pyteleport.stage.channel import Bytes

PIECE = 1 << 20
LARGE = 128 << 10  # the pickler's frames are smaller: this is what one object holds


def write(path: str | PathLike[str], frame: FrameType) -> None:
    """Writes the program of these frames; the call returns True there."""
    native = has_native()
    if native:
        from pyteleport.checkpoints import keys, places

        where = places.place(path)
        key = keys.sealing()
    described, image = captured(frame, True)
    text = json_text.write(described)
    try:
        if native:
            write_pieces(where, text, key, pieces(image))
        else:
            from pyteleport.checkpoints import helping

            helping.write(os.fspath(path), text, pieces(image))
    finally:
        image.release()


def captured(frame: FrameType, value: object) -> tuple[dict[str, Any], Image]:
    """The program's manifest and stream.

    Args:
        frame: pyteleport's own frame that the program called.
        value: what the call returns where it is restored.

    Raises:
        CannotMove: as a move.
    """
    from pyteleport.capture.frames import capture
    from pyteleport.capture.plan import plan
    from pyteleport.graph.image import dump
    from pyteleport.surroundings.packages import needed

    move.check_not_copying()
    move.check_threads()
    _check_session()
    move.check_children()
    move.flush()
    records = capture(frame)
    plan(records, value)
    described = manifest.describe(records)
    move.copying.add(_thread.get_ident())
    try:
        image = dump(records)
    finally:
        move.copying.discard(_thread.get_ident())
    described["files"] = manifest.open_files()  # their buffers are written now
    described["packages"] = [list(package) for package in needed(image.packages)]
    return described, image


def _check_session() -> None:
    """A program that was restored would have no prompt to come back to."""
    from pyteleport.errors import CannotMove

    if hasattr(sys, "ps1"):
        raise CannotMove(
            "a session at a prompt cannot be written to an image",
            "the prompt of this interpreter",
            "put the program into a file and run that, or move the session with teleport()",
        )
    move.check_session(copies=True)


def pieces(image: Image) -> Iterator[tuple[str, Bytes]]:
    """(section, bytes), in the stream's order and none larger than a megabyte."""
    for number, part in enumerate(image.parts):
        if type(part) is memoryview or len(part) >= LARGE:
            section = "buffers"
        else:
            section = "code" if number < image.definitions else "graph"
        with memoryview(part) as view, view.cast("B") as plain:
            for start in range(0, len(plain), PIECE):
                with plain[start : start + PIECE] as piece:
                    yield section, piece


def write_pieces(
    where: File | Stored, text: str, key: str | None, found: Iterable[tuple[str, Bytes]]
) -> None:
    """Writes an image whole, or leaves everything as it was.

    Raises:
        ImageError: it could not be written.
    """
    from pyteleport._native import ImageProblem
    from pyteleport.checkpoints.places import explained

    writer: ImageWriter | None = None
    try:
        writer = where.writer(text, key)
        section = ""
        for name, piece in found:
            if name != section:
                writer.section(name)
                section = name
            writer.write(piece)
        writer.finish()
        writer = None
    except (OSError, ImageProblem) as problem:
        raise explained(where, problem, "written") from problem
    finally:
        if writer is not None:
            writer.abandon()


def has_native() -> bool:
    """Images are written and read by native code, which does not travel with a program."""
    try:
        __import__("pyteleport._native")
    except ImportError:
        return False
    return True


def check_native() -> None:
    """Whether images can be read.

    Raises:
        ImageError: this program was moved here, and pyteleport's native part was not.
    """
    if not has_native():
        raise ImageError(
            "images cannot be read here: the program was moved here, and pyteleport's native part was not",
            sys.executable,
            "do it before the move, or move the program back",
        )
