"""A progress bar on a terminal; nothing elsewhere."""

from __future__ import annotations

import os
import sys
import time

INTERVAL = 0.1
WIDTH = 30


class Bar:
    """On stderr, if that is a terminal.

    Args:
        shown: whether it is wanted at all.
    """

    def __init__(self, shown: bool) -> None:
        self.shown = shown and os.isatty(2)
        self.last = 0.0

    def show(self, label: str, done: int = 0, total: int | None = None) -> None:
        """Draws it anew, but not more often than the eye sees."""
        now = time.monotonic()
        if not self.shown or (now - self.last < INTERVAL and done != total):
            return
        self.last = now
        bar = ""
        if total:
            filled = min(WIDTH, WIDTH * done // total)
            bar = f" [{'#' * filled}{'.' * (WIDTH - filled)}] {done:,}/{total:,}"
        sys.stderr.write(f"\r\x1b[K{label}{bar}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self.last = 0.0
