"""Where the bundle is kept, so that it is not made anew for each move."""

from __future__ import annotations

from pathlib import Path

from harness import Python, check, run

MAKE = "from pyteleport.stage import bundle; assert bundle.core()"
PLACES = """
import pyteleport
from pyteleport.stage import bundle

tail = "/lib/python3.12/site-packages/pyteleport-for-everybody/pyteleport"
found = []
for folder in ("/home/one/venv" + tail, "/home/two/venv" + tail):
    pyteleport.__path__ = [folder]
    found += bundle._places()
assert len(set(found)) == 2, found
"""


def test_it_is_kept_in_the_users_cache_folder(python: Python, tmp_path: Path) -> None:
    """Without bytecode files, as the tests run, there is no other place."""
    cache = tmp_path / "cache"
    check(run(python, MAKE, env={"XDG_CACHE_HOME": str(cache)}))
    (kept,) = (cache / "pyteleport").iterdir()
    before = kept.stat()
    check(run(python, MAKE, env={"XDG_CACHE_HOME": str(cache)}))
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_it_can_be_switched_off(python: Python, tmp_path: Path) -> None:
    check(run(python, MAKE, env={"XDG_CACHE_HOME": "off", "HOME": str(tmp_path)}, cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_each_install_has_its_own(python: Python, tmp_path: Path) -> None:
    check(run(python, PLACES, env={"XDG_CACHE_HOME": str(tmp_path)}))
