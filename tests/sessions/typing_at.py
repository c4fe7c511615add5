"""Types at the prompt of an interpreter in a terminal, and reads what it answers.

Nothing is timed: a line is typed when the prompt is there.
"""

from __future__ import annotations

import re
import termios
from pathlib import Path

from handoff.moving import Moving
from handoff.terminal import Terminal

PS1 = ">>> "
PS2 = "... "
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z@]|\x1b[=>]|[\r\x07]")
MOVE = "pyteleport.teleport('local')"


class Prompt(Terminal):
    """A session, in a home of its own.

    Attributes:
        home: its home directory, empty.
    """

    def __init__(self, moving: Moving, home: Path) -> None:
        super().__init__(moving)
        termios.tcsetwinsize(self.ours, (50, 250))
        home.mkdir()
        self.home = home

    def open(self, *arguments: str, env: dict[str, str] | None = None, under: str = "") -> str:
        """Starts the interpreter, maybe under a shell's script; returns what it says up to its first prompt."""
        given = {"HOME": str(self.home), "TERM": "xterm", **(env or {})}
        command = [self.moving.python.program, *arguments]
        self.run(["/bin/sh", "-c", under, "sh", *command] if under else command, given)
        return self.answer()

    def answer(self, ps1: str = PS1) -> str:
        """What is shown up to the next prompt, without control sequences and empty lines."""
        return self._clean(self._shown_up_to(ps1))

    def ask(self, line: str, ps1: str = PS1) -> str:
        """Types a line; returns what is answered to it, without its echo and those of lines after it."""
        self.type(line.encode() + b"\r")
        shown = self._shown_up_to(ps1)
        while "\n" not in shown:  # the same prompt once more, for a change of the window's size
            shown = self._shown_up_to(ps1)
        lines = self._clean(shown).split("\n")[1:]
        return "\n".join(line.removeprefix(PS2) for line in lines if line.strip() != PS2.strip())

    def _shown_up_to(self, ps1: str) -> str:
        return self.until(ps1.encode()).decode().replace("\x1b[1A\n", "")

    def _clean(self, shown: str) -> str:
        lines = CONTROL.sub("", shown).split("\n")
        return "\n".join(line for line in lines[:-1] if line.strip())

    def move(self) -> None:
        """Imports pyteleport and moves; the process there is another one."""
        self.ask("import os, sys, pyteleport; pid = os.getpid()")
        assert self.ask(f"{MOVE}; print(os.getpid() != pid)") == "True"
