"""Serves `pyteleport.*` from a bundle: at a target, and in the relay.

The first stage runs this module from the bundle before anything else. It goes before the other
finders, so that both ends always run the same version, whatever is installed there. Modules that
did not come with the program are asked for at home when the first of them is imported.
"""

from __future__ import annotations

import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType
    from typing import Any

    from pyteleport.stage.bundle import Table

PREFIX = "pyteleport"
NATIVE = "pyteleport._native"
ASK_MODULES = b"modules"  # a request of the channel that the relay answers itself


class BundleFinder:
    """Finder and loader of the bundle's modules; `<module name>` is their file name."""

    def __init__(self, table: Table, core: bytes) -> None:
        self.table = table
        self._core = core
        self._rest = b""

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(PREFIX) or name == NATIVE:
            return None
        if name not in self.table:
            self._fetch()
        entry = self.table.get(name)
        if entry is None:
            return None
        # The class itself is frozen into every interpreter; importlib.machinery costs more.
        from _frozen_importlib import ModuleSpec

        return ModuleSpec(name, self, origin=f"<{name}>", is_package=entry[0])  # type: ignore[arg-type]

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

    def _fetch(self) -> None:
        """Gets the rest of the modules from home, where the program has one."""
        home = sys.modules.get("pyteleport.stage.home")
        if self._rest or home is None or home.descriptors() is None:
            return
        import zlib

        self._rest = home.request(ASK_MODULES)
        if self._rest:
            self.table.update(marshal.loads(zlib.decompress(self._rest)))

    def pyteleport_bundles(self) -> dict[str, bytes]:
        """What came, to be sent on: see `bundle`, which came with the rest."""
        bundles = sys.modules["pyteleport.stage.bundle"]
        relay = bundles.split(self.table)[2]
        return {
            "core": self._core,
            "rest": self._rest,
            "relay": marshal.dumps(relay),
        }


def install(table: Table, core: bytes = b"") -> None:
    """Puts the bundle's modules in front of all others."""
    sys.meta_path.insert(0, BundleFinder(table, core))


def take_aboard(modules: Table) -> None:
    """Modules that came besides: few programs need them."""
    finder: Any
    for finder in sys.meta_path:
        if hasattr(finder, "pyteleport_bundles"):
            finder.table.update(modules)


def start(core: bytes, table: Table) -> None:
    """Goes on after the first stage. Comes back in the process of the program only."""
    install(table, core)
    from pyteleport.stage.supervisor import main

    main()
