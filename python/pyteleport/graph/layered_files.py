"""Reducers for buffered and text files over memory, or over an object of the program's own.

What they have not written yet, and what they have read ahead, is read from their memory: a `flush()`
or `tell()` would call the program's methods during the dump, and write into what was dumped already.
At the target they hold the same (see `rebuild_layers`), and write it out when they would have here.

The offsets are those of `buffered` and `textio` (Modules/_io/bufferedio.c, textio.c), the same on all five versions.
"""

from __future__ import annotations

import io

from pyteleport.capture.core import array_words, field_object, field_word
from pyteleport.graph import rebuild_layers
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.graph.dumper import Dumper

# buffered
RAW, OK_DETACHED, ABSOLUTE, BUFFER, POSITION, RAW_POSITION, READ_END, WRITE_POSITION, WRITE_END, BUFFER_SIZE = (
    16, 24, 48, 56, 64, 72, 80, 88, 96, 120,
)  # fmt: skip
# textio
TEXT_OK_DETACHED, CHUNK, TEXT_BUFFER, ENCODING, ENCODER, DECODER, NEWLINE, ERRORS, FLAGS = (
    16, 24, 32, 40, 48, 56, 64, 72, 88,
)  # fmt: skip
AT_START, DECODED, DECODED_USED, PENDING, SNAPSHOT = 112, 120, 128, 136, 152
LINE_BUFFERING, WRITE_THROUGH, SEEKABLE, HAS_READ1, TELLING = 0, 1, 5, 6, 7  # bytes of FLAGS

BUFFERS = (io.BufferedReader, io.BufferedWriter, io.BufferedRandom)
MADE_IN_C = (io.BytesIO, *BUFFERS)
HINT = "flush it and let go of it before the move, and make it again after it"
MIXED = "it has read ahead and not written yet"
UNWRITTEN = "it holds text that is not written yet"
UNREAD = "it has read ahead, and where it stands cannot be told"


def is_layered(file: Any) -> bool:
    """Whether a chain of layers ends elsewhere than in a file of the operating system."""
    below = file
    while type(below) in BUFFERS or type(below) is io.TextIOWrapper:
        below = field_object(below, TEXT_BUFFER if type(below) is io.TextIOWrapper else RAW)
    return type(below) is not io.FileIO


def reduce_layer(dumper: Dumper, file: Any) -> Any:
    """The reduction of one layer: made bare, then filled."""
    kind = type(file)
    is_text = kind is io.TextIOWrapper
    below = field_object(file, TEXT_BUFFER if is_text else RAW)
    if below is None:
        if not field_word(file, TEXT_OK_DETACHED if is_text else OK_DETACHED) >> 32:
            raise Refusal(file, "it was never set up", "let go of it before the move")
        state: Any = None
    else:
        check_answers(file, below)
        state = text_state(file, below) if is_text else buffer_state(file, below)
    attributes = (
        dict(kind.__dict__["__dict__"].__get__(file)) if "__dict__" in kind.__dict__ else {}
    )
    fill = rebuild_layers.fill_text if is_text else rebuild_layers.fill_buffer
    return rebuild_layers.bare, (kind,), (state, attributes), None, None, fill


def check_answers(file: Any, below: Any) -> None:
    """Refuses where the object below would have to be asked when the file is made there."""
    kind = type(below)
    if kind in MADE_IN_C or kind is io.TextIOWrapper:
        return
    spaces = [type.__dict__["__dict__"].__get__(base) for base in kind.__mro__]
    asked = any("__getattribute__" in space for space in spaces[:-1])
    for name in rebuild_layers.ASKED:
        found = next((space[name] for space in spaces if name in space), None)
        asked = asked or any("__set__" in vars(base) for base in type(found).__mro__)
    if asked or not kind.__dictoffset__:
        raise Refusal(file, f"the {kind.__name__} under it cannot be set up unasked", HINT)


def held_bytes(buffered: Any, start: int, end: int) -> bytes:
    """What its buffer holds."""
    words = array_words(buffered, BUFFER, (end + 7) // 8)
    return b"".join([word.to_bytes(8, "little", signed=True) for word in words])[start:end]


def buffer_state(buffered: Any, raw: Any) -> dict[str, Any]:
    position, raw_position, read_end, write_position, write_end = (
        field_word(buffered, offset)
        for offset in (POSITION, RAW_POSITION, READ_END, WRITE_POSITION, WRITE_END)
    )
    ahead = pending = b""
    if field_word(buffered, BUFFER):  # not closed
        if 0 <= write_position < write_end:
            pending = held_bytes(buffered, write_position, write_end)
        if read_end >= 0:
            ahead = held_bytes(buffered, 0, raw_position if pending else read_end)
    if pending:
        skip = write_position if ahead else 0
        fits = position == write_end and skip <= len(ahead)
    else:
        skip = position if ahead else 0
        fits = not ahead or raw_position == read_end
    if not fits:
        raise Refusal(buffered, MIXED, HINT)
    return {
        "raw": raw,
        "size": field_word(buffered, BUFFER_SIZE),
        "position": field_word(buffered, ABSOLUTE),
        "ahead": ahead,
        "skip": skip,
        "pending": pending,
    }


def text_state(text: Any, buffer: Any) -> dict[str, Any]:
    flags = field_word(text, FLAGS).to_bytes(8, "little", signed=True)
    encoder, decoder = field_object(text, ENCODER), field_object(text, DECODER)
    state: dict[str, Any] = {
        "buffer": buffer,
        "options": {
            "encoding": field_object(text, ENCODING),
            "errors": field_object(text, ERRORS),
            "newline": field_object(text, NEWLINE),
            "line_buffering": bool(flags[LINE_BUFFERING]),
            "write_through": bool(flags[WRITE_THROUGH]),
        },
        "chunk": field_word(text, CHUNK),
        "readable": decoder is not None,
        "writable": encoder is not None,
        "seekable": bool(flags[SEEKABLE]),
        "read1": bool(flags[HAS_READ1]),
        "at start": bool(field_word(text, AT_START) & 0xFF),
        "pending": "",
        "encoder": None if encoder is None else encoder.getstate(),
        "newlines": b"",
        "fed": None,
        "decoder": None if decoder is None else decoder.getstate(),
        "iterated": False,
    }
    pending = field_object(text, PENDING)
    if pending is not None:
        parts = pending if type(pending) is list else [pending]
        data = b"".join([part.encode("ascii") if type(part) is str else part for part in parts])
        _add_pending(text, state, data)
    elif decoder is not None:
        _add_reading(text, state, decoder, bool(flags[TELLING]))
    return state


def _there(state: dict[str, Any]) -> tuple[Any, io.BytesIO]:
    """The file as it will be there, over memory."""
    memory = io.BytesIO()
    made = rebuild_layers.bare(io.TextIOWrapper)
    rebuild_layers.fill_text(made, ({**state, "buffer": memory}, {}))
    return made, memory


def _add_pending(text: Any, state: dict[str, Any], data: bytes) -> None:
    """The text that gives what is to be written, with the state its encoder was in before."""
    options = state["options"]
    newline = options["newline"]
    for prefix in (0, 1):  # as one at the beginning of a stream, or in its middle
        for before in (None, state["encoder"]):  # None: as it is when made
            try:
                given = data.decode(options["encoding"], options["errors"])
                if newline not in (None, "", "\n"):
                    given = given.replace(newline, "\n")
                candidate = {**state, "pending": given, "before": before, "at start": not prefix}
                made, memory = _there(candidate)
                made.flush()
                found = memory.getvalue()
                made.detach()
            except (UnicodeError, LookupError, TypeError, OSError):
                continue
            if found == data:
                state.update(candidate)
                return
    raise Refusal(text, UNWRITTEN, HINT)


def _add_reading(text: Any, state: dict[str, Any], decoder: Any, telling: bool) -> None:
    """What to feed it there so that it has read ahead the same."""
    options = state["options"]
    encoding, errors, newline = options["encoding"], options["errors"], options["newline"]
    decoded = field_object(text, DECODED)
    used = field_word(text, DECODED_USED)
    snapshot = field_object(text, SNAPSHOT)
    seen = getattr(decoder, "newlines", None)
    kinds = seen if type(seen) is tuple else () if seen is None else (seen,)
    primer = "".join([kind + "x" for kind in kinds])
    state["newlines"] = primer.encode(encoding, errors)
    state["newlines read"] = 2 * len(kinds) if newline is None else len(primer)
    state["iterated"] = bool(state["seekable"] and not telling)
    if state["iterated"] or type(snapshot) is not tuple:
        left = "" if decoded is None else decoded[used:]
        if not left and not state["iterated"]:
            return
        first = newline or (kinds[0] if kinds else "\n" if state["iterated"] else "x")
        given = first + left
        if newline is None and kinds:
            given = first + left.replace("\n", kinds[0])
        state["fed"] = ((b"", 0), given.encode(encoding, errors))
        state["skip"] = 1 if newline is None else len(first)
    else:
        state["fed"] = ((b"", snapshot[0]), snapshot[1])
        state["skip"] = used
        left = "" if decoded is None else decoded[used:]
    made, _ = _there(state)
    found = field_object(made, DECODED)
    same = ("" if found is None else found[field_word(made, DECODED_USED) :]) == left
    made.detach()
    if not same:
        raise Refusal(text, UNREAD, "read it to its end before the move")
