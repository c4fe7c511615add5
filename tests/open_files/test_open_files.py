"""Files that are open when the program moves: to a target that has other files under the same path.

There, in a mount namespace of its own, another folder lies over the one the program has its files in.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from harness import Python, Result, check, run

LINES = "".join(f"line {number} é\n" for number in range(5000))
START = """
import os, sys, tempfile
import pyteleport
folder, other = sys.argv[1:]
os.chdir(folder)
there = pyteleport.shell(
    "unshare", "-m", "sh", "-c", python=sys.executable, before=f"mount --bind {other} {folder}"
)
def go(**keywords):
    before = os.getpid()
    try:
        pyteleport.teleport(there, **keywords)
    except pyteleport.TeleportError as problem:
        assert os.getpid() == before
        print(type(problem).__name__, problem.what.replace(folder, "FOLDER"))
    else:
        assert os.getpid() != before
def where(file):
    return os.readlink(f"/proc/self/fd/{file.fileno()}").replace(folder, "FOLDER").replace(other, "OTHER")
"""


class Places:
    def __init__(self, python: Python, folder: Path) -> None:
        self.python = python
        self.here = folder / "here"
        self.there = folder / "there"
        self.temporary = folder / "temporary"
        for place in (self.here, self.there, self.temporary):
            place.mkdir()

    def run(self, program: str) -> Result:
        args = [str(self.here), str(self.there)]
        result = run(self.python, START + program, args=args, env={"TMPDIR": str(self.temporary)})
        assert list(self.temporary.iterdir()) == []
        return result


@pytest.fixture
def places(python: Python, tmp_path: Path) -> Places:
    if os.geteuid() != 0:
        pytest.skip("a mount namespace needs root")
    return Places(python, tmp_path)


READS = """
text = open("in.txt", encoding="utf-8")
for number, line in enumerate(text):
    if number == 2000:
        break
again = open(os.path.abspath("in.txt"), "rb")
again.seek(100)
go({keywords})
print(next(text), again.read(7), text.name, where(text).endswith("(deleted)"))
print(len(text.read()), len(again.read()))
"""


@pytest.mark.parametrize(
    ("there", "keywords", "sent"),
    [
        (None, "", True),
        (LINES, "", False),
        (LINES.replace("7", "8"), "", True),
        (LINES + "more", "", True),
        (LINES, "open_files='send'", True),
        (LINES, "open_files='path'", False),
    ],
)
def test_what_is_read(places: Places, there: str | None, keywords: str, sent: bool) -> None:
    (places.here / "in.txt").write_text(LINES)
    if there is not None:
        (places.there / "in.txt").write_text(there)
    data = LINES.encode()
    rest = len(LINES.split("line 2002 ", 1)[1]) + len("line 2002 ")
    check(
        places.run(READS.format(keywords=keywords)),
        stdout=f"line 2001 é\n {data[100:107]!r} in.txt {sent}\n{rest} {len(data) - 107}\n",
    )


def test_large_files_are_compared_in_parts(places: Places) -> None:
    for place, last in ((places.here, b"x"), (places.there, b"y")):
        (place / "in.bin").write_bytes(bytes(40 << 20) + last)
    program = "file = open('in.bin', 'rb')\nfile.seek(40 << 20)\ngo()\nprint(file.read())\n"
    check(places.run(program), stdout="b'x'\n")


def test_too_much_to_send(places: Places) -> None:
    with (places.here / "in.bin").open("wb") as file:
        file.truncate((64 << 20) + 1)
    program = "file = open('in.bin', 'rb')\ngo()\nprint(file.read(1))\n"
    text = "CannotMove the file FOLDER/in.bin cannot move: more than 64 MB of open files would have to be sent\n"
    check(places.run(program), stdout=text + "b'\\x00'\n")


WRITES = """
text = open("out.txt", "{mode}", encoding="utf-8")
text.write("before\\n")
binary = open(os.path.abspath("out.bin"), "wb")
binary.write(b"0123456789")
binary.seek(3)
go()
text.write("after\\n")
binary.write(b"XY")
print(where(text), where(binary))
"""


@pytest.mark.parametrize("mode", ["w", "x", "a", "w+"])
def test_what_was_written_travels(places: Places, mode: str) -> None:
    check(places.run(WRITES.format(mode=mode)), stdout="FOLDER/out.txt FOLDER/out.bin\n")
    assert (places.here / "out.txt").read_text() == "before\n"
    assert (places.there / "out.txt").read_text() == "before\nafter\n"
    assert (places.there / "out.bin").read_bytes() == b"012XY56789"


def test_another_file_is_never_written_to(places: Places) -> None:
    (places.there / "out.txt").write_text("precious")
    text = "CannotMove the file FOLDER/out.txt cannot move: another file of that name is at the target, and the program has it open for writing\n"
    check(places.run(WRITES.format(mode="w")), stdout=text + "FOLDER/out.txt FOLDER/out.bin\n")
    assert (places.there / "out.txt").read_text() == "precious"
    assert (places.here / "out.txt").read_text() == "before\nafter\n"
    assert not (places.there / "out.bin").exists()


def test_nothing_is_left_where_the_load_fails(places: Places) -> None:
    program = """
class Unwilling:
    def __reduce__(self):
        return Unwilling.make, (os.getpid(),)
    @staticmethod
    def make(pid):
        raise LookupError("not here")
file = open("out.txt", "w")
file.write("before")
unwilling = Unwilling()
try:
    pyteleport.teleport(there)
except pyteleport.HandoffError as problem:
    print("not here" in str(problem))
print(os.listdir(other))
del unwilling
go()
file.write(" and after")
"""
    check(places.run(program), stdout="True\n[]\n")
    assert (places.there / "out.txt").read_text() == "before and after"


def test_a_folder_that_is_not_there(places: Places) -> None:
    (places.here / "below").mkdir()
    program = """
os.chdir("below")
file = open("out.txt", "w")
file.write("before")
go()
"""
    text = "CannotMove the file FOLDER/below/out.txt cannot move: the program has it open for writing, and at the target no folder is there to keep it in\n"
    check(places.run(program), stdout=text)


def test_files_without_a_path(places: Places) -> None:
    program = """
nameless = tempfile.TemporaryFile("w+", encoding="utf-8")
nameless.write("one\\ntwo\\nthree\\n")
nameless.seek(0)
next(nameless)
gone = open("gone.bin", "w+b")
gone.write(b"0123456789")
os.remove("gone.bin")
gone.seek(4)
for _ in range(2):
    pyteleport.teleport("local")
go()
print(next(nameless), gone.read(3), gone.name, os.listdir("."))
gone.write(b"more")
gone.seek(0)
print(gone.read())
nameless.seek(0, 2)
nameless.write("four\\n")
nameless.seek(0)
print(nameless.read())
"""
    check(
        places.run(program),
        stdout="two\n b'456' gone.bin []\nb'0123456more'\none\ntwo\nthree\nfour\n\n",
    )


def test_two_objects_over_one_descriptor(places: Places) -> None:
    program = """
first = open("file.bin", "w+b", buffering=0)
second = open(first.fileno(), "rb", buffering=0, closefd=False)
first.write(b"0123456789")
first.seek(2)
go()
print(first.fileno() == second.fileno(), second.closefd, second.read(2), first.read(2))
second.close()
print(first.read(2))
"""
    check(places.run(program), stdout="True False b'23' b'45'\nb'67'\n")


def test_where_none_may_be_open(places: Places) -> None:
    program = """
file = open("file.txt", "w")
go(open_files="refuse")
file.close()
go(open_files="refuse")
for given in "ask", 3:
    try:
        go(open_files=given)
    except (TypeError, ValueError) as problem:
        print(problem)
"""
    result = places.run(program)
    first, *others = result.stdout.splitlines()
    assert first.startswith("CannotMove ") and 'it is open, and open_files="refuse"' in first
    assert others == [
        'open_files= takes "auto", "send", "path" or "refuse", not \'ask\'',
        "open_files= takes a str, not 3",
    ]


def test_libraries_over_files(places: Places) -> None:
    """In the middle of compressed files and archives, and of `fileinput`."""
    program = """
import bz2, fileinput, gzip, lzma, tarfile, zipfile
data = os.urandom(1000).hex().encode() * 300
for module in (gzip, bz2, lzma):
    with module.open(f"data.{module.__name__}", "wb") as file:
        file.write(data)
with zipfile.ZipFile("data.zip", "w", zipfile.ZIP_STORED) as packed:
    packed.writestr("inside", data)
    packed.writestr("second", b"second")
with tarfile.open("data.tar", "w") as archive:
    archive.add("data.gzip")
open("lines.txt", "w").write("a\\nb\\nc\\n")
packed = zipfile.ZipFile("data.zip")
archive = tarfile.open("data.tar")
lines = fileinput.input("lines.txt")
next(lines)
go()
print(packed.namelist(), packed.read("inside") == data, packed.read("second"))
print(archive.getnames(), len(archive.extractfile("data.gzip").read()) > 1000)
print(list(lines), lines.lineno())
"""
    check(
        places.run(program),
        stdout="['inside', 'second'] True b'second'\n['data.gzip'] True\n['b\\n', 'c\\n'] 3\n",
    )


def test_readers_and_writers_of_csv(places: Places) -> None:
    program = """
import csv
open("in.csv", "w").write('a;b\\n1;"2\\n2"\\n3;4\\n5;"6')
rows = csv.reader(open("in.csv", newline=""), delimiter=";", strict=True)
print(next(rows), next(rows), rows.line_num)
named = csv.DictReader(open("in.csv", newline=""), delimiter=";")
next(named)
from_list = csv.reader(["x,y", 5, "z"])
next(from_list)
try:
    next(from_list)
except csv.Error:
    pass
out = csv.writer(open("out.csv", "w", newline=""), quoting=csv.QUOTE_ALL, lineterminator="!")
out.writerow([1, "a"])
dialect = rows.dialect
for _ in range(2):
    go()
    there = "local"
print(next(rows), rows.line_num, rows.dialect is dialect, dialect.delimiter)
try:
    next(rows)
except csv.Error as problem:
    print(problem)
print(next(named), named.line_num, next(from_list), from_list.line_num)
out.writerow([2, None])
del out
print(open("out.csv").read())
"""
    check(
        places.run(program),
        stdout="['a', 'b'] ['1', '2\\n2'] 3\n['3', '4'] 4 True ;\nunexpected end of data\n"
        "{'a': '3', 'b': '4'} 4 ['z'] 2\n\"1\",\"a\"!\"2\",\"\"!\n",
    )
