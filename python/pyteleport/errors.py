"""The errors of pyteleport: one tree under `TeleportError`.

Every message says what happened, where, and what to do next. As long as one of these is raised,
the program is where it was and as it was: a move is a transaction. Only three come after a move: the two of a
prompt, from the prompted call, and DroppedError.

    TeleportError
    +-- TargetError            the target could not be reached, or has no fitting Python
    |   +-- TargetTimeout
    |   +-- PythonMismatch
    |   +-- PackagesMissing
    |   +-- TargetLost         what had moved from a prompt was lost there
    |   +-- OutcomeError       what comes of it cannot be brought back
    +-- CannotMove             something in the program cannot move
    |   +-- BoundaryError      C code between two Python frames
    |   +-- ThreadsAlive
    +-- HandoffError           the other side failed before it was ready
    +-- ImageError             an image cannot be written or restored
        +-- NotAnImage         it is something else, or of a newer pyteleport
        +-- ImageDamaged       it is not what was written
        +-- SealError          nobody whose key is here has sealed it
    +-- DroppedError           what a move was told to leave behind is used after it
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BoundaryError",
    "CannotMove",
    "DroppedError",
    "HandoffError",
    "ImageDamaged",
    "ImageError",
    "NotAnImage",
    "Offender",
    "OutcomeError",
    "PackagesMissing",
    "PythonMismatch",
    "SealError",
    "TargetError",
    "TargetLost",
    "TargetTimeout",
    "TeleportError",
    "ThreadsAlive",
]


MOST_NAMED = 20


class TeleportError(Exception):
    """The move did not happen; the program goes on here.

    Args:
        what: what happened, in one sentence.
        where: the target, or the frame, line and object path it happened at.
        hint: what to do next.
    """

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return _told(self.what, self.where, self.hint)


def _told(what: str, where: str, hint: str) -> str:
    text = what
    if where:
        text += f"\n  where: {where}"
    if hint:
        text += f"\n  to do: {hint}"
    return text


class TargetError(TeleportError):
    """The target could not be reached, or cannot run the program."""


class TargetTimeout(TargetError):
    """The target did not answer in time."""


class PythonMismatch(TargetError):
    """The target has no CPython of the same minor version, or a free-threaded build."""


class PackagesMissing(TargetError):
    """Installed packages the program uses are missing at the target, or have another version there.

    Attributes:
        packages: (name, version here, version there or "" where it is missing), one for each.
    """

    def __init__(
        self, packages: Sequence[tuple[str, str, str]], where: str = "", hint: str = ""
    ) -> None:
        listed = "; ".join(
            f"{name} {here} (there: {there or 'missing'})" for name, here, there in packages
        )
        super().__init__(f"packages differ at the target: {listed}", where, hint)
        self.args = (packages, where, hint)
        self.packages = list(packages)


class TargetLost(TargetError):
    """What had moved from a prompt did not come to its end: its process or the connection is gone."""


class OutcomeError(TargetError):
    """A prompted function that had moved came to its end, but its result or exception stayed there.

    Attributes:
        trace: the traceback there, as text, if it raised an exception; else "".
    """

    def __init__(self, what: str, where: str = "", hint: str = "", trace: str = "") -> None:
        super().__init__(what, where, hint)
        self.args = (what, where, hint, trace)
        self.trace = trace

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text}\n{self.trace}".rstrip() if self.trace else text


class Offender:
    """One object that cannot move.

    Attributes:
        path: how the program reaches it, from a frame's variable on.
        kind: its type's qualified name.
        reason: why it cannot move.
        hint: what to do about it.
    """

    __slots__ = ("hint", "kind", "path", "reason")

    def __init__(self, path: str, kind: str, reason: str, hint: str) -> None:
        self.path = path
        self.kind = kind
        self.reason = reason
        self.hint = hint

    @property
    def what(self) -> str:
        """In one sentence."""
        return f"{self.kind} cannot move: {self.reason}"

    def __str__(self) -> str:
        return _told(self.what, self.path, self.hint)

    def __repr__(self) -> str:
        return f"{self.path}: {self.kind}: {self.reason} ({self.hint})"


class CannotMove(TeleportError):
    """Something in the program cannot move.

    Attributes:
        items: every `Offender` that was found. The text of an error names the first `MOST_NAMED`.
    """

    def __init__(
        self, what: str, where: str = "", hint: str = "", items: Sequence[Offender] = ()
    ) -> None:
        super().__init__(what, where, hint)
        self.args = (what, where, hint, items)
        self.items = list(items)

    def __str__(self) -> str:
        text = super().__str__()
        for item in self.items[1:MOST_NAMED]:  # the first one was named above
            text += f"\nalso: {item}"
        if len(self.items) > MOST_NAMED:
            text += (
                f"\nand {len(self.items) - MOST_NAMED} more (`items` of this error has them all)"
            )
        return text


class BoundaryError(CannotMove):
    """C code stands between two Python frames and its progress cannot be taken along."""


class ThreadsAlive(CannotMove):
    """Another thread is alive."""


class HandoffError(TeleportError):
    """The target was reached, but failed before it was ready."""


class ImageError(TeleportError):
    """An image cannot be written or restored. What was there before is there still."""


class NotAnImage(ImageError):
    """The file is no image, or one that only a newer pyteleport reads."""


class ImageDamaged(ImageError):
    """The image is not what was written: it was cut, or bytes of it have changed."""


class SealError(ImageError):
    """The image is not sealed with one of the keys here: it may be anybody's code."""


class DroppedError(TeleportError):
    """An object that `drop=` left behind is used after the move."""
