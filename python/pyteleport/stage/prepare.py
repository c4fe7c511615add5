"""PREPARE at the target: working folder, files, installed packages. All of it can be undone."""

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
    """

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.reasons: list[Reason] = []
        self.cwd = ""
        self.temporary = False
        self._folders: list[str] = []
        self._files: list[str] = []
        try:
            self._choose_cwd(manifest.get("cwd"), manifest.get("here"))
            if not self.reasons:
                for name, mode, content in manifest.get("files") or ():
                    self._put(name, mode, content)
        except OSError as problem:
            self.reasons.append(("folder", problem.filename or self.cwd, problem.strerror))
        for package in manifest.get("packages") or ():
            self._check(*package)
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

    def _put(self, name: str, mode: int, content: bytes) -> None:
        if os.path.isabs(name) or ".." in name.split("/"):
            self.reasons.append(("file", name, "it would be outside of the working folder"))
            return
        path = os.path.join(self.cwd, name)
        if os.path.lexists(path):
            if not _holds(path, content):
                self.reasons.append(("file", name, f"another file of that name is in {self.cwd}"))
            return
        missing = os.path.dirname(path)
        folders = []
        while not os.path.isdir(missing):
            folders.append(missing)
            missing = os.path.dirname(missing)
        for folder in reversed(folders):
            os.mkdir(folder)
            self._folders.append(folder)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777)
        self._files.append(path)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(fd, view) :]
        except OSError as problem:
            self.reasons.append(("file", name, problem.strerror))
        finally:
            os.close(fd)

    def _check(self, name: str, distribution: str, version: str) -> None:
        if not version:
            if not _importable(name):
                self.reasons.append(("package", name, version, ""))
            return
        there = _version(distribution)
        if there != version:
            self.reasons.append(("package", distribution, version, there))

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
        for path in self._files:
            _quietly(os.unlink, path)
            # What importing a module that was sent leaves behind.
            folder, name = os.path.split(path)
            if name.endswith(".py"):
                _remove_caches(folder, name[:-3])
        for folder in reversed(self._folders):
            _quietly(os.rmdir, folder)
        if self.temporary:
            _remove_tree(self.cwd)
        self._files.clear()
        self._folders.clear()
        self.temporary = False


def _holds(path: str, content: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(content) + 1) == content
    except OSError:
        return False


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


def _remove_tree(path: str) -> None:
    try:
        with os.scandir(path) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    _remove_tree(entry.path)
                else:
                    _quietly(os.unlink, entry.path)
    except OSError:
        pass
    _quietly(os.rmdir, path)


def _importable(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def _version(distribution: str) -> str:
    """The installed version, "" where it is missing. Folder names tell; metadata is slow to import."""
    wanted = _normal(distribution)
    for folder in sys.path:
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            stem, dot, kind = entry.rpartition(".")
            if dot and kind in ("dist-info", "egg-info"):
                name, _, version = stem.partition("-")
                if _normal(name) == wanted and version:
                    return version.partition("-py")[0]
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except Exception:  # not installed, or with damaged metadata
        return ""
