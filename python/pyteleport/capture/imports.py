"""Imports under way: the frames of importlib are left out, and the import is made once more there.

```
here     program at IMPORT_NAME -> importlib's frames -> exec -> the module's frame
there    program at IMPORT_NAME -> importlib, anew    -> exec -> the morph of the module's frame
```

At the target a finder gives importlib the half-initialised module, and as its code the morph. So
locks, `sys.modules` when it fails, and the shortened traceback are importlib's own.
"""

from __future__ import annotations

import sys

from pyteleport.capture.frames import FrameRecord
from pyteleport.capture.thunks import Importing, Thunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MACHINERY = ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
EXECUTES = "_call_with_frames_removed"  # calls `exec` with the module's code


def is_machinery(record: FrameRecord) -> bool:
    return record.code.co_filename in MACHINERY


class Import:
    """An import under way: the module's frame, its name, and the frames of importlib above."""

    __slots__ = ("frames", "module", "name")

    def __init__(self, module: FrameRecord, name: str, frames: list[FrameRecord]) -> None:
        self.module = module
        self.name = name
        self.frames = frames


def fold(records: list[FrameRecord]) -> dict[int, Import]:
    """Takes importlib's frames between two of the program's out of `records`.

    Returns:
        The imports, by the id of the record of the frame that imports.
    """
    found: dict[int, Import] = {}
    kept: list[FrameRecord] = []
    run: list[FrameRecord] = []
    for record in records:
        if is_machinery(record):
            run.append(record)
            continue
        if run:
            name = _imported(kept[-1], run) if kept else None
            if name is None:
                kept += run
            else:
                found[id(record)] = Import(kept[-1], name, run)
        run = []
        kept.append(record)
    kept += run
    records[:] = kept
    return found


def _imported(module: FrameRecord, run: list[FrameRecord]) -> str | None:
    """The name of the program's own module whose frame importlib executes, or None."""
    from pyteleport.graph.modules import is_own

    name = module.live.f_globals.get("__name__")
    if type(name) is not str or run[0].code.co_name != EXECUTES:
        return None
    known = sys.modules.get(name)
    if known is None or known.__dict__ is not module.live.f_globals or not is_own(name, known):
        return None
    return name if module.code.co_name == "<module>" and module.namespace is not None else None


def plan_import(outer: FrameRecord, found: Import) -> bool:
    """Plans the frame that imports."""
    from pyteleport.capture.rows_operators import after, again

    module = found.module
    outermost = found.frames[-1]
    if outer.way is not None:
        # In its preamble: it called importlib's function by name, after an earlier move.
        called: Any = [value for value in outer.kept(2) if callable(value)]
        given = called[0].args[0] if called and hasattr(called[0], "args") else None
        return outer.way == "push" and type(given) is str and _by_name(outer, found, given)
    if outer.opcode == "IMPORT_NAME":
        level, names = outer.operands()
        return again(outer, [Importing(module, found.name, level), names])
    if outermost.entered == 0 and outermost.code.co_name == "_gcd_import":
        given = outermost.locals[0]
        return type(given) is str and _by_name(outer, found, given)
    if outer.opcode.startswith("CALL") and outermost.entered == 1:
        from pyteleport.capture.calls import parse

        call = parse(outer, module)
        if call is None or call.function is not __import__ or not call.arguments:
            return False
        name = Importing(module, found.name, call.arguments[0])
        planned = call.again([name, *call.arguments[1:]])
        return planned is not None and after(outer, *planned)
    return False


def _by_name(outer: FrameRecord, found: Import, given: str) -> bool:
    from importlib import import_module

    from pyteleport.capture.rows_operators import after

    name = Importing(found.module, found.name, given)
    return after(outer, "push", Thunk("call", None, _gcd_import(import_module), (name,), {}))


def _gcd_import(import_module: Any) -> Any:
    return import_module.__globals__["_bootstrap"]._gcd_import
