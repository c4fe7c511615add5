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
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType
    from typing import Any, TextIO

    from pyteleport.arguments import Path, Paths
    from pyteleport.graph.image import Image
    from pyteleport.graph.left_out import LeftOut
    from pyteleport.stage.handoff import Handoff
    from pyteleport.targets import Target


def check_threads(left_out: LeftOut | None = None) -> None:
    """Only a program with one thread can move, or one that leaves its others behind.

    Raises:
        ThreadsAlive: there are others, or the calling one is not the main thread.
    """
    import _thread

    threading = sys.modules.get("threading")
    if len(sys._current_frames()) > 1 or (
        threading is not None and _thread.get_ident() != threading.main_thread().ident
    ):
        from pyteleport.graph.threads import check

        check(sys._getframe(), left_out)


def check_not_copying() -> None:
    """A move inside a move would see the program half asked."""
    import _thread

    from pyteleport.errors import CannotMove

    if _thread.get_ident() in copying:
        raise CannotMove(
            "teleport() was called inside a move, by an object that was asked how to be copied",
            "a __reduce__, __getstate__ or the like of the program",
            "let these methods not call teleport()",
        )


def check_children(left_out: LeftOut | None = None) -> None:
    """Child processes stay here, and the program could no longer wait for them."""
    import os

    try:  # one call, and mostly there are none
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    from pyteleport.surroundings import children

    children.refuse(sys._getframe(), left_out)


def check_session(copies: bool) -> None:
    """An interactive session moves as one, if it is the interpreter's own.

    Args:
        copies: the program is to go on several times.
    """
    from pyteleport.surroundings import may_be_session

    if not may_be_session():
        return
    from pyteleport.surroundings.session import check

    check(copies)


def image_of(
    frame: FrameType | None,
    value: object,
    prompt: FrameType | None = None,
    left_out: LeftOut | None = None,
    open_files: str = "path",
) -> Image:
    """Captures the program from `frame` on, down to its end or a prompt's frame.

    `value` is what the call returns there, `left_out` what does not move.
    """
    from pyteleport.capture.frames import capture
    from pyteleport.capture.plan import plan
    from pyteleport.graph.image import dump

    if prompt is not None:
        from pyteleport.capture.abandon import Held
        from pyteleport.prompts import one_at_a_time

        with one_at_a_time:  # other threads may be moving, too
            records = capture(frame, prompt=prompt)
            held = Held(records)
            plan(records, value)
            image = dump(records, within=True, left_out=left_out, open_files=open_files)
        image.held = held
        return image
    records = capture(frame)
    plan(records, value)
    return dump(records, left_out=left_out, open_files=open_files)


def teleport(
    target: Target | str,
    *,
    files: Paths = (),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    packages: str = "check",
    open_files: str = "auto",
    timeout: float = 60.0,
    progress: Callable[[int, int], object] | None = None,
    drop: Iterable[object] = (),
    on_missing: Callable[[Any], object] | None = None,
) -> None:
    """Moves the running program to `target`, where this call returns.

    The process here becomes a relay: it keeps its process id, passes terminal input, output and
    signals, and ends with the program's exit status.

    Args:
        target: where to: "local", "ssh://user@host:port?python=python3.12", or an object made by
            `local()`, `ssh()` or `shell()`.
        files: paths of files to send along (or one path); each is put at the same relative path
            under the working folder there, and removed when the program ends.
        cwd: working folder there. By default the same path as here if it exists there, else a
            temporary folder.
        env: environment variables to set there.
        packages: what to do about installed packages that are missing there or have another version:
            "check" refuses the move; "send" sends those without compiled code along, in memory;
            "install" has uv or pip install them there into a temporary folder, "install:FOLDER" into
            one that is kept and used again. See docs/packages.md.
        open_files: what to do about files the program has open: "auto" opens them again where they are
            the same there, and sends those that are not; "send" sends all that are open for reading;
            "path" opens them by path, without a look at their content; "refuse" refuses the move.
            See docs/files.md.
        timeout: seconds without progress after which the move is given up.
        progress: is called while data is sent, with the bytes sent so far and the bytes in all. It
            may not change what the program holds; an exception in it ends the move. Where stderr
            is a terminal, a bar is shown there once sending has taken a second, with or without it.
        drop: what is left behind: objects, types (their instances and those of their subclasses) and names
            of types such as "socket.socket". A `Dropped` arrives in place of each. A thread that is
            dropped ends here.
        on_missing: called, before anything is sent, with each object that cannot move; what it returns
            goes in its place. `(function, (argument, ...))` is called at the target to make it. With
            NotImplemented it stays what cannot move.

    Raises:
        TargetError: `target` is none, could not be reached, has no fitting Python or packages, or
            they cannot be installed there.
        CannotMove: an object, a thread or C code between two frames cannot move.
        HandoffError: the target failed before it was ready.
        TypeError, ValueError: one of the other arguments makes no sense, such as a number in `env`
            or a `timeout` of 0.

    What `on_missing` raises comes out of this call.

    In every case the program goes on here as if the call had not been made.

    Example:
        A program that prints whether it is in another process than before:

        >>> import subprocess, sys
        >>> program = '''
        ... import os, pyteleport
        ... before = os.getpid()
        ... pyteleport.teleport("local")
        ... print(os.getpid() != before)
        ... '''
        >>> subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
        'True\\n'
    """
    move(
        [target],
        [None],
        files=files,
        cwd=cwd,
        env=env,
        packages=packages,
        open_files=open_files,
        timeout=timeout,
        progress=progress,
        drop=drop,
        on_missing=on_missing,
    )


copying: set[int] = (
    set()
)  # threads, while the program's objects are dumped, some of which say themselves how

LOADER = "pyteleport.graph.load:load"


def _loader(prompt: FrameType | None) -> str:
    """What rebuilds the program there: also sends home what comes of it, where a prompt waits for that."""
    loaded = sys.modules.get("pyteleport.stage.outcome")
    if prompt is None and (loaded is None or not loaded.awaited):
        return LOADER
    from pyteleport.stage import outcome

    return outcome.LOADER


def move(
    targets: list[Target | str],
    values: list[object],
    *,
    files: Paths = (),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    packages: str = "check",
    open_files: str = "auto",
    timeout: float = 60.0,
    progress: Callable[[int, int], object] | None = None,
    drop: Iterable[object] = (),
    on_missing: Callable[[Any], object] | None = None,
) -> None:
    """Moves the program to all targets, one copy each, which see `values` as the call's result.

    Inside a prompt it moves what is above that.
    """
    from pyteleport import arguments
    from pyteleport.stage.handoff import commit_all
    from pyteleport.stage.signals import signal
    from pyteleport.surroundings import may_be_session

    prompt = _prompt_below()
    left_out = arguments.left_out(drop, on_missing)
    if prompt is not None:
        from pyteleport.crossing import cross

        cross(
            prompt,
            *ready(
                targets,
                values,
                files,
                cwd,
                env,
                timeout,
                packages,
                open_files,
                prompt,
                progress,
                left_out,
            ),
        )
    check_not_copying()
    check_session(copies=len(targets) > 1)
    check_children(left_out)
    handoffs, _ = ready(
        targets,
        values,
        files,
        cwd,
        env,
        timeout,
        packages,
        open_files,
        progress=progress,
        left_out=left_out,
    )
    timer = ahead = typed = None
    try:
        flush()
        ahead = take_stdin()
        if may_be_session():
            from pyteleport.surroundings.editing import TypedAhead

            typed = TypedAhead()
        timer = signal.setitimer(signal.ITIMER_REAL, 0)  # it goes off at the target, not here
        commit_all(handoffs, typed.data + ahead if typed is not None else ahead)
    except BaseException:
        if timer is not None:
            signal.setitimer(signal.ITIMER_REAL, *timer)
        for handoff in handoffs:
            handoff.abort()
        if typed is not None:
            typed.put_back()
        refill_stdin(ahead)
        raise


def fork(
    targets: list[Target | str],
    values: list[object],
    *,
    files: Paths = (),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    drop: Iterable[object] = (),
    on_missing: Callable[[Any], object] | None = None,
) -> Any:
    """Starts copies at all targets and goes on here."""
    from pyteleport import arguments
    from pyteleport.stage.depart import start_relay

    check_session(copies=True)
    left_out = arguments.left_out(drop, on_missing)
    handoffs, _ = ready(targets, values, files, cwd, env, timeout, left_out=left_out)
    flush()
    return start_relay(handoffs, b"")


def _prompt_below() -> FrameType | None:
    """The frame of the nearest prompt, if there is one."""
    prompts = sys.modules.get("pyteleport.prompts")
    return None if prompts is None else prompts.nearest(sys._getframe())


def ready(
    targets: list[Target | str],
    values: list[object],
    files: Paths,
    cwd: Path | None,
    env: Mapping[str, str] | None,
    timeout: float,
    packages: str = "check",
    open_files: str = "auto",
    prompt: FrameType | None = None,
    progress: Callable[[int, int], object] | None = None,
    left_out: LeftOut | None = None,
) -> tuple[list[Any], list[Image]]:
    """Everything up to READY, at every target; the frames go down to their end, or to a prompt's."""
    import _thread

    from pyteleport import arguments
    from pyteleport.errors import CannotMove
    from pyteleport.stage.handoff import Handoff
    from pyteleport.surroundings import before, locales

    check_not_copying()
    if prompt is None:
        check_threads(left_out)
    places = [arguments.place(target) for target in targets]
    timeout = arguments.seconds(timeout)
    arguments.function("progress", progress)
    packages = arguments.policy(packages)
    open_files = arguments.file_policy(open_files)
    manifest = {
        "loader": _loader(prompt),
        "files": before.read_files(arguments.paths(files)),
        "cwd": arguments.folder(cwd),
        "env": arguments.variables(env),
        "locales": locales.changed(),
    }
    if prompt is not None:
        if len(places) != 1:
            raise CannotMove(
                "only one copy can move from a prompt: it has one caller",
                f"{len(places)} copies were asked for",
                "call teleport(), or move as copies outside of the prompted function",
            )
        manifest["terminal"] = None  # that is the caller's
    handoffs = [Handoff(place, dict(manifest), timeout) for place in places]
    images: list[Image] = []
    try:
        for handoff in handoffs:
            handoff.start()
        frame = sys._getframe()
        copying.add(_thread.get_ident())
        images += [image_of(frame, value, prompt, left_out, open_files) for value in values]
        copying.discard(_thread.get_ident())
        for handoff, image in zip(handoffs, images, strict=True):
            before.describe(handoff.manifest, image, packages, open_files)
            handoff.prepare()
        for handoff, image in zip(handoffs, images, strict=True):
            image.parts[:0] = before.parts(handoff, image, open_files)
            _send(handoff, image, progress)
        for handoff in handoffs:
            handoff.ready()
    except BaseException:
        for handoff in handoffs:
            handoff.abort()
        raise
    finally:
        copying.discard(_thread.get_ident())
        for image in images:
            image.release()
    return handoffs, images


LARGE = 1 << 20  # bytes of an image whose way is worth telling of


def _send(handoff: Handoff, image: Image, told: Callable[[int, int], object] | None) -> None:
    total = image.size()
    if told is None and total < LARGE:
        handoff.send(image.parts)
        return
    from pyteleport.stage.progress import Progress

    handoff.progress = progress = Progress(handoff.target.name, total, told)
    try:
        handoff.send(image.parts)
    finally:
        progress.end()


def flush() -> None:
    """Writes out what Python has buffered, once: the target starts with empty buffers."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()


def take_stdin() -> bytes:
    """What Python has read ahead of the program from standard input.

    Reading to the end with an empty file in stdin's place gives just what the buffers hold: first
    the bytes that were not decoded yet, then the text that was.
    """
    import os

    stdin = sys.__stdin__
    try:
        if stdin is None or stdin.closed:
            return b""
        descriptor = stdin.fileno()
    except (OSError, ValueError):  # no descriptor, or detached
        return b""
    kept = os.dup(descriptor)
    empty = os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(empty, descriptor)
        undecoded = stdin.buffer.read()
        return _decoded_ahead(stdin) + undecoded
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(empty)


def _decoded_ahead(stdin: TextIO) -> bytes:
    """The text a stream at its end still holds, and the start of a character, as bytes."""
    errors = stdin.errors or "strict"
    text = ""
    try:
        while part := stdin.read(1):
            text += part
        rest = b""
    except UnicodeDecodeError as problem:  # a character whose other bytes have not come yet
        rest = bytes(problem.object)
    return text.encode(stdin.encoding, errors) + rest


def refill_stdin(ahead: bytes | None) -> None:
    """Lets the program here go on reading standard input where it was: the same object, refilled."""
    if not ahead:
        return
    import io

    stdin = sys.__stdin__
    assert stdin is not None

    class Refilled(io.FileIO):
        left = ahead

        def readinto(self, buffer: Any) -> int | None:
            if not self.left:
                return super().readinto(buffer)
            part, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
            memoryview(buffer).cast("B")[: len(part)] = part
            return len(part)

    raw = Refilled(stdin.fileno(), "rb", closefd=False)
    stdin.__init__(  # type: ignore[misc]
        io.BufferedReader(raw), encoding=stdin.encoding, errors=stdin.errors
    )
