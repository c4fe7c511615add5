"""Asks C code how far it has come: in a forked copy of this process, where it is made to end.

C code that consumes an iterator keeps what it took so far in its own variables. But it hands it out
at once if the iterator ends. So the process is forked, and in the copy the iterator's frame ends,
without a line of the program run:

```
outer frame         in the call of C; in the copy, what C returns is sent through a pipe
  C code            list(…), sum(…): its iterator has no more items, so it returns
    inner frame     the iterator's: in the copy it gives the items it is told to, and ends
      …             frames in between, pyteleport's among them: in the copy an exception leaves them
```

How the copy is steered: an exception is raised, and the frames' code objects have other exception
tables by then. Most have none, so that no handler of the program's runs. In those of the two frames
all leads to a few instructions of ours in memory behind the code, which come to `Asked.__add__`.
The instruction behind the outer frame's call is one that raises.

All descriptors of the copy are closed but the pipe, all signals are blocked, and it ends by `_exit`: it
leaves no trace. If anything is not as expected, it ends without an answer, and the move is refused.
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

PATIENCE = 10.0  # seconds for the copy to answer
ATTEMPTS = 3  # other threads that want the interpreter may stop a copy
BY_VALUE = (int, float, complex, str, bytes, bool, type(None))
NO_DEPTH = 5000  # a handler with more stack than there is leaves the stack as it is

ITEMS, OBJECT, VALUE = "items", "object", "value"
CONTAINERS = (list, tuple, set, frozenset, deque)

_held: list[Any] = []


class Ending(BaseException):
    """Leaves the frames of the copy."""


class Answer:
    """What the copy sent.

    Attributes:
        kind: "returned", "raised" (C raised an exception), "held" (C has put the
            marker behind these items of a list), "compared" (it compared the marker with this),
            "taken" (it did neither).
        value: what it was: the object itself where it exists here, a plain one as a copy, the
            items of a container as a list (of a dict: key, value, key …).
    """

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Any) -> None:
        self.kind = kind
        self.value = value


def ask(
    outer: FrameRecord,
    inner: FrameRecord,
    given: tuple[Any, ...] = (),
    how: str = ITEMS,
    ends: Sequence[Iterator[Any]] = (),
) -> Answer | None:
    """What the C code between two frames returns if the inner one gives these items, and then ends.

    Args:
        given: plain values; or `MARKER` at the end: then the iterator does not end, and it is told
            where C put the marker, or what it compared it with.
        ends: built-in iterators that shall have ended in the copy.
        how: what to send of a result: ITEMS of a container that C makes, the OBJECT itself where it is
            there before C returns it, or VALUE: that too, but of a plain one a copy.

    Returns:
        The answer; None where there is none, for whatever reason.
    """
    try:
        import ctypes  # noqa: F401
    except ImportError:
        return None
    record: FrameRecord | None = inner
    while record is not None:
        if record.way is None:
            return None  # through C code that cannot be taken along no exception is sent
        record = record.inner
    for _ in range(ATTEMPTS):
        message = _fork(outer, inner, given, how, ends)
        if message is not None:
            return _understood(message)
    return None


MARKER = object()


def _understood(message: bytes) -> Answer | None:
    try:
        kind, how, found = marshal.loads(message)
    except (EOFError, ValueError, TypeError):
        return None
    if how == ITEMS:
        return Answer(kind, [_object(*item) for item in found])
    return Answer(kind, _object(*found) if how == OBJECT else found)


def _object(address: int, kind: int) -> Any:
    """An object that C holds; its address was read in the copy."""
    from ctypes import c_uint64, c_void_p, cast, py_object

    if c_uint64.from_address(address + 8).value != kind:
        raise SystemError("an object is not where it was")
    return cast(c_void_p(address), py_object).value


def _fork(
    outer: FrameRecord,
    inner: FrameRecord,
    given: tuple[Any, ...],
    how: str,
    ends: Sequence[Iterator[Any]],
) -> bytes | None:
    import gc
    from ctypes import PyDLL

    from pyteleport.stage.signals import signal

    held = _everything(inner)
    process = PyDLL(None)  # not `os.fork`: that runs what the program registered for it
    reader, writer = os.pipe()
    collects = gc.isenabled()
    gc.disable()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(100)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ended_before = signal.SIGCHLD in signal.sigpending()
    pid = 0
    try:
        pid = process.fork()
        if pid == 0:
            _act(outer, inner, given, how, ends, writer, held)
        os.close(writer)
        return _read(reader, pid) if pid > 0 else None
    finally:
        os.close(reader)
        if pid > 0 and not ended_before:
            _forget_child()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        sys.setswitchinterval(interval)
        if collects:
            gc.enable()


def _everything(inner: FrameRecord) -> list[Any]:
    """What must not be destroyed in the copy when the frames there are left."""
    held: list[Any] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame is not inner.live:
        held.append(frame)
        frame = frame.f_back
    record: FrameRecord | None = inner
    while record is not None:
        held += (record, record.live, record.generator)
        if record.inner is not None and record.inner.entered:
            held.append(record.operands())
        record = record.inner
    return held


def _read(reader: int, pid: int) -> bytes | None:
    import select
    from time import monotonic

    found = bytearray()
    until = monotonic() + PATIENCE
    waiting = select.poll()
    waiting.register(reader, select.POLLIN)
    whole = False
    while waiting.poll(max(0.0, until - monotonic()) * 1000):
        piece = os.read(reader, 1 << 20)
        if not piece:
            whole = True
            break
        found += piece
    if not whole:
        os.kill(pid, 9)
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # the program ignores SIGCHLD
    return bytes(found) if whole and found else None


def _forget_child() -> None:
    """Takes back the signal that the copy's end was, unless another child has ended too."""
    from pyteleport.stage.signals import signal

    if signal.sigtimedwait([signal.SIGCHLD], 0) is None:
        return
    try:
        other = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    if other is not None:
        os.kill(os.getpid(), signal.SIGCHLD)


# In the copy ------------------------------------------------------------------------------------


def _act(
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
