"""What the reduce tuples of NumPy arrays call at the target. Travels only where there are any."""

from __future__ import annotations

import sys

from pyteleport.graph import restore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__import__("numpy")
numpy: Any = sys.modules["numpy"]
ndarray: Any = numpy.ndarray


def flat(plain: Any) -> Any:
    """One dimension over all of an array's memory, None where its items do not lie side by side."""
    if not plain.flags.c_contiguous:
        strides = plain.strides
        plain = plain.transpose(sorted(range(plain.ndim), key=lambda axis: -strides[axis]))
        if not plain.flags.c_contiguous:
            return None
    return plain.reshape(-1)


def raw(items: Any) -> Any:
    """The bytes of a flat array, as an array."""
    return items.view("u1") if items.nbytes else ndarray((0,), "u1")


def make(kind: type, shape: Any, dtype: Any, strides: Any) -> Any:
    return ndarray.__new__(kind, shape, dtype, strides=strides)


def make_awaiting(kind: type, shape: Any, dtype: Any, strides: Any) -> Any:
    """An array whose contents are next in the stream."""
    made = make(kind, shape, dtype, strides)
    restore.unfilled.append(memoryview(raw(flat(ndarray.view(made, ndarray)))))
    return made


def fill(array: Any, state: tuple[Any, dict[str, Any] | None]) -> None:
    contents, attributes = state
    if type(contents) is list:
        items = flat(ndarray.view(array, ndarray))
        for number, item in enumerate(contents):
            items[number] = item
    elif contents:
        raw(flat(ndarray.view(array, ndarray)))[:] = numpy.frombuffer(contents, "u1")
    if attributes:
        object.__getattribute__(array, "__dict__").update(attributes)


def make_view(
    kind: type, base: Any, start: int, shape: Any, strides: Any, dtype: Any, writeable: bool
) -> Any:
    """An array over a part of its base's memory, from byte `start` of it on."""
    if dtype.kind == "O":
        made = _objects(base, start, shape, strides)
        made = made if kind is ndarray else made.view(kind)
    else:
        plain = base
        if isinstance(base, ndarray):
            plain = ndarray.view(base, ndarray)
            if not (plain.flags.c_contiguous or plain.flags.f_contiguous):
                base = flat(plain)
        if 0 in shape:
            start = 0
        made = ndarray.__new__(kind, shape, dtype, base, start, strides)
    if not writeable and made.flags.writeable:
        made.setflags(write=False)
    return made


def _objects(base: Any, start: int, shape: Any, strides: Any) -> Any:
    """A view of objects: NumPy makes none from a buffer."""
    items = flat(ndarray.view(base, ndarray))
    first = start // items.itemsize
    if len(shape) == 1 and strides[0]:
        step = strides[0] // items.itemsize
        end = first + step * shape[0]
        return items[first : end if end >= 0 else None : step]
    order = sorted(range(len(shape)), key=lambda axis: -strides[axis])
    size = 1
    for count in shape:
        size *= count
    dense = items[first : first + size]
    if dense.size == size:
        made = dense.reshape([shape[axis] for axis in order])
        made = made.transpose([order.index(axis) for axis in range(len(shape))])
        if made.strides == strides:
            return made
    return numpy.lib.stride_tricks.as_strided(items[first:], shape, strides)


def make_readonly(array: Any, _state: None) -> None:
    """Last of all: until then views of it are made that may be written to."""
    ndarray.setflags(array, write=False)
