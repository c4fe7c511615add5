"""Terminals: the one the program gets at the target, and the one the user sits at here.

The program's is a pty whose other end the supervisor holds. The user's is put into raw mode by the
relay meanwhile, so that every key (^C, ^Z, ^D too) is taken by the line discipline of the pty, with the
settings the program makes there.
"""

from __future__ import annotations

import os
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

IFLAG, OFLAG, CFLAG, LFLAG, CC = 0, 1, 2, 3, 6


def attributes(fd: int) -> list[Any] | None:
    """A terminal's settings, None where it is gone."""
    try:
        return termios.tcgetattr(fd)
    except termios.error:
        return None


def window(fd: int) -> tuple[int, int]:
    """Rows and columns of a terminal, (0, 0) where they are not known."""
    try:
        rows, columns = termios.tcgetwinsize(fd)
    except (termios.error, OSError):
        return 0, 0
    return rows, columns


def set_window(fd: int, rows: int, columns: int) -> None:
    """Changes the size; the programs in that terminal get SIGWINCH."""
    try:
        termios.tcsetwinsize(fd, (rows, columns))
    except (termios.error, OSError):
        pass


def open_pty(described: dict[str, Any]) -> tuple[int, int]:
    """A pty (supervisor's end, program's end) set like the terminal described.

    Where the user's terminal is not put into raw mode, it does the output processing.
    """
    ours, theirs = os.openpty()
    wanted = described["attributes"] or termios.tcgetattr(theirs)
    if not described["raw"]:
        wanted[OFLAG] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, wanted)
    set_window(ours, *described["window"])
    return ours, theirs


def take_control(fd: int) -> None:
    """Makes it the controlling terminal of this session, which has none yet."""
    from fcntl import ioctl

    ioctl(fd, termios.TIOCSCTTY, 0)


def special(fd: int, index: int, flag: int) -> bytes:
    """A special character (by its index), b"" while the line discipline does not act on it."""
    current = attributes(fd)
    if current is None or not current[LFLAG] & flag:
        return b""
    character = current[CC][index]
    return b"" if character == b"\0" else bytes(character)


def end_of_file(fd: int) -> bytes:
    """What to type for an end of file."""
    return special(fd, termios.VEOF, termios.ICANON)


def suspend(fd: int) -> bytes:
    """What is typed to stop the program."""
    return special(fd, termios.VSUSP, termios.ISIG)


class Raw:
    """Raw mode of the user's terminal, while this process is in its foreground."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._before: list[Any] | None = None

    def foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fd) == os.getpgrp()
        except OSError:  # not this session's controlling terminal: nobody else will read it
            return True

    def enter(self) -> None:
        if self._before is not None or not self.foreground():
            return
        before = attributes(self.fd)
        if before is None:
            return
        raw = [*before[:CC], list(before[CC])]
        raw[IFLAG] &= ~(
            termios.IGNBRK
            | termios.BRKINT
            | termios.PARMRK
            | termios.ISTRIP
            | termios.INLCR
            | termios.IGNCR
            | termios.ICRNL
            | termios.IXON
        )
        raw[OFLAG] &= ~termios.OPOST
        raw[CFLAG] = raw[CFLAG] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
        raw[LFLAG] &= ~(
            termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN
        )
        raw[CC][termios.VMIN] = 1
        raw[CC][termios.VTIME] = 0
        self._set(raw)
        self._before = before

    def leave(self) -> None:
        """As it was before; also when nothing was changed."""
        if self._before is not None:
            self._set(self._before)
            self._before = None

    def _set(self, wanted: list[Any]) -> None:
        from pyteleport.stage.signals import signal

        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
        try:
            termios.tcsetattr(self.fd, termios.TCSADRAIN, wanted)
        except termios.error:
            pass
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
