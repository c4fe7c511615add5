"""Reducers for readers and writers of csv, which go on where they are.

Between two rows a reader holds no part of one: it begins each with an empty record (Modules/_csv.c,
`Reader_iternext`). So it is its iterator, its dialect and the number of lines it has read; a writer is its
file's `write` and its dialect.
"""

from __future__ import annotations

import _csv
from gc import get_referents

from pyteleport.graph import rebuild_csv
from pyteleport.graph.dumper import Dumper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

READER = type(_csv.reader(()))


class _Nowhere:
    def write(self, text: str) -> None:
        """Takes no text: it is there to make a writer of."""


WRITER = type(_csv.writer(_Nowhere()))
DIALECT = type(_csv.reader(()).dialect)
SETTINGS = (
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
)


def _beside_dialect(obj: Any) -> Any:
    """What a reader or writer holds besides its dialect: its iterator, or its file's `write`."""
    held = [value for value in get_referents(obj) if value is not type(obj)]
    place = next(number for number, value in enumerate(held) if type(value) is DIALECT)
    others = (
        held[place + 1 :] + held[:place]
    )  # an iterator is followed by the fields of a failed row
    return others[0]


def reduce_reader(dumper: Dumper, reader: Any) -> Any:
    return rebuild_csv.reader, (_beside_dialect(reader), reader.dialect, reader.line_num)


def reduce_writer(dumper: Dumper, writer: Any) -> Any:
    return rebuild_csv.writer, (_beside_dialect(writer), writer.dialect)


def reduce_dialect(dumper: Dumper, dialect: Any) -> Any:
    return rebuild_csv.dialect, ({name: getattr(dialect, name) for name in SETTINGS},)


def install() -> None:
    """Fills the dumper's table."""
    table = Dumper.reducers
    table[READER] = reduce_reader
    table[WRITER] = reduce_writer
    table[DIALECT] = reduce_dialect
