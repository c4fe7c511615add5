"""Streams every code object of the standard library to the tests of the bytecode crate.

    python3.13 scripts/dump_code.py SHARE

On stdout, per code object, seven fields, each a length (4 bytes, little endian) and so many bytes:

    name, co_code, co_exceptiontable, co_linetable,
    numbers       first line, slots of the frame, free variables, argument slots, constants, flags, stack size
    instructions  offset, opcode, argument, jump target, for each as `dis` sees it; only for one object in SHARE
    positions     line, end line, column, end column of each code unit, by `co_positions`; the same

Numbers are signed, 4 bytes, little endian; None is -1. Modules come from the byte-code cache where it has
them, else they are compiled.
"""

from __future__ import annotations

import dis
import importlib.util
import marshal
import os
import struct
import sys
import sysconfig
import types
import warnings
from collections.abc import Iterator

CACHE_HEADER = 16


def modules(root: str) -> Iterator[tuple[str, types.CodeType]]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - {"site-packages", "dist-packages", "__pycache__"})
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(".py") and (code := module(path)) is not None:
                yield os.path.relpath(path, root), code


def module(path: str) -> types.CodeType | None:
    cached = importlib.util.cache_from_source(path)
    if os.path.exists(cached):
        with open(cached, "rb") as file:
            data = file.read()
        if data[:4] == importlib.util.MAGIC_NUMBER:
            return marshal.loads(data[CACHE_HEADER:])
    try:
        with open(path, "rb") as file:
            return compile(file.read(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return None  # a dangling link; and the library's tests keep some broken sources


def nested(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from nested(constant)


def numbers(values: object) -> bytes:
    values = [-1 if value is None else value for value in values]
    return struct.pack("<%di" % len(values), *values)


def argument_slots(code: types.CodeType) -> int:
    stars = bool(code.co_flags & 4) + bool(code.co_flags & 8)
    return code.co_argcount + code.co_kwonlyargcount + stars


def slots(code: types.CodeType) -> int:
    return len({*code.co_varnames, *code.co_cellvars}) + len(code.co_freevars)


def instructions(code: types.CodeType) -> Iterator[int | None]:
    jumps = {*dis.hasjrel, *dis.hasjabs} - {dis.opmap["END_ASYNC_FOR"]}
    for i in dis.get_instructions(code):
        yield from (i.offset, i.opcode, i.arg, i.argval if i.opcode in jumps else None)


def fields(where: str, code: types.CodeType, whole: bool) -> Iterator[bytes]:
    yield f"{where}:{code.co_qualname}:{code.co_firstlineno}".encode("utf-8", "replace")
    yield code.co_code
    yield code.co_exceptiontable
    yield code.co_linetable
    yield numbers(
        [
            code.co_firstlineno,
            slots(code),
            len(code.co_freevars),
            argument_slots(code),
            len(code.co_consts),
            code.co_flags,
            code.co_stacksize,
        ]
    )
    yield numbers(list(instructions(code))) if whole else b""
    yield numbers([n for p in code.co_positions() for n in p]) if whole else b""


def main() -> None:
    warnings.simplefilter("ignore")
    share = int(sys.argv[1])
    count = 0
    out = sys.stdout.buffer
    for where, outer in modules(sysconfig.get_path("stdlib")):
        for code in nested(outer):
            for field in fields(where, code, count % share == 0):
                out.write(struct.pack("<I", len(field)))
                out.write(field)
            count += 1
    out.flush()


main()
