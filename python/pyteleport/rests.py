"""What C code between two frames had left to do, where neither bytecode nor C can do it: Python.

These functions run at the target, as the program's own: their frames show in tracebacks, and move
when the program moves on. So they are few and short. Standard library only.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def instead(function: Callable[..., Any], arguments: tuple[Any, ...], *ignored: Any) -> Any:
    """Calls `function` with the arguments it would have had: an operand's stand-in is no such."""
    return function(*arguments)


def go_on_sequence(first: Callable[[], Any], iterator: Any, index: int) -> Iterator[Any]:
    """The iterator of what `__getitem__` alone makes iterable, while that is running."""
    try:
        item = first()
    except (IndexError, StopIteration):
        return
    iterator.__setstate__(index + 1)
    yield item
    for item in iterator:
        yield item


def go_on_calls(first: Callable[[], Any], iterator: Any, sentinel: Any) -> Iterator[Any]:
    """An `iter(function, sentinel)` while the function is running."""
    try:
        item = first()
    except StopIteration:
        return
    if sentinel == item:
        return
    yield item
    for item in iterator:
        yield item


def remember(cached: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], result: Any) -> Any:
    """Puts a result into a cache of `lru_cache`, by a function that returns just this result."""
    function = cached.__wrapped__
    code = function.__code__
    stand_in = (lambda *arguments, **keywords: "result").__code__
    constants = tuple(result if value == "result" else value for value in stand_in.co_consts)
    function.__code__ = stand_in.replace(co_consts=constants)
    try:
        return cached(*arguments, **keywords)
    finally:
        function.__code__ = code


def initialise(kind: type, arguments: tuple[Any, ...], keywords: dict[str, Any], made: Any) -> Any:
    """What `type.__call__` does with what `__new__` returned."""
    if kind in type(made).__mro__:
        returned = type(made).__init__(made, *arguments, **keywords)
        if returned is not None:
            name = type(returned).__name__
            raise TypeError(f"__init__() should return None, not '{name}'")
    return made


def close(generator: Any) -> None:
    """`generator.close()`: the exception is in the generator already."""
    try:
        generator.send(None)
    except (StopIteration, GeneratorExit):
        return
    raise RuntimeError("generator ignored GeneratorExit")


def name_attributes(
    made: Any, names: tuple[str, ...], keywords: dict[str, Any], ignored: Any = None
) -> Any:
    """What `type.__new__` does after one of the `__set_name__`s: the others, and the hook of the base."""
    for name in names:
        attribute = made.__dict__[name]
        hook = getattr(type(attribute), "__set_name__", None)
        if hook is not None:
            hook(attribute, made, name)
    super(made, made).__init_subclass__(**keywords)
    return made
