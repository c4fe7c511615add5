"""The pickler for graphs nested too deep for C's: a linked list, a list in a list in a list ...

C's pickler goes one call deeper for each object in an object. Here what is nested is cut into pieces:
instances, exceptions, tracebacks, cells and plain containers are made empty where they are met, and what
is in them follows later, one after the other, as a fill (`Dumper.fills`).

A plain container may only be empty at first where nobody looks into it while the objects are loaded: in a
variable, an attribute, a cell, or another such container (`mark`). One that is met elsewhere first, in what
some class's own `__reduce__` gives, goes as ever. Tuples cannot be filled: those within each other are
made innermost first, all at once.
"""

from __future__ import annotations

from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from pyteleport.graph.scope import Scope

    # A tuple: its number, its items, and the places among them of tuples that have numbers already.
    Piece = tuple[int, list[Any], list[tuple[int, int]]]

LETTERS: dict[type, str] = {list: "list", dict: "dict", set: "set", tuple: "tuple"}


class DeepDumper(Dumper):
    """Dumps nested objects one after the other.

    Attributes:
        numbers: containers that were cut off, by id.
        marked: ids of containers that may be; whole: of those that went as they are.
    """

    deep = True

    def __init__(self, own: set[str], *, scope: Scope | None = None, by_name: bool = False) -> None:
        super().__init__(own, scope=scope, by_name=by_name)
        self.numbers: dict[int, int] = {}
        self.marked: set[int] = set()
        self.whole: set[int] = set()

    def share(self, objects: list[Any]) -> None:
        super().share(objects)
        self.whole.update(map(id, objects))

    def mark(self, values: Iterable[Any]) -> None:
        self.marked.update([id(value) for value in values if type(value) in LETTERS])

    def persistent_id(self, obj: Any) -> Any:
        letter = LETTERS.get(type(obj))
        if letter is None:
            return None
        number = self.numbers.get(id(obj))
        if number is not None:
            return letter, number
        if id(obj) not in self.marked or id(obj) in self.whole:
            self.whole.add(id(obj))
            return None
        if letter == "tuple":
            return ("tuples", self.pieces(obj)) if obj else None
        number = self.numbers[id(obj)] = len(self.numbers)
        contents: list[Any] = list(obj.items()) if type(obj) is dict else list(obj)
        self.mark(obj.values() if type(obj) is dict else contents)
        fill = restore.fill_hashed if letter != "list" else restore.fill_list
        self.fills.append((fill, obj, contents))
        return letter, number

    def pieces(self, outermost: tuple[Any, ...]) -> list[Piece]:
        """A tuple and those within it that were not met before, innermost first."""
        found: list[Piece] = []
        stack: list[tuple[tuple[Any, ...], list[tuple[int, tuple[Any, ...]]]]] = []

        def enter(held: tuple[Any, ...]) -> None:
            inner = [
                (place, item)
                for place, item in enumerate(held)
                if type(item) is tuple and item and id(item) not in self.whole
            ]
            stack.append((held, inner))

        enter(outermost)
        while stack:
            held, inner = stack[-1]
            if id(held) in self.numbers:
                stack.pop()
                continue
            missing = [item for _, item in inner if id(item) not in self.numbers]
            if missing:
                enter(missing[0])
                continue
            stack.pop()
            items = list(held)
            self.mark(items)
            for place, _ in inner:
                items[place] = None
            number = self.numbers[id(held)] = len(self.numbers)
            found.append(
                (number, items, [(place, self.numbers[id(item)]) for place, item in inner])
            )
        return found
