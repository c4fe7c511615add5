"""`register`: how instances of a type are to move, where nothing else says it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Kind = TypeVar("Kind")
    Entry = tuple[Callable[[Any], Any], Callable[..., Any], Callable[[Any, Any], object] | None]

table: dict[type, Entry] = {}

# Never asked for: the pickler has its own way for them.
PLAIN = (type(None), bool, int, float, complex, str, bytes, bytearray, tuple, list, dict, set,
         frozenset, object, type)  # fmt: skip


def register(
    kind: type[Kind],
    reduce: Callable[[Kind], object],
    restore: Callable[..., Kind],
    fill: Callable[[Kind, Any], object] | None = None,
) -> None:
    """Says how instances of a type move: what is sent in their place, and how they are made of it.

    It goes before everything else that is known of the type: its `__reduce__`, `copyreg`, what
    pyteleport knows itself. It counts for just this type, not for its subclasses. What is registered
    moves along with the program, so it holds for the next move, too.

    `reduce` runs before anything is sent. `restore` and `fill` run at the target while the program is
    rebuilt: the functions, classes, modules and plain constants among its global variables are there
    by then, other global variables may not be; and their own arguments are filled already.

    Args:
        kind: the type; may be one made in C.
        reduce: called with the object; returns its state, which has to be able to move.
        restore: called with the state; returns the object. With `fill`, called without arguments.
        fill: called with what `restore` has returned and the state. Needed where the state may lead
            back to the object itself.

    Raises:
        TypeError: one of the arguments is not what it should be.
        ValueError: instances of `kind` are plain data.

    Example:
        A database in memory goes as the statements that make it anew:

        >>> import subprocess, sys
        >>> program = '''
        ... import pyteleport, sqlite3
        ...
        ... def restore(script):
        ...     made = sqlite3.connect(":memory:")
        ...     made.executescript(script)
        ...     return made
        ...
        ... pyteleport.register(sqlite3.Connection, lambda db: "\\\\n".join(db.iterdump()), restore)
        ... db = restore("create table t (n); insert into t values (42)")
        ... db.commit()
        ... pyteleport.teleport("local")
        ... print(db.execute("select n from t").fetchall())
        ... '''
        >>> subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
        '[(42,)]\\n'
    """
    if not isinstance(kind, type):
        raise TypeError(f"register() takes a type, not {kind!r}")
    if kind in PLAIN:
        raise ValueError(f"{kind.__name__} is plain data: it moves as it is")
    for name, function in (("reduce", reduce), ("restore", restore)):
        if not callable(function):
            raise TypeError(f"{name}= takes a function, not {function!r}")
    if fill is not None and not callable(fill):
        raise TypeError(f"fill= takes a function, not {fill!r}")
    table[kind] = reduce, restore, fill


def note(kind: type, entry: Entry) -> None:
    """Registers what has come along with a program."""
    table[kind] = entry
