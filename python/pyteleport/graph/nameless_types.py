"""Types made in C that their own name does not lead to: `bytes_iterator`, `coroutine_wrapper`, ...

Two ways lead to them nevertheless: some library module has them under another name
(`_collections_abc.bytes_iterator`), or they are found among all the types that are there.
"""

from __future__ import annotations

import sys

from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper, refer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_nameless_type(dumper: Dumper, cls: type) -> Any:
    """The reduction of a type made in C; None where nothing leads to it."""
    for name, module in list(sys.modules.items()):
        if name in dumper.own or name.partition(".")[0] in ("__main__", "pyteleport"):
            continue
        for variable, value in list(getattr(module, "__dict__", {}).items()):
            if value is cls:
                refer(dumper, name)
                return restore.attribute, (name, variable)
    module_name, qualname = cls.__module__, cls.__qualname__
    if restore.types_named(module_name, qualname) == [cls]:
        if module_name in sys.modules:
            refer(dumper, module_name)
        return restore.type_among_all, (module_name, qualname)
    return None
