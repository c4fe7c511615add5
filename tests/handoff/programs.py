"""Programs that are handed over in the tests of the handoff: each a function, named by the image.

There are no frames here: what moves is the name of a function and its arguments.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any


def load(reader: Any, _manifest: dict[str, Any]) -> Callable[[], object]:
    """The loader the tests' manifests name."""
    head = bytearray(4)
    reader.readinto(head)
    name, arguments = marshal.loads(reader.read(int.from_bytes(head, "big")))
    function = globals()[name]
    prepare = getattr(function, "prepare", None)
    if prepare is not None:
        prepare(reader, *arguments)
    return lambda: function(*arguments)


def image(name: str, arguments: list[Any]) -> bytes:
    data = marshal.dumps((name, arguments))
    return len(data).to_bytes(4, "big") + data


def say(text: str) -> None:
    print(text, flush=True)


def nothing() -> None:
    pass


def echo() -> None:
    while data := sys.stdin.buffer.read1():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def lines() -> None:
    for line in sys.stdin:
        say(f"got {line.rstrip()}")


def both(count: int) -> None:
    """Alternates between the two outputs."""
    for number in range(count):
        say(f"out {number}")
        print(f"err {number}", file=sys.stderr, flush=True)


def flood(megabytes: int) -> None:
    """Lots of output, and a word on stderr when it is written."""
    block = bytes(range(256)) * 4096
    for _ in range(megabytes):
        sys.stdout.buffer.write(block)
    sys.stdout.flush()
    print("written", file=sys.stderr)


def checksum() -> None:
    import zlib

    total = value = 0
    while data := sys.stdin.buffer.read(1 << 16):
        total += len(data)
        value = zlib.crc32(data, value)
    say(f"{total} {value}")


def leave(status: Any) -> None:
    say("leaving")
    sys.exit(status)


def die(number: int) -> None:
    say("dying")
    os.kill(os.getpid(), number)
    time.sleep(10)


def fail() -> None:
    def inner(value: int) -> float:
        return 1 / value

    say("failing")
    inner(0)


def fail_chained() -> None:
    try:
        fail()
    except ZeroDivisionError as error:
        raise ValueError("a second one") from error


def fail_with_hook() -> None:
    def hook(kind: type, value: BaseException, trace: Any) -> None:
        names = []
        while trace is not None:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        print("hook", kind.__name__, value, names, file=sys.stderr)

    sys.excepthook = hook
    fail()


def at_exit() -> None:
    import atexit
    import threading

    atexit.register(say, "atexit")
    threading.Thread(target=lambda: (time.sleep(0.1), say("thread"))).start()
    sys.stdout.write("no newline, not flushed")


def interrupted() -> None:
    say("ready")
    time.sleep(30)


def catching(*numbers: int) -> None:
    """Says which signals come; ends with the last of those given."""

    def caught(number: int, _frame: Any) -> None:
        os.write(1, f"caught {signal.Signals(number).name}\n".encode())
        if number == numbers[-1]:
            sys.exit(5)

    for number in numbers:
        signal.signal(number, caught)
    say("ready")
    while True:
        time.sleep(30)


def surroundings() -> None:
    """What the program sees around it."""
    say(f"main {sorted(sys.modules['__main__'].__dict__)}")
    frame: Any = sys._getframe()
    while frame is not None:
        say(f"frame {frame.f_code.co_name} {frame.f_globals['__name__']}")
        frame = frame.f_back
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        say(
            f"{name} {stream.name} {stream.encoding} {stream.errors} {stream.line_buffering} "
            f"{stream.write_through} {stream.isatty()} {stream is getattr(sys, '__%s__' % name)}"
        )
    say(f"descriptors {sorted(int(fd) for fd in os.listdir('/proc/self/fd'))}")
    say(f"handler {signal.getsignal(signal.SIGINT)}")
    say(f"blocked {signal.pthread_sigmask(signal.SIG_BLOCK, ())}")


def place(*names: str) -> None:
    """Where it runs, and what is there."""
    say(os.getcwd())
    say(" ".join(sorted(os.listdir("."))))
    for name in names:
        say(f"{name}: {os.environ.get(name)}")
    say(f"pid {os.getpid()}")


def where() -> None:
    say(f"{os.uname().nodename} {sys.version_info[0]}.{sys.version_info[1]}")


def terminal() -> None:
    """What the terminal is like; then again after each change of its size."""

    def show(*_: Any) -> None:
        size = os.get_terminal_size(1)
        os.write(1, f"size {size.lines}x{size.columns}\n".encode())

    signal.signal(signal.SIGWINCH, show)
    tty = [os.isatty(fd) for fd in range(3)]
    say(f"tty {tty} {os.getpgrp() == os.getpid()}")
    with open("/dev/tty") as file:
        say(f"controlling {os.tcgetpgrp(file.fileno()) == os.getpid()}")
    show()
    for line in sys.stdin:
        say(f"line {line!r}")


def raw_key() -> None:
    """Reads one key in raw mode."""
    import tty

    tty.setraw(0)
    sys.stdout.write("raw\r\n")
    sys.stdout.flush()
    key = os.read(0, 1)
    sys.stdout.write(f"key {key!r}\r\n")


def orphan() -> None:
    """Leaves a child that keeps the pipes open."""
    if os.fork() == 0:
        time.sleep(3)
        os._exit(0)
    say("parent ends")


def broken_pipe() -> None:
    try:
        for number in range(10_000_000):
            print(f"line {number}")
    except BrokenPipeError:
        sys.stderr.write("pipe broken\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(4)


def ask(*payloads: bytes) -> None:
    """Asks home."""
    from pyteleport.stage import home

    for payload in payloads:
        answer = home.request(payload)
        say(f"{len(answer)} {answer[:60]!r}")


def ask_text(*payloads: str, times: int = 1) -> None:
    ask(*(payload.encode() * times for payload in payloads))


def ask_long(text: str, times: int) -> None:
    ask_text(text, times=times)


def hop(options: str) -> None:
    """Moves on."""
    import driver

    driver.main(options)


def never() -> None:
    raise AssertionError("this was not to run")


def _refuse(_reader: Any) -> None:
    print("noise of the load")
    raise LookupError("it cannot be loaded")


never.prepare = _refuse  # type: ignore[attr-defined]


def slow_load(_seconds: float) -> None:
    say("loaded")


def _sleep(_reader: Any, seconds: float) -> None:
    time.sleep(seconds)


slow_load.prepare = _sleep  # type: ignore[attr-defined]


def killed_in_load() -> None:
    pass


def _kill(_reader: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


killed_in_load.prepare = _kill  # type: ignore[attr-defined]


def noisy_load() -> None:
    say("loaded")


def _noise(_reader: Any) -> None:
    print("printed by the load")


noisy_load.prepare = _noise  # type: ignore[attr-defined]


def ballast(size: int, _value: int) -> None:
    say(f"checked {size}")


def _check(reader: Any, size: int, value: int) -> None:
    """The image goes on with that many bytes of that CRC; read in pieces of all sizes."""
    import zlib

    found = 0
    left = size
    step = 1
    while left:
        count = min(step, left)
        found = zlib.crc32(reader.read(count), found)
        left -= count
        step = step * 3 % 3_000_017 or 1
    if found != value:
        raise ValueError("the image was damaged on its way")


ballast.prepare = _check  # type: ignore[attr-defined]
