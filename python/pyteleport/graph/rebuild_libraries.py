"""What the reduce tuples of `parts_of_libraries` call at the target."""

from __future__ import annotations

from pyteleport.graph.rebuild_iterators import Resumed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import Any


class Attributes:
    """An object with just these attributes: what a scanner is made from."""

    def __init__(self, attributes: dict[str, Any]) -> None:
        self.__dict__.update(attributes)


def json_scanner(attributes: dict[str, Any]) -> Any:
    import _json

    make: Any = _json.make_scanner
    return make(Attributes(attributes))


def json_encoder(attributes: dict[str, Any], allow_nan: bool) -> Any:
    import _json

    make: Any = _json.make_encoder
    return make(*attributes.values(), allow_nan)


def element_iterator(root: Any, tag: Any, text: bool) -> Any:
    """One that was not started; of an element that is None, one that has ended."""
    if root is None:
        return iter(())
    return root.itertext() if text else root.iter(tag)


def rest_of_elements(stack: list[tuple[Any, int]], tag: Any, text: bool) -> Any:
    """An element's iterator in the middle.

    It looks at the tree when it is asked, as the original does: the tree may not be complete yet,
    and may be changed later.

    Args:
        stack: the elements it is inside of, outermost first, each with the index of its next child.
    """
    from itertools import chain
    from operator import methodcaller

    parts: list[Any] = []
    for depth, (element, index) in reversed(list(enumerate(stack))):
        children = iter(element)
        children.__setstate__(index)
        following: Any = inner_text if text else methodcaller("iter", tag)
        parts.append(chain.from_iterable(map(following, children)))
        if text and depth:
            parts.append(tail_of(element))
    return Resumed.from_iterable(parts)


def inner_text(element: Any) -> Iterator[str]:
    """The text of an element and behind it."""
    from itertools import chain

    return chain(element.itertext(), tail_of(element))


def tail_of(element: Any) -> Iterator[str]:
    """The text behind an element, if there is any by then."""
    from operator import attrgetter

    return filter(None, map(attrgetter("tail"), (element,)))


def entry(folder: Any, path: Any) -> os.DirEntry[Any]:
    """The entry of a folder, as `os.scandir()` gives it.

    Raises:
        OSError: it is not there.
    """
    from errno import ENOENT
    from os import scandir

    with scandir(folder or None) as entries:
        for found in entries:
            if found.path == path:
                return found
    raise FileNotFoundError(
        ENOENT, "the program holds the entry of a folder; it is missing here", path
    )


def logger(*name: str) -> Any:
    import logging

    return logging.getLogger(*name)


def closed_socket(family: int, kind: int, protocol: int, timeout: float | None) -> Any:
    import socket

    try:
        made = socket.socket(family, kind, protocol)
    except OSError:  # none of that kind can be made here
        made = socket.socket()
    made.settimeout(timeout)
    made.close()
    return made


def closed_database(row_factory: Any, text_factory: Any) -> Any:
    import sqlite3

    made = sqlite3.connect(":memory:")
    made.row_factory, made.text_factory = row_factory, text_factory
    made.close()
    return made
