"""How a run ended: what it printed, its exit status, the files it left; and the first difference of two.

What two runs without any move do not have in common cannot be told from a difference made by a
move: such lines are not compared. Addresses (`<object at 0x7f...>`) never are.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ADDRESS = re.compile(rb"\b0x[0-9a-f]{6,16}\b")
SHOWN = 200


class Outcome:
    """How a run ended.

    Attributes:
        stdout, stderr: all it printed.
        status: its exit status, or minus the signal that ended it; None if it was ended by us.
        files: what its working folder held.
    """

    def __init__(
        self, stdout: bytes, stderr: bytes, status: int | None, files: dict[str, bytes]
    ) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.status = status
        self.files = files

    def texts(self) -> dict[str, bytes]:
        named = {"stdout": self.stdout, "stderr": self.stderr}
        named.update((f"file {name}", content) for name, content in self.files.items())
        return named


class Reference:
    """The plain run, and what of it another run may be held to.

    Attributes:
        plain: the outcome.
        unsteady: what differed between two plain runs: name to line numbers (from 0), or None where they
            have not the same number of lines.
    """

    def __init__(self, plain: Outcome, again: Outcome) -> None:
        self.plain = plain
        self.unsteady: dict[str, set[int] | None] = {}
        other = again.texts()
        for name, content in plain.texts().items():
            mine, theirs = lines_of(content), lines_of(other.get(name, b""))
            if len(mine) != len(theirs):
                self.unsteady[name] = None
            elif mine != theirs:
                pairs = enumerate(zip(mine, theirs, strict=True))
                self.unsteady[name] = {number for number, (a, b) in pairs if a != b}
        for name in other.keys() - plain.texts().keys():
            self.unsteady[name] = None

    def difference(self, moved: Outcome) -> dict[str, Any] | None:
        """The first difference: what, at which line, expected and got; None if there is none."""
        found = self.plain.texts()
        other = moved.texts()
        # A traceback says most: stderr first.
        for name in sorted(found.keys() | other.keys(), key=lambda name: (name != "stderr", name)):
            skipped = self.unsteady.get(name, set())
            if skipped is None:
                continue
            if name not in other or name not in found:
                return difference(name, 0, *(_there(name in texts) for texts in (found, other)))
            mine, theirs = lines_of(found[name]), lines_of(other[name])
            for number in range(max(len(mine), len(theirs))):
                ours = mine[number] if number < len(mine) else None
                got = theirs[number] if number < len(theirs) else None
                if ours != got and number not in skipped:
                    return difference(name, number + 1, _shown(ours), _shown(got))
        if moved.status != self.plain.status:
            status = "still running" if moved.status is None else str(moved.status)
            return difference("exit status", 0, str(self.plain.status), status)
        return None


def difference(what: str, line: int, expected: str, got: str) -> dict[str, Any]:
    return {"what": what, "line": line, "expected": expected, "got": got}


def lines_of(content: bytes) -> list[bytes]:
    return ADDRESS.sub(b"0x...", content).split(b"\n")


def _there(it_is: bool) -> str:
    return "there" if it_is else "missing"


def _shown(line: bytes | None) -> str:
    if line is None:
        return "(nothing)"
    return line[:SHOWN].decode("utf-8", "backslashreplace")
