"""Installed packages a program needs: they go by reference, and are looked for at the target first."""

from __future__ import annotations

import sys

from pyteleport.graph.modules import is_installed


def needed(tops: set[str]) -> list[tuple[str, str, str]]:
    """(import name, distribution, version) of the installed packages among top-level names.

    The version is "" where the package has no metadata (a single file dropped into
    site-packages): then only its presence can be checked.
    """
    installed = sorted(top for top in tops if is_installed(top))
    return [(top, *distribution_of(top)) for top in installed]


def distribution_of(top: str) -> tuple[str, str]:
    """(distribution name, version) of an importable top-level name, as its metadata says."""
    from importlib import metadata

    try:
        return top, metadata.version(top)
    except metadata.PackageNotFoundError:
        pass
    for name in metadata.packages_distributions().get(top, ()):
        return name, metadata.version(name)
    version = getattr(sys.modules.get(top), "__version__", "")
    return top, version if isinstance(version, str) else ""
