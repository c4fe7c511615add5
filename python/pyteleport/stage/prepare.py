"""PREPARE at the target: working folder and files (and packages, see `packages`). All of it can be undone."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Reason = tuple[Any, ...]


class Prepared:
    """What was made ready.

    Attributes:
        cwd: the program's working folder.
        reasons: why the program cannot run here; empty if it can.
        missing: packages that differ here and are to be sent.
        open: what was found of the program's open files.
        made: files that the program makes here when it is rebuilt; they stay once it has come.
        files, folders: what was put there.
        trees: folders that go with the program.
    """

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.reasons: list[Reason] = []
        self.cwd = ""
        self.temporary = False
        self.missing: list[Any] = []
        self.trees: list[str] = []
        self.open: dict[Any, Any] = {}
        self.made: list[str] = []
        self.folders: list[str] = []
        self.files: list[str] = []
        try:
            self._choose_cwd(manifest.get("cwd"), manifest.get("here"))
            if manifest.get("files") and not self.reasons:
                from pyteleport.stage import put_files

                put_files.put(self, manifest["files"])
        except OSError as problem:
            self.reasons.append(("folder", problem.filename or self.cwd, problem.strerror))
        for category, name in (manifest.get("locales") or {}).items():
            self._check_locale(category, name)

    def _choose_cwd(self, wanted: str | None, here: str | None) -> None:
        if wanted is not None:
            self.cwd = os.path.abspath(os.path.expanduser(wanted))
            if not os.path.isdir(self.cwd):
                found = (
                    "it is no folder" if os.path.lexists(self.cwd) else "there is no such folder"
                )
                self.reasons.append(("cwd", wanted, found))
            elif not os.access(self.cwd, os.X_OK):
                self.reasons.append(("cwd", wanted, "it may not be entered"))
        elif here is not None and os.path.isdir(here) and os.access(here, os.X_OK):
            self.cwd = here
        else:
            base = os.environ.get("TMPDIR") or "/tmp"
            self.cwd = f"{base}/pyteleport-{os.urandom(8).hex()}"
            self.temporary = True
            os.mkdir(self.cwd, 0o700)

    def _check_locale(self, category: str, name: str) -> None:
        import _locale

        number = getattr(_locale, category)
        before = _locale.setlocale(number, None)
        try:
            _locale.setlocale(number, name)
            _locale.setlocale(number, before)
        except _locale.Error:  # type: ignore[attr-defined]
            missing = f"the program has set {category} to this locale, which is not there"
            self.reasons.append(("locale", name, missing))

    def undo(self) -> None:
        """Removes what was put here, and nothing else."""
        for path in self.made:
            _quietly(os.unlink, path)
        for path in self.files:
            _quietly(os.unlink, path)
            # What importing a module that was sent leaves behind.
            folder, name = os.path.split(path)
            if name.endswith(".py"):
                _remove_caches(folder, name[:-3])
        for folder in reversed(self.folders):
            _quietly(os.rmdir, folder)
        for tree in self.trees:
            remove_tree(tree)
        if self.temporary:
            remove_tree(self.cwd)
        self.files.clear()
        self.folders.clear()
        self.temporary = False


def _quietly(remove: Any, path: str) -> None:
    try:
        remove(path)
    except OSError:
        pass


def _remove_caches(folder: str, module: str) -> None:
    caches = f"{folder}/__pycache__"
    try:
        entries = os.listdir(caches)
    except OSError:
        return
    for entry in entries:
        if entry.startswith(f"{module}.{sys.implementation.cache_tag}."):
            _quietly(os.unlink, f"{caches}/{entry}")
    _quietly(os.rmdir, caches)


def remove_tree(path: str) -> None:
    try:
        with os.scandir(path) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    remove_tree(entry.path)
                else:
                    _quietly(os.unlink, entry.path)
    except OSError:
        pass
    _quietly(os.rmdir, path)
