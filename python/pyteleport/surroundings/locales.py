"""The locale the program has set: each category that is not as an interpreter leaves it at its start.

It leaves all but LC_CTYPE at "C", and takes that from the environment. A category that the program did
not set is the target's own, unless `open()` would take another encoding there. A locale that the target
does not have is a reason not to go there, told before anything is sent: numbers and texts would be wrong.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CATEGORIES = ("LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES")
COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def changed() -> dict[str, str]:
    """Category to name of the locale."""
    import _locale

    found = {}
    for name in CATEGORIES:
        current = _locale.setlocale(getattr(_locale, name), None)
        if current != "C" and (
            name != "LC_CTYPE" or (current not in COERCED and current != _of_start())
        ):
            found[name] = current
    if "LC_CTYPE" not in found and not sys.flags.utf8_mode and not _is_utf8():
        found["LC_CTYPE"] = _locale.setlocale(_locale.LC_CTYPE, None)
    return found


def _is_utf8() -> bool:
    import _locale

    return _locale.nl_langinfo(_locale.CODESET).upper() in ("UTF-8", "UTF8")


def _of_start() -> str:
    """What LC_CTYPE was set to when this interpreter started."""
    from pyteleport.surroundings.environment import at_start

    start = at_start()
    if start is None:
        start = dict(os.environb)
    for name in (b"LC_ALL", b"LC_CTYPE", b"LANG"):
        if start.get(name):
            return os.fsdecode(start[name])
    return "C"


def apply(state: dict[str, str], _manifest: dict[str, Any]) -> None:
    """Sets it there; `stage.prepare` has seen that the target has it."""
    import _locale

    for name, value in state.items():
        _locale.setlocale(getattr(_locale, name), value)
