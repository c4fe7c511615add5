"""Data files of the program's own packages are read at home when they are asked for."""

from __future__ import annotations

from pathlib import Path

from harness import Python, check, run

PROGRAM = """
import os, pkgutil, sys
from importlib import resources
import pyteleport
import app, app.sub, spread.part

def show():
    print(pkgutil.get_data("app", "data/one.bin"), resources.files("app").joinpath("data", "two.txt").read_text())
    print(sorted(entry.name for entry in (resources.files(app) / "data").iterdir()))
    with resources.as_file(resources.files("app.sub") / "deep.txt") as path:
        print(path.read_text(), path.suffix)
    with (resources.files("app") / "data" / "two.txt").open("rb") as file:
        print(file.read(3))
    print((resources.files("spread") / "spread.txt").read_text(encoding="utf-8"))
    data = resources.files("app") / "data"
    print(data.is_dir(), data.is_file(), (data / "none").is_file(), data.name)
    for path in ("data/none", "data/large.bin", "../secret", "data"):
        try:
            print(len(pkgutil.get_data("app", path)))
        except OSError as problem:
            print(type(problem).__name__, "MB" in str(problem), "own" in str(problem))

before = os.getpid()
for step in range({hops}):
    pyteleport.teleport("local")
    show()
print(os.getpid() != before)
"""
SHOWN = """\
b'\\x00one' two
['large.bin', 'one.bin', 'two.txt']
deep .txt
b'two'
spread
True False False data
FileNotFoundError False False
OSError True False
OSError False True
IsADirectoryError False False
"""


def lay_out(folder: Path) -> None:
    files = {
        "app/__init__.py": b"",
        "app/sub/__init__.py": b"",
        "app/sub/deep.txt": b"deep",
        "app/data/one.bin": b"\0one",
        "app/data/two.txt": b"two",
        "app/data/large.bin": bytes((16 << 20) + 1),
        "spread/part.py": b"",
        "spread/spread.txt": b"spread",
        "secret": b"secret",
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_they_are_read_at_home(python: Python, tmp_path: Path) -> None:
    lay_out(tmp_path)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(hops=2))
    check(run(python, program), stdout=SHOWN * 2 + "True\n")


def test_from_a_prompt(python: Python, tmp_path: Path) -> None:
    lay_out(tmp_path)
    program = tmp_path / "program.py"
    start, _, _ = PROGRAM.partition("before =")
    program.write_text(
        start
        + "@pyteleport.prompt\ndef there():\n    pyteleport.teleport('local')\n    show()\n    return os.getpid()\n"
        + "print(there() != os.getpid())\n"
    )
    check(run(python, program), stdout=SHOWN + "True\n")


def test_the_objects_move_as_well(python: Python, tmp_path: Path) -> None:
    lay_out(tmp_path)
    program = tmp_path / "program.py"
    program.write_text(
        "import pyteleport, app\nfrom importlib import resources\n"
        "pyteleport.teleport('local')\n"
        "found = resources.files('app') / 'data'\n"
        "pyteleport.teleport('local')\n"
        "print((found / 'two.txt').read_text())\n"
    )
    check(run(python, program), stdout="two\n")
