"""Places a program can move to, and how to reach them.

A target is a command that ends in a Python interpreter, with that interpreter's stdin and stdout
as the command's own: `local`, `ssh`, or any other `shell`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

__all__ = ["Target", "local", "parse", "shell", "ssh"]

SHELLS = ("sh", "bash", "zsh", "dash", "ksh", "ash", "busybox")
KEEPALIVE = 15
HOW_TO_NAME = (
    'a target is "local", "ssh://user@host:port", or made by pyteleport.local, ssh or shell'
)


class Target:
    """A place where Python runs. Made by `local`, `ssh` or `shell`.

    Attributes:
        name: for messages.
        asks: whether its command may ask for something on the terminal, such as a password.
    """

    asks = False

    def __init__(self, name: str) -> None:
        self.name = name

    def command(self, stage: str, version: str, timeout: float, /) -> list[str]:
        """The command whose interpreter runs `stage`.

        Args:
            stage: the program text for `python -c`: one line, without a single quote.
            version: the minor version wanted, as in "3.12".
            timeout: seconds to connect.
        """
        raise NotImplementedError

    def advice(self, _status: int | None) -> str:
        """What to do when the command ended like that (None: it did not) before Python answered."""
        return "check that the interpreter runs"

    def __repr__(self) -> str:
        return f"<target {self.name}>"


class _Local(Target):
    def __init__(self, python: str | None) -> None:
        self.python = python or sys.executable
        super().__init__("local" if python is None else f"local ({python})")

    def command(self, stage: str, _version: str, _timeout: float) -> list[str]:
        return [self.python, *_start().options(), "-c", stage]


class _Shell(Target):
    """A command that hands a script to a shell somewhere."""

    asks = True

    def __init__(self, name: str, argv: list[str], python: str | None, before: str) -> None:
        super().__init__(name)
        self.argv = argv
        self.python = python
        self.before = before

    def command(self, stage: str, version: str, _timeout: float) -> list[str]:
        return [*self.argv, script(stage, version, self.python, self.before)]

    def advice(self, status: int | None) -> str:
        if status == 127:
            return "give python= with the path of an interpreter there, or before= to set it up"
        by_hand = " ".join(self.argv)
        if not self.before:
            return f"make sure that this works by itself: {by_hand} true"
        by_hand += " " + quoted(self.before.strip().rstrip(";") + "; true")
        return f"make sure that this works by itself: {by_hand} (what before= runs must end, but not the shell)"


class _Ssh(_Shell):
    def __init__(
        self, host: str, python: str | None, before: str, options: tuple[str, ...]
    ) -> None:
        super().__init__(f"ssh://{host}", ["ssh", *options, host], python, before)
        self.options = options
        self.host = host

    def command(self, stage: str, version: str, timeout: float) -> list[str]:
        seconds = max(1, int(timeout * 0.9))  # before we give up, so that it can say why
        text = script(stage, version, self.python, self.before)
        if not self.before:  # whatever the login shell is
            text = "exec sh -c " + quoted(text)
        # The first value given counts in ssh, so the user's options come first.
        return [
            *("ssh", "-T", *self.options),
            *("-o", f"ConnectTimeout={seconds}", "-o", f"ServerAliveInterval={KEEPALIVE}"),
            *(self.host, text),
        ]


def local(python: str | None = None) -> Target:
    """Another interpreter on this machine.

    Args:
        python: its path or name; the one this program runs in by default.

    Example:
        >>> teleport(local())                         # doctest: +SKIP
    """
    return _Local(python)


def ssh(
    host: str, *, python: str | None = None, before: str = "", options: Iterable[str] = ()
) -> Target:
    """A host reached by the OpenSSH client, as your `~/.ssh/config` has it.

    Nothing is needed there but a CPython of the same minor version as here.

    Args:
        host: as you would give it to `ssh`: a name from your configuration, or `user@host`.
        python: the interpreter there; the first fitting one of `python3.X`, `python3`, `python` by
            default.
        before: shell commands to run there first, such as "module load python;".
        options: more arguments for `ssh`, such as `("-p", "2222")` or `("-J", "gate")`.

    Raises:
        ValueError: `host` would be an option.
        TargetError: at the move, with what `ssh` said, when there is no way to get there.

    Example:
        >>> teleport(ssh("user@big-machine", before="conda activate py312;"))  # doctest: +SKIP
    """
    if host.startswith("-"):
        raise ValueError(f"not a host: {host!r}")
    return _Ssh(host, python, before, tuple(options))


def shell(*argv: str, python: str | None = None, before: str = "") -> Target:
    """Any command that ends in a shell: in a container, under another user, in a batch job.

    Args:
        argv: the command. If it ends in "-c", or is an `ssh`, a script is put after it; if it ends
            in the name of a shell, "-c" and a script; else "sh", "-c" and a script.
        python: the interpreter there, as for `ssh`.
        before: shell commands to run there first.

    Raises:
        ValueError: there is no command.
        TargetError: at the move, with what the command said.

    Example:
        >>> teleport(shell("docker", "exec", "-i", "box"))                     # doctest: +SKIP
        >>> teleport(shell("sudo", "-u", "worker"), timeout=20)                # doctest: +SKIP
        >>> teleport(shell("srun", "--pty", "bash", "-lc"))                    # doctest: +SKIP
    """
    if not argv:
        raise ValueError("shell() needs a command")
    words = list(argv)
    first, last = os.path.basename(words[0]), os.path.basename(words[-1])
    if first == "ssh" or last in ("-c", "-lc"):
        pass
    elif last in SHELLS:
        words.append("-c")
    else:
        words += ["sh", "-c"]
    return _Shell(" ".join(argv), words, python, before)


def parse(text: str) -> Target:
    """The target a text names.

    "local", "local?python=/usr/bin/python3.12", "ssh://user@host:port?python=python3.12&before=…"

    Raises:
        TargetError: it names none.
    """
    try:
        return _parse(text)
    except ValueError as problem:
        from pyteleport.errors import TargetError

        raise TargetError(f"{text!r} names no target: {problem}", "", HOW_TO_NAME) from None


def _parse(text: str) -> Target:
    place, _, query = text.partition("?")
    given: dict[str, str] = {}
    if query:
        from urllib.parse import parse_qsl

        given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
    allowed = {"python"} if place == "local" else {"python", "before"}
    if unknown := set(given) - allowed:
        raise ValueError(f"unknown setting {', '.join(sorted(unknown))}")
    python = given.get("python") or None
    if place == "local":
        return local(python)
    if place.startswith("ssh://"):
        host, _, rest = place[len("ssh://") :].rstrip("/").partition("]:")
        if rest:
            host, port = host + "]", rest
        else:
            name, colon, port = host.rpartition(":")
            if colon and not host.endswith("]"):
                host = name
            else:
                port = ""
        if not host or "/" in host + port or (port and not port.isdigit()):
            raise ValueError("what follows ssh:// is not user@host or user@host:port")
        user, at, name = host.rpartition("@")
        host = user + at + name.strip("[]")
        options = ("-p", port) if port else ()
        target = ssh(host, python=python, before=given.get("before", ""), options=options)
        target.name = place
        return target
    raise ValueError("it is neither local nor ssh://user@host:port")


def _start() -> ModuleType:
    """How the interpreter there is started. (This module is sent with every move, that one is not.)"""
    from pyteleport.surroundings import start

    return start


def quoted(text: str) -> str:
    """For a shell; every shell's single quotes."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def script(stage: str, version: str, python: str | None, before: str) -> str:
    """What a shell at the target has to run: find an interpreter and give it the first stage.

    With `before`, that runs with nothing on its stdin, which is the channel.
    """
    options = "".join(" " + quoted(option) for option in _start().options())
    variables = [f"{name}={quoted(value)}" for name, value in _start().variables().items()]
    run = f"export {' '.join(variables)}; exec" if variables else "exec"
    away = back = ""
    if before:
        away = f"exec 3<&0 </dev/null\n{before}\n"
        back = " <&3 3<&-"
    if python is not None:
        name = "~/" + quoted(python[2:]) if python.startswith("~/") else quoted(python)
        return f"{away}{run} {name}{options} -c {quoted(stage)}{back}"
    wanted = version.replace(".", ", ")
    test = quoted(f"import sys; sys.exit(sys.version_info[:2] != ({wanted}))")
    return (
        f"{away}s={quoted(stage)}; f=; "
        f"for p in python{version} python3 python; do "
        "if command -v $p >/dev/null 2>&1; then f=$p; "
        f"if $p -c {test} </dev/null >/dev/null 2>&1; then break; fi; fi; done; "
        f'if [ -n "$f" ]; then {run} "$f"{options} -c "$s"{back}; fi; '
        f'echo "no python{version}, python3 or python on the PATH $PATH" >&2; exit 127'
    )
