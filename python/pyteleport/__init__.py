"""Move a running Python program to another process or machine.

    import pyteleport
    pyteleport.teleport("ssh://big-machine")     # the program goes on there, from this line
    pyteleport.checkpoint("run.tp")              # or it is written to a file, to be resumed from this line

See `teleport`, `prompt`, `checkpoint`, `snapshot`, `restore`, the targets `local`, `ssh` and `shell`, and the errors under `TeleportError`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyteleport.checkpoints import Image, checkpoint, restore, snapshot
    from pyteleport.errors import (
        BoundaryError,
        CannotMove,
        DroppedError,
        HandoffError,
        ImageDamaged,
        ImageError,
        NotAnImage,
        OutcomeError,
        PackagesMissing,
        PythonMismatch,
        SealError,
        TargetError,
        TargetLost,
        TargetTimeout,
        TeleportError,
        ThreadsAlive,
    )
    from pyteleport.graph.rebuild_dropped import Dropped
    from pyteleport.move import teleport
    from pyteleport.origin import bash_teleport, fork_shell, tp_bash, tp_dummy, tp_shell
    from pyteleport.prompts import prompt
    from pyteleport.registry import register
    from pyteleport.targets import local, shell, ssh

__version__ = "0.1.0"

__all__ = [
    "BoundaryError",
    "CannotMove",
    "Dropped",
    "DroppedError",
    "HandoffError",
    "Image",
    "ImageDamaged",
    "ImageError",
    "NotAnImage",
    "OutcomeError",
    "PackagesMissing",
    "PythonMismatch",
    "SealError",
    "TargetError",
    "TargetLost",
    "TargetTimeout",
    "TeleportError",
    "ThreadsAlive",
    "bash_teleport",
    "checkpoint",
    "fork_shell",
    "local",
    "prompt",
    "register",
    "restore",
    "shell",
    "snapshot",
    "ssh",
    "teleport",
    "tp_bash",
    "tp_dummy",
    "tp_shell",
]

# Importing pyteleport must cost next to nothing: a name's module is loaded when it is first used.
_HOMES = {
    "teleport": "pyteleport.move",
    "prompt": "pyteleport.prompts",
    "checkpoint": "pyteleport.checkpoints",
    "snapshot": "pyteleport.checkpoints",
    "restore": "pyteleport.checkpoints",
    "Image": "pyteleport.checkpoints",
    "register": "pyteleport.registry",
    "Dropped": "pyteleport.graph.rebuild_dropped",
    "local": "pyteleport.targets",
    "ssh": "pyteleport.targets",
    "shell": "pyteleport.targets",
    "bash_teleport": "pyteleport.origin",
    "tp_shell": "pyteleport.origin",
    "tp_bash": "pyteleport.origin",
    "tp_dummy": "pyteleport.origin",
    "fork_shell": "pyteleport.origin",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        if name not in __all__:
            raise AttributeError(f"module 'pyteleport' has no attribute {name!r}")
        home = "pyteleport.errors"
    from sys import modules

    __import__(home)
    found: object = getattr(modules[home], name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
