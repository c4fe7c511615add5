"""Lets importlib go on with a module that was being imported. Standard library only.

The import is made once more; the finder here gives it the module as it is, and the morph of its
frame as its code.
"""

from __future__ import annotations

import sys
from importlib._bootstrap_external import _LoaderBasics  # type: ignore[attr-defined]
from importlib.machinery import ModuleSpec

from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any


class Resumption(_LoaderBasics):  # type: ignore[misc]
    """The loader of one module, for once, and its finder."""

    def __init__(self, module: ModuleType, code: CodeType) -> None:
        self.module = module
        self.code: CodeType | None = code

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != self.module.__name__:
            return None
        sys.meta_path.remove(self)
        package = "__path__" in self.module.__dict__
        origin = self.module.__dict__.get("__file__")
        spec = ModuleSpec(name, self, origin=origin, is_package=package)
        if package:
            spec.submodule_search_locations = self.module.__dict__["__path__"]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def get_code(self, name: str) -> CodeType | None:
        code, self.code = self.code, None
        # From here on the module is known by the loader that it had.
        spec: Any = self.module.__spec__
        if spec is not None:
            spec.loader = self.module.__loader__
        return code


def importing(made: tuple[Any, ...], name: str, value: Any) -> Any:
    """Prepares the import of a module; returns `value`, in whose place this stood."""
    code, parts, mark, _, _ = made
    module = sys.modules[name]
    finder = Resumption(module, rebuild.morph(code, parts, mark))

    def begin() -> None:
        sys.modules.pop(name, None)
        sys.meta_path.insert(0, finder)

    rebuild.before_start.append(begin)
    return value
