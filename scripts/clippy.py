"""Runs clippy, warnings denied: over the crates that know no Python once, over crates/native once
for each CPython that is here, because it compiles another frame layout for each.

Runs on any Python 3.8 or newer.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pythons
from pythons import ROOT
from targets import target_folder

NATIVE = "pyteleport-native"


def clippy(*arguments: str, env: dict[str, str] | None = None) -> bool:
    command = ["cargo", "clippy", "--quiet", "--all-targets", *arguments, "--", "-D", "warnings"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL
    )
    return done.returncode == 0


def main() -> int:
    good = clippy("--workspace", "--exclude", NATIVE)
    here, missing = pythons.find_all(fetching=True)
    for python in here:
        target = target_folder(ROOT / ".build" / "target", python.version, "debug")
        env = {"PYO3_PYTHON": python.program, "CARGO_TARGET_DIR": str(target)}
        print(f"clippy of {NATIVE} for CPython {python.version}", flush=True)
        good &= clippy("--package", NATIVE, env=env)
    for version in missing:
        print(f"clippy of {NATIVE} for CPython {version}: MISSING, not checked")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
