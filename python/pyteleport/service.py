"""Answers what a program at a target asks of home: where a frame stands, and its morph.

The relay starts this once, as a process of the interpreter pyteleport is installed in, and passes
on requests: on stdin a 4-byte big-endian length and that many bytes (marshal of a function's name
and arguments), on stdout the answer in the same form. It ends with its stdin.
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_REQUEST = 64 << 20


def _read(count: int) -> bytes:
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def answer(question: bytes) -> bytes:
    """Calls the native function a request names; the reply is ("ok", result) or ("error", text)."""
    from pyteleport import _native

    functions: dict[str, Callable[..., Any]] = {
        "locate": _native.locate,
        "assemble": _native.assemble,
    }
    try:
        name, *arguments = marshal.loads(question)
        return marshal.dumps(("ok", functions[name](*arguments)))
    except Exception as problem:
        return marshal.dumps(("error", f"{type(problem).__name__}: {problem}"))


def main() -> None:
    while True:
        head = _read(4)
        if not head:
            return
        length = int.from_bytes(head, "big")
        if length > LONGEST_REQUEST:
            return
        reply = answer(_read(length))
        os.write(1, len(reply).to_bytes(4, "big"))
        view = memoryview(reply)
        while view:
            view = view[os.write(1, view) :]
