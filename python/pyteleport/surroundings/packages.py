"""Installed packages a program needs: they go by reference, and are looked for at the target first.

A package that was installed as editable (`pip install -e`) lies outside of site-packages: it is the
program's own code (see `graph.modules`), and not listed here.
"""

from __future__ import annotations

import sys

from pyteleport.graph.modules import is_installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Package = tuple[str, str, str]


def needed(tops: set[str]) -> list[Package]:
    """(import name, distribution, version) of the installed packages among top-level names.

    The version is "" where the package has no metadata (a single file dropped into
    site-packages): then only its presence can be checked.
    """
    installed = sorted(top for top in tops if is_installed(top))
    return [(top, *found) for top in installed for found in distributions_of(top)]


def describe(manifest: dict[str, Any], tops: set[str], policy: str) -> None:
    """Says in a manifest what is needed, and what to do about what differs there.

    Args:
        tops: the top-level names of modules that objects of the program lead to.
        policy: "check" compares only these; the others what they require, too.
    """
    if policy == "check":
        manifest["packages"] = needed(tops)
        return
    from pyteleport.surroundings.package_files import with_dependencies

    manifest["packages"] = with_dependencies(tops)
    if manifest["packages"]:
        manifest["policy"] = policy


def distributions_of(top: str) -> list[tuple[str, str]]:
    """(distribution name, version) of an importable top-level name, as its metadata says.

    Several have parts of a namespace package: those whose modules the program has loaded.
    """
    from importlib import metadata

    module = sys.modules.get(top)
    parts = module is not None and module.__dict__.get("__file__") is None
    if not parts:
        try:
            return [(top, metadata.version(top))]
        except metadata.PackageNotFoundError:
            pass
    names = list(dict.fromkeys(metadata.packages_distributions().get(top, ())))
    if parts and len(names) > 1:
        names = [name for name in names if _holds_loaded(name, top)] or names[:1]
    found = [(name, metadata.version(name)) for name in names]
    if not parts:
        del found[1:]
    if found:
        return found
    version = getattr(module, "__version__", "")
    return [(top, version if isinstance(version, str) else "")]


def _holds_loaded(name: str, top: str) -> bool:
    """Whether a distribution has a module of this namespace package that is loaded."""
    from importlib import metadata

    for path in metadata.files(name) or ():
        if path.suffix == ".py" and path.parts[0] == top:
            dotted = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
            if dotted in sys.modules:
                return True
    return False
