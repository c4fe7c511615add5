"""Moves that leave objects behind: `drop=` and `on_missing=`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import Python, Result, check, run

PROGRAM = Path(__file__).parent / "programs" / "leaving_out.py"

# In them, @ stands for a line of the program.
PRINTED = {
    "by_object": """\
<dropped socket.socket: by_object() @, local 'client' -> Client.connection> True client
made anew
""",
    "by_type": """\
True False
1 <dropped socket.socket: by_type() @, local 'keys' -> a key>
""",
    "by_name": """\
<dropped socket.socket: by_name() @, local 'clients' -> Client.connection>
""",
    "by_base_class": """\
<dropped sqlite3.Connection: by_base_class() @, local 'held' -> [0]> <dropped TextIOWrapper: by_base_class() @, local 'held' -> [1]>
streams are not meant True True
""",
    "plain_containers": """\
<dropped dict: plain_containers() @, local 'cache'> True False <dropped Text: plain_containers() @, local 'subclass'>
""",
    "uses": """\
DroppedError socket.socket was left behind by a move: it has no 'send' here
DroppedError socket.socket was left behind by a move: it has no __call__() here
DroppedError socket.socket was left behind by a move: it has no __len__() here
DroppedError socket.socket was left behind by a move: it has no __iter__() here
DroppedError socket.socket was left behind by a move: it has no __getitem__() here
DroppedError socket.socket was left behind by a move: it has no __enter__() here
DroppedError socket.socket was left behind by a move: its 'timeout' cannot be set here
TypeError can only concatenate str (not "Dropped") to str
socket.socket was left behind by a move: it has no 'close' here
  where: uses() @, local 'thing'
  to do: make it anew after the move (what was dropped is false: `x = x or make()`)
True True False False
""",
    "twice": """\
[<dropped socket.socket: twice() @, local 'thing' -> [0]>]
[<dropped socket.socket: twice() @, local 'thing' -> [0]>]
""",
    "missing": """\
['Connection', 'TextIOWrapper'] ['no TextIOWrapper', 'no TextIOWrapper']
(42,)
""",
    "not_replaced": """\
socket.socket cannot move: it is a socket of this process
  where: not_replaced() @, local 'held' -> [0] -> socket
  to do: close it before the move and connect again after it
also: sqlite3.Connection cannot move: it is an open database
  where: not_replaced() @, local 'held' -> [1] -> Connection
  to do: close it before the move and connect again after it
2 socket Connection
""",
    "it_raises": """\
KeyError("user's own") True
""",
    "wrapping": """\
a stand-in True
""",
    "threads": """\
['before'] <dropped threading.Thread: threads() @, local 'worker'> <dropped threading.Thread: threads() @, local 'other'> 1
1 ['before']
""",
    "busy_threads": """\
1 False 1
""",
    "children": """\
1 children() @, local 'held' -> ['child'] -> Popen: child process PID (sleep)
1 children() @, local 'held' -> ['child'] -> Popen: child process PID (sleep)
<dropped subprocess.Popen: children() @, local 'held' -> ['child']> ForkProcess-1 True
""",
    "threads_instead": """\
Thread worker 1
""",
    "a_prompt": """\
True <dropped socket.socket: a_prompt.<locals>.elsewhere() @, local 'client' -> Client.connection> instead
socket
""",
    "nested_deep": """\
[<dropped socket.socket: nested_deep() @, local 'held' -> [0]>] True
""",
    "deep_and_missing": """\
instead
""",
}


@pytest.mark.parametrize("case", PRINTED)
def test_a_move_that_leaves_something_out(python: Python, case: str) -> None:
    result = run(python, PROGRAM, args=[case])
    stdout = re.sub(r"line \d+ of leaving_out.py", "@", result.stdout)
    result = Result(stdout, result.stderr, result.status)
    check(result, stdout=f"{case}:\n{PRINTED[case]}")
