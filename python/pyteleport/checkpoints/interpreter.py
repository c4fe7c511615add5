"""The interpreter a program ran in, and how to find or start one like it."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RUN = "sys.exit(main(sys.argv[1:]))"
BOOT = f"from pyteleport.checkpoints.resuming import main;{RUN}"

# The program sets this itself, whatever the interpreter was started with.
NO_BYTECODE, WRITES_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE", "B"


def python() -> dict[str, Any]:
    """The interpreter here."""
    import _frozen_importlib_external as machinery

    options, variables = started_with()
    return {
        "version": sys.version.split()[0],
        "implementation": sys.implementation.name,
        "bytecode": int.from_bytes(machinery.MAGIC_NUMBER[:2], "little"),
        "platform": sys.platform,
        "machine": os.uname().machine,
        "executable": sys.executable,
        "options": options,
        "variables": variables,
    }


def started_with() -> tuple[list[str], dict[str, str]]:
    """Options and environment variables that change what a program does."""
    from pyteleport.surroundings import start

    variables = start.variables()
    variables.pop(NO_BYTECODE, None)
    if variables.get("PYTHONHASHSEED") == "random":
        del variables["PYTHONHASHSEED"]
    options = start.options()
    letters = f"-{WRITES_NO_BYTECODE}"
    options = [
        word.replace(WRITES_NO_BYTECODE, "") if word[:1] == "-" and word[:2] != "-X" else word
        for word in options
    ]
    return [word for word in options if word not in ("-", letters)], variables


def environment(variables: dict[str, str], base: dict[str, str]) -> dict[str, str]:
    """`base` with these variables of `started_with`, and none of the others."""
    from pyteleport.surroundings import start

    others = {name for _, _, name in start.LETTERS} | {name for _, name in start.VARIABLES}
    made = {name: value for name, value in base.items() if name not in others - {NO_BYTECODE}}
    return {**made, **variables}


def boot() -> str:
    """The text for `-c` of this interpreter: it finds this very package."""
    parent = os.path.dirname(sys.modules["pyteleport"].__path__[0])
    return f"import sys;sys.path.insert(0,{parent!r});{BOOT.replace(RUN, f'del sys.path[0];{RUN}')}"


def minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def named(python: dict[str, Any]) -> str:
    """An interpreter's name and version, for messages."""
    return f"{python['implementation']} {python['version']}".replace("cpython", "CPython")


def on_path(version: str) -> str | None:
    """The path of an interpreter of that version that has pyteleport, if there is one on PATH."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", f"python{version}")
        if not os.access(path, os.X_OK) or not os.path.isfile(path):
            continue
        null = os.open(os.devnull, os.O_RDWR)
        try:
            actions = [(os.POSIX_SPAWN_DUP2, null, number) for number in range(3)]
            argv = [path, "-c", "import pyteleport._native, pyteleport.checkpoints"]
            pid = os.posix_spawn(path, argv, os.environ, file_actions=actions)
        except OSError:
            continue
        finally:
            os.close(null)
        if os.waitpid(pid, 0)[1] == 0:
            return path
    return None
