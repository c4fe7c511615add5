"""What a refused move says: the C code in the words of the language, both frames, and where a move would work."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from harness import Python, run_command

PROGRAM = """\
import asyncio
from pyteleport import BoundaryError, teleport

def go(value):
    try:
        teleport("local")
    except BoundaryError as refused:
        print(refused)
        print()
    return value

class Key:
    def __lt__(self, other):
        return go(True)
    def __str__(self):
        return go("text")
    def __del__(self):
        if shown == "destroyed":
            go(None)

def generator():
    yield go(1)

def ordered():
    sorted([Key(), Key()])

async def coroutine():
    "%s" % Key()

def zipped():
    for both in zip([1], generator()):
        pass

def unpacked():
    one, = generator()

def destroyed():
    key = Key()
    del key

def library():
    import bisect
    min([Key(), Key()])

def deeper():
    sorted([1], key=lambda value: zipped())

def formatted():
    asyncio.run(coroutine())

import sys
shown = sys.argv[1]
globals()[shown]()
"""

TEXTS = {
    "ordered": """
        sorted() is C code between two Python frames, and its progress cannot be taken along
          where: ordered (FILE, line 25) -> sorted() -> Key.__lt__ (FILE, line 14)
          to do: call teleport() outside of it, in ordered before or after line 25 of FILE
        """,
    "zipped": """
        a `for` loop over a zip is C code between two Python frames, and its progress cannot be taken along
          where: zipped (FILE, line 31) -> a `for` loop over a zip -> generator (FILE, line 22)
          to do: call teleport() outside of it, in zipped before or after line 31 of FILE
        """,
    "destroyed": """
        a destructor (__del__) is C code between two Python frames, and its progress cannot be taken along
          where: destroyed (FILE, line 39) -> a destructor (__del__) -> Key.__del__ (FILE, line 19)
          to do: call teleport() outside of it, in destroyed before or after line 39 of FILE
        """,
    "deeper": """
        a `for` loop over a zip is C code between two Python frames, and its progress cannot be taken along
          where: zipped (FILE, line 31) -> a `for` loop over a zip -> generator (FILE, line 22)
          to do: call teleport() outside of it, in deeper before or after line 46 of FILE
        """,
    "formatted": """
        the operator `%` is C code between two Python frames, and its progress cannot be taken along
          where: coroutine (FILE, line 28) -> the operator `%` -> Key.__str__ (FILE, line 16)
          to do: call teleport() outside of it, in formatted before or after line 49 of FILE
        """,
}

EVERY_OPCODE = """\
from opcode import opmap
from pyteleport.capture.wording import operation

class Record:
    stack = [iter([])]

for name in opmap:
    for argument in range(6):
        Record.opcode, Record.argument = name, argument
        said = operation(Record)
        words = said.replace("NULL", "").split()
        assert not any(word.isupper() and "_" in word for word in words), (name, said)
        assert name not in said
"""


@pytest.mark.parametrize("shown", TEXTS)
def test_says(python: Python, tmp_path: Path, shown: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = run_command([python.program, str(program), shown], cwd=tmp_path)
    assert done.stderr == ""
    said = done.stdout.replace(str(program), "FILE").split("\n\n")[0]
    assert said == textwrap.dedent(TEXTS[shown]).strip()


def test_no_instruction_is_named(python: Python) -> None:
    done = run_command([python.program, "-c", EVERY_OPCODE])
    assert (done.stdout, done.stderr, done.status) == ("", "", 0)
