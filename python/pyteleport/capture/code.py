"""Code objects as the capture sees them: their facts for the bytecode crate, and morphs seen through.

A morph is the original code behind a preamble. When a program that was moved moves again, the
morph must not get a second preamble: the last constant of every morph is its **mark**, which
names the original code and where the frame stood, and `original` maps back.

```
morph's co_consts: (the original's constants, the preamble's constants, mark)
mark: (MARK, original code, length of the preamble in bytes, lasti, phase, way, saved offsets)
```
"""

from __future__ import annotations

from pyteleport.capture.core import assemble, locate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from pyteleport._native import CodeFields, Parts, Place

MARK = "<pyteleport morph>"
VARARGS, VARKEYWORDS, OPTIMIZED = 4, 8, 1


class Facts:
    """What the bytecode crate and the capture need to know of one code object."""

    __slots__ = ("arguments", "code", "fields", "free", "locals", "marks", "morphs", "places")

    def __init__(self, code: CodeType) -> None:
        slots = 0
        try:
            while True:
                code._varname_from_oparg(slots)  # type: ignore[attr-defined]
                slots += 1
        except IndexError:
            pass
        self.code = code
        self.free = len(code.co_freevars)
        self.locals = slots
        self.arguments = (
            code.co_argcount
            + code.co_kwonlyargcount
            + bool(code.co_flags & VARARGS)
            + bool(code.co_flags & VARKEYWORDS)
        )
        self.fields: CodeFields = (
            code.co_code,
            code.co_exceptiontable,
            code.co_linetable,
            code.co_firstlineno,
            slots,
            self.free,
            self.arguments,
            len(code.co_consts),
            code.co_flags,
            code.co_stacksize,
        )
        self.places: dict[tuple[int, str], Place] = {}
        self.marks: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.morphs: dict[tuple[Any, ...], Parts] = {}

    def place(self, lasti: int, phase: str) -> Place:
        """Where a frame of this code stands (see `bytecode::locate`)."""
        key = (lasti, phase)
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = locate(self.fields, lasti, phase)
        return place

    def morph(
        self, lasti: int, phase: str, set_locals: bytes, stack: str, offsets: list[int], way: str
    ) -> Parts:
        """The morph of a frame of this code (see `bytecode::assemble`)."""
        key = (lasti, phase, set_locals, stack, tuple(offsets), way)
        parts = self.morphs.get(key)
        if parts is None:
            preamble, exceptions, lines, depth, constants = assemble(
                self.fields, lasti, phase, set_locals, stack, offsets, way
            )
            prefix = lines[: len(lines) - len(self.fields[2])]
            parts = self.morphs[key] = (preamble, exceptions, prefix, depth, constants)
        return parts


_facts: dict[int, Facts] = {}


def facts(code: CodeType) -> Facts:
    """The facts of a code object, kept as long as this move is under way."""
    found = _facts.get(id(code))
    if found is None:
        found = _facts[id(code)] = Facts(code)
    return found


def forget() -> None:
    """Lets go of every code object: called when a move has ended here."""
    _facts.clear()


def mark_of(code: CodeType) -> tuple[Any, ...] | None:
    """The mark of a morph, None for any other code object."""
    constants = code.co_consts
    if constants:
        last = constants[-1]
        if type(last) is tuple and len(last) == 7 and last[0] == MARK:
            return last
    return None


def original(code: CodeType, lasti: int) -> tuple[CodeType, int, str, str | None]:
    """Maps a position in a morph back: (code, lasti, phase, way).

    The way is None unless the frame stands in the morph's preamble, where it waits for the frame
    inside it: then it is the way that preamble was made for.
    """
    mark = mark_of(code)
    if mark is None:
        return code, lasti, "running", None
    _, code, length, at, phase, way, _ = mark
    if lasti >= length:
        return code, lasti - length, "running", None
    return code, at, phase, way
