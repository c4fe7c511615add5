"""Cargo's target folders: one for each CPython, for PyO3 is compiled for one interpreter at a time.

All other crates are the same in each. So the first folder is copied for the others, and cargo compiles anew
what differs: PyO3, and what depends on it.
"""

from __future__ import annotations

import shutil
from pathlib import Path


def target_folder(targets: Path, version: str, profile: str) -> Path:
    """The target folder of one CPython, begun with another one's where it is new.

    Args:
        targets: where all of them are.
        profile: "debug" or "release".
    """
    folder = targets / version
    if not (folder / profile).exists():
        others = [other for other in targets.glob(f"*/{profile}") if other.parent != folder]
        if others:
            shutil.copytree(others[0], folder / profile, symlinks=True)
    return folder
