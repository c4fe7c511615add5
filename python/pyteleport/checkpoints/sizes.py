"""How much memory values take, about: without running code of the program's, and in little time.

What a value takes itself its type's own C function says. Of what it holds a sample is looked at, and
the rest taken for the same; what several values hold counts for each of them.
"""

from __future__ import annotations

from gc import get_referents
from itertools import islice
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

SAMPLE = 16  # items of one container
LOOKED_AT = 100  # values altogether, below one
DEEPEST = 6
SHARED = (type(None), bool, type, ModuleType, FunctionType, BuiltinFunctionType, CodeType, FrameType)  # fmt: skip

_order_of = type.__dict__["__mro__"].__get__
_namespace_of = type.__dict__["__dict__"].__get__
_name_of = type.__dict__["__qualname__"].__get__
_module_of = type.__dict__["__module__"].__get__
_sizers: dict[type, Callable[[Any], int]] = {}


def type_name(value: Any) -> str:
    """The name of a value's type, with the module's in front unless it is built in."""
    kind = type(value)
    name = str(_name_of(kind))
    try:
        module = _module_of(kind)
    except AttributeError:  # deleted
        return name
    return name if module in ("builtins", "__main__") else f"{module}.{name}"


def about(value: Any) -> int:
    """Bytes of a value and of what it holds."""
    return _Look().at(value, 0)


class _Look:
    def __init__(self) -> None:
        self.met: set[int] = set()
        self.left = LOOKED_AT

    def at(self, value: Any, depth: int) -> int:
        kind = type(value)
        if kind in SHARED or issubclass(kind, type) or id(value) in self.met:
            return 0
        self.met.add(id(value))
        self.left -= 1
        size = _own_size(kind, value)
        if depth >= DEEPEST or self.left <= 0:
            return size
        held, count = _held(kind, value)
        looked = 0
        inside = 0
        for item in held:
            if self.left <= 0:
                break
            inside += self.at(item, depth + 1)
            looked += 1
        return size + (inside * count // looked if looked else 0)


def _own_size(kind: type, value: Any) -> int:
    sizer = _sizers.get(kind)
    if sizer is None:
        sizer = object.__sizeof__
        for cls in _order_of(kind):
            found = _namespace_of(cls).get("__sizeof__")
            if found is not None:
                if type(found) is MethodDescriptorType:  # written in C
                    sizer = found
                break
        if len(_sizers) < 1000:
            _sizers[kind] = sizer
    return sizer(value)


def _held(kind: type, value: Any) -> tuple[Iterable[Any], int]:
    """A sample of what a value holds, and how many that are in all."""
    if kind is list or kind is tuple:
        count = len(value)
        return value[:: max(1, count // SAMPLE)], count
    if kind is dict:
        sample = [*islice(value.keys(), SAMPLE // 2), *islice(value.values(), SAMPLE // 2)]
        return sample, 2 * len(value)
    if kind is set or kind is frozenset:
        return list(islice(value, SAMPLE)), len(value)
    found = get_referents(value)
    return found[:SAMPLE], len(found)
