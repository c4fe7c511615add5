"""Reads frames, and asks the bytecode crate: natively where `_native` is, generically elsewhere.

These functions are the whole interface between the capture and the running interpreter. At a
target there is no `_native`: `generic` answers the same calls there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport import _native as found
else:
    try:
        from pyteleport import _native as found
    except ImportError:
        from pyteleport.capture import generic as found

array_words = found.array_words
assemble = found.assemble
boundary = found.boundary
field_object = found.field_object
field_word = found.field_word
generator_of = found.generator_of
generator_state = found.generator_state
handled = found.handled
layout = found.layout
locate = found.locate
namespace = found.namespace
slots = found.slots
