"""What the reduce tuples of layered files call at the target (see `layered_files`).

A buffered or text file asks the object below it several things while it is set up. That object may be
the program's, and may not be filled yet; so it is kept from being asked: for that moment its instance
dict has answers in place of its methods. The file is then brought to hold what it held by being
fed just that, or by writing it.
"""

from __future__ import annotations

from gc import get_referents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ASKED = ("readable", "writable", "seekable", "tell", "seek", "read", "read1", "readinto", "write")  # fmt: skip


class Answering:
    """Answers in place of an object's methods."""

    def __init__(self, below: Any, answers: dict[str, Callable[..., Any]]) -> None:
        self.held: dict[str, Any] = object.__getattribute__(below, "__dict__")
        self.answers = answers
        self.before = {name: self.held[name] for name in answers if name in self.held}

    def __enter__(self) -> None:
        self.held.update(self.answers)

    def __exit__(self, *_: object) -> None:
        for name in self.answers:
            if name in self.before:
                self.held[name] = self.before[name]
            else:
                del self.held[name]


def bare(kind: Any) -> Any:
    return kind.__new__(kind)


def _unknown() -> int:
    raise OSError("no position")


def _written(data: Any) -> int:
    raise OSError("what is pending is not to be written yet")


def fill_buffer(made: Any, given: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
    state, attributes = given
    if state is None:
        _detached(made)
    else:
        ahead, position, pending = state["ahead"], state["position"], state["pending"]

        def readinto(buffer: Any) -> int:
            buffer[: len(ahead)] = ahead
            return len(ahead)

        answers: dict[str, Callable[..., Any]] = dict.fromkeys(
            ("readable", "writable", "seekable"), lambda: True
        )
        answers["readinto"] = readinto
        answers["tell"] = _unknown if position < 0 else lambda: position - len(ahead)
        with Answering(state["raw"], answers):
            made.__init__(state["raw"], state["size"])
            if ahead:
                made.peek(1)
                made.read(state["skip"])
            # In two: one piece as large as the buffer would not be kept.
            for part in (pending[:1], pending[1:]):
                if part:
                    made.write(part)
    made.__dict__.update(attributes)


def fill_text(made: Any, given: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
    state, attributes = given
    if state is None:
        _detached(made)
    else:
        _set_up(made, state)
    made.__dict__.update(attributes)


def _set_up(made: Any, state: dict[str, Any]) -> None:
    buffer = state["buffer"]
    feed: list[bytes] = []

    def read(count: int = -1) -> bytes:
        return feed.pop(0)

    answers: dict[str, Callable[..., Any]] = {
        name: lambda answer=state[name]: answer for name in ("readable", "writable", "seekable")
    }
    answers["tell"] = lambda: 0 if state["at start"] else 1
    answers["read"] = read
    answers["write"] = _written
    if state["read1"]:
        answers["read1"] = read
    with Answering(buffer, answers):
        made.__init__(buffer, **state["options"])
        made._CHUNK_SIZE = state["chunk"]
        coders = [
            part for part in get_referents(made) if part is not buffer and hasattr(part, "setstate")
        ]
        encoder = next((part for part in coders if hasattr(part, "encode")), None)
        decoder = next((part for part in coders if hasattr(part, "decode")), None)
        if state["newlines"]:
            feed.append(state["newlines"])
            made.read(state["newlines read"])
        if state["fed"] is not None:
            before, data = state["fed"]
            assert decoder is not None
            decoder.setstate(before)
            feed.append(data)
            if state["iterated"]:
                next(made)
            else:
                made.read(state["skip"])
        if decoder is not None:
            decoder.setstate(state["decoder"])
        if encoder is not None:
            if state["pending"]:
                if state["before"] is not None:
                    encoder.setstate(state["before"])
                made.write(state["pending"])
            encoder.setstate(state["encoder"])


def _detached(made: Any) -> None:
    """One whose object below was taken away."""
    from _io import BytesIO

    made.__init__(BytesIO())
    made.detach()
