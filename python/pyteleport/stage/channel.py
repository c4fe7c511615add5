"""The channel: frames on a byte stream, as docs/architecture.md lays them down.

A frame is `type: 1 byte, length: 4 bytes big endian, payload`. Every length is checked against
what its type may have before anything is read or stored, so that a stream that is no channel (or a
damaged one) ends in `ChannelError` and not in a wait for gigabytes.

    >>> frames = Decoder()
    >>> frames.feed(encode(SIGNAL, b"\\x02"))
    >>> frames.take()
    (98, b'\\x02')
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Bytes = bytes | bytearray | memoryview

# Down: from where the program was, to the target.
PREPARE = 0x50  # the manifest
IMAGE = 0x49
IMAGE_END = 0x4A
COMMIT = 0x43  # bytes of stdin that were read ahead
STDIN = 0x60
STDIN_END = 0x61
SIGNAL = 0x62  # one byte: its number
WINDOW = 0x63  # rows, columns: two bytes each
ANSWER = 0x64
CLOSE = 0x65  # one byte, 1 or 2: nobody reads that output here any more

# Up.
PREPARED = 0x70  # what was made ready: working folder, ...
REFUSED = 0x72  # a list of reasons: (kind, what, detail ...)
READY = 0x79
PROGRESS = 0x71  # what is done to make it ready: a line of text, or nothing
STDOUT = 0x31
STDERR = 0x32
TERMINAL = 0x33  # output of the terminal, where the program has one
REQUEST = 0x34
STOPPED = 0x35  # the program was stopped from its terminal (^Z)
EXIT = 0x36  # exit status: four bytes, signed; negative for a signal

# Both ways: one byte (which stream) and four bytes (how many bytes more may be sent on it).
CREDIT = 0x40

WINDOW_SIZE = 256 << 10  # unacknowledged bytes on each of stdin, stdout, stderr, terminal
LARGEST_PART = 64 << 10  # of those streams, in one frame
LARGEST_IMAGE_PART = 1 << 20
LARGEST_REQUEST = 64 << 20
LARGEST_MANIFEST = 1 << 30  # files to send along are in it
HEAD = 5

_LARGEST = {
    PREPARE: LARGEST_MANIFEST,
    IMAGE: LARGEST_IMAGE_PART,
    IMAGE_END: 0,
    COMMIT: LARGEST_REQUEST,
    STDIN: LARGEST_PART,
    STDIN_END: 0,
    SIGNAL: 1,
    WINDOW: 4,
    ANSWER: LARGEST_REQUEST,
    CLOSE: 1,
    PREPARED: LARGEST_REQUEST,
    REFUSED: LARGEST_REQUEST,
    READY: 0,
    PROGRESS: LARGEST_PART,
    STDOUT: LARGEST_PART,
    STDERR: LARGEST_PART,
    TERMINAL: LARGEST_PART,
    REQUEST: LARGEST_REQUEST,
    STOPPED: 0,
    EXIT: 4,
    CREDIT: 5,
}


class ChannelError(Exception):
    """What came is no frame of this channel, or the channel ended."""


def head(kind: int, length: int) -> bytes:
    """The five bytes before a payload of that length."""
    if length > _LARGEST[kind]:
        raise ChannelError(f"{length} bytes are too many for a frame of type {kind:#x}")
    return kind.to_bytes(1, "big") + length.to_bytes(4, "big")


def encode(kind: int, payload: Bytes = b"") -> bytes:
    """A whole frame."""
    return head(kind, len(payload)) + payload


def credit(stream: int, count: int) -> bytes:
    """A CREDIT frame: `count` bytes more may be sent on a stream."""
    return encode(CREDIT, stream.to_bytes(1, "big") + count.to_bytes(4, "big"))


def parse_head(data: Bytes) -> tuple[int, int]:
    """Type and length from the five bytes, both checked."""
    kind = data[0]
    length = int.from_bytes(data[1:HEAD], "big")
    largest = _LARGEST.get(kind)
    if largest is None:
        raise ChannelError(f"a frame of unknown type {kind:#x}")
    if length > largest:
        raise ChannelError(f"a frame of type {kind:#x} claims {length} bytes")
    return kind, length


class Decoder:
    """Frames out of bytes as they come in."""

    def __init__(self, start: Bytes = b"") -> None:
        self.pending = bytearray(start)

    def feed(self, data: Bytes) -> None:
        self.pending += data

    def take(self) -> tuple[int, bytes] | None:
        """The next whole frame, or None until more has come."""
        pending = self.pending
        if len(pending) < HEAD:
            return None
        kind, length = parse_head(pending)
        end = HEAD + length
        if len(pending) < end:
            return None
        payload = bytes(pending[HEAD:end])
        del pending[:end]
        return kind, payload
