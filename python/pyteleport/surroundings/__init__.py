"""What is around the program and comes along.

`describe` is plain data and stands in the image's head: arguments, module path, limits.
`objects` are dumped with all others: what the program put in place of `sys.stdout`, `sys.excepthook`
and the like, the state some libraries keep for the whole process (`libraries`), and what else of the
program's stands in libraries (`changed`).
Not carried yet: environment changes, umask, locale, functions given to `atexit`.
"""

from __future__ import annotations

import sys
from os import environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


REPLACEABLE = (
    *("stdin", "stdout", "stderr", "excepthook", "displayhook", "unraisablehook"),
    *("ps1", "ps2"),
)


def may_be_session() -> bool:
    """Whether a prompt may come after what is running: only then need `session` be loaded."""
    return (
        hasattr(sys, "ps1")
        or sys.flags.inspect != 0
        or "PYTHONINSPECT" in environ
        or "PYTHONSTARTUP" in environ
        or "pyteleport.surroundings.session" in sys.modules
    )


def objects(
    own: dict[str, ModuleType], within: bool = False
) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """What the program has put in place of the interpreter's own streams and hooks; libraries' state and changes.

    Args:
        own: the program's own modules by name.
        within: only what a part of the program computes with: streams, hooks, handlers and the like
            serve the whole of it, and stay.
    """
    from pyteleport.surroundings import changed, libraries

    if within:
        return {}, libraries.take(libraries.COMPUTED_WITH), None
    replaced = {
        name: getattr(sys, name)
        for name in REPLACEABLE
        if getattr(sys, name, None) is not getattr(sys, f"__{name}__", None)
    }
    return replaced, libraries.take(), changed.take(own)


def put_back(given: tuple[dict[str, Any], dict[str, Any], Any]) -> None:
    """Puts these in place there."""
    replaced, taken, changes = given
    for name, value in replaced.items():
        setattr(sys, name, value)
    if taken:
        from pyteleport.surroundings import libraries

        libraries.put_back(taken)
    if changes is not None:
        from pyteleport.surroundings import put_changed

        put_changed.put_back(changes)


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
