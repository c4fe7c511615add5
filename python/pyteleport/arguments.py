"""The arguments of a move, looked at before anything is started."""

from __future__ import annotations

import os

from pyteleport import targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from os import PathLike
    from typing import Any

    from pyteleport.graph.left_out import LeftOut

    Path = str | PathLike[str]
    Paths = Path | Iterable[Path]

LONGEST_TIMEOUT = 1_000_000  # seconds; poll() takes little more


def place(target: object) -> targets.Target:
    """The target that was given, as one or as a text.

    Raises:
        TargetError: it is none.
    """
    if isinstance(target, targets.Target):
        return target
    if isinstance(target, str):
        return targets.parse(target)
    from pyteleport.errors import TargetError

    hint = targets.HOW_TO_NAME
    calls = {targets.local: "local()", targets.ssh: 'ssh("host")', targets.shell: 'shell("sh")'}
    for function, call in calls.items():
        if target is function:
            hint = f"did you mean pyteleport.{call}? ({hint})"
    raise TargetError(f"{target!r} is no target", "", hint)


def paths(files: Paths) -> list[str]:
    """The paths in `files`; a single one may be given as it is.

    Raises:
        TypeError: something in it is no path.
    """
    if isinstance(files, str | os.PathLike):
        files = [files]
    try:
        given = list(files)
    except TypeError:
        raise TypeError(f"files= takes paths, not {files!r}") from None
    return [_path("files", path) for path in given]


def folder(cwd: Path | None) -> str | None:
    """The working folder.

    Raises:
        TypeError: it is no path.
    """
    return None if cwd is None else _path("cwd", cwd)


def _path(name: str, given: object) -> str:
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(path, str):
        raise TypeError(f"{name}= takes str or os.PathLike, not {given!r}")
    return path


def variables(env: Mapping[str, str] | None) -> dict[str, str]:
    """The environment variables to set.

    Raises:
        TypeError: a name or value is no str.
        ValueError: a name or value cannot be in an environment.
    """
    try:
        found: dict[str, str] = dict(env or {})
    except (TypeError, ValueError):
        raise TypeError(f"env= takes a mapping of str to str, not {env!r}") from None
    for name, value in found.items():
        for part in (name, value):
            if not isinstance(part, str):
                raise TypeError(f"env= maps str to str: {name!r}: {value!r} does not")
        if not name or "=" in name or "\0" in name + value:
            raise ValueError(f"env= has {name!r}: {value!r}, which no environment can hold")
    return found


def policy(packages: str) -> str:
    """What is to be done about installed packages.

    Raises:
        TypeError: it is no str.
        ValueError: it is none of those there are.
    """
    if not isinstance(packages, str):
        raise TypeError(f"packages= takes a str, not {packages!r}")
    name, _, folder = packages.partition(":")
    if packages not in ("check", "send", "install") and not (name == "install" and folder):
        raise ValueError(
            f'packages= takes "check", "send", "install" or "install:FOLDER", not {packages!r}'
        )
    return packages


def file_policy(open_files: str) -> str:
    """What is to be done about open files.

    Raises:
        TypeError: it is no str.
        ValueError: it is none of those there are.
    """
    if not isinstance(open_files, str):
        raise TypeError(f"open_files= takes a str, not {open_files!r}")
    if open_files not in ("auto", "send", "path", "refuse"):
        raise ValueError(
            f'open_files= takes "auto", "send", "path" or "refuse", not {open_files!r}'
        )
    return open_files


def seconds(timeout: float) -> float:
    """The timeout.

    Raises:
        TypeError: it is no number.
        ValueError: it is not positive, or longer than can be waited.
    """
    if not isinstance(timeout, int | float):
        raise TypeError(f"timeout= takes a number of seconds, not {timeout!r}")
    if not 0 < timeout <= LONGEST_TIMEOUT:
        raise ValueError(
            f"timeout= takes more than 0 and up to {LONGEST_TIMEOUT} seconds, not {timeout!r}"
        )
    return timeout


def function(name: str, given: object) -> None:
    """Something to be called, or nothing.

    Raises:
        TypeError: it cannot be called.
    """
    if given is not None and not callable(given):
        raise TypeError(f"{name}= takes a function, not {given!r}")


# Every program is made of these: leaving out all of a kind leaves no program.
EVERYWHERE = ("NoneType", "bool", "int", "float", "complex", "str", "bytes", "tuple", "list", "dict",
              "set", "frozenset", "object", "type", "function", "method", "module", "code", "cell",
              "builtin_function_or_method", "frame", "generator", "coroutine")  # fmt: skip
VALUES = (type(None), bool, int, float, complex, str, bytes)


def left_out(drop: Iterable[object], on_missing: Callable[[Any], object] | None) -> LeftOut | None:
    """What is not to move, if anything.

    Args:
        drop: objects, types whose instances are meant, and names of such types.

    Raises:
        TypeError: `drop` has no items, or something in it has no identity; `on_missing` is no function.
        ValueError: a name has no module, or a type is one that all programs are made of.
    """
    function("on_missing", on_missing)
    if isinstance(drop, str | type):
        drop = [drop]
    try:
        given = list(drop)
    except TypeError:
        raise TypeError(f"drop= takes a list of objects, types and names, not {drop!r}") from None
    if not given and on_missing is None:
        return None
    objects: list[object] = []
    kinds: list[type] = []
    names: list[str] = []
    for item in given:
        if type(item) is str:
            if "." not in item:
                raise ValueError(f"drop= has {item!r}: write the type with its module, as a.b.C")
            names.append(item)
        elif isinstance(item, type):
            if item.__module__ == "builtins" and item.__name__ in EVERYWHERE:
                raise ValueError(f"drop= has {item!r}, which every program is made of")
            kinds.append(item)
        elif type(item) in VALUES:
            raise TypeError(
                f"drop= has {item!r}: plain values are not told apart; drop what has it"
            )
        else:
            objects.append(item)
    from pyteleport.graph.left_out import LeftOut

    return LeftOut(objects, kinds, names, on_missing)
