"""Prompts where a whole program could not move: under test runners, servers, pools, loops and terminals."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

from harness import Python, Result, check, environment, run, run_command

AWAY = """
import os, sys, time, signal
import pyteleport

HOME = os.getpid()

def away(target="local"):
    before = os.getpid()
    pyteleport.teleport(target)
    assert os.getpid() != before
"""
TESTED = f"""{AWAY}
import socket
import pytest

opened = socket.socket()

class Point:
    def __init__(self, x):
        self.x = x

@pytest.fixture
def given():
    yield [1, 2, opened]

def test_moves(given, capsys, monkeypatch):
    monkeypatch.setenv("SOME", "value")

    @pyteleport.prompt
    def elsewhere(numbers):
        away()
        print("printed there")
        print("and an error", file=sys.stderr)
        return Point(sum(numbers))

    point = elsewhere(given[:2])
    assert type(point) is Point and point.x == 3
    assert capsys.readouterr() == ("printed there\\n", "and an error\\n")

@pytest.mark.parametrize("number", [1, 2])
def test_asserts_there(number):
    @pyteleport.prompt
    def checked():
        away()
        assert number == 1, "not one"

    if number == 1:
        checked()
    else:
        with pytest.raises(AssertionError, match="not one"):
            checked()

@pyteleport.prompt
def fails():
    away()
    assert [1, 2] == [1, 3]

def test_fails():
    fails()
"""


def libraries(tmp_path: Path) -> str:
    """A folder that has pytest, and not all else that is beside it."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    installed = Path(sysconfig.get_path("purelib"))
    for pattern in ("pytest", "_pytest", "pluggy", "py.py", "iniconfig", "packaging", "pygments"):
        for found in (*installed.glob(pattern), *installed.glob(f"{pattern}-*.dist-info")):
            (folder / found.name).symlink_to(found)
    return str(folder)


def test_under_pytest(python: Python, tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(TESTED)
    result = run_command(
        [python.program, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_inner.py"],
        env={"PYTHONPATH": libraries(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=tmp_path,
    )
    assert "1 failed, 3 passed" in result.stdout, result
    # What failed is shown with the source and the frames there, and pytest's own explanation.
    assert "assert [1, 2] == [1, 3]" in result.stdout, result
    assert "test_inner.py:55: AssertionError" in result.stdout, result
    assert result.status == 1


SERVER = f"""{AWAY}
import threading, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            text = answer(self.path)
        except ValueError as error:
            text = repr(error)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass

@pyteleport.prompt
def answer(path):
    away()
    if path == "/3":
        raise ValueError(path)
    return f"{{path}} {{os.getpid() != HOME}}"

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
found = {{}}

def get(number):
    with urllib.request.urlopen(f"http://127.0.0.1:{{server.server_port}}/{{number}}") as reply:
        found[number] = reply.read().decode()

threads = [threading.Thread(target=get, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
server.shutdown()
for number in sorted(found):
    print(found[number])
"""


def test_in_a_web_server(python: Python) -> None:
    lines = [f"/{number} True" for number in range(8)]
    lines[3] = "ValueError('/3')"
    check(run(python, SERVER), stdout="\n".join(lines) + "\n")


LOOP = f"""{AWAY}
import asyncio, contextvars

name = contextvars.ContextVar("name", default="unset")

@pyteleport.prompt
def work(number):
    name.set(f"set in {{number}}")
    away()
    name.set(name.get() + ", there")
    return number * 2, os.getpid() != HOME, name.get()

async def tick(ticks):
    while True:
        ticks.append(1)
        await asyncio.sleep(0.005)

async def main():
    ticks = []
    ticking = asyncio.create_task(tick(ticks))
    results = await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(4)))
    print(results, len(ticks) > 3)
    print(work(5), asyncio.get_running_loop().is_running())     # in the loop's own thread: it waits
    print(name.get())
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: done.set_result(work(6)))
    print(await done)
    ticking.cancel()

asyncio.run(main())
"""


def test_in_an_event_loop(python: Python) -> None:
    lines = [
        f"{[(2 * n, True, f'set in {n}, there') for n in range(4)]} True",
        "(10, True, 'set in 5, there') True",
        "set in 5",
        "(12, True, 'set in 6, there')",
    ]
    check(run(python, LOOP), stdout="\n".join(lines) + "\n")


STREAMS = f"""{AWAY}
import contextlib, io

@pyteleport.prompt
def talks():
    away()
    print("one", flush=True)
    sys.stdout.buffer.write(b"\\xc3\\xa4 bytes\\n")
    print("zwei \\u00e4", file=sys.stderr)
    return repr(sys.stdin.read())

print("before")
print(talks())
held = io.StringIO()
with contextlib.redirect_stdout(held):
    talks()
print("held", repr(held.getvalue()))
"""


def test_output_and_input(python: Python) -> None:
    check(
        run(python, STREAMS, stdin=b"of the caller"),
        stdout="before\none\nä bytes\n''\nheld 'one\\nä bytes\\n'\n",
        stderr="zwei ä\nzwei ä\n",
    )


MUCH = f"""{AWAY}
@pyteleport.prompt
def much():
    away()
    for number in range(40):
        print("x" * 100_000)
    return b"y" * 70_000_000

print(len(much()))
"""


def test_much_output_and_a_large_result(python: Python) -> None:
    result = run(python, MUCH)
    check(result, stdout=("x" * 100_000 + "\n") * 40 + "70000000\n")


CTRL_C = f"""{AWAY}
@pyteleport.prompt
def waits():
    away()
    try:
        print("waits", flush=True)
        if len(sys.argv) > 1:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print("ignores", flush=True)
        time.sleep(50)
    except KeyboardInterrupt:
        print("cleans up", os.getpid() != HOME, flush=True)
        raise
    finally:
        print("finally", os.getpid() != HOME, flush=True)

before = signal.getsignal(signal.SIGINT)
try:
    waits()
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGINT) is before)
"""


def interrupt(python: Python, source: str, *arguments: str, times: int, after: str) -> Result:
    command = [python.program, "-c", source, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True
    ) as process:
        assert process.stdout is not None
        lines = ""
        while after not in lines:
            line = process.stdout.readline()
            assert line, process.communicate()
            lines += line
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        stdout, stderr = process.communicate(timeout=30)
    return Result(lines + stdout, stderr, process.returncode)


def test_ctrl_c_goes_there_and_comes_back(python: Python) -> None:
    result = interrupt(python, CTRL_C, times=1, after="waits")
    check(result, stdout="waits\ncleans up True\nfinally True\ninterrupted True\n")


def test_a_second_ctrl_c_ends_the_wait(python: Python) -> None:
    result = interrupt(python, CTRL_C, "ignore", times=2, after="ignores")
    check(result, stdout="waits\nignores\ninterrupted True\n")


LIMIT = f"""{AWAY}
class TooLong(Exception):
    pass

def too_long(*_):
    raise TooLong

@pyteleport.prompt
def waits():
    away()
    try:
        time.sleep(50)
    finally:
        print("not here", os.getpid() == HOME)

signal.signal(signal.SIGALRM, too_long)
signal.setitimer(signal.ITIMER_REAL, 1.5)
try:
    waits()
except TooLong:
    print("too long")
"""


def test_a_signal_handlers_exception_ends_the_wait(python: Python) -> None:
    result = run(python, LIMIT)
    assert result.stdout.replace("not here False\n", "") == "too long\n"
    assert (result.stderr, result.status) == ("", 0)


LOST = f"""{AWAY}
@pyteleport.prompt
def killed(path):
    away()
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    os.rename(path, path + ".there")
    time.sleep(50)

try:
    killed(sys.argv[1])
except pyteleport.TargetLost as error:
    print(error)
"""


def test_the_process_there_is_killed(python: Python, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    command = [python.program, "-c", LOST, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(), text=True) as process:
        there = tmp_path / "pid.there"
        until = time.monotonic() + 30
        while not there.exists() and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(int(there.read_text()), signal.SIGKILL)
        stdout, _ = process.communicate(timeout=30)
    assert stdout.startswith(
        "the process was killed by signal 9 before the prompted function had returned\n"
        "  where: local\n"
    )


def test_the_callers_process_is_killed(python: Python, tmp_path: Path) -> None:
    """Then the function does not go on unseen."""
    path = tmp_path / "pid"
    command = [python.program, "-c", LOST, str(path)]
    with subprocess.Popen(command, env=environment()) as process:
        there = tmp_path / "pid.there"
        until = time.monotonic() + 30
        while not there.exists() and time.monotonic() < until:
            time.sleep(0.05)
        process.kill()
    pid = there.read_text()
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_a_plain_call_is_cheap(python: Python) -> None:
    """Not measured to the last: a tenth of a millisecond would be slow by far."""
    source = """
import time, pyteleport

@pyteleport.prompt
def nothing():
    pass

start = time.perf_counter()
for _ in range(10000):
    nothing()
print((time.perf_counter() - start) / 10000 < 1e-4)
"""
    check(run(python, source), stdout="True\n")
