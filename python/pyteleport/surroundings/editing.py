"""Line editing: history and completion of `readline` and of `_pyrepl`, and what was typed ahead of the program.

`libraries` has a row for each of the two modules. Their history is taken along; it is neither read from nor
written to the target's own history file: nothing is left behind there. Key bindings cannot be read: at
the target they are those of its init file, with Tab for completion, as `site` sets them.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HISTORY = "PYTHON_HISTORY"


def take_readline() -> Any:
    """History, completer and what ends a word. None for a completer of the default kind."""
    readline = sys.modules["readline"]
    count = readline.get_current_history_length()
    lines = [readline.get_history_item(number) for number in range(1, count + 1)]
    completer = readline.get_completer()
    usual = sys.modules.get("rlcompleter")
    by_default = usual is not None and type(getattr(completer, "__self__", 0)) is usual.Completer
    return lines, by_default, None if by_default else completer, readline.get_completer_delims()


def put_readline(state: tuple[list[str], bool, Any, str]) -> None:
    """Puts it back at the target."""
    lines, by_default, completer, delimiters = state
    readline = set_up_readline()
    if readline is None:
        return
    for line in lines:
        readline.add_history(line)
    if not by_default:
        readline.set_completer(completer)
    readline.set_completer_delims(delimiters)


def set_up_readline() -> Any:
    """`readline`, with Tab for completion and the user's init file read; None where it is missing."""
    try:
        import readline
    except ImportError:
        return None
    import rlcompleter  # noqa: F401  it installs its completer

    edits = getattr(readline, "backend", "") == "editline"
    readline.parse_and_bind("bind ^I rl_complete" if edits else "tab: complete")
    try:
        readline.read_init_file()
    except OSError:  # there is none
        pass
    return readline


def take_pyrepl() -> Any:
    """Whether it has taken `input` over, and its history."""
    module = sys.modules["_pyrepl.readline"]
    reader = module._wrapper.reader
    return module.raw_input is not None, [] if reader is None else list(reader.history)


def put_pyrepl(state: tuple[bool, list[str]]) -> None:
    """Puts it back at the target."""
    in_charge, lines = state
    module = import_pyrepl()
    if os.isatty(0) and (in_charge or lines):
        module._get_reader().history.extend(lines)
    if in_charge:
        module._setup(sys.modules["__main__"].__dict__)


def import_pyrepl() -> Any:
    """`_pyrepl.readline`, not with the user's history file, to which it may append each line."""
    before = os.environ.get(HISTORY)
    os.environ[HISTORY] = os.devnull
    try:
        __import__("_pyrepl.readline")  # it looks at the variable now, and never again
    finally:
        if before is None:
            del os.environ[HISTORY]
        else:
            os.environ[HISTORY] = before
    return sys.modules["_pyrepl.readline"]


class TypedAhead:
    """What was read from standard input for the prompt, and not used yet.

    `_pyrepl` has it in Python, and it is left there. The prompt written in C has it in the buffer of
    `FILE *stdin`.

    Attributes:
        data: the bytes, in their order.
    """

    def __init__(self) -> None:
        from ctypes import CDLL, c_void_p

        self._c = CDLL(None)
        self._file = c_void_p.in_dll(self._c, "stdin")
        self._buffered = self._take_buffered()
        self.data = _keys() + self._buffered

    def _take_buffered(self) -> bytes:
        from ctypes import create_string_buffer

        try:
            kept = os.dup(0)
        except OSError:  # it is closed
            return b""
        empty = os.open(os.devnull, os.O_RDONLY)
        data = b""
        try:
            os.dup2(empty, 0)  # at its end at once: just the buffer is read
            part = create_string_buffer(4096)
            while count := self._c.fread(part, 1, len(part), self._file):
                data += part.raw[:count]
            self._c.clearerr(self._file)
        finally:
            os.dup2(kept, 0)
            os.close(kept)
            os.close(empty)
        return data

    def put_back(self) -> None:
        """Has it all read again here."""
        for byte in reversed(self._buffered):
            self._c.ungetc(byte, self._file)


def _keys() -> bytes:
    """Keys that `_pyrepl` has read from the terminal."""
    module = sys.modules.get("_pyrepl.readline")
    reader = module._wrapper.reader if module is not None else None
    if reader is None:
        return b""
    console = reader.console
    queue = console.event_queue
    keys = b"".join(event.raw for event in queue.events if event.raw)
    rest: bytes = getattr(console, "input_buffer", b"")
    return keys + bytes(queue.buf) + rest[getattr(console, "input_buffer_pos", 0) :]
