"""What runs in the forked copy that `asking` makes: it steers C code to its end, and sends what that returns.

How the copy is steered: an exception is raised, and the frames' code objects have other exception
tables by then. Most have none, so that no handler of the program's runs. In those of the two frames
all leads to a few instructions of ours in memory behind the code, which come to `Asked.__add__`.
The instruction behind the outer frame's call is one that raises.

No class statement may run here once the steering has begun: ours stands in the place of
`__build_class__`, which an instruction without operands puts on the stack.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections import deque
from types import CodeType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType
    from typing import Any, NoReturn

    from pyteleport.capture.frames import FrameRecord

BY_VALUE = (int, float, complex, str, bytes, bool, type(None))
NO_DEPTH = 5000  # a handler with more stack than there is leaves the stack as it is
ITEMS, OBJECT, VALUE = "items", "object", "value"
CONTAINERS = (list, tuple, set, frozenset, deque)
MARKER = object()

_held: list[Any] = []


class Ending(BaseException):
    """Leaves the frames of the copy."""


def act(
    outer: FrameRecord,
    inner: FrameRecord,
    given: tuple[Any, ...],
    how: str,
    ends: Sequence[Iterator[Any]],
    writer: int,
    held: list[Any],
) -> NoReturn:
    try:
        _held.append(held)
        os.closerange(0, writer)
        os.closerange(writer + 1, 1 << 20)
        for iterator in ends:
            deque(iterator, 0)
        asked = Asked(outer, inner, given, how, writer)
        _quiet()
        _replace_sort(asked)
        _steer(outer, inner, given)
        for record in (outer, inner):
            record.live.f_builtins["__build_class__"] = asked
        ending = asked.ending
    except BaseException:
        os._exit(1)
    raise ending


def _quiet() -> None:
    """No tracer hears of it."""
    sys.settrace(None)
    sys.setprofile(None)
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is not None:
        for tool in range(6):
            if monitoring.get_tool(tool) is not None:
                for event in list(monitoring.events.__dict__.values()):
                    if type(event) is int and event:
                        monitoring.register_callback(tool, event, None)


def _replace_sort(asked: Asked) -> None:
    """`sorted` takes a list, and then calls a method, which would call the program's functions."""
    from ctypes import py_object, pythonapi
    from gc import get_referents

    (namespace,) = get_referents(list.__dict__)
    namespace["sort"] = lambda found, **options: asked.send("returned", found)
    pythonapi.PyType_Modified(py_object(list))


class Text(str):
    """What the marker is as a string."""


class Asked:
    """What our instructions in the copy add, to call Python with what is on the stack."""

    __array_ufunc__ = None

    def __init__(
        self, outer: FrameRecord, inner: FrameRecord, given: tuple[Any, ...], how: str,
        writer: int,
    ) -> None:  # fmt: skip
        self.ending = Ending()
        self.outer = outer.live
        self.inner = inner.live
        self.again = () if inner.generator is not None else (inner.live.f_code, inner.code)
        self.given = [self if value is MARKER else value for value in given]
        self.how = how
        self.marks = MARKER in given
        self.text = Text()
        self.started = False
        self.writer = writer

    def __add__(self, other: Any) -> Any:
        try:
            found = self.next(other, sys._getframe(1))
        except BaseException:
            os._exit(1)
        if found is self.ending:
            raise found
        return found

    def next(self, other: Any, frame: FrameType) -> Any:
        """What the inner frame gives next; an exception leaves any other frame."""
        if other is not self:
            self.send("returned", other)
        if frame is self.outer:
            self.how = VALUE
            self.send("raised")
        again = self.started and any(frame.f_code is code for code in self.again)
        if frame is not self.inner and not again:
            return self.ending
        self.started = True
        if self.given:
            return self.given.pop(0)
        if self.marks:
            self.send_holder()
        if self.again:
            self.ending = StopIteration()
            return self.ending
        return None

    def compared(self, other: Any) -> NoReturn:
        self.how = OBJECT
        self.send("compared", other)

    __gt__ = __lt__ = compared

    def send_holder(self) -> NoReturn:
        import gc

        found = [
            holder
            for holder in gc.get_referrers(self, self.text)
            if type(holder) is list
            and holder
            and holder is not self.given
            and (holder[-1] is self or holder[-1] is self.text)
        ]
        if len(found) == 1:
            self.send("held", found[0][:-1])
        self.how = VALUE
        self.send("taken")

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def send(self, kind: str, result: Any = None) -> NoReturn:
        try:
            message = marshal.dumps((kind, *_described(result, self.how)))
            while message:
                message = message[os.write(self.writer, message) :]
            os._exit(0)
        finally:
            os._exit(1)


def _described(result: Any, how: str) -> tuple[str, Any]:
    """What was made in the copy goes by its items, or its value; what was there by its address."""
    kind = type(result)
    if how == OBJECT or (how == VALUE and kind not in BY_VALUE):
        return OBJECT, _place(result)
    if kind in BY_VALUE:
        return VALUE, result
    if kind is bytearray:
        return VALUE, bytes(result)
    if kind is dict:
        return ITEMS, [_place(part) for pair in dict.items(result) for part in pair]
    if kind in CONTAINERS:
        return ITEMS, [_place(item) for item in result]
    return OBJECT, _place(result)  # an array


def _place(item: Any) -> tuple[int, int]:
    return id(item), id(type(item))


def _steer(outer: FrameRecord, inner: FrameRecord, given: tuple[Any, ...]) -> None:
    """Gives every code object of the frames its table, and the outer frame its raising instruction."""
    from ctypes import c_uint16, c_uint64
    from opcode import opmap

    start = CodeType.__basicsize__
    table_field = _table_field()
    raising = opmap["RAISE_VARARGS"]
    behind = _behind_call(outer.live)
    codes: list[CodeType] = [inner.code]
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        codes.append(frame.f_code)
        if frame is outer.live:
            break
        frame = frame.f_back
    leads_here = (outer.live.f_code, inner.live.f_code, inner.code)
    body, returned = _instructions(inner.generator is not None, len(given))
    for code in {id(code): code for code in codes}.values():
        table = b""
        if any(code is known for known in leads_here):
            begins = id(code) + start
            target = (_memory(begins, body) - begins) // 2
            units = len(code.co_code) // 2
            if code is outer.live.f_code:
                table = _entry(0, behind, target, 0)
                table += _entry(behind, 1, target + returned, NO_DEPTH)
                table += _entry(behind + 1, units, target, 0)
            else:
                table = _entry(0, units, target, 0)
        _held.append(table)
        c_uint64.from_address(id(code) + table_field).value = id(table)
    c_uint16.from_address(id(outer.live.f_code) + start + behind * 2).value = raising
    if inner.generator is None:
        c_uint16.from_address(id(inner.code) + start).value = raising


def _table_field() -> int:
    """Where a code object has its exception table."""
    from ctypes import c_uint64

    table = bytes(bytearray(b"not a table"))
    code = _table_field.__code__.replace(co_exceptiontable=table)
    return next(
        offset
        for offset in range(16, CodeType.__basicsize__, 8)
        if c_uint64.from_address(id(code) + offset).value == id(table)
    )


def _behind_call(frame: FrameType) -> int:
    """The unit behind the call that a frame is in: a call is followed by its caches."""
    from opcode import opmap

    code = frame.f_code.co_code
    offset = frame.f_lasti
    if code[offset] == opmap.get("PRECALL"):
        offset = _skip(code, offset)
    return _skip(code, offset) // 2


def _skip(code: bytes, offset: int) -> int:
    offset += 2
    while code[offset] == 0:
        offset += 2
    return offset


def _instructions(is_generator: bool, items: int) -> tuple[bytes, int]:
    """Our instructions, and the unit where those begin that send what C returned."""
    from opcode import opmap

    def unit(name: str, argument: int = 0) -> bytes:
        return bytes((opmap[name], argument))

    plain = compile("a + b", "", "eval").co_code
    at = plain.index(opmap["BINARY_OP"], 2)
    add = plain[at : _skip(plain, at)]
    call = unit("LOAD_BUILD_CLASS") * 2 + add
    body = unit("POP_TOP")
    if is_generator:
        body += (call + unit("YIELD_VALUE") + unit("POP_TOP")) * items
    body += call + unit("RETURN_VALUE")
    returned = len(body) // 2
    body += unit("POP_TOP") + unit("LOAD_BUILD_CLASS") + unit("SWAP", 2) + add
    return body + unit("RETURN_VALUE"), returned


def _entry(first: int, size: int, target: int, depth: int) -> bytes:
    """One entry of an exception table."""
    found = bytearray()
    for number in (first, size, target, depth << 1):
        digits = [number & 63]
        rest = number >> 6
        while rest:
            digits.append(rest & 63 | 64)
            rest >>= 6
        found += bytes(reversed(digits))
    found[0] |= 128
    return bytes(found)


def _memory(begins: int, content: bytes) -> int:
    """Memory with this content, not too far behind an address: a handler's place is counted from it."""
    import mmap
    from ctypes import PyDLL, c_int, c_long, c_size_t, c_void_p, memmove

    function = PyDLL(None).mmap
    function.restype = c_void_p
    function.argtypes = (c_void_p, c_size_t, c_int, c_int, c_int, c_long)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    for shift in range(20, 32):
        wanted = (begins + (1 << shift)) & ~(mmap.PAGESIZE - 1)
        address = function(wanted, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE, flags, -1, 0)
        if address is not None and 0 < address - begins < 1 << 32:
            memmove(address, content, len(content))
            return int(address)
    raise MemoryError
