"""An image that was opened: its manifest, and its stream, each chunk of which is checked before it is given out."""

from __future__ import annotations

from pyteleport._native import ImageProblem
from pyteleport.checkpoints import json_text
from pyteleport.checkpoints.places import explained, opened, place
from pyteleport.errors import ImageDamaged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike
    from typing import Any


class Opened:
    """An image.

    Args:
        path: where it is.
        trust: whether to open it whoever has sealed it.

    Attributes:
        where: its place.
        manifest: its readable head.
        reader: the native reader.

    Raises:
        ImageError: it cannot be opened.
    """

    def __init__(self, path: str | PathLike[str], trust: bool) -> None:
        self.where = place(path)
        self.reader = opened(self.where, trust)
        try:
            self.manifest: dict[str, Any] = json_text.read(self.reader.manifest)
            if not isinstance(self.manifest["python"]["version"], str):
                raise TypeError
        except (ValueError, TypeError, LookupError):
            raise ImageDamaged(
                "the image cannot be used: its manifest makes no sense",
                str(self.where),
                "was it written by pyteleport?",
            ) from None

    def chunks(self) -> Iterator[bytes]:
        """The stream.

        Raises:
            ImageError: the rest cannot be read, or is not what was written.
        """
        try:
            self.reader.rewind()
            while (chunk := self.reader.next_chunk()) is not None:
                yield chunk
        except (OSError, ImageProblem) as problem:
            raise explained(self.where, problem, "read") from None

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        """The stream as (section, bytes)."""
        chunks = self.chunks()
        for name, _, _, count in self.reader.sections():
            for _ in range(count):
                yield name, next(chunks)

    def verify(self) -> None:
        """Reads and checks everything."""
        for _ in self.chunks():
            pass


class Stream:
    """Chunks as what `graph.load` reads from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._ahead = memoryview(b"")

    def read(self, count: int) -> bytes:
        """Exactly that many bytes.

        Raises:
            EOFError: there are not so many.
            ImageError: as `Opened.chunks`.
        """
        if count <= len(self._ahead):
            data = bytes(self._ahead[:count])
            self._ahead = self._ahead[count:]
            return data
        buffer = bytearray(count)
        self.readinto(buffer)
        return bytes(buffer)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fills the whole buffer; returns its size in bytes. Raises as `read`."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view):
            if not self._ahead:
                chunk = next(self._chunks, None)
                if chunk is None:
                    raise EOFError("the image ended before its end")
                self._ahead = memoryview(chunk)
            part = self._ahead[: len(view) - done]
            view[done : done + len(part)] = part
            self._ahead = self._ahead[len(part) :]
            done += len(part)
        return len(view)

    def finish(self) -> None:
        """Checks what is left."""
        self._ahead = memoryview(b"")
        for _ in self._chunks:
            pass
