"""Serves `pyteleport.*` from the bundle: at a target, and in the relay.

The first stage runs this module from the bundle before anything else. It goes before the other
finders, so that both ends always run the same version, whatever is installed there.
"""

from __future__ import annotations

import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from pyteleport.stage.bundle import Table


class BundleFinder:
    """Finder and loader of the bundle's modules; `<module name>` is their file name."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith("pyteleport"):
            return None
        entry = self.table.get(name)
        if entry is None:
            return None
        # The class itself is frozen into every interpreter; importlib.machinery costs more.
        from _frozen_importlib import ModuleSpec

        return ModuleSpec(name, self, origin=f"<{name}>", is_package=entry[0])

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        if code is not None:
            exec(code, module.__dict__)

    def get_code(self, name: str) -> CodeType | None:
        data = self.table[name][1]
        if not data:
            return None
        code: CodeType = marshal.loads(data)
        return code

    def get_source(self, _name: str) -> None:
        return None


def install(table: Table) -> None:
    """Puts the bundle's modules in front of all others."""
    sys.meta_path.insert(0, BundleFinder(table))  # type: ignore[arg-type]


def start(bundle: bytes, table: Table) -> None:
    """Goes on after the first stage. Comes back in the process of the program only."""
    install(table)
    from pyteleport.stage.bundle import keep

    keep(bundle, table)
    from pyteleport.stage.supervisor import main

    main()
