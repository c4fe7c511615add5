"""`teleport()`: one transaction. Until COMMIT everything that fails is an exception here.

```
describe the program's frames --> prepare the target --> send the image --> ready --> commit
        (capture, plan, dump)       (its start-up overlaps)
```

The target's interpreter is started first, so that it boots while the frames are captured here.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import FrameType
    from typing import Any

    from pyteleport.graph.image import Image
    from pyteleport.targets import Target


def check_threads() -> None:
    """Only a program with one thread can move."""
    import _thread

    from pyteleport.errors import Offender, ThreadsAlive

    threading = sys.modules.get("threading")
    others = [ident for ident in sys._current_frames() if ident != _thread.get_ident()]
    if threading is not None and _thread.get_ident() != threading.main_thread().ident:
        raise ThreadsAlive(
            "teleport() was called in a thread other than the main one",
            f"thread {threading.current_thread().name!r}",
            "call it from the main thread",
        )
    if not others:
        return
    names = {thread.ident: thread for thread in threading.enumerate()} if threading else {}
    items = []
    for ident in others:
        thread = names.get(ident)
        label = f"thread {thread.name!r}" if thread is not None else f"thread {ident}"
        kind = type(thread).__name__ if thread is not None else "thread"
        items.append(Offender(label, kind, "it is alive", "join it before the move"))
    raise ThreadsAlive(
        f"{len(items)} other thread{'s are' if len(items) > 1 else ' is'} alive",
        ", ".join(item.path for item in items),
        "join or stop threads (executors: shut down) before teleport()",
        items,
    )


def image_of(frame: FrameType | None, value: object) -> Image:
    """Captures the program from `frame` on; `value` is what the call returns there."""
    from pyteleport.capture.frames import capture
    from pyteleport.capture.plan import plan
    from pyteleport.graph.image import dump
    from pyteleport.surroundings import describe

    records = capture(frame)
    plan(records, value)
    return dump(records, describe())


def teleport(
    target: Target | str,
    *,
    files: Iterable[str] = (),
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> None:
    """Moves the running program to `target`, where this call returns.

    The process here becomes a relay: it keeps its process id, passes terminal input, output and
    signals, and ends with the program's exit status.

    Args:
        target: where to: "local", "ssh://user@host:port?python=python3.12", or an object made by
            `local()`, `ssh()` or `shell()`.
        files: paths of files to send along; each is put at the same relative path under the
            working folder there, and removed when the program ends.
        cwd: working folder there. By default the same path as here if it exists there, else a
            temporary folder.
        env: environment variables to set there.
        timeout: seconds without progress after which the move is given up.

    Raises:
        TargetError: the target could not be reached, or has no fitting Python or packages.
        CannotMove: an object, a thread or C code between two frames cannot move.
        HandoffError: the target failed before it was ready.

    In every case the program goes on here as if the call had not been made.

    Example:
        >>> import pyteleport
        >>> pyteleport.teleport("ssh://nowhere.invalid", timeout=5)
        Traceback (most recent call last):
            ...
        pyteleport.errors.TargetError: ...
    """
    move([target], [None], files=files, cwd=cwd, env=env, timeout=timeout)
