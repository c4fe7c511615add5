"""Goes on with the program of an image: at a target by a handoff, here in an interpreter as the program's was.

Here, the process stays what it is (id, terminal, stdio): `restore` has it `exec` an interpreter that runs `resuming`;
`pyteleport resume` is that already, unless the program needs another Python or other options of it.
"""

from __future__ import annotations

import os
import sys

from pyteleport.checkpoints.interpreter import (
    BOOT,
    boot,
    environment,
    minor,
    named,
    on_path,
    python,
    started_with,
)
from pyteleport.errors import ImageError, PackagesMissing, PythonMismatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Any, NoReturn

    from pyteleport.checkpoints import Image
    from pyteleport.targets import Target


def restore(
    image: Image | str | PathLike[str],
    target: Target | str | None,
    cwd: str | PathLike[str] | None,
    trust: bool,
    timeout: float,
) -> NoReturn:
    """See `pyteleport.restore`."""
    from pyteleport import arguments, checkpoints
    from pyteleport.checkpoints.writing import check_native
    from pyteleport.move import check_children, check_threads, flush

    timeout = arguments.seconds(timeout)
    folder = arguments.folder(cwd)
    place = None if target is None else arguments.place(target)
    check_threads()
    check_children()
    if place is None:
        check_native()  # what this process would become needs it
    if isinstance(image, checkpoints.Image):
        manifest = image.manifest
        chunks: Iterable[bytes] = [piece for _, piece in image._pieces]
        where = "the image in memory"
        given = []
    else:
        check_native()
        from pyteleport.checkpoints.reading import Opened

        opened = Opened(image, trust)
        manifest, chunks, where = opened.manifest, opened.chunks(), str(opened.where)
        opened.verify()  # what cannot be restored is refused while this program is still there
        given = [os.fspath(image), *(["--trust"] if trust else [])]
    if place is not None:
        from pyteleport.move import refill_stdin, take_stdin

        check_python(manifest, where)
        ahead = take_stdin()
        try:
            flush()
            hand_over(manifest, chunks, place, folder, timeout, ahead)
        except BaseException:
            refill_stdin(ahead)
            raise
    command = interpreter(manifest, where) or [sys.executable, *started_with()[0], "-c", boot()]
    if command[0] == sys.executable:
        check_packages(manifest, where)
    if not given:
        given = ["--memory", str(_in_memory(manifest, chunks))]
    if folder is not None:
        given += ["--cwd", folder]
    flush()
    from pyteleport.stage.signals import signal

    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0)  # these outlive even exec
    execute(command, manifest, given)


def execute(command: list[str], manifest: dict[str, Any], given: list[str]) -> NoReturn:
    """Becomes that interpreter."""
    from pyteleport.surroundings.environment import for_command

    base = {os.fsdecode(name): os.fsdecode(value) for name, value in for_command().items()}
    made = environment(manifest["python"]["variables"], base)
    os.execve(command[0], [*command, "--here", *given], made)


def _in_memory(manifest: dict[str, Any], chunks: Iterable[bytes]) -> int:
    """A file without a name that outlives `exec`: length of the manifest, manifest, stream."""
    from pyteleport.checkpoints import json_text
    from pyteleport.stage.depart import nameless

    descriptor = nameless()
    text = json_text.write(manifest).encode()
    for part in (len(text).to_bytes(8, "big"), text, *chunks):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.set_inheritable(descriptor, True)
    return descriptor


def check_python(manifest: dict[str, Any], where: str) -> None:
    """Whether this interpreter runs the image's bytecode.

    Raises:
        PythonMismatch: it does not.
    """
    here, there = python(), manifest["python"]
    for name in ("implementation", "bytecode"):
        if here[name] != there[name]:
            raise PythonMismatch(
                f"the program of the image runs on {named(there)}, and this is {named(here)}",
                where,
                f"resume it with python{minor(there['version'])}, with pyteleport installed in that",
            )


def interpreter(manifest: dict[str, Any], where: str) -> list[str] | None:
    """The command of an interpreter as the program's was; None where this one is.

    Raises:
        PythonMismatch: none is found here.
    """
    there = manifest["python"]
    version = minor(there["version"])
    if version != minor(sys.version.split()[0]):
        path = on_path(version)
        if path is None:
            raise PythonMismatch(
                f"the program of the image runs on {named(there)}, and this is CPython "
                f"{sys.version.split()[0]}; no python{version} with pyteleport in it is on PATH",
                where,
                f"install pyteleport for it: python{version} -m pip install pyteleport",
            )
        return [path, *there["options"], "-c", f"import sys;{BOOT}"]
    check_python(manifest, where)
    if (there["options"], there["variables"]) == started_with():
        return None
    return [sys.executable, *there["options"], "-c", boot()]


def check_packages(manifest: dict[str, Any], where: str) -> None:
    """Whether the installed packages and the locale the program needs are here.

    Raises:
        PackagesMissing: packages are not, or in other versions.
        ImageError: the locale is not.
    """
    if manifest["locales"]:
        from pyteleport.stage.prepare import Prepared

        reasons = Prepared({"here": os.sep, "locales": manifest["locales"]}).reasons
        if reasons:
            raise ImageError(
                f"the program has set a locale that is not here: {reasons[0][1]}",
                where,
                "install that locale",
            )
    if not manifest["packages"]:
        return
    from pyteleport.stage.packages import differing

    packages = [package[1:] for package in differing(manifest["packages"])]
    if packages:
        names = " ".join(f"{name}=={wanted}" if wanted else name for name, wanted, _ in packages)
        raise PackagesMissing(packages, where, f"install them here: pip install {names}")


def streams(manifest: dict[str, Any]) -> list[dict[str, Any] | None]:
    """The standard streams as the program had them; but a terminal shows lines as they come, and a pipe does not."""
    return [
        _stream(number, fields, was_terminal)
        for number, (fields, was_terminal) in enumerate(
            zip(manifest["streams"], manifest["terminals"], strict=True)
        )
    ]


def _stream(
    number: int, fields: dict[str, Any] | None, was_terminal: bool
) -> dict[str, Any] | None:
    try:
        os.fstat(number)
    except OSError:  # closed here
        return None
    if fields is not None and number == 1 and fields["line_buffering"] == was_terminal:
        return {**fields, "line_buffering": os.isatty(number)}
    return fields


def growing(manifest: dict[str, Any]) -> list[int]:
    """The files the program had open, which may be longer now: it went on after the checkpoint."""
    return [file["inode"] for file in manifest["files"]]


def hand_over(
    manifest: dict[str, Any],
    chunks: Iterable[bytes],
    target: Target,
    cwd: str | None,
    timeout: float,
    stdin: bytes,
) -> NoReturn:
    """Restores at a target; this process becomes the relay.

    Raises:
        TargetError, HandoffError, ImageError: it was not restored; this process is as it was.
    """
    from pyteleport.move import LOADER
    from pyteleport.stage.handoff import Handoff

    described = {
        "loader": LOADER,
        "files": [],
        "cwd": cwd,
        "here": manifest["cwd"],
        "env": {},
        "locales": manifest["locales"],
        "packages": [tuple(package) for package in manifest["packages"]],
        "streams": streams(manifest),
        "growing": growing(manifest),
    }
    handoff = Handoff(target, described, timeout)
    try:
        handoff.start()
        handoff.prepare()
        handoff.send(chunks)
        handoff.ready()
        handoff.commit(stdin)
    except BaseException:
        handoff.abort()
        raise
