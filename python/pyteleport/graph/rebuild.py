"""Builds morphs at the target: frames, generators, tracebacks. Standard library only.

All live values of the frames and generators stand in one list, `values`, last first; a
morph's preamble takes the next one by calling the one constant it has for that, `values.pop`. So
morphs of the same code at the same place are the same code object, no constant keeps a value
alive after the program has let go of it, and what is pulled when follows from who runs first.
"""

from __future__ import annotations

import sys
from types import CellType, CodeType, FrameType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from functools import partial
    from typing import Any
else:
    from _functools import partial  # `functools` is slow to load

GENERATOR_KINDS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
VARARGS, VARKEYWORDS = 4, 8
NO_COLUMNS, LONG, NO_LINE = 13, 14, 15  # kinds of entries in a line table

values: list[Any] = []
pull: Callable[[], Any] = values.pop
started = False  # the generators are primed: what is pulled now is the stack's
morphs: dict[Any, CodeType] = {}
to_prime: list[tuple[Any, list[Any], str]] = []
awaited: dict[int, list[Any]] = {}
before_start: list[Callable[[], None]] = []
growing: set[int] = set()  # of a checkpoint: inodes of files that may be longer than they were

CONSTANTS: dict[str, Callable[[int], Any]] = {
    "pull": lambda number: pull,
    "none": lambda number: None,
    "stop-iteration": lambda number: StopIteration,
    "exception": lambda number: Exception(),
    "get-frame": lambda number: sys._getframe,
    "int": lambda number: number,
}


def morph(code: CodeType, parts: Any, mark: tuple[Any, ...]) -> CodeType:
    """The original code behind a preamble (see `bytecode::assemble`)."""
    key = (id(code), parts[0], mark)
    found = morphs.get(key)
    if found is not None:
        return found
    preamble, exceptions, lines, stack_size, constants = parts
    found = code.replace(
        co_code=preamble + code.co_code,
        co_consts=(
            *code.co_consts,
            *[CONSTANTS[name](number) for name, number in constants],
            (mark[0], code, len(preamble), *mark[1:]),
        ),
        co_exceptiontable=exceptions,
        co_linetable=lines + code.co_linetable,
        co_stacksize=stack_size,
    )
    morphs[key] = found
    return found


def function(
    code: CodeType,
    parts: Any,
    mark: tuple[Any, ...],
    namespace: dict[str, Any],
    closure: tuple[Any, ...] | None,
) -> FunctionType:
    """A morph as a function that can be called with no arguments."""
    made = FunctionType(
        morph(code, parts, mark), namespace, code.co_name, (None,) * code.co_argcount, closure
    )
    if code.co_kwonlyargcount:
        keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        made.__kwdefaults__ = dict.fromkeys(keywords)
    return made


def generator(
    code: CodeType,
    parts: Any,
    mark: tuple[Any, ...],
    namespace: dict[str, Any],
    closure: tuple[Any, ...] | None,
    name: str,
    qualname: str,
) -> Any:
    """A generator, coroutine or asynchronous generator, not started yet."""
    made: Any = function(code, parts, mark, namespace, closure)()
    made.__name__ = name
    made.__qualname__ = qualname
    return made


def iter_nothing() -> Iterator[None]:
    yield from ()


def finished(kind: str) -> Any:
    """A generator or coroutine that has ended."""
    if kind == "generator":
        ended: Any = iter_nothing()
        list(ended)
        return ended
    if kind == "coroutine":

        async def coroutine() -> None: ...

        made = coroutine()
        made.close()
        return made

    async def asynchronous() -> Any:
        return
        yield

    made = asynchronous()
    try:
        made.__anext__().send(None)
    except StopAsyncIteration:
        pass
    return made


def created(
    code: CodeType,
    namespace: dict[str, Any],
    closure: tuple[Any, ...] | None,
    name: str,
    qualname: str,
    positional: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Any:
    """A generator that was never started: the original code, called with its arguments again."""
    made: Any = FunctionType(code, namespace, code.co_name, None, closure)(*positional, **keywords)
    made.__name__ = name
    made.__qualname__ = qualname
    return made


def fill_generator(made: Any, state: tuple[list[Any], str]) -> None:
    """Notes a suspended generator's values; it is primed when all is loaded."""
    held, how = state
    if how == "awaited":
        awaited[id(made)] = held
    else:
        to_prime.append((made, held, how))


def prime() -> None:
    """Runs every suspended generator to where it stood."""
    for made, held, how in to_prime:
        owner = id(held[0]) if how == "send-through" else 0
        values[:] = reversed(awaited.pop(owner, []) if owner else held)
        if how == "anext":
            try:
                made.__anext__().send(None)
            except StopIteration:
                pass
        else:
            made.send(None)
    to_prime.clear()
    for begin in before_start:
        begin()
    before_start.clear()


def awaitable(asynchronous: Any, *sent: Any) -> Any:
    """What `async for` awaits: the next item of an asynchronous generator; or its `asend(value)`."""
    return asynchronous.asend(*sent) if sent else asynchronous.__anext__()


def awaited_already() -> Any:
    """One that has given its item, and gives no other."""
    made = finished("async_generator").__anext__()
    try:
        made.send(None)
    except StopAsyncIteration:
        pass
    return made


def throwing(asynchronous: Any, *given: Any) -> Any:
    """The `athrow(*given)` of an asynchronous generator, or its `aclose()`; not awaited yet."""
    if len(given) <= 1:
        return asynchronous.athrow(*given) if given else asynchronous.aclose()
    import warnings

    with warnings.catch_warnings():  # the program was told already, where it made this call
        warnings.simplefilter("ignore")
        return asynchronous.athrow(*given)


def thrown_already() -> Any:
    """The `athrow()` or `aclose()` of one that was awaited, and cannot be again."""
    made = finished("async_generator").aclose()
    try:
        made.send(None)
    except (StopIteration, StopAsyncIteration):
        pass
    return made


def coroutine_iterator(coroutine: Any) -> Any:
    return coroutine.__await__()


def frame(
    code: CodeType, parts: Any, mark: tuple[Any, ...], namespace: dict[str, Any], line: int | None
) -> FrameType:
    """A frame object over the same code, as tracebacks hold it: it has ended, and has no locals.

    Args:
        line: where it ended.
    """
    found = morph(code, parts, mark)
    lines = found.co_linetable
    if line is not None:
        lines = on_line(lines, len(parts[0]) // 2, line - code.co_firstlineno)
    plain = found.replace(
        co_linetable=lines,
        co_argcount=0,
        co_posonlyargcount=0,
        co_kwonlyargcount=0,
        co_flags=code.co_flags & ~(GENERATOR_KINDS | VARARGS | VARKEYWORDS),
    )
    cells = tuple(CellType() for _ in code.co_freevars) or None
    made: FrameType = FunctionType(plain, namespace, code.co_name, None, cells)()
    return made


def on_line(table: bytes, units: int, delta: int) -> bytes:
    """A line table (Objects/locations.md) whose first code units are all on one line, so far from the first.

    What follows them stays where it was: its first entry that has a line makes up for the difference, and
    loses its columns.
    """
    made = bytearray()
    for start in range(0, units, 8):
        made += entry(min(8, units - start), 0 if start else delta)
    at = covered = 0
    while at < len(table):
        size = (table[at] & 7) + 1
        end = at + 1
        while end < len(table) and not table[end] & 0x80:
            end += 1
        kind = table[at] >> 3 & 15
        if covered >= units:
            if kind != NO_LINE:
                return bytes(made + entry(size, advance(table, at, kind) - delta) + table[end:])
            made += table[at:end]
        covered += size
        at = end
    return bytes(made)


def entry(units: int, delta: int) -> bytes:
    """An entry without columns: so many lines on."""
    number = -delta << 1 | 1 if delta < 0 else delta << 1
    made = bytearray((0x80 | NO_COLUMNS << 3 | units - 1,))
    while number >= 64:
        made.append(64 | number & 63)
        number >>= 6
    made.append(number)
    return bytes(made)


def advance(table: bytes, at: int, kind: int) -> int:
    """How many lines an entry goes on."""
    if kind not in (NO_COLUMNS, LONG):
        return kind - 10 if kind >= 10 else 0
    number = shift = 0
    while True:
        at += 1
        number |= (table[at] & 63) << shift
        shift += 6
        if not table[at] & 64:
            return -(number >> 1) if number & 1 else number >> 1


def class_frame(
    made: tuple[Any, ...], arguments: tuple[Any, ...], keywords: dict[str, Any], namespace: Any
) -> Any:
    """Lets `__build_class__` go on in the middle: the namespace is the one captured.

    Its metaclass is given as a partial, which is no type, so that `__build_class__` takes the
    `__prepare__` found on it and calls it as it is, with no Python frame between.
    """
    import builtins
    from types import resolve_bases

    body = function(*made)
    keywords = dict(keywords)
    metaclass = keywords.pop("metaclass", None)
    bases = resolve_bases(arguments[1:])
    if metaclass is None:
        metaclass = type(bases[0]) if bases else type
    if isinstance(metaclass, type):
        for base in bases:
            kind = type(base)
            if not issubclass(metaclass, kind) and issubclass(kind, metaclass):
                metaclass = kind
    proxy: Any = partial(metaclass)
    proxy.__prepare__ = lambda *given, **named: namespace
    return partial(builtins.__build_class__, body, *arguments, metaclass=proxy, **keywords)


def prepare_frame(
    made: tuple[Any, ...], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """`__build_class__` from the beginning, with a `__prepare__` that goes on where it was."""
    import builtins

    proxy: Any = partial(keywords["metaclass"])
    proxy.__prepare__ = function(*made)
    return partial(builtins.__build_class__, *arguments, **{**keywords, "metaclass": proxy})


def evaluated(made: tuple[Any, ...], namespace: Any) -> Any:
    """Code under `eval` or `exec`, in the middle."""
    code, parts, mark, module, _ = made
    return partial(eval, morph(code, parts, mark), module, namespace)


class StandIn:
    """The base of what stands in for an operand (see `capture.thunks`)."""

    __slots__ = ()


REAL = "real operand"  # no name that a class statement could give


class StandInType(type):
    """The type of classes whose `__init__` is a morph."""


def stand_in(
    names: tuple[str, str], methods: dict[str, Any], base: Any = None, real: Any = None
) -> Any:
    """An object whose special methods are these functions, called without it."""
    module, qualname = names
    namespace: dict[str, Any] = {key: staticmethod(call) for key, call in methods.items()}
    namespace.update(__slots__=(), __module__=module, __qualname__=qualname)
    if real is not None:
        namespace[REAL] = (real,)
    name = qualname.rpartition(".")[2]
    return type(name, (StandIn if base is None else type(base),), namespace)()


def constructor(name: str, initialise: Any) -> Any:
    """A class that is initialised by a morph: `type.__call__` looks at what that returns."""
    return StandInType(name, (), {"__slots__": (), "__init__": staticmethod(initialise)})


def resumed(how: str, first: Any, *detail: Any) -> Any:
    """An iterator that is at work on its next item (see `rests`)."""
    from pyteleport import rests

    return getattr(rests, how)(first, *detail)


def called(call: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    return partial(call, *arguments, **keywords)


def close_thunk(made: Any) -> Any:
    from pyteleport import rests

    return partial(rests.close, made)


def step_thunk(made: Any, *default: Any) -> Any:
    return partial(next, made, *default) if default else partial(made.send, None)


def value_thunk(value: Any) -> Any:
    """A callable without a Python frame that returns `value` once."""
    return [value].pop
