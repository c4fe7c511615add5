"""Working folders: each run has a copy, all of them at the same path, and what they hold is compared."""

from __future__ import annotations

import os
import shutil

from pyteleport.errors import TeleportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 256 << 20
LEFT_OUT = ("__pycache__", ".git", ".hg", ".venv", "node_modules")


class Place:
    """The path the runs have in common.

    Attributes:
        path: where the program runs.
    """

    def __init__(self, origin: str, base: str) -> None:
        """
        Args:
            origin: the user's folder; it is only read.
            base: a folder of ours.

        Raises:
            TeleportError: it is too large to be copied again and again.
        """
        size = sum(os.path.getsize(file) for _, file in files(origin))
        if size > LARGEST:
            raise TeleportError(
                f"the working folder holds {size >> 20} MB, and each run gets a copy of it",
                origin,
                "start from a smaller folder, that holds what the program reads and writes",
            )
        self.origin = origin
        self.base = base
        self.path = os.path.join(base, "work")

    def fresh(self) -> None:
        """Puts a copy of the user's folder in place, instead of what is there."""
        shutil.rmtree(self.path, ignore_errors=True)
        copy(self.origin, self.path)

    def keep(self, name: str) -> str:
        """Moves what is there aside."""
        kept = os.path.join(self.base, name)
        os.rename(self.path, kept)
        return kept

    def bring_back(self, kept: str) -> None:
        """The reverse of `keep`."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.rename(kept, self.path)


def copy(source: str, target: str) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))


def files(folder: str) -> Iterator[tuple[str, str]]:
    """(relative path, path) of the regular files below a folder."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in sorted(names):
            path = os.path.join(where, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, folder), path


def contents(folder: str) -> dict[str, bytes]:
    """What the files below a folder hold."""
    found = {}
    for name, path in files(folder):
        with open(path, "rb") as file:
            found[name] = file.read()
    return found
