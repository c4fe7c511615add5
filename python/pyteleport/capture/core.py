"""Reads frames, and asks the bytecode crate: natively where `_native` is, generically elsewhere.

These functions are the whole interface between the capture and the running interpreter. At a
target there is no `_native`: `generic` answers the same calls there.
"""

from __future__ import annotations

__all__ = [
    "array_words",
    "assemble",
    "boundary",
    "field_object",
    "field_word",
    "generator_of",
    "generator_state",
    "handled",
    "layout",
    "locate",
    "namespace",
    "slots",
]

try:
    from pyteleport._native import (
        array_words,
        assemble,
        boundary,
        field_object,
        field_word,
        generator_of,
        generator_state,
        handled,
        layout,
        locate,
        namespace,
        slots,
    )
except ImportError:
    from pyteleport.capture.generic import (
        array_words,
        assemble,
        boundary,
        field_object,
        field_word,
        generator_of,
        generator_state,
        handled,
        layout,
        locate,
        namespace,
        slots,
    )
