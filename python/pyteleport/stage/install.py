"""`packages="install"` at the target: uv or pip puts what is missing into a folder, before anything of the program.

The folder is a temporary one that goes when the program has ended, or a named one that is kept; there, only
what it lacks is installed. What the installer says goes up the channel line by line, and, where it says
nothing, that it has read or written something: the other side waits as long as there is progress.
"""

from __future__ import annotations

import os
import select
import sys

from pyteleport.stage import channel
from pyteleport.stage.channel import encode
from pyteleport.stage.packages import INSTALL, differing, normal
from pyteleport.stage.pump import GONE, read, wait, write_all
from pyteleport.stage.signals import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen
    from typing import Any

    from pyteleport.stage.prepare import Prepared

PEER_CLOSED: int = getattr(select, "POLLRDHUP", 0)
BEAT = 1.0  # seconds between looks at what a silent installer does
LAST_LINES = 12
LOCK = ".pyteleport-lock"
# What pip is told by its environment, uv by another one.
SAME_FOR_UV = {
    "PIP_NO_INDEX": "UV_NO_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
}
NO_INSTALLER = (
    "there is neither uv nor pip for it: install one there, or name a Python that has pip"
)


def prepare(prepared: Prepared, manifest: dict[str, Any], down: int, up: int) -> None:
    """Installs what differs; what cannot be is a reason not to take the program."""
    named = manifest["policy"][len(INSTALL) :].lstrip(":")
    lock = -1
    if named:
        folder = os.path.abspath(os.path.expanduser(named))
        try:
            os.makedirs(folder, exist_ok=True)
            lock = _lock(folder, down)
        except OSError as problem:
            prepared.reasons.append(("environment", folder, problem.strerror))
            return
        sys.path.insert(0, folder)
    try:
        missing = differing(manifest["packages"])
        if missing:
            if not named:
                base = os.environ.get("TMPDIR") or "/tmp"
                folder = f"{base}/pyteleport-packages-{os.urandom(8).hex()}"
                os.mkdir(folder, 0o700)
                prepared.trees.append(folder)
                sys.path.insert(0, folder)
            elif named:
                _forget(folder, {normal(distribution) for _, distribution, _, _ in missing})
            _install(prepared, folder, missing, manifest, down, up)
    except OSError as problem:
        prepared.reasons.append(("install", problem.filename or "", problem.strerror or ""))
        return
    finally:
        if lock >= 0:
            os.close(lock)
    if named or missing:
        manifest["first"] = [folder]


def _lock(folder: str, down: int) -> int:
    """Only one at a time installs into a named folder; ends with the other side while it waits."""
    import fcntl

    fd = os.open(f"{folder}/{LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        except BlockingIOError:
            _look_for_the_other_side(wait([(down, PEER_CLOSED)], BEAT), down)


def _look_for_the_other_side(events: dict[int, int], down: int) -> None:
    if events.get(down, 0) & (GONE | PEER_CLOSED):
        raise EOFError


def _forget(folder: str, names: set[str]) -> None:
    """Removes the metadata of versions that are about to be replaced: pip leaves it beside the new one."""
    from pyteleport.stage.prepare import remove_tree

    for entry in os.listdir(folder):
        stem, _, kind = entry.rpartition(".")
        if kind == "dist-info" and normal(stem.partition("-")[0]) in names:
            remove_tree(f"{folder}/{entry}")


def _commands(folder: str, env: dict[str, str]) -> list[str] | None:
    """The installer's command, but for what to install; None where there is none."""
    from shutil import which

    beside = os.path.dirname(sys.executable or "")
    uv = which("uv", path=f"{beside}{os.pathsep}{env.get('PATH', os.defpath)}")
    if uv is not None:
        return [uv, "pip", "install", "--python", sys.executable, "--no-deps", "--target", folder]
    from importlib.util import find_spec

    if find_spec("pip") is None:
        return None
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-compile"]
    pip = [sys.executable, "-m", "pip", "install", *quiet]
    return [*pip, "--no-deps", "--upgrade", "--target", folder]


def _install(
    prepared: Prepared,
    folder: str,
    missing: list[Any],
    manifest: dict[str, Any],
    down: int,
    up: int,
) -> None:
    import subprocess

    env = {**os.environ, **(manifest.get("env") or {}), "NO_COLOR": "1"}
    command = _commands(folder, env)
    wanted = [f"{name}=={there}" if there else name for _, name, there, _ in missing]
    if command is None:
        prepared.reasons.append(("install", ", ".join(wanted), NO_INSTALLER))
        return
    if command[1] == "pip":
        for name, same in SAME_FOR_UV.items():
            if name in env:
                env.setdefault(same, env[name])
    process = subprocess.Popen(
        [*command, *wanted],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        start_new_session=True,
    )
    try:
        lines = _follow(process, down, up)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    status = process.wait()
    installer = os.path.basename(command[0]) if command[1] == "pip" else "pip"
    said = "\n".join(lines[-LAST_LINES:])
    if status:
        said = f"{installer} ended with exit status {status}\n{said}"
    elif left := differing(manifest["packages"]):
        missed = ", ".join(f"{name} {there}" for _, name, there, _ in left)
        said = f"{installer} has not installed {missed}\n{said}"
    else:
        return
    prepared.reasons.append(("install", ", ".join(wanted), said.rstrip()))


def _follow(process: Popen[bytes], down: int, up: int) -> list[str]:
    """Passes on what the installer says until it ends; returns its last lines."""
    assert process.stdout is not None
    fd = process.stdout.fileno()
    os.set_blocking(fd, False)
    lines: list[str] = []
    pending = b""
    done = b""
    while True:
        events = wait([(down, PEER_CLOSED), (fd, select.POLLIN)], BEAT)
        _look_for_the_other_side(events, down)
        if fd not in events:
            now = _done_by(process.pid)
            if now != done:
                write_all(up, encode(channel.PROGRESS))
            done = now
            continue
        data = read(fd)
        pending += data or b""
        *whole, pending = pending.replace(b"\r", b"\n").split(b"\n")
        if data == b"":
            whole.append(pending)
        for line in whole:
            text = line.decode("utf-8", "replace").strip()[:1000]
            if text:
                lines.append(text)
                del lines[:-LAST_LINES]
                write_all(up, encode(channel.PROGRESS, text.encode()))
        if data == b"":
            process.stdout.close()
            return lines


def _done_by(pid: int) -> bytes:
    """What a process has read, written and computed so far, in whatever units."""
    found = b""
    for name in ("io", "stat"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                found += file.read()
        except OSError:
            pass
    return found
