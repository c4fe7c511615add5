"""The program's standard streams: described where it was, made again on the same descriptors there."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Described = dict[str, Any] | None

NAMES = ("stdin", "stdout", "stderr")


def describe_streams() -> list[Described]:
    """Encoding and buffering of stdin, stdout and stderr; None for one that is not there."""
    return [_describe(getattr(sys, f"__{name}__")) for name in NAMES]


def _describe(stream: Any) -> Described:
    try:
        if stream is None or stream.closed:
            return None
        return {
            "encoding": stream.encoding,
            "errors": stream.errors,
            "line_buffering": bool(stream.line_buffering),
            "write_through": bool(stream.write_through),
            "unbuffered": isinstance(stream.buffer, io.RawIOBase),
        }
    except (AttributeError, ValueError):  # no stream of the interpreter's own, or a detached one
        return None


def rebuild_streams(described: list[Described]) -> None:
    """Makes `sys.stdin`, `stdout` and `stderr` as they were, on descriptors 0, 1 and 2."""
    for fd, (name, fields) in enumerate(zip(NAMES, described, strict=True)):
        stream = None if fields is None else _make(fd, name, fields)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _make(fd: int, name: str, fields: dict[str, Any]) -> io.TextIOWrapper:
    mode = "w" if fd else "r"
    unbuffered = fields["unbuffered"] and fd
    buffer = open(fd, mode + "b", 0 if unbuffered else -1, closefd=False)  # noqa: SIM115
    raw = buffer if isinstance(buffer, io.FileIO) else buffer.raw  # type: ignore[attr-defined]
    raw.name = f"<{name}>"
    stream = io.TextIOWrapper(
        buffer,
        fields["encoding"],
        fields["errors"],
        "\n" if fd else None,
        fields["line_buffering"],
        fields["write_through"],
    )
    stream.mode = mode  # type: ignore[misc]
    return stream


def describe_terminal() -> dict[str, Any] | None:
    """Which of descriptors 0, 1, 2 are a terminal, and how that is set; None if none is."""
    are = tuple(os.isatty(fd) for fd in range(3))
    if True not in are:
        return None
    from pyteleport.stage.terminal import attributes, window

    fd = are.index(True)
    return {
        "fds": are,
        "attributes": attributes(fd),
        "window": window(fd),
        "raw": are[0],
        "kind": os.environ.get("TERM"),
    }
