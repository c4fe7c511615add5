"""Frames that no instruction of the outer frame called: they came in between, from C code's own events.

A destructor, a weakref callback, a signal handler, a trace function or a callback of the collector
may be entered at nearly any instruction. Its result goes nowhere, and the operands of the
instruction it came at may be gone already: so this is asked first, before any operand is read.
"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from weakref import ReferenceType

from pyteleport.capture.core import array_words, field_word, layout
from pyteleport.capture.frames import FrameRecord
from pyteleport.capture.special import is_subtype, leads_to, lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARARGS = 4  # CO_VARARGS


def came_between(outer: FrameRecord | None, inner: FrameRecord) -> str | None:
    """What kind of entry the inner frame is, if no instruction of the outer frame called it."""
    if inner.generator is not None:
        return None
    given = _arguments(inner)
    code = inner.code
    if code.co_name == "__del__" or (given and leads_to(lookup(type(given[0]), "__del__"), inner)):
        return "a destructor (__del__)"
    for value in given:
        if is_subtype(type(value), ReferenceType) and ReferenceType.__call__(value) is None:
            return "a weakref callback"
        if type(value) is FrameType and outer is not None and value is outer.live:
            if len(given) == 2:
                return "a signal handler"
            return "a trace function"
        if type(value) is CodeType and outer is not None and value is outer.live.f_code:
            return "a monitoring callback"
    signal = sys.modules.get("signal")
    if signal is not None and len(given) == 2 and _handles(signal, inner):
        return "a signal handler"
    if any(leads_to(hook, inner) for hook in (sys.gettrace(), sys.getprofile()) if hook):
        return "a trace function"
    collector = sys.modules.get("gc")
    if collector is not None and any(leads_to(hook, inner) for hook in collector.callbacks):
        return "a callback of the garbage collector"
    return None


def _handles(signal: Any, inner: FrameRecord) -> bool:
    return any(
        leads_to(handler, inner)
        for handler in (signal.getsignal(number) for number in range(1, signal.NSIG))
        if callable(handler)
    )


def _arguments(inner: FrameRecord) -> list[Any]:
    from types import CellType

    found: list[Any] = []
    given = inner.locals[: inner.facts.arguments]
    if inner.code.co_flags & VARARGS:
        more = given[inner.code.co_argcount + inner.code.co_kwonlyargcount]
        given += more if type(more) is tuple else ()
    for value in given:
        if type(value) is not CellType:
            found.append(value)
            continue
        try:
            found.append(value.cell_contents)
        except ValueError:
            continue
    return found


def has_operands(outer: FrameRecord) -> bool:
    """Whether the operands of the instruction are still on the stack, as far as can be known.

    From 3.14 the saved stack pointer tells. Before, an instruction that has ended its work may be
    letting go of them: but then what it enters is one of the above.
    """
    fields = layout()
    if not fields["tagged"]:
        return True
    saved = fields["stack_pointer"] // 8
    words = array_words(outer.live, fields["frame_pointer"], saved + 1)
    start = field_word(outer.live, fields["frame_pointer"]) + fields["localsplus"]
    depth = (words[saved] - start) // 8
    return depth >= outer.facts.locals + len(outer.stack) + outer.operand_count
