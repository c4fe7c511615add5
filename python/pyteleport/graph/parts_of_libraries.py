"""Reducers for objects of the standard library that pickle refuses, though they can be made anew or found.

A scanner or encoder of json is made again from its attributes; an element's iterator goes on from the
parents it has on its stack; an entry of a folder is found again in that folder.
A logger is the one of its name; a database or socket that was closed is made closed.
"""

from __future__ import annotations

import sys
from gc import get_referents
from types import MemberDescriptorType

from pyteleport.graph import rebuild_libraries
from pyteleport.graph.dumper import Dumper
from pyteleport.graph.instances import reduce_structure
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


def reduce_logger(dumper: Dumper, logger: Any) -> Any:
    """One that logging knows goes by its name, and what is set of it with the surroundings.

    It is never asked how it is copied: while a method of it runs it would go by its structure.
    """
    manager = sys.modules["logging"].root.manager
    if logger is manager.root:
        return rebuild_libraries.logger, ()
    if manager.loggerDict.get(logger.name) is logger:
        return rebuild_libraries.logger, (logger.name,)
    return reduce_structure(dumper, logger)


def reduce_socket(dumper: Dumper, socket: Any) -> Any:
    """One that was closed."""
    if socket.fileno() != -1:
        raise Refusal(socket, *(known_refusal(type(socket)) or ("", "")))
    facts = (int(socket.family), int(socket.type), socket.proto)
    return rebuild_libraries.closed_socket, (*facts, socket.timeout)


def reduce_database(dumper: Dumper, database: Any) -> Any:
    """One that was closed."""
    try:
        database.total_changes  # noqa: B018 - it asks whether it is open
    except sys.modules["_sqlite3"].ProgrammingError:
        return rebuild_libraries.closed_database, (database.row_factory, database.text_factory)
    raise Refusal(database, *(known_refusal(type(database)) or ("", "")))


REDUCERS = {
    ("_socket", "socket"): reduce_socket,
    ("logging", "Logger"): reduce_logger,
    ("logging", "RootLogger"): reduce_logger,
    ("socket", "socket"): reduce_socket,
    ("sqlite3", "Connection"): reduce_database,
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
