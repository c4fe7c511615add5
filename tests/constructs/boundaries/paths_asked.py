"""Functions of `os` and `open`, while the `__fspath__` of a path runs.

open text
stat True 4
named True
exists True True False
list ['a file']
scan ['a file']
missing [Errno 2] No such file or directory: 'missing'
missing keyword [Errno 2] No such file or directory: 'missing'
missing second [Errno 2] No such file or directory: 'first' -> 'missing'
missing pathlib [Errno 2] No such file or directory: 'first' -> 'missing'
missing file [Errno 2] No such file or directory: 'missing'
made ['a file', 'folder']
renamed ['folder', 'second']
replaced ['first', 'folder']
bytes b'first'
fspath first
wrong expected Path.__fspath__() to return str or bytes, not int
wrong fspath expected Path.__fspath__() to return str or bytes, not int
raised no path
pathlib True ['first'] first
removed []
two of the program's [Errno 2] No such file or directory: 'one' -> 'other'
kept a/ba/b
"""

import os
import pathlib
import tempfile

from point import here

# refused: 30 (the first path's own `__fspath__` would have to be called again)


class Path:
    def __init__(self, path):
        self.path = path

    def __repr__(self):
        return f"Path({self.path!r})"

    def __fspath__(self):
        return here(self.path)


class Raises:
    def __fspath__(self):
        raise ValueError(here("no path"))


def failing(name, call, *arguments, **keywords):
    try:
        print(name, call(*arguments, **keywords))
    except OSError as error:
        print(name, error)
    except (TypeError, ValueError) as error:
        print(name, error)


class Kept(pathlib.PurePosixPath):
    def __str__(self):
        text = super().__str__()
        return here(text) + self._str  # what pathlib keeps for itself


start = os.getcwd()
with tempfile.TemporaryDirectory() as folder:
    os.chdir(Path(folder))
    with open(Path("a file"), "w") as file:
        file.write("text")
    with open(Path("a file"), mode="r") as file:
        print("open", file.read())
    print(
        "stat",
        os.stat(Path("a file"), follow_symlinks=False).st_mode > 0,
        os.stat(Path("a file")).st_size,
    )
    print("named", os.stat(path=Path("a file")).st_size == 4)
    print(
        "exists",
        os.path.exists(Path("a file")),
        os.path.isfile(Path("a file")),
        os.path.isdir(Path("a file")),
    )
    print("list", os.listdir(Path(".")))
    print("scan", [entry.name for entry in os.scandir(Path(folder))])
    failing("missing", os.stat, Path("missing"))
    failing("missing keyword", os.open, path=Path("missing"), flags=os.O_RDONLY)
    failing("missing second", os.rename, "first", Path("missing"))
    failing("missing pathlib", os.rename, pathlib.Path("first"), Path("missing"))
    failing("missing file", open, Path("missing"))
    os.mkdir(Path("folder"), 0o700)
    print("made", sorted(os.listdir(".")))
    os.rename(Path("a file"), "second")
    print("renamed", sorted(os.listdir(".")))
    os.replace("second", Path("first"))
    print("replaced", sorted(os.listdir(".")))
    os.rmdir(Path("folder"))
    print("bytes", *os.listdir(Path(b".")))
    print("fspath", os.fspath(Path("first")))
    failing("wrong", os.stat, Path(5))
    failing("wrong fspath", os.fspath, Path(5))
    failing("raised", os.stat, Raises())
    path = pathlib.Path("first")
    print("pathlib", path.exists(), sorted(os.listdir(here(pathlib.Path(".")))), os.fspath(path))
    os.unlink(Path("first"))
    print("removed", os.listdir(Path(".")))
    failing("two of the program's", os.rename, Path("one"), Path("other"))
    os.chdir(start)
print("kept", Kept("a", "b"))
