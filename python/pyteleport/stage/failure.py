"""Words for what goes wrong in a handoff: each says what happened, where, and what to do."""

from __future__ import annotations

import os
import time

from pyteleport.errors import (
    HandoffError,
    PackagesMissing,
    PythonMismatch,
    TargetError,
    TargetTimeout,
    TeleportError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.stage.first import Hello
    from pyteleport.stage.handoff import Handoff
    from pyteleport.targets import Target

MOST_LINES = 12
LONGEST_LINE = 300
LONGEST_TEXT = 2000
LONGEST_TAIL = 64 << 10
LAST_WORDS = 0.5  # seconds for the command to end and say why, after its stdout has closed
PYTHON_HINT = "name a fitting interpreter there with python=, or make it known there with before="
# By what a target gives as the reason: the kind of the reason, or the exception of a load.
PREPARE_HINTS = {
    "cwd": "give a folder that is there with cwd=, or leave it out",
    "folder": "give another folder there with cwd=",
    "file": "remove or rename that file there, or give another folder with cwd=",
    "package": "install the packages there in the same version",
    "install": "see to what the installer says, or install the packages there yourself",
    "environment": "name a folder that can be written to there, or have a temporary one",
    "locale": "have that locale made there, or set one that is there before the move",
}
LOAD_HINTS = {
    "ModuleNotFoundError": "install that module there, or send its file along with files=",
    "ImportError": "install what is missing there, in the same version as here",
    "FileNotFoundError": "put that file there, or send it along with files=",
    "OSError": "see to that file there, or close it before the move",
    "PermissionError": "see to the permissions there, or close that file before the move",
    "MemoryError": "move to where there is more memory, or let go of data before the move",
}
PACKAGES_HINT = 'install them there: pip install {}; or have teleport() do it with packages="install", or send them with "send"'
KILLED_HINT = "look there for what ends it (a limit of memory or time, perhaps), then try again"
LOAD_HINT = "if code of the program or of a package failed, see to it; else report the text above"
BUG_HINT = "this should not happen: report it, with the text above"


def said(noise: bytes, errors: bytes, stage: str = "") -> str:
    """The last lines of what a command printed, without the first stage; "" if nothing."""
    parts = []
    for data in (errors, noise):
        text = data.decode("utf-8", "replace").strip()
        if stage:
            text = text.replace(stage, "…")
        lines = [_cut(line.rstrip()) for line in text.splitlines() if line.strip()]
        if lines:
            parts.append("\n".join(lines[-MOST_LINES:])[-LONGEST_TEXT:])
    return "\n".join(parts)


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"


def _with(what: str, words: str) -> str:
    return f"{what}: {words}" if words else what


def not_started(target: Target, name: str, problem: OSError) -> TargetError:
    if isinstance(problem, FileNotFoundError):
        return TargetError(
            f"{name}: no such command here", target.name, "install it, or name it by its path"
        )
    hint = "give the path of a program that may be run"
    return TargetError(f"{name} cannot be started: {problem.strerror}", target.name, hint)


def missing_packages(target: Target, packages: list[tuple[str, str, str]]) -> PackagesMissing:
    names = " ".join(f"{name}=={here}" if here else name for name, here, _ in packages)
    return PackagesMissing(packages, target.name, PACKAGES_HINT.format(names))


def tell(target: Target, line: bytes) -> None:
    """Shows what is done at the target meanwhile."""
    try:
        os.write(2, b"pyteleport: %s: %s\n" % (target.name.encode(), line))
    except OSError:  # nobody sees it
        pass


def ended(handoff: Handoff) -> TeleportError:
    """The command has closed its stdout: it is over."""
    command = handoff.command
    assert command is not None
    deadline = time.monotonic() + LAST_WORDS
    from pyteleport.stage.pump import READABLE, wait

    while command.errors >= 0 and (left := deadline - time.monotonic()) > 0:
        if wait([(command.errors, READABLE)], left):
            handoff.read_errors()
    command.wait(LAST_WORDS)
    status = command.status
    if status is None:
        how = "closed its output"
    elif status < 0:
        how = f"was killed by signal {-status}"
    else:
        how = f"ended with exit status {status}"
    target = handoff.target
    if handoff.hello is None:
        what = f"the command {how} before Python answered"
        return TargetError(_with(what, handoff.said()), target.name, target.advice(status))
    what = f"the target's interpreter {how} before the program was ready"
    kind = HandoffError if handoff.prepared else TargetError
    return kind(_with(what, handoff.said()), target.name, KILLED_HINT)


def timed_out(handoff: Handoff, waiting_for: str) -> TargetTimeout:
    what = f"nothing came within {handoff.timeout:g} s while waiting for {waiting_for}"
    hint = handoff.target.advice(None) if handoff.hello is None else "give it longer with timeout="
    return TargetTimeout(_with(what, handoff.said()), handoff.target.name, hint)


def noisy(handoff: Handoff, noise: bytes) -> TargetError:
    words = said(noise[-LONGEST_TAIL:], b"", handoff.stage)
    what = _with("the command prints without end, and no Python answers", words)
    target = handoff.target
    return TargetError(what, target.name, target.advice(None))


def garbled(target: Target, problem: str) -> TargetError:
    return TargetError(
        f"what came from the target is no answer of pyteleport's: {problem}",
        target.name,
        "look for something else that writes to its standard output",
    )


def mismatch(target: Target, hello: Hello, reason: str) -> PythonMismatch:
    return PythonMismatch(f"found {hello}: {reason}", target.name, PYTHON_HINT)


def refused(target: Target, reasons: list[tuple[Any, ...]], prepared: bool) -> TeleportError:
    """The target said no."""
    packages = [reason[1:4] for reason in reasons if reason[0] == "package"]
    others = [reason for reason in reasons if reason[0] not in ("package", "noise")]
    if packages and not others:
        return missing_packages(target, packages)
    texts = []
    hints = []
    for kind, what, detail in (reason[:3] for reason in reasons):
        if kind == "load":
            hints.append(load_hint(what))
            texts.append(f"{what}\n{detail}".rstrip())
        elif kind == "noise":
            texts.append(f"it printed: {what}".rstrip())
        else:
            hints.append(PREPARE_HINTS.get(kind, BUG_HINT))
            texts.append(f"{what}: {detail}")
    hint = "; ".join(dict.fromkeys(hints))
    listed = "\n".join(texts)
    if prepared:
        what = f"the program could not be rebuilt there: {listed}"
        return HandoffError(what, target.name, hint)
    return TargetError(f"the target cannot take the program: {listed}", target.name, hint)


def load_hint(what: str) -> str:
    """What to do about a load that failed; `what` is the exception's name and text."""
    name, colon, _ = what.partition(": ")
    if not colon:  # the process ended
        return KILLED_HINT
    return LOAD_HINTS.get(name, LOAD_HINT)
