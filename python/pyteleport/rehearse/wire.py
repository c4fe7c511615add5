"""What the command and the program's processes say to each other: marshal of plain data, on a socket.

from the program's process                        from the command
                                                  {"do": "start", ...}      run this program
                                                  {"do": "load", ...}       go on with this image
{"is": "ready"} or {"is": "failed", ...}
                                                  {"do": "run"}             after ready
{"is": "refused", ...}                            (no answer)
{"is": "image", ...}                              {"do": "end"}             it goes on elsewhere
                                                  {"do": "stay"}            go on here
{"is": "ended", ...}                              (no answer; the process ends)
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = 4


class Wire:
    """One end of a connection."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message; nobody may be there any more."""
        data = marshal.dumps(message)
        data = len(data).to_bytes(HEAD, "big") + data
        try:
            while data:
                data = data[os.write(self.fd, data) :]
        except OSError:
            pass

    def receive(self) -> dict[str, Any] | None:
        """The next message; None at the end."""
        head = self._exactly(HEAD)
        data = None if head is None else self._exactly(int.from_bytes(head, "big"))
        if data is None:
            return None
        message: dict[str, Any] = marshal.loads(data)
        return message

    def _exactly(self, count: int) -> bytes | None:
        parts = []
        while count:
            try:
                part = os.read(self.fd, count)
            except OSError:
                part = b""
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        os.close(self.fd)
