"""Arguments that make no sense, and files that are not there.

refused: TargetError, naming 'lokal' names no target, ssh://user@host:port
refused: TargetError, naming unknown setting colour
refused: TargetError, naming '' names no target
refused: TargetError, naming 'ssh://h/path' names no target
refused: TargetError, naming None is no target, "local"
refused: TargetError, naming 5 is no target
refused: TargetError, naming function local, did you mean pyteleport.local()?
refused: CannotMove, naming 'no-such-file'
refused: CannotMove, naming 'no-such-file'
refused: CannotMove, naming 'no-such-file'
refused: TargetError, naming cannot be started, may be run
refused: TargetError, naming there is no such folder, cwd=
refused: TargetError, naming it is no folder, cwd=
refused: TargetError, naming exit status 3, before=
TypeError env= maps str to str: 'A': 1 does not
TypeError env= maps str to str: 1: 'A' does not
TypeError env= takes a mapping of str to str, not ['A']
ValueError env= has 'A=': '1', which no environment can hold
TypeError timeout= takes a number of seconds, not '5'
ValueError timeout= takes more than 0 and up to 1000000 seconds, not 0
ValueError timeout= takes more than 0 and up to 1000000 seconds, not -1
ValueError timeout= takes more than 0 and up to 1000000 seconds, not nan
TypeError cwd= takes str or os.PathLike, not 5
TypeError files= takes paths, not 5
TypeError files= takes str or os.PathLike, not 5
moved
"""

from pathlib import Path

import pyteleport
from refusing import moves, refused

refused("TargetError", "'lokal' names no target", "ssh://user@host:port", target="lokal")
refused("TargetError", "unknown setting colour", target="local?colour=red")
refused("TargetError", "'' names no target", target="")
refused("TargetError", "'ssh://h/path' names no target", target="ssh://h/path")
refused("TargetError", "None is no target", '"local"', target=None)
refused("TargetError", "5 is no target", target=5)
refused(
    "TargetError", "function local", "did you mean pyteleport.local()?", target=pyteleport.local
)
for files in (["no-such-file"], "no-such-file", Path("no-such-file")):
    refused("CannotMove", "'no-such-file'", files=files)
refused("TargetError", "cannot be started", "may be run", target=pyteleport.local(python="/tmp"))
refused("TargetError", "there is no such folder", "cwd=", cwd="/no/such/folder")
refused("TargetError", "it is no folder", "cwd=", cwd=Path("/etc/passwd"))
ends = pyteleport.shell("sh", before="exit 3;")
refused("TargetError", "exit status 3", "before=", target=ends)
for arguments in (
    {"env": {"A": 1}},
    {"env": {1: "A"}},
    {"env": ["A"]},
    {"env": {"A=": "1"}},
    {"timeout": "5"},
    {"timeout": 0},
    {"timeout": -1},
    {"timeout": float("nan")},
    {"cwd": 5},
    {"files": 5},
    {"files": [5]},
):
    try:
        pyteleport.teleport("local", **arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
moves()
