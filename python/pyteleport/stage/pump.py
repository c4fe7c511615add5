"""Queues on file descriptors, and the loop step shared by supervisor and relay.

Neither ever blocks in a read or a write: a `Sink` keeps what its descriptor does not take yet, and
what may be read is decided by what the other end has room for.
"""

from __future__ import annotations

import os
import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyteleport.stage.channel import Bytes

READ_SIZE = 64 << 10
# A pipe that polls as writable takes this many bytes at once, also where it is not non-blocking.
SAFE_WRITE = 4096
GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL
READABLE = select.POLLIN | GONE


class Sink:
    """Bytes on their way to a descriptor.

    Attributes:
        fd: the descriptor, -1 once closed or never there.
        size: how many bytes still wait.
    """

    def __init__(self, fd: int, *, shared: bool = False, keep: bool = False) -> None:
        """
        Args:
            fd: where to write.
            shared: it is another process's too, so it stays in blocking mode, and open.
            keep: it stays open when the sink is closed.
        """
        self.fd = fd
        self._keep = keep or shared
        self._most = SAFE_WRITE if shared else 1 << 20
        self._shared = shared
        self._queue = bytearray()
        if fd >= 0 and not shared:
            os.set_blocking(fd, False)

    @property
    def size(self) -> int:
        return len(self._queue)

    def put(self, data: Bytes) -> None:
        if self.fd >= 0:
            self._queue += data

    def flush(self) -> int:
        """Writes what the descriptor takes now; returns how much.

        Raises:
            OSError: nobody reads it any more. The sink is closed then.
        """
        done = 0
        queue = self._queue
        while queue and self.fd >= 0:
            try:
                with memoryview(queue) as view:
                    count = os.write(self.fd, view[: self._most])
            except BlockingIOError:
                break
            except InterruptedError:
                continue
            except OSError:
                self.close()
                raise
            del queue[:count]
            done += count
            if self._shared:  # only one write for each time it polled as writable
                break
        return done

    def close(self) -> None:
        """Drops what waits, and takes no more."""
        self._queue.clear()
        if self.fd >= 0 and not self._keep:
            os.close(self.fd)
        self.fd = -1


def read(fd: int, count: int = READ_SIZE) -> bytes | None:
    """What is there: b"" at the end (also of a terminal), None where nothing is there yet."""
    try:
        return os.read(fd, count)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def wait(wanted: Iterable[tuple[int, int]], timeout: float | None = None) -> dict[int, int]:
    """Polls (descriptor, events) pairs; those with the same descriptor are joined.

    Args:
        wanted: the pairs; negative descriptors are left out.
        timeout: seconds, or None for no limit.
    """
    masks: dict[int, int] = {}
    for fd, events in wanted:
        if fd >= 0:
            masks[fd] = masks.get(fd, 0) | events
    poll = select.poll()
    for fd, events in masks.items():
        poll.register(fd, events)
    return dict(poll.poll(None if timeout is None else max(0, int(timeout * 1000 + 0.999))))


def read_exactly(fd: int, count: int) -> bytes:
    """Reads that many bytes from a blocking descriptor and not one more.

    Raises:
        EOFError: it ended before.
    """
    data = bytearray(count)
    fill(fd, memoryview(data))
    return bytes(data)


def fill(fd: int, view: memoryview) -> None:
    """Reads into the whole of a buffer of bytes; see `read_exactly`."""
    done = 0
    while done < len(view):
        count = os.readv(fd, [view[done:]])
        if count == 0:
            raise EOFError
        done += count


def write_all(fd: int, data: Bytes) -> None:
    """Writes everything to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
