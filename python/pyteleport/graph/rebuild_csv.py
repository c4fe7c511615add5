"""What the reduce tuples of csv's readers and writers call at the target."""

from __future__ import annotations

import _csv
from itertools import chain, repeat
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dialect(settings: dict[str, Any]) -> Any:
    return _csv.Dialect(None, **settings)


def reader(lines: Any, dialect: Any, count: int) -> Any:
    """A reader that has read `count` lines: empty ones, before the others are asked for."""
    made = _csv.reader(chain(repeat("", count), lines) if count else lines, dialect)
    for _ in range(count):
        next(made)
    return made


def writer(write: Any, dialect: Any) -> Any:
    return _csv.writer(SimpleNamespace(write=write), dialect)
