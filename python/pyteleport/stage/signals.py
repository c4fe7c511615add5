"""The built-in half of the `signal` module: without its enums, which cost an import of `enum`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
else:
    import _signal as signal

__all__ = ["FORWARDED", "RELAYED", "signal"]

# What the relay passes on to the program, and all that it handles: blocked until it does.
FORWARDED = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
RELAYED = (*FORWARDED, signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT, signal.SIGCHLD)
