"""What `packages="send"` and `"install"` need to know of installed distributions: dependencies and files.

The dependencies are those that metadata requires and that are installed here, so nothing is looked up
and no marker has to be understood: what is not here was not needed here.
"""

from __future__ import annotations

import sys

from pyteleport.graph.modules import INSTALLED, is_installed, own_modules, top_level
from pyteleport.surroundings.packages import needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution
    from types import CodeType
    from typing import Any

    from pyteleport.surroundings.packages import Package

COMPILED = (".so", ".pyd", ".dylib")
LEFT_OUT = (".pyc", ".pyo")
LEVEL = 1  # of compression: it is done while the program waits


def with_dependencies(tops: set[str]) -> list[Package]:
    """As `packages.needed`, with what the program's own code imports anywhere, and all that these require."""
    return closure(needed(tops | _imported()))


def closure(packages: list[Package]) -> list[Package]:
    """These packages and all that they require."""
    found = list(packages)
    known = {_normal(distribution) for _, distribution, _ in found}
    for _, distribution, version in found:
        for name in _required(distribution) if version else ():
            if _normal(name) not in known and (package := _installed(name)):
                known.add(_normal(name))
                found.append(package)
    return found


def _imported() -> set[str]:
    """Installed top-level names that the program's own code imports, in functions as well."""
    from types import FunctionType

    from pyteleport.graph.scope import names_in

    found = set()
    codes: list[CodeType] = []
    for module in own_modules().values():
        for value in list(module.__dict__.values()):
            members = [value]
            if isinstance(value, type) and value.__module__ == module.__name__:
                members = [
                    getattr(member, "__func__", member)
                    for member in type.__dict__["__dict__"].__get__(value).values()
                ]
            codes += [member.__code__ for member in members if type(member) is FunctionType]
    for code in codes:
        for kind, name, level in names_in(code):
            if (kind == "import" and not level) or (kind == "from" and not level[0]):
                found.add(top_level(name))
    return {name for name in found if is_installed(name)}


def _normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def _required(distribution: str) -> Iterator[str]:
    """Names of what a distribution requires; of what its extras do, only what is loaded."""
    import re
    from importlib import metadata

    try:
        requirements = metadata.requires(distribution) or ()
    except metadata.PackageNotFoundError:
        return
    for requirement in requirements:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        if name is not None and ("extra ==" not in requirement or _is_loaded(name[0])):
            yield name[0]


def _is_loaded(distribution: str) -> bool:
    return _normal(distribution) in map(_normal, sys.modules)


def _installed(distribution: str) -> Package | None:
    """A distribution that is installed here, and not as editable."""
    from importlib import metadata

    try:
        found = metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return None
    if is_editable(found):
        return None
    return _normal(distribution), found.metadata["Name"], found.version


def is_editable(found: Distribution) -> bool:
    import json

    try:
        described = json.loads(found.read_text("direct_url.json") or "{}")
    except (OSError, ValueError):
        return False
    return bool(described.get("dir_info", {}).get("editable"))


class Files:
    """The files of one package, as they lie in the folder it is installed in.

    Attributes:
        base: that folder.
        names: relative paths, without what a program cannot be in need of.
        compiled: one of them that is compiled, if any is.
    """

    def __init__(self, package: Package) -> None:
        from importlib import metadata

        top, distribution, _ = package
        self.base = ""
        self.names: list[str] = []
        self.compiled = ""
        try:
            self.found: Any = metadata.distribution(distribution)
        except metadata.PackageNotFoundError:
            self.found = None
        listed = self.found.files if self.found is not None else None
        if listed:
            self._take(listed)
        else:
            self._walk(top)

    def _take(self, listed: Any) -> None:
        self.base = str(self.found.locate_file(""))
        for path in listed:
            parts = path.parts
            if parts[0] != ".." and not path.is_absolute() and "__pycache__" not in parts:
                self._add("/".join(parts))

    def _walk(self, top: str) -> None:
        """Of a package without a list of its files: its module or folder, and its metadata."""
        import os

        module = sys.modules.get(top)
        origin = getattr(module, "__file__", None) or [*getattr(module, "__path__", ()), ""][0]
        if os.path.basename(origin).startswith("__init__."):
            origin = os.path.dirname(origin)
        self.base = os.path.dirname(origin)
        places = [origin]
        if self.found is not None and (path := getattr(self.found, "_path", None)) is not None:
            places.append(str(path))
        for place in places:
            if os.path.isfile(place):
                self._add(os.path.relpath(place, self.base))
            for folder, _, names in os.walk(place):
                for name in names:
                    self._add(os.path.relpath(os.path.join(folder, name), self.base))

    def _add(self, name: str) -> None:
        if name.endswith(COMPILED):
            self.compiled = name
        if not name.endswith(LEFT_OUT):
            self.names.append(name)

    def read(self, name: str) -> bytes | None:
        """A file's content; None where it is not there, such as a RECORD that was not written."""
        import os

        try:
            if self.found is not None and self.found.files:
                data: bytes = self.found.locate_file(name).read_bytes()
                return data
            with open(os.path.join(self.base, name), "rb") as file:
                return file.read()
        except (OSError, KeyError):
            return None


def pack(missing: list[Any], target: str) -> bytes:
    """Packages as `stage.sent_packages` takes them; they are described as a target says what differs there.

    Raises:
        PackagesMissing: with those that hold compiled code.
    """
    import io
    import marshal
    import zipfile

    from pyteleport.errors import PackagesMissing

    if not missing:
        return b""
    every = [Files(package[:3]) for package in missing]
    compiled = [
        (package, files) for package, files in zip(missing, every, strict=True) if files.compiled
    ]
    if compiled:
        names = ", ".join(package[1] for package, _ in compiled)
        raise PackagesMissing(
            [package[1:] for package, _ in compiled],
            target,
            f"these hold compiled code, which is not sent ({names}): have all of them installed there "
            'with packages="install", or install them there yourself',
        )
    bases = [files.base for files in every]
    base = next((base for base in bases if any(mark in base + "/" for mark in INSTALLED)), bases[0])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
        for files in every:
            for name in files.names:
                data = files.read(name)
                if data is not None:  # without a date: those before 1980 cannot be in a zip
                    info = zipfile.ZipInfo(name)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    packed.writestr(info, data)
    return marshal.dumps((base, content.getvalue()))
