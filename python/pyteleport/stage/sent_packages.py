"""Packages that were sent: served from memory at the target, in front of what is installed there.

They come before the image, as a zip. Its loader knows sources and data files, so that tracebacks,
`pkgutil.get_data`, `importlib.resources` and `importlib.metadata` work; the paths are those they have
where they come from, and lead to nothing here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType
    from typing import Any


class SentPackages:
    """Finder, loader and resource reader of what is in one zip."""

    def __init__(self, base: str, packed: bytes) -> None:
        import io
        import zipfile

        self.base = base
        self.zip = zipfile.ZipFile(io.BytesIO(packed))
        self.zip.filename = base  # what paths inside of it begin with
        self.names = set(self.zip.namelist())
        self.folders = {
            name[:end] for name in self.names for end, letter in enumerate(name) if letter == "/"
        }

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        place = name.replace(".", "/")
        from _frozen_importlib import ModuleSpec

        for file, is_package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
            if file in self.names:
                spec = ModuleSpec(name, self, origin=f"{self.base}/{file}", is_package=is_package)  # type: ignore[arg-type]
                spec.has_location = True
                if is_package:
                    spec.submodule_search_locations = [f"{self.base}/{place}"]
                return spec
        if place not in self.folders:
            return None
        # A namespace package: other parts of it may be installed here.
        from importlib.machinery import PathFinder

        found = PathFinder.find_spec(name, _path)
        if found is not None and found.loader is not None and found.origin is not None:
            return None
        spec = ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        others = list(found.submodule_search_locations or ()) if found is not None else []
        spec.submodule_search_locations = [f"{self.base}/{place}", *others]
        return spec

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if self._file(name):
            exec(self.get_code(name), module.__dict__)

    def _file(self, name: str) -> str:
        """Where a module's source is; "" for a namespace package."""
        place = name.replace(".", "/")
        for file in (f"{place}/__init__.py", f"{place}.py"):
            if file in self.names:
                return file
        if place in self.folders:
            return ""
        raise ImportError(f"no module {name!r} was sent", name=name)

    def get_filename(self, name: str) -> str:
        return f"{self.base}/{self._file(name)}"

    def get_code(self, name: str) -> CodeType:
        file = self._file(name)
        code: CodeType = compile(
            self.zip.read(file), f"{self.base}/{file}", "exec", dont_inherit=True
        )
        return code

    def get_source(self, name: str) -> str:
        from importlib.util import decode_source

        file = self._file(name)
        return decode_source(self.zip.read(file)) if file else ""

    def is_package(self, name: str) -> bool:
        return not self._file(name).endswith(".py") or self._file(name).endswith("/__init__.py")

    def get_data(self, path: str) -> bytes:
        """A data file, by the path it has where it comes from."""
        import os

        name = os.path.normpath(path).removeprefix(self.base + "/")
        if name not in self.names:
            raise FileNotFoundError(2, "no such file was sent", path)
        return self.zip.read(name)

    def get_resource_reader(self, name: str) -> Resources:
        return Resources(self, name.replace(".", "/"))

    def find_distributions(self, context: Any = None) -> Iterator[Any]:
        from importlib.metadata import PathDistribution
        from zipfile import Path

        wanted = getattr(context, "name", None)
        for folder in sorted(self.folders):
            stem, _, kind = folder.rpartition(".")
            if kind not in ("dist-info", "egg-info") or "/" in folder:
                continue
            if wanted is None or _normal(stem.partition("-")[0]) == _normal(wanted):
                yield PathDistribution(Path(self.zip, folder + "/"))

    def invalidate_caches(self) -> None:
        pass


class Resources:
    """What `importlib.resources` asks for."""

    def __init__(self, sent: SentPackages, place: str) -> None:
        self._sent = sent
        self._place = place

    def files(self) -> Any:
        from zipfile import Path

        return Path(self._sent.zip, self._place + "/")


def _normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
