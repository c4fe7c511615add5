"""At the target, before anything of the program: the installed packages it needs are compared by metadata.

What of this runs there comes with the manifest, and only for programs that need packages.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.stage.prepare import Prepared

CHECK = "check"
SEND = "send"
INSTALL = "install"
COMPARE = "compare"  # doctor's: says what differs and goes on


def prepare(prepared: Prepared, manifest: dict[str, Any], down: int, up: int) -> None:
    """Compares, and makes up for what is missing as far as that is wanted.

    `manifest["packages"]` is [(import name, distribution, version)], `manifest["policy"]` one of the
    above, or `install:` and a folder.
    """
    policy = manifest.get("policy", CHECK)
    if policy.startswith(INSTALL):
        from pyteleport.stage import install

        install.prepare(prepared, manifest, down, up)
        return
    missing = differing(manifest["packages"])
    if policy == CHECK:
        prepared.reasons += [("package", *package[1:]) for package in missing]
    else:
        prepared.missing = missing


def differing(packages: list[Any]) -> list[tuple[str, str, str, str]]:
    """(import name, distribution, version there where it comes from, here or "") of what differs here."""
    found = []
    for name, distribution, version in packages:
        if version:
            here = version_of(distribution)
            if here != version:
                found.append((name, distribution, version, here))
        elif not _importable(name):
            found.append((name, name, version, ""))
    return found


def _importable(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def version_of(distribution: str) -> str:
    """The installed version, "" where it is missing. Folder names tell; metadata is slow to import."""
    wanted = normal(distribution)
    for folder in sys.path:
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            stem, dot, kind = entry.rpartition(".")
            if dot and kind in ("dist-info", "egg-info"):
                name, _, version = stem.partition("-")
                if normal(name) == wanted and version:
                    return version.partition("-py")[0]
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except Exception:  # not installed, or with damaged metadata
        return ""
