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

    def open(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Starts the interpreter; returns what it says up to its first prompt."""
        given = {"HOME": str(self.home), "TERM": "xterm", **(env or {})}
        self.run([self.moving.python.program, *arguments], given)
        return self.answer()

    def answer(self, ps1: str = PS1) -> str:
        """What is shown up to the next prompt, without control sequences and empty lines."""
        shown = self.until(ps1.encode()).decode()
        lines = CONTROL.sub("", shown).split("\n")
        return "\n".join(line for line in lines[:-1] if line.strip())

    def ask(self, line: str, ps1: str = PS1) -> str:
        """Types a line; returns what is answered to it, without its echo and those of lines after it."""
        self.type(line.encode() + b"\r")
        lines = self.answer(ps1).split("\n")[1:]
        return "\n".join(line.removeprefix(PS2) for line in lines if line.strip() != PS2.strip())

    def move(self) -> None:
        """Imports pyteleport and moves; the process there is another one."""
        self.ask("import os, sys, pyteleport; pid = os.getpid()")
        assert self.ask(f"{MOVE}; print(os.getpid() != pid)") == "True"
