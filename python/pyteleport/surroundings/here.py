"""Takes what is around the program, before it moves.

`describe` is plain data and stands in the image's head, `objects` is dumped with all others. Only what
differs from what a fresh interpreter has is taken where that can be told, and a library is asked
only if the program has loaded it. `needed` says whose code has to be sent for that.
"""

from __future__ import annotations

import gc
import os
import sys

from pyteleport.surroundings import ATTRIBUTES, NUMBERS, environment, locales, standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

REPLACEABLE = (
    "stdin",
    "stdout",
    "stderr",
    "excepthook",
    "displayhook",
    "unraisablehook",
    "breakpointhook",
    "ps1",
    "ps2",
)


EDITING = {"readline", "_pyrepl"}  # rows of `libraries` that need `editing`


def describe() -> dict[str, Any]:
    """The surroundings here, as plain data."""
    more: dict[str, Any] = {}
    if changes := environment.changes():
        more["environment"] = changes
    if changed := locales.changed():
        more["locales"] = changed
    mask = os.umask(0o077)
    os.umask(mask)
    return {
        "argv": [argument for argument in sys.argv if isinstance(argument, str)],
        "warnoptions": list(sys.warnoptions),
        "xoptions": dict(sys._xoptions),
        "path": [entry for entry in sys.path if type(entry) is str],
        "standard": standard(),
        "numbers": {
            name: getattr(sys, f"get{name}")() for name in NUMBERS if hasattr(sys, f"get{name}")
        },
        "attributes": {
            name: value
            for name in ATTRIBUTES
            if type(value := getattr(sys, name, None)) in (bool, int, str)
        },
        "umask": mask,
        "gc": (gc.get_threshold(), gc.get_debug()),
        "more": more,
    }


def objects(own: dict[str, ModuleType], within: bool = False) -> dict[str, Any]:
    """What consists of the program's objects, by the module that puts it back.

    Args:
        own: the program's own modules by name.
        within: only what a part of the program computes with: streams, hooks, handlers and the like
            serve the whole of it, and stay.
    """
    from pyteleport.surroundings import changed, libraries

    found: dict[str, Any] = {}
    if within:
        if computed := libraries.take(libraries.COMPUTED_WITH):
            found["libraries"] = computed
        return found
    replaced = {
        name: getattr(sys, name)
        for name in REPLACEABLE
        if getattr(sys, name, None) is not getattr(sys, f"__{name}__", None)
    }
    if replaced:
        found["sys"] = replaced
    if taken := libraries.take():
        found["libraries"] = taken
    atexit: Any = sys.modules.get("atexit")
    if atexit is not None and atexit._ncallbacks():
        from pyteleport.surroundings import exits

        if given := exits.take():
            found["exits"] = given
    changes = changed.take(own)
    if changes is not None:
        found["put_changed"] = changes
    return found


def needed(described: dict[str, Any], taken: dict[str, Any]) -> list[str]:
    """The modules that put this back, and travel only for that."""
    names = [*described["more"], *(name for name in taken if name != "sys")]
    if not EDITING.isdisjoint(taken.get("libraries", ())):
        names.append("editing")
    found = [f"pyteleport.surroundings.{name}" for name in names]
    if "contextvars" in taken.get("libraries", ()):
        found.append("pyteleport.graph.rebuild_contexts")
    return found
