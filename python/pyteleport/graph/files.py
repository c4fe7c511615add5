"""Reducers for open files: they are opened again there, by path, and stand where they stood.

Each layer goes by itself (raw file, buffer, text), so that `f.buffer` is the same object as before.
Only regular files move. (Those over memory, or over objects of the program's: `layered_files`.) A program's standard streams go by name: there they are the new process's.
Nothing is truncated there. A file that is missing at the target or has another content there is sent along or
refused, as the caller of the move wants it (see `surroundings.open_files`).

A text file in the middle of `for line in f` has its `tell()` disabled. Its decoder and the text it
has decoded ahead are read from the object (Modules/_io/textio.c, `textio`), the position follows from
them, and is checked by reading the same text there once more, with another file object.
"""

from __future__ import annotations

import io
import os
import stat
import sys

from pyteleport.capture.core import field_object, field_word
from pyteleport.graph import layered_files, rebuild_files
from pyteleport.graph.dumper import Dumper, reduce_instance
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONTENTS = ("auto", "send")  # the policies by which contents are looked at
STREAMS = ("stdin", "stdout", "stderr")
# Offsets in textio: the same on all five versions; buffer, encoding and errors prove them.
BUFFER, ENCODING, DECODER, READ_NEWLINE, ERRORS, DECODED, DECODED_USED = (
    32, 40, 56, 64, 72, 120, 128,
)  # fmt: skip
SOME_BYTES = 8
UNCLEAR = "it is read line by line, and where it stands cannot be told"
READ_LINES = "read the lines with readline() or into a list, or close it before the move"
KINDS = {
    stat.S_IFIFO: ("it is a pipe", "read it to its end and close it before the move"),
    stat.S_IFSOCK: ("it is a socket", "close it before the move and connect again after it"),
    stat.S_IFCHR: ("it is a device", "close it before the move"),
    stat.S_IFBLK: ("it is a block device", "close it before the move"),
    stat.S_IFDIR: ("it is a directory's descriptor", "close it before the move"),
}
CLOSE = "close it before the move and open it again after it"


def standard_name(obj: Any) -> str | None:
    """The name of a standard stream or one of its layers."""
    for name in STREAMS:
        found: Any = getattr(sys, f"__{name}__", None)
        path = f"__{name}__"
        for layer in ("", "buffer", "raw"):
            if layer:
                path = f"{path}.{layer}"
                try:
                    found = getattr(found, layer, None)
                except ValueError:  # detached
                    break
            if found is None:
                break
            if found is obj:
                return path
    return None


DELETED = "the file was deleted or renamed since it was opened"


def where_it_is(raw: Any, nameless: bool = False) -> tuple[str, str | None, os.stat_result]:
    """(absolute path, the path as given if that was relative, status) of a regular file.

    Args:
        raw: the file.
        nameless: one that no path leads to (it was deleted) is taken, too; its path is "".

    Raises:
        Refusal: it is no regular file, or its path no longer leads to it.
    """
    status = os.fstat(raw.fileno())
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        reason, hint = KINDS.get(kind, ("it is no regular file", CLOSE))
        if os.isatty(raw.fileno()):
            reason = "it is a terminal"
        raise Refusal(raw, reason, hint)
    given = raw.name
    candidates = []
    if isinstance(given, (str, bytes)):
        candidates.append(os.path.abspath(os.fsdecode(given)))
    try:
        candidates.append(os.readlink(f"/proc/self/fd/{raw.fileno()}"))
    except OSError:
        pass
    for path in candidates:
        try:
            if os.path.samestat(os.stat(path), status):
                break
        except OSError:
            continue
    else:
        if nameless:
            return "", None, status
        raise Refusal(raw, DELETED, CLOSE)
    relative = None
    if isinstance(given, (str, bytes)) and not os.path.isabs(given):
        relative = os.fsdecode(given)
    return path, relative, status


def _common(dumper: Dumper, obj: Any) -> Any:
    """The reduction of a standard stream, a closed file or one over other objects; None for any other."""
    name = standard_name(obj)
    if name is not None:
        return rebuild_files.standard_stream, tuple(name.split("."))
    if layered_files.is_layered(obj):
        return layered_files.reduce_layer(dumper, obj)
    if obj.closed:
        return rebuild_files.closed_file, (type(obj), dict(vars(obj)))
    return None


def reduce_raw(dumper: Dumper, raw: io.FileIO) -> Any:
    found = _common(dumper, raw)
    if found is not None:
        return found
    if raw.fileno() in (0, 1, 2):
        return rebuild_files.standard_descriptor, (raw.fileno(), raw.mode, dict(vars(raw)))
    if isinstance(raw.name, str) and os.path.normpath(raw.name) == os.devnull:
        return rebuild_files.raw_file, (os.devnull, None, raw.mode, None, 0, dict(vars(raw)))
    path, relative, status = where_it_is(raw, dumper.open_files in CONTENTS)
    if dumper.open_files == "refuse":
        raise Refusal(raw, 'it is open, and open_files="refuse"', CLOSE)
    first = dumper.descriptors.setdefault(raw.fileno(), raw)
    if first is not raw:
        return rebuild_files.same_descriptor, (first, raw.mode, raw.closefd, dict(vars(raw)))
    key = None
    if dumper.open_files in CONTENTS:
        from pyteleport.surroundings.open_files import OpenFile

        key = (status.st_dev, status.st_ino)
        dumper.files.setdefault(key, OpenFile(path, relative, raw.fileno())).add(raw)
    position = raw.tell()
    arguments = (path, relative, raw.mode, status.st_size, position, dict(vars(raw)), key)
    return rebuild_files.raw_file, arguments


def reduce_buffered(dumper: Dumper, buffered: Any) -> Any:
    found = _common(dumper, buffered)
    if found is not None:
        return found
    raw = buffered.raw
    if raw.fileno() > 2:
        _check(dumper, buffered, raw)
    _flush(buffered)
    position = buffered.tell() if buffered.seekable() else None
    return rebuild_files.buffered_file, (type(buffered), raw, position, dict(vars(buffered)))


def reduce_text(dumper: Dumper, text: Any) -> Any:
    found = _common(dumper, text)
    if found is not None:
        return found
    buffer = text.buffer
    raw = getattr(buffer, "raw", buffer)  # with `-u` there is no buffer between
    if type(raw) is io.FileIO and raw.fileno() > 2:
        _check(dumper, text, raw)
    position = text_position(text) if text.seekable() else None
    # Not text.flush(): after next() it makes tell() work again, but wrong.
    _flush(buffer)
    options = {
        "encoding": text.encoding,
        "errors": text.errors,
        "newline": _newline(text),
        "line_buffering": text.line_buffering,
        "write_through": text.write_through,
    }
    return rebuild_files.text_file, (buffer, options, position, dict(vars(text)))


def reduce_memory(dumper: Dumper, memory: Any) -> Any:
    """A BytesIO or StringIO says itself what it holds, unless it was closed."""
    if memory.closed:
        return rebuild_files.closed_file, (type(memory), dict(vars(memory)))
    return reduce_instance(dumper, memory)


def _check(dumper: Dumper, wrapper: Any, raw: io.FileIO) -> None:
    """Refuses by the outermost layer, which is the one the program knows."""
    if isinstance(raw.name, str) and os.path.normpath(raw.name) == os.devnull:
        return
    try:
        where_it_is(raw, dumper.open_files in CONTENTS)
        if dumper.open_files == "refuse":
            raise Refusal(raw, 'it is open, and open_files="refuse"', CLOSE)
    except Refusal as problem:
        raise Refusal(wrapper, problem.reason, problem.hint) from None


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (OSError, ValueError) as problem:
        raise Refusal(stream, f"it cannot be flushed: {problem}", CLOSE) from None


def _layout_holds(text: Any) -> bool:
    return (
        field_word(text, BUFFER) == id(text.buffer)
        and field_word(text, ENCODING) == id(text.encoding)
        and field_word(text, ERRORS) == id(text.errors)
    )


def _newline(text: Any) -> str | None:
    """The `newline` argument it was opened with, which has no attribute."""
    if not _layout_holds(text):
        raise Refusal(text, "its fields are not known on this Python", CLOSE)
    newline: str | None = field_object(text, READ_NEWLINE)
    return newline


def text_position(text: Any) -> int:
    """The cookie for `seek()`: of the next character the program will read."""
    ahead = field_object(text, DECODED) if _layout_holds(text) else None
    pending: str = "" if ahead is None else ahead[field_word(text, DECODED_USED) :]
    try:
        cookie: int = text.tell()
    except OSError:  # "telling position disabled by next() call"
        cookie = -1
    raw = getattr(text.buffer, "raw", None)
    if type(raw) is not io.FileIO or (cookie >= 0 and not pending):
        if cookie >= 0:
            return cookie
        raise Refusal(text, UNCLEAR, READ_LINES)
    decoder = field_object(text, DECODER)
    held = 0 if decoder is None else len(decoder.getstate()[0])
    end = text.buffer.tell()
    path = where_it_is(raw, nameless=True)[0] or f"/proc/self/fd/{raw.fileno()}"
    options = {"encoding": text.encoding, "errors": text.errors, "newline": _newline(text)}
    with open(path, **options) as again:
        candidates = [] if cookie < 0 else [cookie]
        for candidate in (*candidates, *_candidates(text, pending, end - held)):
            if _reads(again, candidate, pending, end):
                return candidate
        cookie = _count_from_start(again, path, text, pending, end)
        if _reads(again, cookie, pending, end):
            return cookie
    raise Refusal(text, UNCLEAR, READ_LINES)


def _candidates(text: Any, pending: str, end: int) -> list[int]:
    """Where the text that was decoded ahead may begin, ending at byte `end`."""
    if not pending:
        return [end]
    encoding = {"utf-8-sig": "utf-8", "utf_8_sig": "utf-8"}.get(
        text.encoding.lower(), text.encoding
    )
    seen = text.newlines
    kinds = seen if isinstance(seen, tuple) else (seen or "\n",)
    found = []
    for newline in kinds:
        try:
            length = len(pending.replace("\n", newline).encode(encoding, text.errors))
        except UnicodeError:
            continue
        # A "\r" at the very end waits in the decoder for a "\n" that may follow.
        found += [start for start in (end - length, end - length - 1) if start >= 0]
    return found


def _reads(again: Any, start: int, pending: str, end: int) -> bool:
    """Whether the file gives the text decoded ahead from `start` on, and stands near `end` then."""
    try:
        again.seek(start)
        if again.read(len(pending)) != pending:
            return False
        cookie = again.tell()
        # A cookie: a position in its low 64 bits, and from bit 96 on how much to feed the decoder.
        after = (cookie & (1 << 64) - 1) + (cookie >> 96 & (1 << 32) - 1)
    except (OSError, ValueError, OverflowError):
        return False
    return bool(0 <= end - after <= SOME_BYTES)


def _count_from_start(again: Any, path: str, text: Any, pending: str, end: int) -> int:
    """The cookie found by decoding the file from its start as far as this one was read."""
    import codecs

    newline = _newline(text)
    decoder: Any = codecs.getincrementaldecoder(text.encoding)(text.errors)
    if newline in (None, ""):
        decoder = io.IncrementalNewlineDecoder(decoder, translate=newline is None)
    count, left = 0, end
    with open(path, "rb") as plain:
        while left:
            data = plain.read(min(left, 1 << 20))
            if not data:
                break
            left -= len(data)
            count += len(decoder.decode(data))
    again.seek(0)
    again.read(max(count - len(pending), 0))
    cookie: int = again.tell()
    return cookie


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    table[io.FileIO] = reduce_raw
    for kind in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
        table[kind] = reduce_buffered
    table[io.TextIOWrapper] = reduce_text
    table[io.BytesIO] = table[io.StringIO] = reduce_memory
