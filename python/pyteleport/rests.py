"""What C code between two frames had left to do, where neither bytecode nor C can do it: Python.

These functions run at the target, as the program's own: their frames show in tracebacks, and move
when the program moves on. So they are few and short. Standard library only.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

COLLECTION_FLAGS = 1 << 5 | 1 << 6  # Py_TPFLAGS_SEQUENCE, Py_TPFLAGS_MAPPING


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


def after_hook(kind: Any, asked: type, answer: Any) -> bool:
    """What `ABCMeta.__subclasscheck__` does with what `__subclasshook__` said."""
    if answer is True or answer is False:
        return keep_answer(kind, asked, answer is True)
    if answer is not NotImplemented:
        raise AssertionError("__subclasshook__ must return either False, True, or NotImplemented")
    from _abc import _get_dump  # type: ignore[import-not-found]

    registered = [given() for given in _get_dump(kind)[0]]
    direct = any(base is kind for base in type.__dict__["__mro__"].__get__(asked))
    if direct or any(base is asked for base in registered):
        return keep_answer(kind, asked, True)
    return any_parent(kind, asked, [base for base in registered if base is not None], False)


def any_parent(kind: Any, asked: type, registered: list[Any], answer: Any) -> bool:
    """The same, after one registered class has answered: the others, then the subclasses."""
    if answer:
        return keep_answer(kind, asked, True)
    for parent in registered:
        if issubclass(asked, parent):
            return keep_answer(kind, asked, True)
    return any_listed(kind, asked, kind.__subclasses__())


def any_listed(kind: Any, asked: type, parents: Any, answer: Any = False) -> bool:
    """The same, with the subclasses that are left to ask."""
    if answer:
        return keep_answer(kind, asked, True)
    if not issubclass(type(parents), list):
        raise TypeError("__subclasses__() must return a list")
    for parent in parents:
        if issubclass(asked, parent):
            return keep_answer(kind, asked, True)
    return keep_answer(kind, asked, False)


def keep_answer(kind: Any, asked: type, answer: bool) -> bool:
    """Puts an answer into the cache of an abstract class, through a namesake whose hook says so."""
    from _abc import _abc_subclasscheck
    from types import SimpleNamespace

    impl = type.__getattribute__(kind, "_abc_impl")
    namesake = SimpleNamespace(_abc_impl=impl, __subclasshook__=lambda asked: answer)
    found: bool = _abc_subclasscheck(namesake, asked)
    return found


def register(kind: Any, added: type, is_second: bool, answer: Any) -> type:
    """`ABCMeta.register` after one of its two questions: is it a subclass, and the other way round."""
    if not is_second:
        if answer:
            return added
        answer = issubclass(kind, added)
    if answer:
        raise RuntimeError("Refusing to create an inheritance cycle")
    add_to_registry(kind, added)
    return added


def add_to_registry(kind: Any, added: type) -> None:
    """`kind.register(added)` without its questions, through a namesake that has no subclasses."""
    from _abc import _abc_register

    if kind.__flags__ & COLLECTION_FLAGS:
        _abc_register(kind, added)  # matching looks for these flags, which it hands on
        return
    namesake = type("Namesake", (), {"_abc_impl": type.__getattribute__(kind, "_abc_impl")})
    if any("_abc_impl" in base.__dict__ for base in type.__dict__["__mro__"].__get__(added)):
        keep_answer(added, namesake, False)
    _abc_register(namesake, added)


def go_on_folding(function: Callable[[Any, Any], Any], iterator: Iterator[Any], total: Any) -> Any:
    """`sum` and `functools.reduce` after one of their steps."""
    for item in iterator:
        total = function(total, item)
    return total
