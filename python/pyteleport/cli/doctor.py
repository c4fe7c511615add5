"""`pyteleport doctor`: can a program move to that target, and if not, why?

It goes the way a move goes: the target's command, the interpreter it finds, then the stage up to PREPARED,
without a program. Before that it has the interpreter found there look for the others on PATH.
"""

from __future__ import annotations

import os
import sys
import time

from pyteleport.errors import TargetError, TeleportError
from pyteleport.stage.failure import missing_packages
from pyteleport.stage.first import HELLO, find_hello
from pyteleport.stage.handoff import Handoff
from pyteleport.stage.packages import COMPARE
from pyteleport.surroundings.package_files import Files, closure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyteleport.stage.first import Hello
    from pyteleport.surroundings.packages import Package
    from pyteleport.targets import Target

MARK = b"\n\x01pyteleport-doctor\n"
ROUNDS = 5

# The text for `python -c` there, as the first stage is: it takes a program from stdin.
STAGE = (
    'exec("""'
    + """import os
os.write(1,(chr(10)+chr(1)+"pyteleport-doctor"+chr(10)).encode())
def r(n):
 b="".encode()
 while len(b)<n:
  c=os.read(0,n-len(b))
  if not c:os._exit(0)
  b+=c
 return b
exec(r(int(r(8).decode())).decode(),{})
""".replace("\n", "\\n")
    + '""")'
)

# What that runs: any Python from 2.7 on. A line for each interpreter, then it sends lines back.
SURVEY = """
import os, subprocess, sys
HELLO = {hello!r}
def say(*fields):
    os.write(1, (chr(9).join(fields) + chr(10)).encode())
seen = set()
for folder in os.environ.get("PATH", "").split(os.pathsep):
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        continue
    for name in names:
        path = os.path.join(folder, name)
        rest = name[6:]
        if name[:6] != "python" or (rest and not rest.replace(".", "").isdigit()):
            continue
        if name in seen or not os.access(path, os.X_OK):
            continue
        seen.add(name)
        null = open(os.devnull)
        try:
            process = subprocess.Popen([path, "-c", HELLO], stdin=null, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
            said = process.communicate()[0]
        except OSError as problem:
            said = str(problem).encode()
        say(name, path, "".join("%02x" % byte for byte in bytearray(said[-4000:])))
say("end", sys.executable)
while True:
    data = os.read(0, 100)
    if not data:
        break
    os.write(1, data)
"""


class Conversation:
    """With the interpreter found there: what it writes, line by line."""

    def __init__(self, target: Target, timeout: float) -> None:
        self.handoff = Handoff(target, {}, timeout)
        self.timeout = timeout
        self.data = b""
        self.found = False

    def start(self) -> None:
        self.handoff.start(STAGE)
        survey = SURVEY.format(hello=HELLO).encode()
        self.until(MARK)
        command = self.handoff.command
        assert command is not None
        command.take_back_terminal()
        self.found = True
        self.write(f"{len(survey):08}".encode() + survey)

    def write(self, data: bytes) -> None:
        command = self.handoff.command
        assert command is not None
        os.set_blocking(command.down, True)
        while data:
            data = data[os.write(command.down, data) :]

    def until(self, end: bytes) -> bytes:
        """What comes up to `end`, which is taken, too."""
        deadline = time.monotonic() + self.timeout
        while end not in self.data:
            self.data += self.handoff.raw(deadline, "Python to start there")
        before, _, self.data = self.data.partition(end)
        return before


def survey(target: Target, timeout: float) -> tuple[list[tuple[str, str, bytes]], float]:
    """(name, path, what it says of itself) of the interpreters there, and the round trip in seconds.

    Raises:
        TargetError: the target cannot be reached, or no Python is there.
    """
    talk = Conversation(target, timeout)
    try:
        talk.start()
        found = []
        while True:
            fields = talk.until(b"\n").decode("utf-8", "replace").split("\t")
            if fields[0] == "end":
                break
            if len(fields) == 3:
                found.append((fields[0], fields[1], bytes.fromhex(fields[2])))
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            talk.write(b"x\n")
            talk.until(b"x\n")
            times.append(time.perf_counter() - begun)
    finally:
        talk.handoff.abort()
    return found, min(times)


def versions_here(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """(import name, distribution, version) of distributions installed here."""
    from importlib import metadata

    found = []
    for name in names:
        try:
            found.append((name, name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            raise TargetError(f"{name} is not installed here", "--package") from None
    return found


def try_move(
    target: Target, packages: list[Package], timeout: float
) -> tuple[Hello, list[tuple[str, str, str, str]]]:
    """Goes the way of a move up to where the program would be sent.

    Returns the interpreter, and (import name, distribution, version here, there) of packages that differ.

    Raises:
        TargetError: as the move would.
    """
    handoff = Handoff(target, {"packages": packages, "policy": COMPARE, "terminal": None}, timeout)
    try:
        handoff.start()
        handoff.prepare()
    finally:
        handoff.abort()
    assert handoff.hello is not None
    return handoff.hello, handoff.prepared["missing"]


def main(
    name: str,
    python: str | None,
    before: str | None,
    packages: Sequence[str],
    timeout: float,
    script: str | None = None,
) -> int:
    """Prints what it finds. 0 if a program can move there, else 1, with the reason on stderr."""
    from pyteleport import arguments
    from pyteleport.targets import parse

    try:
        target = parse(name)
        arguments.seconds(timeout)
    except (TargetError, ValueError) as problem:
        print(f"pyteleport doctor: {problem}", file=sys.stderr)
        return 1
    for setting, value in (("python", python), ("before", before)):
        if value is not None:
            if not hasattr(target, setting):
                print(f"pyteleport doctor: {name} takes no --{setting}", file=sys.stderr)
                return 1
            setattr(target, setting, value)
    line("target", target.name)
    line("here", f"CPython {sys.version.split()[0]} at {sys.executable}")
    try:
        report = None
        uses = versions_here(packages)
        if script is not None:
            from pyteleport.cli import doctor_for

            report = doctor_for.rehearsed(script)
            uses += [package for package in doctor_for.needed(report) if package not in uses]
        needed = closure(uses)
        found, seconds = survey(target, timeout)
        line("round trip", f"{seconds * 1000:.2f} ms")
        line("on PATH", "" if found else "no interpreter")
        for program, path, said in found:
            print(f"  {program:<12} {path:<32} {judge(said)}")
        hello, missing = try_move(target, needed, timeout)
        line("used", f"{hello}, {hello.platform} {hello.machine}")
        if report is not None:
            doctor_for.show(report)
        differs = {package[1]: package for package in missing}
        for package in needed:
            line("package", compared(package, differs.get(package[1])))
        if missing:
            raise missing_packages(target, [package[1:] for package in missing])
    except TeleportError as problem:
        sys.stdout.flush()
        print(f"no program can move there: {problem}", file=sys.stderr)
        return 1
    if report is None:
        print("A program of this interpreter can move there.")
        return 0
    able = report.moved and not report.differed
    print(f"{report.program} {'can' if able else 'cannot'} move there.")
    return 0 if able else 1


def compared(package: Package, differs: tuple[str, str, str, str] | None) -> str:
    """What of a package is there, and what `teleport()` could do about it."""
    text = f"{package[1]} {package[2]}"
    if differs is None:
        return f"{text}: there"
    text += f": {differs[3]} there" if differs[3] else ": missing"
    if Files(package).compiled:
        return f'{text}; it holds compiled code, so only packages="install" helps'
    return f'{text}; packages="send" takes it along'


def line(name: str, text: str) -> None:
    print(f"{name:<14}{text}".rstrip(), flush=True)


def judge(said: bytes) -> str:
    """One line about an interpreter, out of what it printed."""
    try:
        found = find_hello(said)
    except ValueError:
        found = None
    if found is None:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return f"does not run: {lines[0] if lines else 'it says nothing'}"
    hello = found[1]
    version = str(hello).partition(" at ")[0]
    return f"{version}: {hello.misfit() or 'fits'}"
