"""What came out of a rehearsal: as data, and as text."""

from __future__ import annotations

from pyteleport.errors import Offender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_PLACES = 3
MOST_SHOWN = 12


class Report:
    """What came out.

    Attributes:
        counted: points of the whole program, None if it did not say (it ended the hard way).
        tried, moved: points that were chosen, and those the program went on from elsewhere.
        refused: by reason; see `refuse`. refusals: points that were.
        packages, files: what the program needs elsewhere, where that was asked for.
        differed: one entry for each run with another outcome.
        unsteady: what differs from run to run without a move, and was not compared.
        hops: seconds of each hop, from the point to where the program goes on.
    """

    def __init__(self, program: str, python: str, mode: str) -> None:
        self.program = program
        self.python = python
        self.mode = mode
        self.counted: int | None = None
        self.tried = 0
        self.moved = 0
        self.refused: dict[str, dict[str, Any]] = {}
        self.differed: list[dict[str, Any]] = []
        self.unsteady: list[str] = []
        self.hops: list[float] = []
        self.seconds = 0.0
        self.refusals = 0
        self.packages: set[tuple[str, str, str]] = set()
        self.files: set[str] = set()

    def need(self, message: dict[str, Any]) -> None:
        """Notes what the program would need where it goes on."""
        self.packages.update((top, name, version) for top, name, version in message["packages"])
        self.files.update(message["files"])

    def refuse(self, message: dict[str, Any]) -> None:
        """Counts a refusal, grouped by each thing that cannot move; keeps the first few places."""
        self.refusals += 1
        items = message.get("items") or []
        if not items:
            self._note(message, message["what"], message.get("where", ""), message.get("hint", ""))
        met = set()
        for path, kind, reason, hint in items:
            what = Offender(path, kind, reason, hint).what
            if what not in met:  # one of them for each point
                met.add(what)
                self._note(message, what, path, hint)

    def _note(self, message: dict[str, Any], what: str, path: str, hint: str) -> None:
        entry = self.refused.setdefault(
            what,
            {
                "reason": what,
                "hint": hint,
                "count": 0,
                "places": [],
            },
        )
        entry["count"] += 1
        if len(entry["places"]) < MOST_PLACES:
            entry["places"].append(
                {
                    "number": message["number"],
                    "frame": message["frame"],
                    "file": message["file"],
                    "line": message["line"],
                    "path": path,
                }
            )

    def status(self, strict: bool) -> int:
        """The command's exit status."""
        if self.differed:
            return 1
        return 1 if strict and self.refused else 0

    def hop_milliseconds(self) -> float | None:
        """The median hop."""
        if not self.hops:
            return None
        return round(sorted(self.hops)[len(self.hops) // 2] * 1000, 1)

    def as_data(self) -> dict[str, Any]:
        return {
            "program": self.program,
            "python": self.python,
            "mode": self.mode,
            "counted": self.counted,
            "tried": self.tried,
            "moved": self.moved,
            "refused": self._by_count(),
            "differed": self.differed,
            "unsteady": self.unsteady,
            "hop_milliseconds": self.hop_milliseconds(),
            "seconds": round(self.seconds, 1),
        }

    def _by_count(self) -> list[dict[str, Any]]:
        return sorted(self.refused.values(), key=lambda entry: -int(entry["count"]))

    def as_text(self) -> str:
        total = "?" if self.counted is None else f"{self.counted:,}"
        lines = [
            f"{self.program} on CPython {self.python}, {self.mode}: {total} points, "
            f"{self.tried:,} tried, {self.moved:,} moved, {self.refusals:,} refused, "
            f"{len(self.differed)} differed"
        ]
        milliseconds = self.hop_milliseconds()
        if milliseconds is not None:
            lines.append(f"  a hop took {milliseconds} ms (median)")
        for entry in self._by_count():
            lines.append(f"refused {entry['count']:,} times: {entry['reason']}")
            lines += [_place(place) for place in entry["places"]]
            if entry["hint"]:
                lines.append(f"  to do: {entry['hint']}")
        for entry in self.differed:
            where = f", line {entry['line']}" if entry["line"] else ""
            lines += [
                f"differed {entry['when']}: {entry['what']}{where}",
                f"  expected: {entry['expected']}",
                f"  got:      {entry['got']}",
            ]
            if entry["what"] == "stderr":
                lines += [f"  | {line}" for line in entry["stderr"].splitlines()[-MOST_SHOWN:]]
        if self.unsteady:
            lines.append("not compared, as it differs from run to run without a move:")
            lines += [f"  {what}" for what in self.unsteady]
        return "\n".join(lines)


def _place(place: dict[str, Any]) -> str:
    text = f"  at point {place['number']}: {place['frame']} ({place['file']}, line {place['line']})"
    first, *rest = str(place["path"]).split("\n")
    return text + (f": {first}" if first else "") + "".join(f"\n    {line}" for line in rest)
