"""JSON without the `json` package, whose import takes longer than a small image takes to write or to load.

Both directions rest on the C functions that package itself uses.
"""

from __future__ import annotations

import _json
from _json import encode_basestring_ascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_scanner: Any = _json.make_scanner


class _Context:
    """What the scanner wants to know."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def write(value: Any) -> str:
    """JSON of None, bool, int, float, str, and of lists, tuples and dicts of such."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return str(encode_basestring_ascii(value))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(write, value))}]"
    if isinstance(value, dict):
        items = (f"{encode_basestring_ascii(name)}: {write(item)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)


def read(text: str) -> Any:
    """What a JSON text says.

    Raises:
        ValueError: it is none.
    """
    try:
        value, end = _scanner(_Context())(text, 0)
    except (StopIteration, RecursionError):
        raise ValueError("it is no JSON") from None
    if end != len(text):
        raise ValueError("something follows the JSON")
    return value
