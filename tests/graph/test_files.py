"""Open files, after a move to another process: the same position, and nothing lost or truncated."""

from __future__ import annotations

from pathlib import Path

from harness import Python, run

PROGRAMS = Path(__file__).parent / "programs"

ALTERED = """
import io, os, sys
from _pickle import Unpickler
from pyteleport.graph import image
from pyteleport.graph.dumper import Dumper

def there(file):
    dumper = Dumper(set())
    dumper.dump(file)
    data = b"".join(dumper.take())
    return lambda: Unpickler(io.BytesIO(data)).load()

image.install_all()
with open("file.txt", "w") as file:
    file.write("abc")
    load = there(file)
for alter in (lambda: open("file.txt", "a").write("d"), lambda: os.remove("file.txt")):
    alter()
    try:
        load()
    except OSError as problem:
        print(type(problem).__name__, problem.strerror, os.path.basename(problem.filename))
"""


def test_every_kind_goes_on_where_it_stood(python: Python, tmp_path: Path) -> None:
    here = run(python, PROGRAMS / "files.py", args=["dump", str(tmp_path)])
    there = run(python, PROGRAMS / "files.py", args=["load", str(tmp_path)])
    assert (here.stderr, here.status) == ("", 0)
    assert (there.stdout, there.stderr) == (here.stdout, "")


def test_a_file_that_is_missing_or_has_another_size(python: Python, tmp_path: Path) -> None:
    result = run(python, ALTERED, cwd=tmp_path)
    assert result.stdout == (
        "OSError the open file has 4 bytes here and 3 where the program came from file.txt\n"
        "FileNotFoundError the program has this file open; it is missing here file.txt\n"
    ), result.stderr
