"""Operations whose C code asks an operand's special method: executed again, with a stand-in for it.

What was tried before the method that is running must leave no trace when it is tried again: C code
of built-in types is, methods of the program are left out of the stand-ins. What would be tried after
it (the other operand's reflected method, `__getattr__`) is in them.
"""

from __future__ import annotations

import operator
from functools import partial
from gc import get_referents

from pyteleport import rests
from pyteleport.capture.frames import NULL, FrameRecord, Index
from pyteleport.capture.special import (
    argument,
    is_a,
    is_own_class,
    is_subtype,
    leads_to,
    lookup,
    runs,
    type_names,
)
from pyteleport.capture.thunks import Going, StandIn, Thunk
from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BINARY = (
    "add", "and", "floordiv", "lshift", "matmul", "mul", "mod", "or", "pow", "rshift", "sub",
    "truediv", "xor",
)  # fmt: skip
SUBSCRIPT = 26  # of BINARY_OP, from 3.14
COMPARISONS = ("lt", "le", "eq", "ne", "gt", "ge")
SWAPPED = {"lt": "gt", "le": "ge", "eq": "eq", "ne": "ne", "gt": "lt", "ge": "le"}
SEQUENCES = (list, tuple, str, bytes, bytearray, range, memoryview)
CONSUMERS = ("LIST_EXTEND", "SET_UPDATE")
TRUTH = ("__bool__", "__len__")


def stand_in(operand: Any, methods: dict[str, Any], base: StandIn | None = None) -> StandIn:
    return StandIn(type_names(type(operand)), methods, base)


def deferred(method: Any, operand: Any, *others: Any) -> Any:
    """A special method found on a type, to be called with the real operands in place of others."""
    if is_a(operand, rebuild.StandIn):
        return method.__func__
    if type(method) is staticmethod:
        return partial(rests.instead, method.__func__, others)
    return partial(rests.instead, method, (operand, *others))


def kept(operand: Any) -> Any:
    """An operand as it is; a stand-in of an earlier move anew."""
    if not is_a(operand, rebuild.StandIn):
        return operand
    methods = {}
    for kind in reversed(type(operand).__mro__[:-2]):
        for name, method in kind.__dict__.items():
            if type(method) is staticmethod:
                methods[name] = method.__func__
    return StandIn(type_names(type(operand)), methods)


def again(outer: FrameRecord, operands: list[Any]) -> bool:
    """The instruction is executed once more, with these operands."""
    if any(type(operand) is Index for operand in operands):
        return False
    outer.way = "at"
    outer.thunk = None
    outer.stack = [*outer.stack, *operands]
    outer.kinds += "v" * len(operands)
    return True


def after(outer: FrameRecord, way: str, thunk: Thunk, extra: Any = NULL) -> bool:
    outer.way, outer.thunk, outer.extra = way, thunk, extra
    return True


def one_method(outer: FrameRecord, inner: FrameRecord, operand: Any, names: tuple[str, ...]) -> Any:
    """A stand-in for an operand of which one method is the inner frame, or None."""
    name = runs(operand, names, inner)
    if name is None:
        return None
    methods: dict[str, Any] = {name: Thunk("frame", inner)}
    if name == "__iter__":
        # What asks for an iterator may ask how long it will be.
        for hint in ("__len__", "__length_hint__"):
            method = lookup(type(operand), hint)
            if method is not NULL and method is not None:
                methods[hint] = deferred(method, operand)
    made = stand_in(operand, methods)
    if name == "__iter__":
        made.real = real(operand)
    return made


def real(operand: Any) -> Any:
    """The operand that a stand-in with an `__iter__` stands for; any other itself."""
    if not is_a(operand, rebuild.StandIn):
        return operand
    found = lookup(type(operand), rebuild.REAL)
    return operand if found is NULL else found[0]


def candidates(left: Any, right: Any, attempts: list[tuple[int, str]], inner: FrameRecord) -> Any:
    """Stand-ins for both operands, or None.

    Args:
        attempts: (which operand, special method) in the order C tries them.
    """
    both = (left, right)
    running = [
        number for number, (side, name) in enumerate(attempts) if runs(both[side], (name,), inner)
    ]
    if len(running) > 1:
        running = [
            number
            for number in running
            if _called_with(both[attempts[number][0]], attempts[number][1], inner)
        ]
    if len(running) != 1:
        return None
    number = running[0]
    side, name = attempts[number]
    methods: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    methods[side][name] = Thunk("frame", inner)
    for later, later_name in attempts[number + 1 :]:
        method = lookup(type(both[later]), later_name)
        if method is not NULL and method is not None and is_own_class(type(both[later])):
            methods[later][later_name] = deferred(method, both[later], both[1 - later])
    # A built-in type may be asked again; a class of the program's was asked, or is deferred.
    made: list[Any] = [
        stand_in(operand, given) if given or is_own_class(type(operand)) else operand
        for operand, given in zip(both, methods, strict=True)
    ]
    order = [side for side, name in attempts if not name.startswith("__i")]
    if order[0] == 1 and all(type(value) is StandIn for value in made):
        made[1].base = made[0]
    return made


def _called_with(operand: Any, name: str, inner: FrameRecord) -> bool:
    """Whether the inner frame is this one of several uses of the same function."""
    method = lookup(type(operand), name)
    if is_a(operand, rebuild.StandIn) and type(method.__func__) is partial:
        called = method.__func__
        return called.func is rests.instead and argument(inner, 1) is called.args[1]
    return argument(inner, 0) is operand


def _own(kind: type, name: str) -> bool:
    found = lookup(kind, name)
    return found is not NULL and found is not None


def binary_attempts(left: Any, right: Any, name: str, in_place: bool) -> list[tuple[int, str]]:
    """As `binary_op1` and `binary_iop1` (Objects/abstract.c) and slot_nb_... go about it."""
    plain, reflected = f"__{name}__", f"__r{name}__"
    kinds = type(left), type(right)
    attempts = [(0, plain)]
    if kinds[0] is not kinds[1]:
        other = lookup(kinds[1], reflected)
        first = is_subtype(kinds[1], kinds[0]) and other is not lookup(kinds[0], reflected)
        attempts.insert(0 if first and other is not NULL else 1, (1, reflected))
    if in_place:
        attempts.insert(0, (0, f"__i{name}__"))
    return attempts


def compare_attempts(left: Any, right: Any, name: str) -> list[tuple[int, str]]:
    """As `do_richcompare` goes about it; `__ne__` of object asks `__eq__`."""
    attempts = [(0, f"__{name}__"), (1, f"__{SWAPPED[name]}__")]
    if type(left) is not type(right) and is_subtype(type(right), type(left)):
        attempts.reverse()
    if name == "ne":
        attempts = [
            (side, "__eq__" if _is_default_ne((left, right)[side]) else method)
            for side, method in attempts
        ]
    return attempts


def _is_default_ne(operand: Any) -> bool:
    return lookup(type(operand), "__ne__") is object.__dict__["__ne__"]


def _binary(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    if outer.argument == SUBSCRIPT:
        return _subscript(outer, inner, operands)
    left, right = operands
    in_place, number = divmod(outer.argument, len(BINARY))
    return binary(outer, inner, left, right, BINARY[number], bool(in_place))


def binary(
    outer: FrameRecord, inner: FrameRecord, left: Any, right: Any, name: str, in_place: bool
) -> bool:
    # A sequence may still be repeated by the number that the other operand is.
    if name == "mul" and any(_own(type(value), "__index__") for value in (left, right)):
        builtin = any(type(value) in SEQUENCES for value in (left, right))
        if builtin and not (type(left) is int or type(right) is int):
            return False
    made = candidates(left, right, binary_attempts(left, right, name, in_place), inner)
    return made is not None and again(outer, made)


def _compare(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    left, right = operands
    name = COMPARISONS[outer.argument >> COMPARE_SHIFT]
    made = candidates(left, right, compare_attempts(left, right, name), inner)
    return made is not None and again(outer, made)


def _compare_shift() -> int:
    """Where COMPARE_OP's argument holds the operation: 3.12 and later put flags below it."""
    code = compile("a >= b", "", "eval").co_code
    from opcode import opmap

    argument = code[code.index(opmap["COMPARE_OP"], 2) + 1]
    return next(shift for shift in range(8) if argument >> shift <= 5)


COMPARE_SHIFT = _compare_shift()


def _one(*names: str) -> Callable[[FrameRecord, FrameRecord, list[Any]], bool]:
    def row(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
        made = one_method(outer, inner, operands[0], names)
        return made is not None and again(outer, [made, *map(kept, operands[1:])])

    return row


def _unary(name: str) -> Callable[[FrameRecord, FrameRecord, list[Any]], bool]:
    def row(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
        found = runs(operands[0], (name,), inner)
        return found is not None and after(outer, "push", Thunk("frame", inner))

    return row


def _intrinsic(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    return outer.argument == 5 and _unary("__pos__")(outer, inner, operands)


def _jump_or_pop(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    made = one_method(outer, inner, outer.stack[-1], TRUTH)
    return made is not None and after(outer, "jump-or-pop", Thunk("call", None, bool, (made,), {}))


def _contains(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    item, container = operands
    made = one_method(outer, inner, container, ("__contains__", "__iter__"))
    if made is None:
        made = resumed_iterator(container, inner)
    return made is not None and again(outer, [kept(item), made])


def resumed_iterator(iterable: Any, inner: FrameRecord) -> Going | None:
    """An iterator that goes on where one of the program's is in its `__next__`.

    Right only for what takes up nothing it has not used already: what it was given before is done with.
    It has to be what the operation was given: C's iterators might be between.
    """
    iterator = argument(inner, 0)
    if is_a(iterable, map):  # as an earlier move made it, see `rebuild_iterators.going`
        given = get_referents(iterable)
        if not any(value is operator.call for value in given):
            return None
    elif real(iterable) is not iterator:
        return None
    if runs(iterator, ("__next__",), inner) is None:
        return None
    return Going(Thunk("frame", inner), iterator)


def _consume(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    """LIST_EXTEND, SET_UPDATE: they put items where they belong one by one."""
    made = one_method(outer, inner, operands[-1], ("__iter__",)) or resumed_iterator(
        operands[-1], inner
    )
    return made is not None and again(outer, [*operands[:-1], made])


def _unpack(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    made = one_method(outer, inner, operands[0], ("__iter__",))
    return made is not None and again(outer, [made])


def _index_key(inner: FrameRecord, container: Any, key: Any, outer: FrameRecord) -> Any:
    if type(container) not in SEQUENCES:
        return None
    return one_method(outer, inner, key, ("__index__",))


def _subscript(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    container = operands[0]
    if (
        runs(container, ("__getitem__",), inner)
        or (
            is_a(container, dict)
            and lookup(type(container), "__getitem__") is dict.__dict__["__getitem__"]
            and runs(container, ("__missing__",), inner)
        )
        or (
            is_a(container, type)
            and leads_to(lookup(container, "__class_getitem__"), inner)
            and lookup(type(container), "__getitem__") is NULL
        )
    ):
        return after(outer, "push", Thunk("frame", inner))
    made = _index_key(inner, container, operands[1], outer) if len(operands) == 2 else None
    return made is not None and again(outer, [container, made])


def _store(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    value, container = operands[:2]
    if runs(container, ("__setitem__",), inner):
        return after(outer, "discard", Thunk("frame", inner))
    made = _index_key(inner, container, operands[2], outer) if len(operands) == 3 else None
    return made is not None and again(outer, [value, container, made])


def _delete(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    container, key = operands
    if runs(container, ("__delitem__",), inner):
        return after(outer, "discard", Thunk("frame", inner))
    made = _index_key(inner, container, key, outer)
    return made is not None and again(outer, [container, made])


TEXT = ("__format__", "__str__", "__repr__")
CONVERSIONS = (TEXT, ("__str__", "__repr__"), ("__repr__",), ("__repr__",))


def _format(outer: FrameRecord, inner: FrameRecord, operands: list[Any]) -> bool:
    """FORMAT_VALUE and CONVERT_VALUE: the conversion is in the low two bits."""
    return _one(*CONVERSIONS[outer.argument & 3])(outer, inner, operands)


ROWS: dict[str, Callable[[FrameRecord, FrameRecord, list[Any]], bool]] = {
    "BINARY_OP": _binary,
    "COMPARE_OP": _compare,
    "CONTAINS_OP": _contains,
    "UNARY_NEGATIVE": _unary("__neg__"),
    "UNARY_POSITIVE": _unary("__pos__"),
    "UNARY_INVERT": _unary("__invert__"),
    "CALL_INTRINSIC_1": _intrinsic,
    "TO_BOOL": _one(*TRUTH),
    "UNARY_NOT": _one(*TRUTH),
    "POP_JUMP_IF_TRUE": _one(*TRUTH),
    "POP_JUMP_IF_FALSE": _one(*TRUTH),
    "POP_JUMP_FORWARD_IF_TRUE": _one(*TRUTH),
    "POP_JUMP_FORWARD_IF_FALSE": _one(*TRUTH),
    "POP_JUMP_BACKWARD_IF_TRUE": _one(*TRUTH),
    "POP_JUMP_BACKWARD_IF_FALSE": _one(*TRUTH),
    "JUMP_IF_TRUE_OR_POP": _jump_or_pop,
    "JUMP_IF_FALSE_OR_POP": _jump_or_pop,
    "BINARY_SUBSCR": _subscript,
    "BINARY_SLICE": _subscript,
    "STORE_SUBSCR": _store,
    "STORE_SLICE": _store,
    "DELETE_SUBSCR": _delete,
    "FORMAT_VALUE": _format,
    "FORMAT_SIMPLE": _one(*TEXT),
    "FORMAT_WITH_SPEC": _one(*TEXT),
    "CONVERT_VALUE": _format,
    "GET_ITER": _one("__iter__"),
    "GET_YIELD_FROM_ITER": _one("__iter__"),
    "GET_AITER": _one("__aiter__"),
    "GET_AWAITABLE": _one("__await__"),
    "UNPACK_SEQUENCE": _unpack,
    "UNPACK_EX": _unpack,
    **dict.fromkeys(CONSUMERS, _consume),
}
