"""Supervises a rehearsal: the plain run, the counting run, and the run that is moved.

rehearsal = Rehearsal(wish, bar)
report = rehearsal.run()
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import deque

from pyteleport.errors import TeleportError
from pyteleport.rehearse.folder import Place, contents, copy
from pyteleport.rehearse.outcome import Outcome, Reference, difference, lines_of
from pyteleport.rehearse.process import Process
from pyteleport.rehearse.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.rehearse.progress import Bar

AHEAD = 2  # interpreters started before they are needed
LOADING = 60.0  # seconds for an image to be loaded
MOST_STDERR = 4000
LARGEST_CHECKED = 1 << 20  # bytes of output that are compared at every hop


class Wish:
    """What is asked for.

    Attributes:
        program, module, arguments: `program` is a script, or with `module` a module's name.
        mode: "hops" or "each".
        event: "line", "call" or "return".
        number, every, sample, spread: which points; at most one of them is not 0.
        seed: for `sample`.
        lines: (file, first, last): only points on these lines count.
        within: only points count while a function of this qualified name runs.
        needs: also note which packages and files the program needs elsewhere.
        timeout: seconds a run may take; 0 for a multiple of the plain run.
        stdin: what the program reads.
    """

    module = False
    arguments: tuple[str, ...] = ()
    mode = "hops"
    event = "line"
    number = every = sample = spread = 0
    seed = 0
    lines: tuple[tuple[str, int, int], ...] = ()
    within = ""
    needs = False
    timeout = 0.0
    stdin = b""

    def __init__(self, program: str, **others: Any) -> None:
        self.program = program
        for name, value in others.items():
            setattr(self, name, value)

    def numbers(self, counted: int) -> list[int] | None:
        """The points to try out of so many; None for every `every`th."""
        if self.every:
            return None
        if self.number:
            return [self.number]
        if self.sample:
            some = min(self.sample, counted)
            return sorted(random.Random(self.seed).sample(range(1, counted + 1), some))
        if not self.spread or self.spread >= counted:
            return list(range(1, counted + 1))
        return [counted * n // self.spread + 1 for n in range(self.spread)]


class Rehearsal:
    """One rehearsal of one program."""

    def __init__(self, wish: Wish, bar: Bar) -> None:
        self.wish = wish
        self.bar = bar
        self.base = tempfile.mkdtemp(prefix="pyteleport-rehearse-")
        self.env = dict(os.environ)
        if self.env.get("PYTHONHASHSEED", "random") == "random":
            self.env["PYTHONHASHSEED"] = "0"
        self.processes: list[Process] = []
        name = ("-m " if wish.module else "") + wish.program
        version = ".".join(map(str, sys.version_info[:3]))
        self.report = Report(name, version, wish.mode)
        self.limit = wish.timeout

    def run(self) -> Report:
        """Rehearses.

        Raises:
            TeleportError: the program cannot be run here.
        """
        begun = time.monotonic()
        try:
            self._check()
            self.place = Place(os.getcwd(), self.base)
            self._write("stdin", self.wish.stdin)
            plain = self._plain()
            again = self._traced(self._points(0), counting=True)
            reference = Reference(plain, again)
            self.report.unsteady = [
                f"{what}, " + ("as a whole" if lines is None else f"{len(lines)} lines")
                for what, lines in reference.unsteady.items()
            ]
            if again.status != plain.status:
                said = again.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
                raise TeleportError(
                    f"it ends with status {plain.status} plainly, and with {again.status} where its "
                    "points are counted",
                    said[-1] if said else self.report.program,
                    "rehearse a program whose runs are alike, and that does not mind being traced",
                )
            points = self._chosen()
            self.reference = reference
            moved = self._traced(points, counting=False)
            if self.wish.mode == "hops":
                self._compare(moved, self.when)
        finally:
            self.bar.clear()
            for process in self.processes:
                process.kill()
            shutil.rmtree(self.base, ignore_errors=True)
            self.report.seconds = time.monotonic() - begun
        return self.report

    def _check(self) -> None:
        if not self.wish.module and not os.path.isfile(self.wish.program):
            raise TeleportError(
                f"there is no script {self.wish.program!r}", os.getcwd(), "give a script, or -m"
            )

    def _program(self) -> str:
        """The script as the copies of the folder have it."""
        if self.wish.module:
            return self.wish.program
        return self._copied(self.wish.program)

    def _copied(self, path: str) -> str:
        """A path in the user's folder as the same path in the copy."""
        relative = os.path.relpath(path)
        return os.path.abspath(path) if relative.startswith(os.pardir) else relative

    def _as_given(self, said: Any) -> Any:
        """What a run has said, with paths below the user's folder in place of the copy's."""
        if isinstance(said, str):
            return said.replace(self.place.path + os.sep, "")
        if isinstance(said, dict):
            return {key: self._as_given(value) for key, value in said.items()}
        if isinstance(said, list | tuple):
            return [self._as_given(value) for value in said]
        return said

    def _points(self, every: int, numbers: list[int] | None = None) -> dict[str, Any]:
        wish = self.wish
        lines = [
            (os.path.realpath(os.path.join(self.place.path, self._copied(file))), first, last)
            for file, first, last in wish.lines
        ]
        return {
            "event": wish.event,
            "every": every,
            "numbers": numbers,
            "lines": lines,
            "within": wish.within,
        }

    def _chosen(self) -> dict[str, Any]:
        counted = self.report.counted
        if counted is None and not (self.wish.every or self.wish.number):
            raise TeleportError(
                "the points could not be counted: the program ends without ending its interpreter",
                self.report.program,
                "choose points by --every N",
            )
        return self._points(self.wish.every, self.wish.numbers(counted or 0))

    def _path(self, name: str) -> str:
        return os.path.join(self.base, name)

    def _write(self, name: str, content: bytes) -> None:
        with open(self._path(name), "wb") as file:
            file.write(content)

    def _read(self, name: str) -> bytes:
        with open(self._path(name), "rb") as file:
            return file.read()

    def _open(self, name: str, at: int = 0) -> list[int]:
        """Descriptors 0, 1 and 2 of a run: input from `at`, output behind what is there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        stdin = os.open(self._path("stdin"), os.O_RDONLY)
        os.lseek(stdin, at, os.SEEK_SET)
        return [stdin, *(os.open(self._path(name + end), flags, 0o600) for end in (".out", ".err"))]

    def _spawn(self, files: list[int], command: list[str] | None = None) -> Process:
        process = Process(files, self.place.path, self.env, command)
        self.processes = [known for known in self.processes if known.popen.returncode is None]
        self.processes.append(process)
        return process

    def _outcome(self, name: str, status: int | None) -> Outcome:
        files = contents(self.place.path)
        return Outcome(self._read(name + ".out"), self._read(name + ".err"), status, files)

    def _plain(self) -> Outcome:
        self.bar.show("plain run")
        self.place.fresh()
        files = self._open("plain")
        begun = time.monotonic()
        command = ["-m"] if self.wish.module else []
        process = self._spawn(files, [*command, self._program(), *self.wish.arguments])
        status = process.wait(self.limit or None)  # type: ignore[arg-type]
        _close(files)
        if status is None:
            raise TeleportError(
                f"the program did not end within {self.limit:g} seconds",
                self.report.program,
                "raise --timeout",
            )
        self.limit = self.limit or 60 + 30 * (time.monotonic() - begun)
        return self._outcome("plain", status)

    def _traced(self, points: dict[str, Any], counting: bool) -> Outcome:
        """A run from the start, moved at the points."""
        self.place.fresh()
        name = "counted" if counting else "moved"
        files = self._open(name)
        self.when = "before the first point"
        self.deviates = False
        warm = deque(self._spawn(files) for _ in range(1 if counting else 1 + AHEAD))
        current = warm.popleft()
        current.send({
            "do": "start", "program": self._program(), "module": self.wish.module,
            "arguments": list(self.wish.arguments), "folder": self.base, "points": points,
            "needs": self.wish.needs,
        })  # fmt: skip
        while True:
            self._show(counting, points)
            try:
                message = current.receive(self.limit)
            except TimeoutError:
                current.kill()
                break
            if message is None:
                break
            if message["is"] == "ended":
                if counting:
                    self.report.counted = message["counted"]
            elif message["is"] == "refused":
                self.report.tried += 1
                self.report.refuse(self._as_given(message))
                continue
            if message["is"] == "image" and self.wish.needs:
                self.report.need(self._as_given(message))
            if message["is"] != "image":
                continue
            if self.wish.mode == "hops":
                current = self._hop(current, message, warm, files, points)
            else:
                self._each(current, message, files)
        status = current.wait(self.limit)
        for process in warm:
            process.kill()
        _close(files)
        return self._outcome(name, status)

    def _show(self, counting: bool, points: dict[str, Any]) -> None:
        if counting:
            self.bar.show("counting")
            return
        numbers = points["numbers"]
        total = self.report.counted
        if numbers is not None:
            total = len(numbers)
        elif total is not None and points["every"]:
            total //= points["every"]
        self.bar.show(f"{self.wish.mode}, {self.report.refusals} refused", self.report.tried, total)

    def _hop(
        self,
        current: Process,
        message: dict[str, Any],
        warm: deque[Process],
        files: list[int],
        points: dict[str, Any],
    ) -> Process:
        """Hands the program on to the next process; where that fails, it goes on where it is."""
        begun = time.monotonic()
        self.report.tried += 1
        following = warm.popleft()
        going_on = {**points, "state": message["state"], "repeats": message["repeats"]}
        if not self._load(following, message, going_on, stock=False):
            current.send({"do": "stay"})
            warm.append(self._spawn(files))
            return current
        current.send({"do": "end"})
        following.send({"do": "run"})
        self.report.moved += 1
        self.report.hops.append(message["seconds"] + time.monotonic() - begun)
        warm.append(self._spawn(files))
        self._watch(message)
        current.wait(LOADING)
        return following

    def _load(
        self, process: Process, message: dict[str, Any], points: dict[str, Any] | None, stock: bool
    ) -> bool:
        """Has an interpreter load an image; False, and noted as refused, if it could not."""
        process.send({
            "do": "load", "path": message["path"], "cwd": message["cwd"], "folder": self.base,
            "streams": message["streams"], "points": points, "stock": stock,
            "needs": self.wish.needs,
        })  # fmt: skip
        try:
            answer = process.receive(LOADING)
        except TimeoutError:
            answer = {"is": "failed", "what": "the load did not end", "trace": ""}
        os.unlink(message["path"])
        if answer is not None and answer["is"] == "ready":
            return True
        process.kill()
        if answer is None:
            answer = {"what": "the interpreter ended", "trace": ""}
        what = f"it could not be rebuilt: {answer['what']}"
        refused = {"what": what, "where": answer["trace"], "hint": "report this: it is a bug"}
        self.report.refuse(self._as_given({**message, **refused}))
        return False

    def _watch(self, message: dict[str, Any]) -> None:
        """Notes after which point the output began to differ."""
        if self.deviates:
            return
        for end, name, plain in (
            (".err", "stderr", self.reference.plain.stderr),
            (".out", "stdout", self.reference.plain.stdout),
        ):
            path = self._path("moved" + end)
            if name in self.reference.unsteady or os.path.getsize(path) > LARGEST_CHECKED:
                continue
            come = lines_of(self._read("moved" + end))[:-1]
            if come != lines_of(plain)[: len(come)]:
                self.deviates = True
                return
        self.when = f"after {place(message)}"

    def _each(self, current: Process, message: dict[str, Any], files: list[int]) -> None:
        """Has a fresh stock interpreter go on from here to the end, while the program waits."""
        self.report.tried += 1
        begun = time.monotonic()
        kept = self.place.keep("held")
        copy(kept, self.place.path)
        for end in (".out", ".err"):
            shutil.copyfile(self._path("moved" + end), self._path("single" + end))
        own = self._open("single", os.lseek(files[0], 0, os.SEEK_CUR))
        try:
            process = self._spawn(own)
            if self._load(process, message, None, stock=True):
                process.send({"do": "run"})
                self.report.moved += 1
                self.report.hops.append(message["seconds"] + time.monotonic() - begun)
                status = process.wait(self.limit)
                self._compare(self._outcome("single", status), f"from {place(message)}")
        finally:
            _close(own)
            self.place.bring_back(kept)
        current.send({"do": "stay"})

    def _compare(self, moved: Outcome, when: str) -> None:
        found = self.reference.difference(moved)
        if found is None and self.deviates:
            found = difference("the order of output", 0, "as unmoved", "another")
        if found is not None:
            said = moved.stderr.decode("utf-8", "backslashreplace")
            self.report.differed.append({"when": when, **found, "stderr": said[-MOST_STDERR:]})


def place(message: dict[str, Any]) -> str:
    file = os.path.basename(message["file"])
    return f"point {message['number']}, {message['frame']} ({file}, line {message['line']})"


def _close(files: list[int]) -> None:
    for fd in files:
        os.close(fd)
