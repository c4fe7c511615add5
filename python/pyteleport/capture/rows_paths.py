"""Functions of `os` and `open`, while the `__fspath__` of a path is running: called again with a stand-in."""

from __future__ import annotations

from types import FunctionType

from pyteleport.capture.calls import Call
from pyteleport.capture.frames import NULL
from pyteleport.capture.rows_operators import one_method
from pyteleport.capture.special import argument, lookup, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.calls import Planned

FSPATH = ("__fspath__",)
MODULES = ("posix", "nt")  # `os` is made of one of them


def path_function(call: Call) -> Planned:
    """A function with one or two paths among its arguments."""
    inner = call.inner
    given: dict[Any, Any] = {**dict(enumerate(call.arguments)), **call.keywords}
    asked = [place for place, value in given.items() if runs(value, FSPATH, inner)]
    if len(asked) > 1:
        asked = [place for place in asked if given[place] is argument(inner, 0)]
    if len(asked) != 1:
        return None
    place = asked[0]
    # Those converted before are asked once more: which they are, keywords do not tell.
    before = call.arguments[:place] if type(place) is int else given.values()
    if any(_would_notice(value) for value in before if value is not given[place]):
        return None
    given[place] = one_method(call.outer, inner, given[place], FSPATH)
    count = len(call.arguments)
    arguments = [given.pop(position) for position in range(count)]
    return call.again(arguments, given)


def _would_notice(path: Any) -> bool:
    """Whether a path's `__fspath__` is the program's: that of the library may be called once more."""
    method = lookup(type(path), "__fspath__")
    if type(method) is not FunctionType:
        return method is not NULL and type(method).__name__ != "method_descriptor"
    module = method.__globals__.get("__name__")
    return type(module) is not str or module.partition(".")[0] != "pathlib"
