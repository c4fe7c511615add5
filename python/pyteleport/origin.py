"""The names of the origin (2021) and of its later releases, for programs written for them.

New programs use `teleport`. What the origin put into a shell command line goes over the channel here:
the shell commands given are run before the interpreter is started, nothing else is.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyteleport.arguments import Paths
    from pyteleport.copies import Copy
    from pyteleport.targets import Target


def _target(shell_args: Sequence[str], python: str | None, before: str | Sequence[str]) -> Target:
    from pyteleport.targets import shell

    arguments = list(shell_args) or ["bash", "-c"]
    commands = [before] if isinstance(before, str) else list(before)
    if len(arguments) > 1 and arguments[-1].rstrip().endswith((";", "&&")):
        # The origin appended its own command to the last argument.
        commands.append(arguments.pop())
    script = "; ".join(filter(None, (command.strip().rstrip(";") for command in commands)))
    return shell(*arguments, python=python, before=script)


def _copies(
    shell_args: Sequence[str],
    python: str | None,
    before: str | Sequence[str],
    n: int | Iterable[object],
) -> tuple[list[Target | str], list[object]]:
    """A target for each copy, and the values to tell the copies apart by."""
    values: list[object] = list(range(n) if isinstance(n, int) else n)
    return [_target(shell_args, python, before) for _ in values], values


def bash_teleport(
    *shell_args: str,
    other_fn: Paths = (),
    python: str | None = None,
    before: str | Sequence[str] = "",
    files: Paths = (),
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> None:
    """Moves the program into a shell: the origin's first function.

    Args:
        shell_args: the command that starts the shell, such as `"ssh", "cartesius"`; a last one
            that ends in `;` or `&&` is run in that shell before Python is started.
        other_fn: files to send along (`files` is the same).
        python: the interpreter there; by default one of the same version is looked for.
        before: shell commands to run before Python is started.
        env: environment variables to set there.
        timeout: seconds without progress after which the move is given up.

    Raises:
        TeleportError: as `teleport` does.

    Example:
        Into a shell of this machine, with a variable set there:

        >>> import subprocess, sys
        >>> program = '''
        ... import os, sys, pyteleport
        ... pyteleport.bash_teleport("bash", "-c", "export PLACE=there;", python=sys.executable)
        ... print(os.environ["PLACE"])
        ... '''
        >>> subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
        'there\\n'
    """
    from pyteleport.arguments import paths
    from pyteleport.move import move

    target = _target(shell_args, python, before)
    move([target], [None], files=[*paths(files), *paths(other_fn)], env=env, timeout=timeout)


def tp_shell(
    *shell_args: str,
    python: str | None = None,
    before: str | Sequence[str] = "",
    files: Paths | None = None,
    env: Mapping[str, str] | None = None,
    n: int | Iterable[object] = 1,
    timeout: float = 60.0,
) -> object:
    """Moves the program into a shell; with `n`, as that many copies.

    Args:
        shell_args: the command that starts the shell.
        python, before, files, env, timeout: as for `bash_teleport`.
        n: how many copies go on there, or the values to tell them apart by.

    Returns:
        In each copy its number (0 to n - 1), or its value from `n`.

    Raises:
        TeleportError: as `teleport` does.
    """
    from pyteleport.move import move

    targets, values = _copies(shell_args, python, before, n)
    move(targets, values, files=files or (), env=env, timeout=timeout)
    return None


tp_bash = tp_shell


def tp_dummy(
    dry_run: bool = False,
    *,
    python: str | None = None,
    before: str | Sequence[str] = "",
    files: Paths | None = None,
    env: Mapping[str, str] | None = None,
    n: int | Iterable[object] = 1,
    timeout: float = 60.0,
) -> object:
    """Moves the program into another process on this machine; does nothing on a dry run.

    Args:
        dry_run: do not move at all, to compare with.
        python, before, files, env, n, timeout: as for `tp_shell`.

    Returns:
        None on a dry run; otherwise what `tp_shell` returns.

    Raises:
        TeleportError: as `teleport` does.
    """
    if dry_run:
        return None
    return tp_shell(
        "bash",
        "-c",
        python=python or sys.executable,
        before=before,
        files=files,
        env=env,
        n=n,
        timeout=timeout,
    )


def fork_shell(
    *shell_args: str,
    python: str | None = None,
    before: str | Sequence[str] = "",
    files: Paths | None = None,
    env: Mapping[str, str] | None = None,
    n: int | Iterable[object] = 1,
    timeout: float = 60.0,
) -> Copy | object:
    """Starts copies of the program in a shell; the program goes on here as well.

    Args:
        As for `tp_shell`.

    Returns:
        Here a `Copy`, with `pid`, `wait()` for the exit status and `kill()`; in each copy its
        number, or its value from `n`.

    Raises:
        TeleportError: as `teleport` does.
    """
    from pyteleport.move import fork

    targets, values = _copies(shell_args, python, before, n)
    copy: Copy = fork(targets, values, files=files or (), env=env, timeout=timeout)
    return copy
