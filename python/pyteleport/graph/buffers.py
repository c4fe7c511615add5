"""Reducers for `memoryview` (the same bytes of the same object, in the same format and shape) and `array`."""

from __future__ import annotations

import sys

from pyteleport.capture.core import field_word
from pyteleport.graph import rebuild_buffers, restore
from pyteleport.graph.dumper import OUT_OF_BAND, Dumper, reduce_instance
from pyteleport.graph.refusals import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# PyMemoryViewObject: object head with size, mbuf, hash, flags, exports, then the Py_buffer: `buf` is first.
BUFFER_START = 56
TEXT = "uw"  # formats that cannot be looked at as bytes
HINT = "keep the object under it instead, and make the memoryview again after the move"


def reduce_memoryview(dumper: Dumper, view: memoryview) -> Any:
    try:
        owner = view.obj
    except ValueError:
        return rebuild_buffers.released_view, ()
    if type(owner) not in (bytes, bytearray) and type(owner).__name__ != "array":
        raise Refusal(view, f"it is a view into {type(owner).__name__} memory", HINT)
    if not (view.c_contiguous or view.ndim == 1):
        raise Refusal(view, "its memory is not contiguous", HINT)
    with memoryview(owner) as whole:
        start = field_word(view, BUFFER_START) - field_word(whole, BUFFER_START)
    shape = view.shape if view.ndim != 1 else None
    count = len(view) if shape is None else 0
    strides = view.strides or (view.itemsize,)
    step = strides[0] // view.itemsize if count else 1
    arguments = (owner, start, count, step, view.format, view.itemsize, shape, view.readonly)
    return rebuild_buffers.view_of, arguments


def reduce_array(dumper: Dumper, array: Any) -> Any:
    """A large one is filled from the stream; pickle would copy it twice."""
    if len(array) * array.itemsize < OUT_OF_BAND or array.typecode in TEXT:
        return reduce_instance(dumper, array)
    made = rebuild_buffers.make_array, (array.typecode, len(array))
    return *made, dumper.out_of_band(array), None, None, restore.filled


def install() -> None:
    """Fills the dumper's table."""
    Dumper.reducers[memoryview] = reduce_memoryview
    array = sys.modules.get("array")
    if array is not None:
        Dumper.reducers[array.array] = reduce_array
