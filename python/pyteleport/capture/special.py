"""Which special method of which operand the inner frame is; no user code runs to find out.

Types are asked through the slots of `type` itself: a metaclass may have its own `__getattribute__`.
"""

from __future__ import annotations

from functools import partial
from opcode import opmap
from types import CellType, FunctionType, MethodType, MethodWrapperType

from pyteleport.capture.code import original
from pyteleport.capture.frames import NULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

_mro = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__
_qualname = type.__dict__["__qualname__"].__get__

HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement, or by newer C code
SETTERS = ("STORE_FAST", "DELETE_FAST", "STORE_DEREF", "DELETE_DEREF")


def mro(kind: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _mro(kind)
    return found


def type_names(kind: type) -> tuple[str, str]:
    """Module and qualified name of a type, as messages give them."""
    module = _dict(kind).get("__module__")
    return module if type(module) is str else "builtins", _qualname(kind)


def is_subtype(kind: type, base: type) -> bool:
    return any(found is base for found in mro(kind))


def is_a(value: Any, base: type) -> bool:
    """As `isinstance`, which may ask the program's `__getattribute__` for `__class__`."""
    return is_subtype(type(value), base)


def lookup(kind: type, name: str) -> Any:
    """What a type or a base of it has under a name, unbound; NULL where nothing."""
    for base in mro(kind):
        namespace = _dict(base)
        if name in namespace:
            return namespace[name]
    return NULL


def leads_to(function: Any, inner: FrameRecord) -> bool:
    """Whether calling `function` is nothing but calling the inner frame's function.

    Through partials, bound methods and a class's `__call__`: C hands the result through.
    """
    for _ in range(100):
        kind = type(function)
        if kind is partial:
            function = function.func
        elif kind in (MethodType, staticmethod, classmethod):
            function = function.__func__
        elif kind is FunctionType:
            return original(function.__code__, 0)[0] is inner.code
        elif kind is MethodWrapperType and function.__name__ == "__call__":
            function = function.__self__
        elif function is NULL:
            return False
        else:
            function = lookup(kind, "__call__")
            if type(function) is not FunctionType:
                return False
    return False


def runs(operand: Any, names: tuple[str, ...], inner: FrameRecord) -> str | None:
    """The special method of `operand` that C calls, if that is the inner frame.

    C calls the first of `names` that the type has; `object`'s own only lead to the next one.
    """
    if inner.generator is not None or operand is NULL:
        return None
    kind = type(operand)
    for name in names:
        method = lookup(kind, name)
        if leads_to(method, inner):
            return name
        if method is not NULL and method is not _dict(object).get(name):
            return None
    return None


_setting = {number: name for name, number in opmap.items() if name.startswith(SETTERS)}
_rebound: dict[int, tuple[CodeType, set[int]]] = {}


def rebound(code: CodeType) -> set[int]:
    """The fast locals that the code sets or deletes (of the first sixteen, and perhaps more)."""
    known = _rebound.get(id(code))
    if known is not None and known[0] is code:
        return known[1]
    found = set()
    raw = code.co_code
    for position in range(0, len(raw), 2):
        name = _setting.get(raw[position])
        if name is not None:
            argument = raw[position + 1]
            found.add(argument)
            if "_FAST_" in name:  # a combined instruction names two slots, four bits each
                found.update((argument & 15, argument >> 4))
    _rebound[id(code)] = code, found
    return found


def argument(inner: FrameRecord, position: int) -> Any:
    """An argument that the inner frame was called with: NULL where its code may have changed it."""
    code = inner.code
    if position >= code.co_argcount or position in rebound(code):
        return NULL
    found = inner.locals[position]
    if type(found) is CellType:
        try:
            return found.cell_contents
        except ValueError:
            return NULL
    return found


def is_own_class(kind: type) -> bool:
    """Whether a class statement made this type: its slots are Python functions, not C."""
    return bool(kind.__flags__ & HEAP_TYPE) if type(kind) is type else True
