"""Functions given to `atexit`: they run once, at the end of the program at the target, in their order.

`atexit` has no list of them to show. The interpreter keeps one in its own memory, which lies in the
same piece of the process as its small numbers do. That piece is read as a file (/proc/self/mem: a
wrong address is an error there, not a crash) and searched for a list that is one in every detail: its length is the
one `atexit` tells, and each of its members is a callable with a tuple of arguments. Two shapes are looked for:

    an array     pointer to entries, their number, room for how many; entry: pointers to function, arguments, keywords
    a list       of tuples (function, arguments, keywords), last one first

A function of a library, given without arguments, goes by its name, and only where that library is loaded
there: mostly the library gives it to `atexit` itself when it is imported. Where /proc is not mounted nothing is taken.
"""

from __future__ import annotations

import os
import sys
from types import FunctionType, MethodType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Call = tuple[Any, tuple[Any, ...], dict[str, Any] | None]

ANCHOR = 5  # a small number: its object is a part of the interpreter
MOST = 512 << 10  # bytes to search
ROOMS = range(32, 32 + 16 * 64, 16)  # what the array grows by
WORD = 8
ADDRESSES = range(1 << 16, 1 << 47)


def take() -> list[Any] | None:
    """What was given to `atexit` by the program and its libraries, in order: names, or calls."""
    found: list[Any] = []
    for function, arguments, keywords in registered():
        inner = function.__func__ if type(function) is MethodType else function
        if type(inner) is FunctionType and _is_the_places(inner.__module__):
            continue
        place = _place(function)
        bare = place is not None and not arguments and not keywords
        found.append(place if bare else (function, arguments, keywords))
    return found or None


def _is_the_places(module: Any) -> bool:
    """Whether a module's functions belong to the interpreter here: pyteleport's, and the prompt's history."""
    return type(module) is str and (module == "site" or module.startswith("pyteleport."))


def put_back(found: list[Any]) -> None:
    """Gives them to `atexit` there, in order, in place of what libraries have given to it by then."""
    import atexit

    calls = []
    for entry in found:
        if len(entry) == 3:
            calls.append(entry)
        elif entry[0] in sys.modules:
            function: Any = sys.modules[entry[0]]
            for name in entry[1].split("."):
                function = getattr(function, name, None)
            if function is not None:
                atexit.unregister(function)
                calls.append((function, (), None))
    for function, arguments, keywords in calls:
        atexit.register(function, *arguments, **(keywords or {}))


def _place(function: Any) -> tuple[str, str] | None:
    """Module and name of a library's function, or of a class's method of that class; None for any other."""
    from pyteleport.graph.modules import is_own

    if type(function) is MethodType:
        owner, inner = function.__self__, function.__func__
        if not isinstance(owner, type) or type(inner) is not FunctionType:
            return None
        module, name = owner.__module__, f"{owner.__qualname__}.{inner.__name__}"
    elif type(function) is FunctionType:
        module, name = function.__module__, function.__qualname__
    else:
        return None
    known = sys.modules.get(module) if type(module) is str else None
    if known is None or "<" in name or is_own(module, known):
        return None
    return module, name


class Memory:
    """This process's memory."""

    def __init__(self) -> None:
        self.fd = os.open("/proc/self/mem", os.O_RDONLY)

    def close(self) -> None:
        os.close(self.fd)

    def read(self, address: int, count: int) -> bytes:
        """That many bytes, or fewer where there is no memory."""
        if address not in ADDRESSES:
            return b""
        try:
            return os.pread(self.fd, count, address)
        except OSError:
            return b""

    def words(self, address: int, count: int) -> list[int]:
        """That many words; an empty list where they are not there."""
        data = self.read(address, count * WORD)
        return list(memoryview(data).cast("Q")) if len(data) == count * WORD else []

    def is_a(self, kind: type, address: int) -> bool:
        """Whether there is an object of exactly that type."""
        return self.words(address + WORD, 1) == [id(kind)]


def registered() -> list[Call]:
    """What was given to `atexit`, in that order; nothing where it cannot be read."""
    import atexit

    count = atexit._ncallbacks()
    if not count:
        return []
    try:
        memory = Memory()
    except OSError:
        return []
    try:
        data = memory.read(id(ANCHOR), MOST)
        words = list(memoryview(data[: len(data) // WORD * WORD]).cast("Q"))
        return _array(memory, words, count) or _list(memory, words, count)
    finally:
        memory.close()


def _array(memory: Memory, words: list[int], count: int) -> list[Call]:
    """Found by its number of entries and how many there is room for."""
    for number, word in enumerate(words):
        if word & 0xFFFFFFFF == count and word >> 32 in ROOMS and word >> 32 >= count:
            found = _entries(memory, words[number - 1], count)
            if found:
                return found
    return []


def _entries(memory: Memory, start: int, count: int) -> list[Call]:
    """The calls of an array, if it is one."""
    found: list[Call] = []
    for place in memory.words(start, count):
        if not place:  # unregistered
            continue
        function, arguments, keywords = memory.words(place, 3) or (0, 0, 0)
        if not memory.is_a(tuple, arguments) or (keywords and not memory.is_a(dict, keywords)):
            return []
        if not memory.words(function, 2):
            return []
        given = _object_at(place + 2 * WORD) if keywords else None
        found.append((_object_at(place), _object_at(place + WORD), given))
    return found


def _list(memory: Memory, words: list[int], count: int) -> list[Call]:
    for address in dict.fromkeys(words):
        if address % 16 or not memory.is_a(list, address):
            continue
        size, items = memory.words(address + 2 * WORD, 2) or (0, 0)
        if size != count:
            continue
        places = memory.words(items, count)
        if places and all(memory.is_a(tuple, place) for place in places):
            calls = [_object_at(items + WORD * number) for number in range(count)]
            if all(_is_call(call) for call in calls):
                return calls[::-1]
    return []


def _is_call(call: tuple[Any, ...]) -> bool:
    return (
        len(call) == 3
        and callable(call[0])
        and type(call[1]) is tuple
        and (call[2] is None or type(call[2]) is dict)
    )


def _object_at(place: int) -> Any:
    """The object whose address stands there."""
    from pyteleport.capture.core import field_object

    return field_object(ANCHOR, (place - id(ANCHOR)) % (1 << 64))
