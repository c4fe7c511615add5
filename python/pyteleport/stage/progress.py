"""How far a move has come: told to the program's own function, and shown on a terminal.

A line is shown on stderr where that is a terminal, once sending has taken a second, and is gone again when all is
sent.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Told = Callable[[int, int], object]

QUIET = 1.0  # seconds before anything is shown
STEP = 0.1
WIDTH = 20


class Progress:
    """The bytes of one image on their way to one target."""

    def __init__(self, name: str, total: int, told: Told | None) -> None:
        self._name = name
        self._total = total
        self._told = told
        self._sent = 0
        self._start = self._last = time.monotonic()
        self._shown = False
        self._terminal = os.isatty(2)

    def __call__(self, count: int) -> None:
        """That many more bytes were taken."""
        self._sent += count
        now = time.monotonic()
        if now - self._last < STEP and self._sent < self._total:
            return
        self._last = now
        if self._told is not None:
            self._told(self._sent, self._total)
        if self._terminal and now - self._start >= QUIET:
            self._show(f"\r{self._line(now - self._start)}\x1b[K")
            self._shown = True

    def end(self) -> None:
        """Takes the line away."""
        if self._shown:
            self._show("\r\x1b[K")
            self._shown = False

    def _line(self, seconds: float) -> str:
        rate = self._sent / seconds
        left = (self._total - self._sent) / rate if rate else 0.0
        filled = WIDTH * self._sent // self._total
        bar = "#" * filled + "." * (WIDTH - filled)
        sent, total = size(self._sent), size(self._total)
        return f"to {self._name[:20]} [{bar}] {sent} of {total}, {size(rate)}/s, {left:.0f} s left"

    def _show(self, text: str) -> None:
        try:
            os.write(2, text.encode("utf-8", "replace"))
        except OSError:  # whoever looked has gone
            self._terminal = False


def size(count: float) -> str:
    """A number of bytes as people read it.

    >>> size(999), size(1_500_000), size(2 << 40)
    ('999 B', '1.5 MB', '2199.0 GB')
    """
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
