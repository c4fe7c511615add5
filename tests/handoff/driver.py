"""Moves itself: run with options as JSON, it hands over a program of `programs` to a target.

    {"target": "local" or ["ssh", ...], "program": "echo", "arguments": [], "manifest": {}, ...}

An error is printed with its type, and the process ends with 42 after a look for what was left over.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from typing import Any

import programs


def target_of(described: Any) -> Any:
    from pyteleport import targets

    if isinstance(described, str):
        return targets.parse(described)
    kind, arguments, keywords = described
    return getattr(targets, kind)(*arguments, **keywords)


def main(text: str) -> None:
    from pyteleport.errors import TeleportError
    from pyteleport.stage.handoff import Handoff, commit_all

    options = json.loads(text)
    manifest: dict[str, Any] = {"loader": "programs:load", **options.get("manifest", {})}
    if options.get("take_along"):
        manifest["files"] = [(name, 0o644, _read(name)) for name in ("programs.py", "driver.py")]
    if "files" in options:
        manifest["files"] = [(name, mode, text.encode()) for name, mode, text in options["files"]]
    parts = [programs.image(options["program"], options.get("arguments", []))]
    if options.get("ballast"):
        data = os.urandom(1 << 20) * options["ballast"]
        arguments = [len(data), zlib.crc32(data)]
        parts = [programs.image(options["program"], arguments), b"", data[:7], data[7:]]
    if options.get("memory"):
        main.held = bytearray(os.urandom(options["memory"] << 20))  # type: ignore[attr-defined]
    if options.get("service"):
        from pyteleport.stage import depart

        service = [sys.executable, os.path.join(os.path.dirname(__file__), "service.py")]
        depart._service = lambda: service  # type: ignore[assignment]
    if options.get("slow_terminal"):
        from pyteleport.stage.spawn import Command

        lend = Command._lend_terminal
        Command._lend_terminal = lambda self: (time.sleep(0.5), lend(self))[1]  # type: ignore[method-assign]
    handoffs = []
    steps = options.get("steps", "start prepare send ready commit").split()
    try:
        for _ in range(options.get("copies", 1)):
            target = target_of(options.get("target", "local"))
            handoff = Handoff(target, dict(manifest), options.get("timeout", 20))
            handoffs.append(handoff)
            for step in steps[:4]:
                if options.get("pause") == step:
                    print(f"before {step}: {handoff.prepared.get('pid', 0)}", flush=True)
                    sys.stdin.readline()
                if step == "send":
                    handoff.send(parts)
                elif step in ("start", "prepare", "ready"):
                    getattr(handoff, step)()
        if options.get("pause") == "commit":
            print(f"before commit: {handoffs[0].prepared['pid']}", flush=True)
            sys.stdin.readline()
        sys.stdout.flush()
        stdin = options.get("stdin", "").encode()
        if options.get("detach"):
            copy = handoffs[0].detach(stdin)
            print("detached", flush=True)
            print("copy ended with", copy.wait(), flush=True)
            _look_around()
            return
        if "commit" in steps:
            commit_all(handoffs, stdin) if len(handoffs) > 1 else handoffs[0].commit(stdin)
    except TeleportError as error:
        for handoff in handoffs:
            handoff.abort()
        print(f"{type(error).__name__}: {error}", flush=True)
        _look_around()
        sys.exit(42)
    for handoff in handoffs:
        handoff.abort()
        handoff.abort()
    print("aborted", flush=True)
    _look_around()


def _read(name: str) -> bytes:
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()


def _look_around() -> None:
    """Says what a failed move has left in this process."""
    try:
        print("a child is left:", os.waitpid(-1, os.WNOHANG))
    except ChildProcessError:
        pass
    left = [fd for fd in os.listdir("/proc/self/fd") if int(fd) > 2]
    with os.scandir("/proc/self/fd"):  # the listing's own
        pass
    if len(left) > 1:
        print("descriptors are left:", [os.readlink(f"/proc/self/fd/{fd}") for fd in left[:-1]])
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
