"""The keys that seal images. An image is code: who restores one runs what whoever wrote it wanted.

PYTELEPORT_KEY names key files, with ":" between: the first one seals, images sealed with any of them are accepted (so
keys can be changed). Without it there is one, made when it is first needed, for its owner alone:
`pyteleport/key` below $XDG_CONFIG_HOME, or ~/.config.
"""

from __future__ import annotations

import os

from pyteleport._native import ImageProblem, key_id, new_key, read_key, write_key
from pyteleport.errors import SealError

VARIABLE = "PYTELEPORT_KEY"
MAKE_ONE = "make one with `pyteleport keygen`, or name another one in PYTELEPORT_KEY"


def default_path() -> str:
    """Where the user's own key is."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    if not folder or not os.path.isabs(folder):
        folder = os.path.expanduser("~/.config")
    return f"{folder}/pyteleport/key"


def paths() -> list[str]:
    """The key files, the sealing one first."""
    named = [path for path in os.environ.get(VARIABLE, "").split(":") if path]
    return named or [default_path()]


def sealing() -> str:
    """The key to seal with; the user's own is made if it is not there.

    Raises:
        SealError: it cannot be read or made.
    """
    path = paths()[0]
    if VARIABLE not in os.environ or not os.environ[VARIABLE]:
        try:
            return _read(path)
        except FileNotFoundError:
            make(path)
        except OSError as problem:
            raise _unreadable(path, problem) from None
    return _one(path)


def accepted() -> list[str]:
    """The keys whose images are restored.

    Raises:
        SealError: one of them cannot be read.
    """
    if os.environ.get(VARIABLE):
        return [_one(path) for path in paths()]
    path = default_path()
    try:
        return [_read(path)]
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise _unreadable(path, problem) from None


def make(path: str) -> str:
    """Makes a key and puts it into a file, which appears whole; one that is there stays. Its id.

    Raises:
        SealError: it cannot be written.
    """
    line = new_key()
    half = f"{path}.{os.urandom(4).hex()}"
    try:
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, 0o700, exist_ok=True)
        try:
            write_key(half, line)
            os.link(half, path)
        except FileExistsError:  # another process was faster
            line = _read(path)
        finally:
            _remove(half)
    except (OSError, ImageProblem) as problem:
        raise SealError(
            f"the key cannot be made: {words(problem)}", path, "name a place in PYTELEPORT_KEY"
        ) from None
    return key_id(line)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def words(problem: OSError | ImageProblem) -> str:
    """What an error of the native side says."""
    if isinstance(problem, OSError):
        return os.strerror(problem.errno) if problem.errno else str(problem)
    return problem.args[1]


def _one(path: str) -> str:
    try:
        return _read(path)
    except OSError as problem:
        raise _unreadable(path, problem) from None


def _read(path: str) -> str:
    try:
        return read_key(path)
    except ImageProblem as problem:
        raise _unreadable(path, problem) from None


def _unreadable(path: str, problem: OSError | ImageProblem) -> SealError:
    hint = MAKE_ONE if isinstance(problem, FileNotFoundError) else f"see to it: chmod 600 {path}"
    return SealError(f"a key cannot be read: {words(problem)}", path, hint)
