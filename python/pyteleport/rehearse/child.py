"""Below the program, in its processes: starts or loads it, stops it at the points, hands its image over.

The command starts these with TEXT as `-c`. Once `main` has come back, what is to run stands in `sys`, and runs
with two frames below the program (see `launch`), as at any target.
"""

from __future__ import annotations

import os
import sys
import time

from pyteleport import move
from pyteleport.capture.points import Points, image_at_point
from pyteleport.errors import CannotMove
from pyteleport.graph import image, load  # noqa: F401  (loaded ahead: a hop is timed)
from pyteleport.graph.dumper import Dumper
from pyteleport.rehearse.wire import Wire
from pyteleport.stage import program, streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from pyteleport._native import Tracer

# `-c` puts the working folder into the path, where another pyteleport may be.
TEXT = (
    'exec("""import sys\\nsys.path[:]=[p for p in sys.path if p]\\n'
    'from pyteleport.rehearse.child import main\\nmain({fd})""",{{}});'
    'eval(*__import__("sys").__dict__.pop("_pyteleport_run"))'
)
LAUNCH = "pyteleport.rehearse.launch"


class Stops:
    """What happens at the chosen points of this process.

    Attributes:
        points: the trace.
        folder: where images are put.
    """

    points: Points

    def __init__(self, wire: Wire, job: dict[str, Any]) -> None:
        self.wire = wire
        self.folder: str = job["folder"]
        self.needs: bool = job["needs"]
        self.pid = os.getpid()
        self.points = Points(self.stop, **job["points"])

    def stop(self, event: str, number: int) -> None:
        if os.getpid() != self.pid:  # a child the program has made
            return
        begun = time.perf_counter()
        try:
            move.check_threads()
            move.check_children()
            made = image_at_point(sys._getframe(), event)
        except CannotMove as refusal:
            self.wire.send(self._refused(number, refusal))
            return
        except Exception as problem:
            from traceback import format_exception

            text = f"pyteleport failed: {type(problem).__name__}: {problem}"
            trace = "".join(format_exception(problem))
            self.wire.send({"is": "refused", **here(), "number": number, "what": text,
                            "where": trace, "hint": "report this: it is a bug", "items": []})  # fmt: skip
            return
        path = f"{self.folder}/image-{number}"
        needs = needs_of(made.packages) if self.needs else {}
        with open(path, "wb") as file:
            for part in made.parts:
                file.write(part)
        move.flush()
        take_back_stdin()
        self.wire.send({
            "is": "image", **here(), "number": number, "path": path, "state": self.points.state,
            "cwd": os.getcwd(), "streams": streams.describe_streams(),
            "repeats": event == "return", "seconds": time.perf_counter() - begun,
            **needs,
        })  # fmt: skip
        answer = self.wire.receive()
        if answer is None or answer["do"] == "end":
            os._exit(0)

    def _refused(self, number: int, refusal: CannotMove) -> dict[str, Any]:
        items = [(item.path, item.kind, item.reason, item.hint) for item in refusal.items]
        what, where, hint = refusal.what, refusal.where, refusal.hint
        return {
            "is": "refused", **here(), "number": number, "what": what, "where": where,
            "hint": hint, "items": items, "kind": type(refusal).__name__,
        }  # fmt: skip

    def ended(self) -> None:
        """At the end of the interpreter."""
        if os.getpid() == self.pid:
            self.wire.send({"is": "ended", "counted": self.points.state[0]})


def needs_of(modules: set[str]) -> dict[str, Any]:
    """What the program would need where it goes on: packages and files."""
    from pyteleport.checkpoints.manifest import open_files
    from pyteleport.surroundings.packages import needed

    return {"packages": needed(modules), "files": [file["path"] for file in open_files()]}


stops: list[Stops] = []  # of this process: one, or none


def begin() -> None:
    """The program begins, or goes on."""
    for made in stops:
        made.points.start()


def end() -> None:
    """It has ended; hooks and exit handlers may still run, but there is nothing left to move."""
    for made in stops:
        made.points.stop()


def here() -> dict[str, Any]:
    """Where the program stands: function, file, line."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(
        "pyteleport."
    ):
        frame = frame.f_back
    code = frame.f_code
    return {"frame": code.co_qualname, "file": code.co_filename, "line": frame.f_lineno or 0}


def take_back_stdin() -> None:
    """Sets standard input, a file here, back to where the program has read it to."""
    ahead = move.take_stdin()
    if ahead:
        os.lseek(0, -len(ahead), os.SEEK_CUR)


def main(fd: int) -> None:
    """Waits for a job, prepares it, and leaves in `sys` what runs next."""
    os.set_inheritable(fd, False)
    wire = Wire(fd)
    launch = compile_launch()
    job = wire.receive()
    if job is None:
        os._exit(0)
    if job["points"] is not None:
        import atexit

        made = Stops(wire, job)
        atexit.register(made.ended)
        stops.append(made)
        Dumper.reducers[type(made.points.tracer)] = reduce_tracer
    run = started(job) if job["do"] == "start" else loaded(wire, job)
    program.rebuilt.append(run)
    setattr(sys, program.RUN, (launch, {"__name__": LAUNCH}))


def reduce_tracer(dumper: Dumper, tracer: Tracer) -> Any:
    """A program that keeps what `sys.gettrace()` gave: the trace of the process it is in."""
    return tracer_here, ()


def tracer_here() -> Tracer | None:
    return stops[0].points.tracer if stops else None


def compile_launch() -> CodeType:
    """The code of `launch`, named so that tracebacks are shown without it."""
    from importlib.util import find_spec

    spec = find_spec(LAUNCH)
    assert spec is not None and spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        code: CodeType = compile(file.read(), f"<{LAUNCH}>", "exec", dont_inherit=True)
    return code


def loaded(wire: Wire, job: dict[str, Any]) -> Callable[[], object]:
    """The program of an image, as a target loads it; tells the command how that went."""
    if job["stock"]:
        sys.modules["pyteleport._native"] = None  # type: ignore[assignment]
    try:
        os.chdir(job["cwd"])
        streams.rebuild_streams(job["streams"])
        with open(job["path"], "rb") as file:
            run = load.load(file, {})
    except BaseException as problem:
        from traceback import format_exception

        text = f"{type(problem).__name__}: {problem}"
        wire.send({"is": "failed", "what": text, "trace": "".join(format_exception(problem))})
        os._exit(1)
    wire.send({"is": "ready"})
    answer = wire.receive()
    if answer is None or answer["do"] != "run":
        os._exit(0)
    return run


def started(job: dict[str, Any]) -> Callable[[], object]:
    """The program as `python SCRIPT ...` or `python -m MODULE ...` would run it."""
    from functools import partial

    sys.argv[:] = [job["program"], *job["arguments"]]
    if job["module"]:
        import runpy

        sys.path.insert(0, os.getcwd())
        return partial(runpy._run_module_as_main, job["program"])  # type: ignore[attr-defined]
    from importlib.machinery import SourceFileLoader

    path = os.path.abspath(job["program"])
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    names = sys.modules["__main__"].__dict__
    loader = SourceFileLoader("__main__", path)
    names.update(__loader__=loader, __file__=path)
    if "__annotations__" in names:
        names["__cached__"] = None
    with open(path, "rb") as file:
        text = file.read()
    try:
        return partial(exec, compile(text, path, "exec", dont_inherit=True), names)
    except SyntaxError:  # the program's: raised again where it is shown as that
        return partial(compile, text, path, "exec", dont_inherit=True)
