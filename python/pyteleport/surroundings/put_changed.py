"""Puts what is the program's in place in libraries, at the target (see `changed`)."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def put_back(given: tuple[list[str], list[Any], list[Any], list[Any]]) -> None:
    libraries, changes, registered, entries = given
    for name in libraries:
        if name not in sys.modules:
            try:
                __import__(name)
            except ImportError:  # optional there, or loaded here under a name of its own
                continue
    for module, path, name, value in changes:
        __import__(module)
        found: Any = sys.modules[module]
        for part in path.split(".") if path else ():
            found = found.__dict__[part]
        if isinstance(found, type):
            type.__setattr__(found, name, value)
        else:
            found.__dict__[name] = value
    for cls, mine in registered:
        import _abc  # type: ignore[import-not-found]

        for kind in mine:
            _abc._abc_register(cls, kind)
    for module, name, key, value in entries:
        __import__(module)
        table = getattr(sys.modules[module], name)
        if name == "adapters":  # sqlite3 is to know that there are some for built-in types
            sys.modules[module].register_adapter(key[0], value)
        elif isinstance(table, dict):
            table[key] = value
        else:
            table.insert(key, value)
