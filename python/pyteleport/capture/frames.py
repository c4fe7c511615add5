"""The calling thread's frames, from the caller of `teleport()` down to the bottom of the program.

Capture runs no user code: identity and exact types only, no comparison, no attribute of a user's
object. What each frame holds is read in one go, as strong references.
"""

from __future__ import annotations

import gc
from sys import exc_info, modules

from pyteleport.capture.code import OPTIMIZED, Facts, facts, original
from pyteleport.capture.core import boundary, generator_of, handled, namespace, slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

DIRECT, NATIVE, INIT_SHIM = 0, 1, 2
BOTTOMS = ("runpy",)
PROMPT = "_pyrepl.main"  # reads what is typed at the prompt, from 3.13


class Null:
    """The one NULL of captured slots."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NULL"


NULL = Null()


class Index(int):
    """A tagged int of the value stack: the index of the next item, or an instruction offset."""


class FrameRecord:
    """One frame as captured.

    Attributes:
        live: the frame object; code, lasti: its original code and position; facts: of that code.
        way: how to take it up again; None until planned, preset where it stood in a preamble.
        kinds: a letter for each value-stack slot to restore; offset: of the instruction it is in.
        locals, stack: what the slots hold, NULL where nothing.
        handled: the exception handled at this frame's level, or None.
        generator: the generator it belongs to, if any.
        entered: how it was entered from its caller (DIRECT, NATIVE, INIT_SHIM); called: how
            pyteleport was, from the innermost frame.
        thunk: what its preamble calls; extra: a value kept below that call (`self`, an exit
            method), NULL for none.
        inner: the record of the frame that this one called.
    """

    __slots__ = (
        "argument", "called", "code", "entered", "extra", "facts", "generator", "handled", "inner", "keywords",
        "kinds", "lasti", "live", "locals", "namespace", "offset", "opcode", "operand_count",
        "phase", "results", "stack", "thunk", "way", "wraps",
    )  # fmt: skip

    live: FrameType
    code: CodeType
    facts: Facts

    def __init__(self, live: FrameType, phase: str = "running") -> None:
        self.live = live
        lasti: int = live.f_lasti
        self.code, self.lasti, original_phase, self.way = original(live.f_code, lasti)
        if phase == "leaving":
            from opcode import opmap

            phase = "instruction"
            if self.code.co_code[self.lasti] == opmap["RESUME"]:
                self.lasti -= 2  # who yields has stepped on already (3.13)
        self.phase = original_phase if self.way is not None else phase
        self.facts = facts(self.code)
        (
            self.offset, self.opcode, self.argument, self.kinds, self.operand_count,
            self.results, _, self.wraps, self.keywords,
        ) = self.facts.place(self.lasti, self.phase)  # fmt: skip
        local_count = self.facts.locals
        held: list[Any] = slots(live, 0, local_count + len(self.kinds), NULL, Index)
        self.locals, self.stack = held[:local_count], held[local_count:]
        self.namespace = None if self.code.co_flags & OPTIMIZED else namespace(live)
        self.generator: Any = None
        self.handled: BaseException | None = None
        self.entered = self.called = DIRECT
        self.thunk: Any = None
        self.extra: Any = NULL
        self.inner: FrameRecord | None = None
        self._see_through_indices()

    def _see_through_indices(self) -> None:
        """Sequences iterated by index become real iterators there, offsets plain ints."""
        for position, value in enumerate(self.stack):
            if type(value) is Index:
                if self.kinds[position] == "o":
                    self.stack[position] = int(value)
                else:
                    iterator = iter(self.stack[position - 1])
                    iterator.__setstate__(int(value))
                    self.stack[position - 1], self.stack[position] = iterator, NULL
        if "o" in self.kinds and self.live.f_code is not self.code:
            self._see_through_offsets()

    def _see_through_offsets(self) -> None:
        """Saved offsets of a morph as the original's.

        Two kinds lead into its preamble: those it was made with, and that of its call, where what it
        called has raised.
        """
        from opcode import opmap

        reraise = opmap["RERAISE"]  # with it a preamble puts an offset on the stack
        mark = self.live.f_code.co_consts[-1]
        units, made_with = mark[2] // 2, list(mark[6])
        code = self.live.f_code.co_code
        for position, kind in enumerate(self.kinds):
            if kind == "o":
                offset = self.stack[position]
                if offset >= units:
                    self.stack[position] = offset - units
                elif code[offset * 2] == reraise:
                    self.stack[position] = made_with.pop(0)
                else:
                    self.stack[position] = mark[3] // 2

    def operands(self) -> list[Any]:
        """The operands of the instruction the frame is in, NULLs left out.

        Only while C code stands between this frame and the inner one: under a direct call they
        are gone already.
        """
        first = self.facts.locals + len(self.kinds)
        found = slots(self.live, first, self.operand_count, NULL, Index)
        return [value for value in found if value is not NULL]

    def kept(self, count: int) -> list[Any]:
        """The first `count` slots above the ones to restore: what a preamble keeps there."""
        return slots(self.live, self.facts.locals + len(self.kinds), count, NULL, Index)

    def describe(self) -> str:
        """Where the frame is, for a message."""
        return (
            f"{self.code.co_qualname} ({self.code.co_filename}, line {self.live.f_lineno or '?'})"
        )


def is_pyteleports(frame: FrameType) -> bool:
    """Whether a frame is pyteleport's own; those of `rests` do the program's work, and move."""
    name = frame.f_globals.get("__name__")
    if type(name) is not str or name == "pyteleport.rests":
        return False
    return name == "pyteleport" or name.startswith("pyteleport.")


def program_frames(frame: FrameType | None) -> tuple[list[FrameType], FrameType | None]:
    """The program's frames, innermost first, without pyteleport's above and the runner's below.

    The first of the list is pyteleport's own frame that the program called. Also the frame of the
    prompt they end at, if it is one.
    """
    found: list[FrameType] = []
    while frame is not None and is_pyteleports(frame):
        found = [frame]
        frame = frame.f_back
    while frame is not None and not is_pyteleports(frame):
        found.append(frame)
        frame = frame.f_back
    prompts = modules.get("pyteleport.prompts")
    if frame is not None and prompts is not None and frame.f_code is prompts.BELOW:
        return found, frame
    while found and found[-1].f_globals.get("__name__") in BOTTOMS:
        found.pop()
    if PROMPT in modules:
        _cut_at_prompt(found)
    return found, None


def _cut_at_prompt(found: list[FrameType]) -> None:
    """The frames that read what is typed are Python, and move; but not where they only start C's prompt."""
    for number in (len(found) - 1, len(found) - 2):  # 3.13 starts it as a module
        if number >= 0 and found[number].f_globals.get("__name__") == PROMPT:
            file = found[-1].f_code.co_filename
            if number == len(found) - 1 or file.endswith("/_pyrepl/__main__.py"):
                del found[number + bool(modules[PROMPT].CAN_USE_PYREPL) :]
            return


def capture(
    innermost: FrameType | None, phase: str = "running", prompt: FrameType | None = None
) -> list[FrameRecord]:
    """Captures the program's frames, innermost first.

    Args:
        innermost: the running frame of pyteleport's own that the program called, or one it called.
        phase: of the program's innermost frame: "running" in the call that it made, or "instruction"
            before an instruction, "leaving" before the one that returns or yields (see `points`).
        prompt: the prompt's frame to end at.

    Raises:
        CannotMove: there is a prompt that was not asked for.
    """
    (called, *frames), ends_at = program_frames(innermost)
    if ends_at is not prompt:
        raise _inside_prompt()
    collects = gc.isenabled()
    gc.disable()  # or it runs again and again over the records of a deep stack
    try:
        records = [FrameRecord(frame, "running" if n else phase) for n, frame in enumerate(frames)]
    finally:
        if collects:
            gc.enable()
    if records and phase == "running":
        records[0].called = boundary(called, frames[0])
    handling = exc_info()[1]
    if prompt is not None and not _handles(frames, prompt):
        handling = None  # it is what the prompt's caller handles
    for number, record in enumerate(records):
        if number + 1 < len(frames):
            record.entered = boundary(frames[number], frames[number + 1])
        record.generator = generator_of(frames[number])
        record.handled = handling
        if record.generator is not None:
            record.handled, handling = handled(record.generator)
        else:
            outermost = record.kinds.find("p")
            if outermost >= 0:
                handling = record.stack[outermost]
    return records


def _handles(frames: list[FrameType], prompt: FrameType) -> bool:
    """Whether an exception is being handled above a prompt: each generator has a state of its own."""
    generators = [generator_of(frame) for frame in (*frames, prompt)]
    return any(
        handled(generator)[0] is not None for generator in generators if generator is not None
    )


def _inside_prompt() -> Exception:
    from pyteleport.errors import CannotMove

    return CannotMove(
        "the program is inside a prompt, above which only teleport() can move",
        "",
        "do this before or after the prompted call",
    )
