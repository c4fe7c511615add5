"""Frames that go on elsewhere are ended here by an exception, without any of their code running.

Each is given, in place of its code object, a copy of it without an exception table: then no `except`,
`finally` or `with` of it sees the exception, which C code between frames passes on. What the frames
alone have held stays: a destructor, a generator's `finally` or the flush of a file would be
effects a second time. The import machinery does see it, and takes modules that were half imported out of
`sys.modules` again.

This is the one place that writes to frames. Two words of each are changed (`layout()` says which): the code,
and the place in it, by the distance of the two. Both are read again by the interpreter on its way out of
a frame, and by nothing before that.
"""

from __future__ import annotations

from pyteleport.capture.core import layout, slots
from pyteleport.capture.frames import NATIVE, NULL, Index, Null, is_pyteleports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

IMPORTING = (
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_frozen_importlib",
    "importlib",
)

ATOMS = (type(None), bool, int, float, complex, str, bytes, bytearray, range, Null, Index)
CONTAINERS = (list, tuple, dict, set, frozenset)
MOST = 1_000_000  # objects that are looked at

namespace_of = type.__dict__["__dict__"].__get__


class Abandoned:
    """The frames above a prompt, made so that they end without a trace."""

    def __init__(self, innermost: FrameType | None, prompt: FrameType) -> None:
        """
        Args:
            innermost: a running frame of pyteleport's own above them.
            prompt: the frame below them.
        """
        self._changed: list[tuple[Any, int, Any, int, CodeType]] = []
        frame = innermost
        while frame is not None and frame is not prompt:
            name = frame.f_globals.get("__name__")
            if not is_pyteleports(frame) and not (type(name) is str and name in IMPORTING):
                self._change(frame)
            frame = frame.f_back

    def _change(self, frame: FrameType) -> None:
        from ctypes import c_uint64, py_object, pythonapi

        fields = layout()
        code = frame.f_code.replace(co_exceptiontable=b"")
        start = c_uint64.from_address(id(frame) + fields["frame_pointer"]).value
        executable = c_uint64.from_address(start + fields["executable"])
        instruction = c_uint64.from_address(start + fields["instruction"])
        self._changed.append((executable, executable.value, instruction, instruction.value, code))
        # The frame lets go of its code at its end: of this one. What it had is never let go of,
        # since C code between frames may still know a place in it.
        pythonapi.Py_IncRef(py_object(code))
        instruction.value += id(code) - id(frame.f_code)
        executable.value = id(code)

    def undo(self) -> None:
        """Makes the frames what they were."""
        from ctypes import py_object, pythonapi

        for executable, code_word, instruction, place, code in self._changed:
            executable.value = code_word
            instruction.value = place
            pythonapi.Py_DecRef(py_object(code))
        self._changed.clear()


class Held:
    """What the frames hold, C code between them included; kept for as long as this process runs.

    Also through its end, when modules let go of what they have.
    """

    def __init__(self, records: list[FrameRecord]) -> None:
        """
        Args:
            records: as captured, and not planned yet: that puts other values into them.
        """
        self._values: list[Any] = []
        self._operands: list[tuple[FrameType, int, int]] = []
        entered = records[0].called
        for record in records:
            self._values += (*record.locals, *record.stack, record.generator, record.handled)
            self._values.append(record.namespace)
            if entered == NATIVE:
                first = record.facts.locals + len(record.kinds)
                self._operands.append((record.live, first, record.operand_count))
            entered = record.entered

    def keep(self) -> None:
        """Takes hold of all of it; once it is known that the frames can move."""
        from ctypes import py_object, pythonapi

        # Not before: an instruction that cannot be taken along may have let go of its operands.
        for frame, first, count in self._operands:
            self._values += slots(frame, first, count, NULL, Index)
        self._operands.clear()
        pythonapi.Py_IncRef(py_object(self._values))

    def undo(self) -> None:
        """Lets go of all of it."""
        from ctypes import py_object, pythonapi

        pythonapi.Py_DecRef(py_object(self._values))

    def spare(self) -> None:
        """Lets go of plain data: at its end, nothing happens."""
        self._values[:] = [value for value in self._values if not is_plain(value)]


def is_plain(value: Any) -> bool:
    """Whether the end of an object runs no code, and ends nothing but objects of which that is true.

    Data in containers and in instances of classes without a destructor, nobody watching. It may be wrong
    only in saying no.
    """
    from gc import get_referents, is_tracked
    from types import CellType, FunctionType, ModuleType

    from pyteleport.graph.restore import is_native

    seen: set[int] = set()
    queue = [value]
    while queue:
        current = queue.pop()
        kind = type(current)
        if id(current) in seen or kind in ATOMS or isinstance(current, (type, ModuleType)):
            continue
        seen.add(id(current))
        if len(seen) > MOST:
            return False
        if kind is FunctionType:
            queue += (current.__closure__, current.__defaults__, current.__kwdefaults__)
            queue.append(current.__dict__)
        elif kind in CONTAINERS or kind is CellType:
            queue += get_referents(current)
        elif is_native(kind):
            if is_tracked(current):
                return False
        elif any("__del__" in namespace_of(base) for base in kind.__mro__) or watched(current):
            return False
        else:
            base = next(base for base in kind.__mro__ if is_native(base))
            if base is not object and base not in CONTAINERS and base not in ATOMS:
                return False
            queue += get_referents(current)
    return True


def watched(obj: Any) -> bool:
    from _weakref import getweakrefcount

    return getweakrefcount(obj) > 0
