"""What the program has said is not to move (`drop=`), and what it puts in place of what cannot (`on_missing=`).

Loaded only for a move that says so. The pickler then asks for each object whether something else goes
in its place: by identity, or by its type, never by asking the object. What goes instead is one object for all
references to it, so identity holds.

`on_missing` is called when a dump has failed, for all that cannot move; then it is dumped again.
"""

from __future__ import annotations

import io
import sys

from pyteleport.graph.deep import DeepDumper
from pyteleport.graph.dumper import Dumper, MadeThere
from pyteleport.graph.rebuild_dropped import Dropped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from pyteleport.errors import Offender

STREAMS = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")

mro_of: Any = type.__dict__["__mro__"].__get__


class LeftOut:
    """What goes instead of objects.

    Attributes:
        dropped: the objects that were met and dropped, by id, with what stands for them.
        offenders: what could not move, as the last dump that failed has found: each with its object.
    """

    def __init__(
        self,
        objects: Iterable[object],
        kinds: Iterable[type],
        names: Iterable[str],
        on_missing: Callable[[Any], Any] | None,
    ) -> None:
        self.dropped: dict[int, tuple[object, Dropped]] = {}
        self.offenders: list[tuple[Offender, Any]] = []
        self._kinds = set(kinds)
        self._names = set(names)
        self._on_missing = on_missing
        self._instead: dict[int, tuple[object, Any]] = {}
        self._asked: dict[int, object] = {}
        self._matches: dict[type, bool] = {Dropped: False}
        for obj in objects:
            if type(obj) is not Dropped:  # by an earlier move
                self._drop(obj)
        self._streams = set(map(id, _standard_streams())) if self._kinds or self._names else set()

    def _drop(self, obj: object) -> Any:
        made = Dropped(name_of(type(obj)))
        self.dropped[id(obj)] = obj, made
        self._instead[id(obj)] = obj, made
        return made

    def instead(self, obj: object) -> Any:
        """What goes in place of an object; None if it goes itself."""
        found = self._instead.get(id(obj))
        if found is not None:
            return found[1]
        kind = type(obj)
        matches = self._matches.get(kind)
        if matches is None:
            matches = self._matches[kind] = self.takes(kind)
        return self._drop(obj) if matches and id(obj) not in self._streams else None

    def takes(self, kind: type) -> bool:
        """Whether instances of a type are dropped."""
        return any(
            base in self._kinds or (self._names and full_name(base) in self._names)
            for base in mro_of(kind)
        )

    def replace(self, obj: object) -> bool:
        """Asks the program what goes instead of what cannot move; whether there is something."""
        if self._on_missing is None or id(obj) in self._asked:
            return False
        self._asked[id(obj)] = obj
        made = self._on_missing(obj)
        if made is NotImplemented:
            return False
        if type(made) is tuple and list(map(callable, made)) == [True, False]:
            function, arguments = made
            if type(arguments) is tuple:
                made = MadeThere(function, *arguments)
        self._instead[id(obj)] = obj, made
        return True

    def replace_offenders(self) -> bool:
        """Asks for each of them; whether another dump may now succeed."""
        found, self.offenders = self.offenders, []
        replaced = [self.replace(obj) for _, obj in found]  # all of them are asked for
        return any(replaced)

    def dumper(self, kind: type[Dumper]) -> type[Dumper]:
        """The dumper that minds this."""
        made: type[Dumper] = type(
            kind.__name__, (DeepReplacing if kind is DeepDumper else Replacing,), {"left_out": self}
        )
        return made


class Replacing(Dumper):
    """Dumps something else in place of what is left out."""

    left_out: LeftOut

    def persistent_id(self, obj: Any) -> Any:
        return instead_of(self, obj)


class DeepReplacing(DeepDumper):
    """The same for graphs nested very deep."""

    left_out: LeftOut

    def persistent_id(self, obj: Any) -> Any:
        return instead_of(self, obj) or super().persistent_id(obj)


def instead_of(dumper: Replacing | DeepReplacing, obj: object) -> Any:
    made = dumper.left_out.instead(obj)
    return None if made is None else ("instead", (made,))


def name_of(kind: type) -> str:
    """A type as messages call it."""
    module = kind.__module__
    if type(module) is not str or module in ("builtins", "__main__") or module.startswith("_"):
        return kind.__qualname__
    return f"{module}.{kind.__qualname__}"


def full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _standard_streams() -> list[object]:
    """The process has these anywhere: they are not meant by their type."""
    found: list[object] = []
    for name in STREAMS:
        stream = getattr(sys, name, None)
        if type(stream) is io.TextIOWrapper:
            found.append(stream)
            buffer = stream.buffer
            found += [buffer, getattr(buffer, "raw", None)]
    return found
