"""Calls of C code that calls a function of the program: one row per kind of callable.

A row says what to call instead, so that it returns what the call has to return: the inner frame,
where C hands its result through, or the same C function once more with a stand-in for the operand
whose special method is running. What C had done before must leave no trace when it is done again.
"""

from __future__ import annotations

import builtins
import functools
import operator
from collections import deque
from functools import partial
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MethodWrapperType,
)

from pyteleport import rests
from pyteleport.capture import rows_operators as operators
from pyteleport.capture.calls import Call, advances, generator_behind
from pyteleport.capture.frames import NULL
from pyteleport.capture.rows_attributes import descriptor_runs, reader, writes
from pyteleport.capture.rows_checks import ABC, check
from pyteleport.capture.rows_classes import build_class, construct, new_class
from pyteleport.capture.rows_consumers import consumer
from pyteleport.capture.rows_iteration import stepping
from pyteleport.capture.rows_operators import one_method
from pyteleport.capture.rows_paths import MODULES, path_function
from pyteleport.capture.special import argument, is_a, leads_to, lookup, rebound, runs
from pyteleport.capture.thunks import Thunk
from pyteleport.graph.itertools_reducers import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.calls import Planned, Rule

CO_VARARGS, CO_VARKEYWORDS = 4, 8
GENERATORS = (GeneratorType, CoroutineType, AsyncGeneratorType)


# Generators ------------------------------------------------------------------------------------


def _step(call: Call) -> Planned:
    """`next(g)`, `g.send(x)`, `g.throw(e)`: what was handed in, the generator has."""
    generator = call.inner.generator
    function, arguments = call.function, call.arguments
    steps = arguments if function is next else [*arguments, getattr(function, "__self__", NULL)]
    if generator is None:
        return (_again(call) or _next_of(call)) if function is next else None
    if all(operand is not generator for operand in steps):
        if function is next and advances(arguments[0], generator):
            return call.again(arguments)
        return None
    default = arguments[1:] if function is next else []
    return "push", Thunk("step", None, generator, *default), NULL


def _next_of(call: Call) -> Planned:
    """`next(map(f, ...))`, `next(filter(f, ...))`: the function is running."""
    iterator, *default = call.arguments
    item = stepping(iterator, call.inner)
    return None if item is None else call.again([item, *default])


def _close(call: Call) -> Planned:
    generator = call.inner.generator
    owners = (*call.arguments, getattr(call.function, "__self__", NULL))
    if generator is None or all(owner is not generator for owner in owners):
        return None
    return "push", Thunk("close", None, generator), NULL


GENERATOR_METHODS: dict[str, Rule] = {
    "send": _step, "throw": _step, "__next__": _step, "close": _close,
}  # fmt: skip


def _consume(call: Call) -> Planned:
    """`any`, `all`, `list.extend`: what they took from an iterator before, they are done with."""
    generator = call.inner.generator
    *before, iterable = call.arguments
    if generator is not None:
        stepped = generator_behind(whole(iterable), call.inner)
        return None if stepped is None else call.again([*before, stepped])
    made = one_method(call.outer, call.inner, iterable, ("__iter__",))
    if made is None:
        made = stepping(whole(iterable), call.inner)
    return None if made is None else call.again([*before, made])


# Special methods -------------------------------------------------------------------------------

ITER = ("__iter__",)
NAMES: dict[Any, tuple[str, ...]] = {
    len: ("__len__",),
    hash: ("__hash__",),
    repr: ("__repr__",),
    ascii: ("__repr__",),
    str: ("__str__", "__repr__"),
    bool: ("__bool__", "__len__"),
    int: ("__int__", "__index__", "__trunc__"),
    float: ("__float__", "__index__"),
    complex: ("__complex__", "__float__", "__index__"),
    abs: ("__abs__",),
    iter: ITER,
    next: ("__next__",),
    format: ("__format__", "__str__", "__repr__"),
    round: ("__round__",),
    bytes: ("__bytes__", "__index__"),
    reversed: ("__reversed__",),
    dir: ("__dir__",),
    operator.index: ("__index__",),
    operator.neg: ("__neg__",),
    operator.pos: ("__pos__",),
    operator.invert: ("__invert__",),
    operator.not_: ("__bool__", "__len__"),
    operator.truth: ("__bool__", "__len__"),
    **dict.fromkeys((bin, oct, hex, chr), ("__index__",)),
    **dict.fromkeys((list, tuple, set, frozenset, sorted, sum, min, max, enumerate, deque), ITER),
}
BINARY: dict[Any, tuple[str, bool]] = {
    divmod: ("divmod", False),
    pow: ("pow", False),
    **{
        getattr(operator, name): (name, False)
        for name in ("add", "floordiv", "lshift", "matmul", "mul", "mod", "pow", "rshift", "sub",
                     "truediv", "xor")
    },
    **{
        getattr(operator, "i" + name): (name, True)
        for name in ("add", "floordiv", "lshift", "matmul", "mul", "mod", "pow", "rshift", "sub",
                     "truediv", "xor")
    },
    operator.and_: ("and", False), operator.or_: ("or", False),
    operator.iand: ("and", True), operator.ior: ("or", True),
}  # fmt: skip
COMPARE: dict[Any, str] = {getattr(operator, name): name for name in operators.COMPARISONS}


MATH = {"ceil": "__ceil__", "floor": "__floor__", "trunc": "__trunc__"}


def _again(call: Call) -> Planned:
    names = NAMES.get(call.function) or (MATH[call.function.__name__],)
    found = [
        position
        for position, operand in enumerate(call.arguments)
        if runs(operand, names, call.inner)
    ]
    if len(found) != 1:
        return None
    arguments = list(call.arguments)
    position = found[0]
    if names is ITER and position != 0:
        return None
    arguments[position] = one_method(call.outer, call.inner, arguments[position], names)
    return call.again(arguments)


def _taking(consuming: Rule, call: Call) -> Planned:
    """A function that takes items from an iterator, once it has that."""
    asked = NAMES.get(call.function) if call.inner.generator is None else None
    return (_again(call) if asked else None) or consuming(call)


def _binary(call: Call) -> Planned:
    if call.keywords or len(call.arguments) != 2:
        return None
    left, right = call.arguments
    if call.function in COMPARE:
        attempts = operators.compare_attempts(left, right, COMPARE[call.function])
    else:
        attempts = operators.binary_attempts(left, right, *BINARY[call.function])
    made = operators.candidates(left, right, attempts, call.inner)
    return None if made is None else call.again(made)


def _contains(call: Call) -> Planned:
    container, item = call.arguments
    made = one_method(call.outer, call.inner, container, ("__contains__", "__iter__"))
    return None if made is None else call.again([made, item])


def _item(call: Call) -> Planned:
    """operator.getitem, setitem, delitem."""
    names = {"getitem": "__getitem__", "setitem": "__setitem__", "delitem": "__delitem__"}
    name = names[call.function.__name__]
    made = one_method(call.outer, call.inner, call.arguments[0], (name,))
    return None if made is None else call.again([made, *call.arguments[1:]])


def _getattr(call: Call) -> Planned:
    owner, name = call.arguments[:2]
    made = reader(owner, name, call.inner) if type(name) is str else None
    return None if made is None else call.again([made, *call.arguments[1:]])


def _setattr(call: Call) -> Planned:
    owner, name = call.arguments[:2]
    deletes = call.function is delattr
    if type(name) is not str or not writes(owner, name, call.inner, deletes):
        return None
    method = "__delattr__" if deletes else "__setattr__"
    made = operators.stand_in(owner, {method: Thunk("frame", call.inner)})
    return call.again([made, *call.arguments[1:]])


def _print(call: Call) -> Planned:
    """What comes before the argument whose `__str__` is running is written already."""
    names = ("__str__", "__repr__")
    found = [
        position
        for position, operand in enumerate(call.arguments)
        if runs(operand, names, call.inner)
    ]
    if len(found) > 1:
        receiver = argument(call.inner, 0)
        found = [position for position in found if call.arguments[position] is receiver]
    if len(found) != 1 or call.inner.generator is not None:
        return None
    position = found[0]
    operand = call.arguments[position]
    # Containers ask for `__repr__` alone: they are no matter if that is another function.
    only_str = argument(call.inner, 0) is operand and not leads_to(
        lookup(type(operand), "__repr__"), call.inner
    )
    others = [*call.arguments[:position], *call.arguments[position + 1 :]]
    if not all(
        _prints_alone(other) or (only_str and type(other) in CONTAINERS) for other in others
    ):
        return None
    made = one_method(call.outer, call.inner, operand, names)
    return call.again([made, *call.arguments[position + 1 :]])


CONTAINERS = (list, tuple, dict, set, frozenset)


def _prints_alone(operand: Any) -> bool:
    """Whether the text of an argument is made without a method of the program's that C calls deeper."""
    kind = type(operand)
    if kind in (str, int, float, bool, type(None), bytes, complex):
        return True
    method = lookup(kind, "__str__")
    if method is object.__dict__["__str__"]:
        method = lookup(kind, "__repr__")
    # What such a function calls has its frame between.
    return type(method) in (FunctionType, staticmethod)


def _evaluate(call: Call) -> Planned:
    """`eval` and `exec`: the inner frame is the code, in the namespaces it was given."""
    inner = call.inner
    if inner.generator is not None or inner.code.co_flags & 3 or inner.facts.free:
        return None
    if inner.code.co_name not in ("<module>", "<eval>") and inner.code.co_varnames:
        return None
    thunk = Thunk("evaluate", inner, inner.namespace)
    if call.function is builtins.exec:
        return "replace", thunk, None
    return "push", thunk, NULL


# Which rule ------------------------------------------------------------------------------------


def _hand_through(call: Call) -> Planned:
    if call.inner.generator is not None:
        return None
    if leads_to(call.function, call.inner):
        return call.hand_through()
    # A bound method that C calls leaves `self` in the place of the callable (up to 3.13).
    nothing_raised = len(call.arguments) == 3 and all(value is None for value in call.arguments)
    if nothing_raised and runs(call.function, ("__exit__",), call.inner):
        return call.hand_through()
    return None


def _lru_cache(call: Call) -> Planned:
    """The result goes into the cache, too. Its keys are asked for their hash once more for that."""
    function = lookup(type(call.function), "__dict__").__get__(call.function).get("__wrapped__")
    if call.inner.generator is not None or type(function) is not FunctionType:
        return None
    if not call.known and not _see_arguments(call, function):
        return None
    given = (*call.arguments, *call.keywords.values())
    if function.__closure__ or not leads_to(function, call.inner):
        return None
    if any(type(lookup(type(value), "__hash__")) is FunctionType for value in given):
        return None
    finish = partial(rests.remember, call.function, tuple(call.arguments), call.keywords)
    return "then", Thunk("frame", call.inner), finish


def _see_arguments(call: Call, function: FunctionType) -> bool:
    """Sees the arguments in the frame that was called with them: all, if none has a default."""
    code = call.inner.code
    if function.__defaults__ or code.co_kwonlyargcount or code.co_flags & CO_VARKEYWORDS:
        return False
    if not leads_to(function, call.inner) or call.outer.argument & 1:
        return False
    call.arguments = [argument(call.inner, position) for position in range(code.co_argcount)]
    if code.co_flags & CO_VARARGS:
        position = code.co_argcount
        if position in rebound(code) or type(call.inner.locals[position]) is not tuple:
            return False
        call.arguments += call.inner.locals[position]
    return all(value is not NULL for value in call.arguments)


IN_PLACE = {
    (list, "extend"), (set, "update"), (set, "difference_update"), (dict, "update"),
    (deque, "extend"), (deque, "extendleft"),
}  # fmt: skip

RULES: dict[Any, Rule] = {
    **dict.fromkeys(NAMES, _again),
    **dict.fromkeys((*BINARY, *COMPARE), _binary),
    operator.contains: _contains,
    operator.getitem: _item,
    operator.setitem: _item,
    operator.delitem: _item,
    next: _step,
    any: _consume,
    all: _consume,
    getattr: _getattr,
    hasattr: _getattr,
    setattr: _setattr,
    delattr: _setattr,
    print: _print,
    isinstance: check,
    issubclass: check,
    open: path_function,
    eval: _evaluate,
    exec: _evaluate,
    builtins.__build_class__: build_class,
}


def _wrapper_rule(call: Call, defined_in: type, owner: Any) -> Rule | None:
    """A slot of a built-in type, called by name: `super().__call__()`, `object.__setattr__(…)`."""
    name = call.function.__name__
    if defined_in is type and name == "__call__" and is_a(owner, type):
        call.function = owner
        return construct
    if name == "__call__":
        call.function = owner
        return _hand_through
    if defined_in is object and name == "__getattribute__":
        call.arguments.insert(0, owner)
        return _generic_getattr
    if defined_in is object and name in ("__setattr__", "__delattr__"):
        call.arguments.insert(0, owner)
        return _generic_setattr
    return _hand_through


def _generic_getattr(call: Call) -> Planned:
    owner, name = call.arguments
    found = lookup(type(owner), name) if type(name) is str else NULL
    return call.hand_through() if descriptor_runs(found, "fget", "__get__", call.inner) else None


def _generic_setattr(call: Call) -> Planned:
    owner, name = call.arguments[:2]
    found = lookup(type(owner), name) if type(name) is str else NULL
    part, method = ("fset", "__set__") if len(call.arguments) == 3 else ("fdel", "__delete__")
    if not descriptor_runs(found, part, method, call.inner):
        return None
    return "replace", Thunk("frame", call.inner), None


def rule(call: Call) -> Rule | None:
    """The rule for a callable; None where nothing is known of it."""
    function = call.function
    kind = type(function)
    if not call.known and kind is functools._lru_cache_wrapper:
        return _lru_cache
    if not call.known:
        plain = is_a(function, type) and lookup(kind, "__call__") is type.__dict__["__call__"]
        return construct if plain else _hand_through
    if kind is partial:
        if leads_to(function, call.inner):
            return _hand_through
        call.function = function.func
        call.arguments = [*function.args, *call.arguments]
        call.keywords = {**function.keywords, **call.keywords}
        return rule(call)
    consuming = consumer(call)
    if consuming is not None:
        return partial(_taking, consuming)
    if kind is BuiltinFunctionType or kind.__name__ == "method-wrapper":
        if function in RULES:
            return RULES[function]
        owner = function.__self__
        if type(owner) in GENERATORS:
            return GENERATOR_METHODS.get(function.__name__)
        if kind is MethodWrapperType:
            return _wrapper_rule(call, function.__objclass__, owner)
        if function.__module__ == "_abc":
            return ABC.get(function.__name__)
        if function.__module__ in MODULES:
            return path_function
        if function.__module__ == "math" and function.__name__ in MATH:
            return _again
        if (type(owner), function.__name__) in IN_PLACE:
            return _consume
        if (function.__module__, function.__name__) == ("_collections", "_count_elements"):
            return _consume
        if owner is type and function.__name__ == "__new__":
            return new_class
        return None
    if kind.__name__ in ("method_descriptor", "wrapper_descriptor"):
        owner_type = function.__objclass__
        if owner_type in GENERATORS:
            return GENERATOR_METHODS.get(function.__name__)
        if kind.__name__ == "wrapper_descriptor":
            return _wrapper_rule(call, owner_type, call.arguments.pop(0))
        return _consume if (owner_type, function.__name__) in IN_PLACE else None
    if kind is type and function in RULES:
        known = RULES[function]
        if function is not type or len(call.arguments) != 3:
            return known
    if function is type:
        return new_class
    if is_a(function, type):
        if lookup(kind, "__call__") is type.__dict__["__call__"]:
            return construct
        return _hand_through
    if kind is functools._lru_cache_wrapper:
        return _lru_cache
    return _hand_through
