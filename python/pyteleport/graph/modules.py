"""Which modules are the program's own: those move with source and state. All others go by name.

Own is what is neither built in, nor of the standard library, nor installed (under site-packages or
dist-packages), nor compiled, nor pyteleport itself.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

STANDARD = os.path.dirname(os.__file__) + os.sep
INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")

EXTENSIONS = (".so", ".pyd")

# Names every module dict has that the target's own module gets for itself.
NOT_STATE = frozenset(("__builtins__", "__spec__", "__loader__"))


def is_own(name: str, module: ModuleType) -> bool:
    """Whether a module of `sys.modules` is the program's own."""
    if name == "__main__":
        return True
    top = name.partition(".")[0]
    if top == "pyteleport" or top in sys.stdlib_module_names:
        return False
    spec = module.__dict__.get("__spec__")
    origin = module.__dict__.get("__file__") or getattr(spec, "origin", None)
    if origin in ("built-in", "frozen"):
        return False
    if origin is None:
        places = list(getattr(spec, "submodule_search_locations", None) or ())
        if not places:
            return spec is not None or has_python_code(module)
        # Of a namespace package one part is enough: there, it finds what is installed of it itself.
        return not all(any(mark in place + os.sep for mark in INSTALLED) for place in places)
    if origin.startswith(STANDARD) or origin.endswith(EXTENSIONS):
        return False
    return not any(mark in origin for mark in INSTALLED)


def has_python_code(module: ModuleType) -> bool:
    """Whether a module made by hand has anything to move: compiled packages make some without."""
    from types import FunctionType

    return any(
        issubclass(type(value), (FunctionType, type))
        and value.__module__ == module.__name__
        and (type(value) is FunctionType or "__dict__" in value.__dict__)
        for value in list(module.__dict__.values())
    )


def own_modules() -> dict[str, ModuleType]:
    """The program's own modules by name, `__main__` first, each once."""
    from types import ModuleType

    found: dict[str, ModuleType] = {"__main__": sys.modules["__main__"]}
    met = {id(found["__main__"])}
    for name, module in list(sys.modules.items()):
        if issubclass(type(module), ModuleType) and id(module) not in met and is_own(name, module):
            found[name] = module
            met.add(id(module))
    return found


def package_folders() -> list[str]:
    """The folders of the program's own packages, and of those alone: data files are read there on demand."""
    found = {
        place
        for name, module in own_modules().items()
        if name != "__main__" and "." not in name
        for place in module.__dict__.get("__path__", ())
    }
    return sorted(found)


def aliases(modules: dict[str, ModuleType]) -> dict[str, str]:
    """Other names own modules have in `sys.modules`, such as multiprocessing's `__mp_main__`."""
    names = {id(module): name for name, module in modules.items()}
    return {
        other: names[id(module)]
        for other, module in list(sys.modules.items())
        if id(module) in names and names[id(module)] != other
    }


def namespaces(modules: dict[str, ModuleType]) -> list[tuple[str, list[str]]]:
    """(name, places) of own namespace packages: parts of theirs that are installed are found there by these."""
    return [
        (name, list(module.__dict__["__path__"]))
        for name, module in modules.items()
        if module.__dict__.get("__file__") is None and "__path__" in module.__dict__
    ]


def loaded_below(packages: set[str]) -> list[str]:
    """Submodules of these packages that are loaded here: attributes of theirs, as the program sees."""
    return [
        name
        for name in sorted(sys.modules)
        if name.rpartition(".")[0] in packages and sys.modules[name] is not None
    ]


def source_of(module: ModuleType) -> tuple[str, bytes] | None:
    """(file name, content) of an own module's source, as tracebacks and `inspect` will want it."""
    name = module.__dict__.get("__file__")
    if not isinstance(name, str):
        return None
    loader = module.__dict__.get("__loader__")
    source = getattr(loader, "source", None)  # of a module that was moved here
    if type(source) is bytes:
        return name, source
    try:
        with open(name, "rb") as file:
            return name, file.read()
    except OSError:
        return None


def top_level(name: str) -> str:
    return name.partition(".")[0]


def is_installed(name: str) -> bool:
    """Whether a module comes from an installed distribution: these are checked at the target."""
    module = sys.modules.get(top_level(name))
    if module is None or name == "pyteleport" or top_level(name) in sys.stdlib_module_names:
        return False
    origin: Any = module.__dict__.get("__file__")
    places = [origin] if origin is not None else module.__dict__.get("__path__", ())
    return any(mark in place + os.sep for place in places for mark in INSTALLED)


def is_library_code(filename: str) -> bool:
    """Whether code comes from the standard library or an installed package."""
    return filename.startswith(("<frozen ", STANDARD)) or any(
        mark in filename for mark in INSTALLED
    )
