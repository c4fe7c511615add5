"""What stands in place of an object that was left behind. Also at the target."""

from __future__ import annotations

from pyteleport.errors import DroppedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Dropped:
    """Stands in place of an object that `drop=` of a move left behind.

    It is false, so that `connection = connection or connect()` makes another one, and is equal to itself
    only. Anything else done with it raises `DroppedError`, which says what it was.

    Attributes:
        kind: the qualified name of the type that was dropped.
        path: how the program reached it, from a variable on; "" where that was not found.

    Example:
        A connection that is made anew where the program has moved to:

        >>> import subprocess, sys
        >>> program = '''
        ... import pyteleport, socket
        ... connection = socket.socket()
        ... pyteleport.teleport("local", drop=[connection])
        ... print(connection)
        ... try:
        ...     connection.send(b"on")
        ... except pyteleport.DroppedError as problem:
        ...     print(problem.what)
        ... connection = connection or socket.socket()
        ... print(type(connection))
        ... '''
        >>> made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        >>> print(made.stdout)
        <dropped socket.socket: global 'connection' of __main__>
        socket.socket was left behind by a move: it has no 'send' here
        <class 'socket.socket'>
        <BLANKLINE>
    """

    __slots__ = ("__weakref__", "kind", "path")

    def __init__(self, kind: str, path: str = "") -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "path", path)

    def __repr__(self) -> str:
        return f"<dropped {self.kind}{': ' if self.path else ''}{self.path}>"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> Any:
        return Dropped, (self.kind, self.path)

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__" == name[-2:]:  # what protocols look for: it has none of them
            raise AttributeError(name)
        _refuse(self, f"it has no {name!r} here")

    def __setattr__(self, name: str, value: object) -> None:
        _refuse(self, f"its {name!r} cannot be set here")

    def __delattr__(self, name: str) -> None:
        _refuse(self, f"it has no {name!r} here")


def _refuse(dropped: Dropped, why: str) -> NoReturn:
    raise DroppedError(
        f"{dropped.kind} was left behind by a move: {why}",
        dropped.path,
        "make it anew after the move (what was dropped is false: `x = x or make()`)",
    )


def _cannot(name: str) -> Any:
    def method(self: Dropped, *_arguments: object, **_keywords: object) -> NoReturn:
        _refuse(self, f"it has no {name}() here")

    method.__name__ = name
    method.__qualname__ = f"Dropped.{name}"
    return method


for _name in ("call", "iter", "next", "enter", "exit", "getitem", "setitem", "delitem", "contains",
              "len", "await", "aiter", "anext", "aenter", "aexit", "index", "fspath"):  # fmt: skip
    setattr(Dropped, f"__{_name}__", _cannot(f"__{_name}__"))


def fill_path(dropped: Dropped, path: str) -> None:
    """How the program reached it is looked for last."""
    object.__setattr__(dropped, "path", path)
