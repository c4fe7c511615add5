"""`_pickle` without what it does not need: a move must be quick, and most programs are small.

`_pickle` imports all of `functools` (with `collections`) for `functools.partial`, which is
`_functools.partial`. Where the program has not loaded `functools` itself, a stand-in that has just that
name is there while `_pickle` is imported, and gone again after it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


def load_pickle() -> ModuleType:
    """The module `_pickle`."""
    found = sys.modules.get("_pickle")
    if found is None and "functools" not in sys.modules:
        stand_in = type(sys)("functools")
        stand_in.partial = __import__("_functools").partial  # type: ignore[attr-defined]
        sys.modules["functools"] = stand_in
        try:
            __import__("_pickle")
        finally:
            del sys.modules["functools"]
    __import__("_pickle")
    return sys.modules["_pickle"]
