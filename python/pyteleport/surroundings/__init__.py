"""What is around the program and comes along: arguments, module path, recursion limit, run mode.

Each entry is plain data (it stands in the image's head). What is not carried yet: environment
changes, umask, locale, warnings filters, signal handlers, the state of `random`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def describe() -> dict[str, Any]:
    """The surroundings here."""
    return {
        "argv": list(sys.argv),
        "path": [entry for entry in sys.path if isinstance(entry, str)],
        "recursion_limit": sys.getrecursionlimit(),
        "switch_interval": sys.getswitchinterval(),
    }


def apply(described: dict[str, Any]) -> None:
    """Makes the surroundings there like those described."""
    import os

    sys.argv[:] = described["argv"]
    here = list(sys.path)
    wanted = [entry for entry in described["path"] if entry in here or os.path.isdir(entry)]
    sys.path[:] = wanted + [entry for entry in here if entry not in wanted and entry != ""]
    sys.setrecursionlimit(described["recursion_limit"])
    sys.setswitchinterval(described["switch_interval"])
