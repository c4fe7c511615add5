"""The built-in half of the `signal` module: without its enums, which cost an import of `enum`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
else:
    import _signal as signal

__all__ = ["signal"]
