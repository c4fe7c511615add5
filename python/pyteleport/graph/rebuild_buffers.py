"""What the reduce tuples of memoryviews call at the target."""

from __future__ import annotations

from pyteleport.graph.restore import unfilled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def released_view() -> memoryview:
    view = memoryview(b"")
    view.release()
    return view


def make_array(code: str, count: int) -> Any:
    """An `array` whose contents are next in the stream."""
    from array import array

    made = array(code, (0,)) * count
    unfilled.append(memoryview(made).cast("B"))
    return made


def view_of(
    owner: Any,
    start: int,
    count: int,
    step: int,
    letter: str,
    size: int,
    shape: tuple[int, ...] | None,
    readonly: bool,
) -> memoryview:
    """A view whose first item is at byte `start` of its owner, the next one `step` items further."""
    whole: Any = memoryview(owner).cast("B")
    if shape is not None:
        length = size
        for extent in shape:
            length *= extent
        view: memoryview = whole[start : start + length].cast(letter, shape)
    elif step < 0:
        first = start + step * size * (count - 1)
        view = whole[first : start + size].cast(letter)[::-1][::-step]
    else:
        last = start + step * size * (count - 1) + size if count else start
        view = whole[start:last].cast(letter)[::step]
    return view.toreadonly() if readonly and not view.readonly else view
