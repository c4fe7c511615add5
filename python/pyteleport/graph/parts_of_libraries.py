"""Reducers for objects of the standard library's C modules that pickle refuses, though they can be made anew.

A scanner or encoder of json is made again from its attributes; an element's iterator goes on from the
parents it has on its stack; an entry of a folder is found again in that folder.
"""

from __future__ import annotations

from gc import get_referents
from types import MemberDescriptorType

from pyteleport.graph import rebuild_libraries
from pyteleport.graph.dumper import Dumper
from pyteleport.graph.iterator_layout import Fields
from pyteleport.graph.refusals import Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any

HALVES = 2  # of a ParentLocator: the element, and the index of its next child


def members_of(obj: Any) -> dict[str, Any]:
    """What its type shows as members, by name."""
    kind = type(obj)
    return {
        name: descriptor.__get__(obj)
        for name, descriptor in vars(kind).items()
        if type(descriptor) is MemberDescriptorType
    }


def reduce_scanner(dumper: Dumper, scanner: Any) -> Any:
    return rebuild_libraries.json_scanner, (members_of(scanner),)


def reduce_encoder(dumper: Dumper, encoder: Any) -> Any:
    """Whether it allows NaN has no attribute: it is given one, which asks nobody else."""
    try:
        encoder(float("nan"), 0)
    except ValueError:
        allowed = False
    else:
        allowed = True
    return rebuild_libraries.json_encoder, (members_of(encoder), allowed)


def reduce_element_iterator(dumper: Dumper, iterator: Any) -> Any:
    fields = Fields(iterator, type(iterator))
    count = fields.word("parent_stack_used")
    text = bool(fields.half("gettext"))
    tag = fields.object("sought_tag")
    if not count:
        return rebuild_libraries.element_iterator, (fields.object("root_element"), tag, text)
    words = fields.array("parent_stack", HALVES * count)
    held = {id(element): element for element in get_referents(iterator)}
    stack = [(held[words[n]], words[n + 1]) for n in range(0, len(words), HALVES)]
    return rebuild_libraries.rest_of_elements, (stack, tag, text)


def reduce_entry(dumper: Dumper, entry: os.DirEntry[Any]) -> Any:
    folder = entry.path[: len(entry.path) - len(entry.name)]
    try:
        rebuild_libraries.entry(folder, entry.path)
    except OSError:
        raise Refusal(entry, *(known_refusal(type(entry)) or ("", ""))) from None
    return rebuild_libraries.entry, (folder, entry.path)


REDUCERS = {
    ("_elementtree", "_element_iterator"): reduce_element_iterator,
    ("_json", "Encoder"): reduce_encoder,
    ("_json", "Scanner"): reduce_scanner,
    ("posix", "DirEntry"): reduce_entry,
}


def register(kind: type) -> bool:
    """Notes the reducer of a type of these libraries, when the first of its objects is met.

    The type is not asked of its module: the program may have loaded that later, or let go of it.
    """
    reducer = REDUCERS.get((kind.__module__, kind.__name__))
    if reducer is not None:
        Dumper.reducers[kind] = reducer
    return kind in Dumper.reducers


def install() -> None:
    """Nothing: see `register`."""
