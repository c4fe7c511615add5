"""Reducers for NumPy arrays: memory goes once, from where it lies into where it stays.

An array that owns its memory is made empty there, of the same layout, and filled from the stream: it
owns its memory there, too. A view goes as its base and its place in it, so views share memory with
their base and with each other as they do here. What an array was made over (a `bytearray`, an `mmap`)
is its base as well.

Copies, as pickle makes them, stay: structured arrays with objects in them, views of memory that belongs
to another library, and arrays of a class that has pickle's hooks.
"""

from __future__ import annotations

import sys

from pyteleport.graph import rebuild_arrays
from pyteleport.graph.dumper import OUT_OF_BAND, Dumper, reduce_instance, singleton
from pyteleport.graph.instances import HOOKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

numpy: Any = sys.modules["numpy"]
ndarray: Any = numpy.ndarray
EXPORTERS = ("builtins.bytes", "builtins.bytearray", "array.array", "mmap.mmap")


def get(name: str, array: Any) -> Any:
    """An attribute below the array's own class."""
    return getattr(ndarray, name).__get__(array)


def address(array: Any) -> int:
    found: int = get("__array_interface__", array)["data"][0]
    return found


def has_hooks(kind: type) -> bool:
    """Whether a class says itself how it is pickled; NumPy's own only lose what they share."""
    for cls in kind.__mro__:
        if cls is ndarray:
            return False
        if not cls.__module__.startswith("numpy") and any(hook in vars(cls) for hook in HOOKS):
            return True
    return False


def reduce_array(dumper: Dumper, array: Any) -> Any:
    kind = type(array)
    plain = array
    if kind is not ndarray:
        if has_hooks(kind) or singleton(dumper, array) is not None:
            return reduce_instance(dumper, array)
        plain = ndarray.view(array, ndarray)
    if plain.dtype.hasobject and plain.dtype.kind != "O":
        return reduce_instance(dumper, array)
    base = get("base", array)
    if base is not None:
        reduced = reduce_view(dumper, array, plain, base)
        if reduced is not None:
            return reduced
    return reduce_owner(dumper, array, plain)


def attributes(array: Any) -> dict[str, Any] | None:
    if type(array) is ndarray:
        return None
    try:
        return dict(object.__getattribute__(array, "__dict__"))
    except AttributeError:
        return None


def reduce_owner(dumper: Dumper, array: Any, plain: Any) -> Any:
    """An array with its memory."""
    flat = rebuild_arrays.flat(plain)
    if flat is None:  # its memory has holes, or it is a repetition
        plain = plain.copy()
        flat = rebuild_arrays.flat(plain)
    strides = None if plain.flags.c_contiguous else plain.strides
    made = (type(array), plain.shape, plain.dtype, strides)
    if plain.dtype.kind == "O":
        contents: Any = flat.tolist()
        out_of_band = False
    else:
        out_of_band = plain.nbytes >= OUT_OF_BAND
        raw = rebuild_arrays.raw(flat)
        contents = raw if out_of_band else raw.tobytes()
    if not get("flags", array).writeable:
        dumper.fills.append((rebuild_arrays.make_readonly, array, None))
    if out_of_band:
        contents = dumper.out_of_band(contents)
    function = rebuild_arrays.make_awaiting if out_of_band else rebuild_arrays.make
    return (function, made, (contents, attributes(array)), None, None, rebuild_arrays.fill)


def reduce_view(dumper: Dumper, array: Any, plain: Any, base: Any) -> Any:
    """An array over the memory of its base; None where that is none of these."""
    base = owner_under(base)
    while isinstance(base, ndarray):
        whole = base if type(base) is ndarray else ndarray.view(base, ndarray)
        if rebuild_arrays.flat(whole) is not None:
            break
        base = owner_under(get("base", base))
    else:
        kind = type(base)
        if f"{kind.__module__}.{kind.__qualname__}" not in EXPORTERS:
            return None
        whole = numpy.frombuffer(base, "u1")
    start = address(plain) - address(whole)
    low, high = extent(plain)
    if start + low < 0 or start + high > whole.nbytes:
        return None
    place = (base, start, plain.shape, plain.strides, plain.dtype, plain.flags.writeable)
    made = (type(array), *place)
    held = attributes(array)
    if held is None:
        return rebuild_arrays.make_view, made
    return rebuild_arrays.make_view, made, (b"", held), None, None, rebuild_arrays.fill


def owner_under(base: Any) -> Any:
    """Whose memory it is, under what only refers to it."""
    if type(base) is memoryview:
        return base.obj
    if type(base).__name__ == "DummyArray" and type(base).__module__.startswith("numpy."):
        return base.base  # what `as_strided` leaves
    return base


def extent(plain: Any) -> tuple[int, int]:
    """From the first item: where the lowest byte is, and the end of the highest."""
    low = high = 0
    if 0 in plain.shape:
        return 0, 0
    for count, stride in zip(plain.shape, plain.strides, strict=True):
        if stride < 0:
            low += (count - 1) * stride
        else:
            high += (count - 1) * stride
    return low, high + plain.itemsize


def install() -> None:
    """Fills the dumper's table."""
    Dumper.reducers[ndarray] = reduce_array
    Dumper.family_reducers.insert(0, (ndarray, reduce_array))
