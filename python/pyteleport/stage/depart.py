"""COMMIT, and what this process turns into then: the relay, by `exec` of a bare interpreter.

The new interpreter (`-I -S`: no site, no environment, little memory) finds code and state in a file
that exists in memory only. Signals are blocked across the `exec`, so that none is lost: they are
forwarded as soon as the relay runs.
"""

from __future__ import annotations

import marshal
import os
import sys

from pyteleport.copies import Copy
from pyteleport.stage import bundle
from pyteleport.stage.signals import RELAYED, signal
from pyteleport.stage.spawn import DEFAULT_AGAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from pyteleport.stage.handoff import Handoff

SMALL = (
    15 << 20
)  # bytes of memory that are not worth an exec; the relay itself takes half a megabyte
BOOT = """import os,marshal
t,s=marshal.loads(os.read({fd},os.fstat({fd}).st_size))
os.close({fd})
t=marshal.loads(t)
n={{"__name__":"pyteleport.stage.finder"}}
exec(marshal.loads(t[n["__name__"]][1]),n)
n["install"](t)
from pyteleport.stage.relay import main
main(s)
"""


def become_relay(handoffs: list[Handoff], stdin: bytes) -> NoReturn:
    """Commits and becomes the relay. See `Handoff.commit` and `commit_all`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, RELAYED)
    try:
        _commit(handoffs, stdin if len(handoffs) == 1 else b"")
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise
    # From here on the program is elsewhere: whatever happens, nothing of it may run here.
    try:
        state = _state(handoffs, stdin=len(handoffs) == 1)
        for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
            signal.setitimer(timer, 0)  # these outlive even exec
        if not _is_small() or len(sys._current_frames()) > 1:  # other threads end by the exec
            argv, _ = _prepare_exec(state)
            os.execv(argv[0], argv)
    except BaseException:
        pass
    _stay(state)


def start_relay(handoffs: list[Handoff], stdin: bytes) -> Copy:
    """Commits and starts the relay as a child. See `Handoff.detach`."""
    _commit(handoffs, stdin)
    state = _state(handoffs, stdin=False)
    state["home"] = None  # the pipes are this process's, which goes on
    argv, fd = _prepare_exec(state)
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    try:
        pid = os.posix_spawn(
            argv[0],
            argv,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, null, 0)],
            setsigmask=RELAYED,
            setsigdef=DEFAULT_AGAIN,
        )
    finally:
        for number in (null, fd, *_descriptors(state)):
            os.close(number)
    commands = []
    for handoff in handoffs:
        command = handoff.command
        assert command is not None
        command.down = command.up = command.errors = -1
        commands.append(command.pid)
    return Copy(pid, commands)


def _commit(handoffs: list[Handoff], stdin: bytes) -> None:
    """COMMIT to all. If the first is lost, none is; after that it is the relay's to report."""
    for number, handoff in enumerate(handoffs):
        try:
            handoff.write_commit(stdin)
        except BaseException:
            if number == 0:
                for aborted in handoffs:
                    aborted.abort()
                raise


def _state(handoffs: list[Handoff], *, stdin: bool) -> dict[str, Any]:
    from pyteleport.stage import home

    links = []
    for handoff in handoffs:
        command = handoff.command
        assert command is not None
        links.append(
            {
                "name": handoff.target.name,
                "pid": command.pid,
                "down": command.down,
                "up": command.up,
                "errors": command.errors,
                "pending": bytes(handoff.frames.pending),
                "said": bytes(handoff.errors),
            }
        )
    terminal = handoffs[0].manifest.get("terminal") if stdin else None
    return {
        "links": links,
        "stdin": stdin,
        "terminal": terminal["fds"] if terminal else None,
        "home": home.descriptors(),
        "service": _service(),
        "rest": bundle.rest(),
    }


def _service() -> list[str]:
    """What answers requests: this interpreter, with this package."""
    from pyteleport.graph.modules import package_folders

    folders = list(sys.modules[bundle.PACKAGE].__path__)
    if not folders or not sys.executable:
        return []
    parent = os.path.dirname(folders[0])
    code = f"import sys;sys.path.insert(0,{parent!r});from pyteleport.service import main;main()"
    return [sys.executable, "-c", code, *package_folders()]


def _descriptors(state: dict[str, Any]) -> list[int]:
    links = state["links"]
    return [fd for link in links for fd in (link["down"], link["up"], link["errors"]) if fd >= 0]


def _prepare_exec(state: dict[str, Any]) -> tuple[list[str], int]:
    """The relay's command, with everything it inherits in place, and the descriptor of its code."""
    if not sys.executable:
        raise FileNotFoundError("the interpreter does not know its own path")
    data = marshal.dumps((bundle.relay(), state))
    fd = nameless()
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    for number in (fd, *_descriptors(state), *(state["home"] or ())):
        os.set_inheritable(number, True)
    return [sys.executable, "-I", "-S", "-c", BOOT.format(fd=fd)], fd


def nameless() -> int:
    """A file without a name."""
    if hasattr(os, "memfd_create"):
        try:
            return os.memfd_create("pyteleport-relay")
        except OSError:
            pass
    path = f"{os.environ.get('TMPDIR') or '/tmp'}/pyteleport-{os.urandom(8).hex()}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return fd


def _is_small() -> bool:
    """Whether this process takes hardly more memory than a bare interpreter would."""
    try:
        with open("/proc/self/statm", "rb") as file:
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") <= SMALL


def _stay(state: dict[str, Any]) -> NoReturn:
    """The relay in this very interpreter: where that is small enough, or `exec` has failed.

    The program's frames stay below, and are never gone back to; all else that could run its code
    is turned off, and what it had open is closed, as `exec` would have done.
    """
    try:
        import gc

        gc.disable()
        sys.settrace(None)
        sys.setprofile(None)
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals():
            if number not in RELAYED and callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        kept = {0, 1, 2, *_descriptors(state), *(state["home"] or ())}
        for name in os.listdir("/proc/self/fd"):
            if int(name) not in kept:
                _close(int(name))
        from pyteleport.stage.relay import main

        main(state)
    finally:
        os._exit(255)


def _close(fd: int) -> None:
    try:
        os.close(fd)
    except OSError:
        pass
