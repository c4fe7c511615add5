"""Stopping the program between two of its instructions, to capture it there.

A *point* is a line, call or return event: the frame stands before an instruction, with its whole value
stack in place, and goes on by executing that instruction (`bytecode::Phase::Instruction`). Nobody
has called pyteleport there.

    def stop(event, number):
        image = image_at_point(sys._getframe(), event)
        ...

    points = Points(stop, every=1)        # the next line, and every one after it
    points.start()
    ...
    points.stop()

`stop` runs in a frame above the one that is to be captured, may itself call `Points.stop`, and must not
raise: its exception would be the program's. A signal handler may start a trace: the next line is
the program's own.

Counted are the events of the calling thread, but those

- of pyteleport itself, of the import machinery and of `runpy` below a program;
- of the standard library and installed packages while they are being imported: elsewhere they are
  imported anew, or are there already.

Where the interpreter has `sys.monitoring`, that is used: a line costs a call of a function in C, a function
call nothing, and a program's own tracers are not disturbed. Elsewhere (3.11) it is a trace function, and takes the place
of the program's.
"""

from __future__ import annotations

import os
import sys

from pyteleport.capture.code import mark_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType, FrameType
    from typing import Any

    from pyteleport._native import Tracer, Verdict
    from pyteleport.graph.image import Image

PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
NEVER = (PACKAGE, "<pyteleport.", "<frozen importlib", "<frozen runpy", "<frozen zipimport")
NAME = "pyteleport"
TOOLS = (4, 3, 5, 1)  # tool ids of sys.monitoring, best first

Lines = tuple[str, int, int]


class Points:
    """A trace of the calling thread.

    Attributes:
        tracer: what counts, natively.

    Args:
        stop: called at each chosen point with the event's name and the point's number.
        event: "line", "call" or "return".
        every: every so many points is chosen; 0 for none (they are counted only).
        numbers: instead, the points with these numbers.
        lines: only points on these lines count: (file, first, last). Line events only.
        within: only points count while a function of this qualified name runs.
        state: what `state` was where the program came from.
        repeats: the program has just gone on from a point, and that is a return event: it comes again.
    """

    def __init__(
        self,
        stop: Callable[[str, int], object],
        *,
        event: str = "line",
        every: int = 0,
        numbers: Iterable[int] | None = None,
        lines: Iterable[Lines] = (),
        within: str = "",
        state: tuple[int, int] = (0, 0),
        repeats: bool = False,
    ) -> None:
        from pyteleport._native import tracer

        self.lines = list(lines)
        self.within = within
        self.event = event
        self._tool = -1
        self.tracer: Tracer = tracer(
            stop,
            self._judge,
            event=event,
            every=every,
            numbers=None if numbers is None else sorted(numbers),
            within=bool(within),
            count=state[0],
            inside=state[1],
            repeats=repeats,
        )

    @property
    def state(self) -> tuple[int, int]:
        """How many points were counted, and what else is needed to go on counting elsewhere."""
        return self.tracer.state()

    def start(self) -> None:
        """Traces the calling thread from now on.

        Raises:
            RuntimeError: all of the interpreter's tool ids are taken.
        """
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is None:
            self.tracer.set_trace_function()
            return
        free = [tool for tool in TOOLS if monitoring.get_tool(tool) is None]
        if not free:
            raise RuntimeError("sys.monitoring has no tool id left: end another tracer first")
        self._tool = free[0]
        monitoring.use_tool_id(self._tool, NAME)
        wanted = 0
        for event, callback in self._events(monitoring.events):
            monitoring.register_callback(self._tool, event, callback)
            wanted |= event
        monitoring.restart_events()
        monitoring.set_events(self._tool, wanted)

    def stop(self) -> None:
        """Ends the trace."""
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is None:
            from pyteleport._native import remove_trace_function

            remove_trace_function()
        elif self._tool >= 0:
            monitoring.set_events(self._tool, 0)
            for event, _ in self._events(monitoring.events):
                monitoring.register_callback(self._tool, event, None)
            monitoring.free_tool_id(self._tool)
            self._tool = -1

    def _events(self, events: Any) -> list[tuple[int, Callable[..., object]]]:
        tracer = self.tracer
        found: list[tuple[int, Callable[..., object]]] = [
            (events.PY_START, tracer.call),
            (events.PY_RETURN, tracer.leave),
            (events.PY_UNWIND, tracer.unwind),
        ]
        if self.event == "line":
            found.append((events.LINE, tracer.line))
        elif self.event == "call":
            found.append((events.PY_RESUME, tracer.call))
        else:
            found.append((events.PY_YIELD, tracer.leave))
        return found

    def _judge(self, code: CodeType) -> Verdict:
        from pyteleport.graph.modules import is_library_code

        mark = mark_of(code)
        preamble = 0 if mark is None else mark[2]
        name = code.co_filename
        lines = None
        if self.lines:
            path = os.path.realpath(name)
            lines = [(first, last) for file, first, last in self.lines if file == path]
        counts = not name.startswith(NEVER) and lines != []
        silences = code.co_name == "<module>" and is_library_code(name)
        return preamble, counts, silences, code.co_qualname == self.within, lines


def image_at_point(frame: FrameType, event: str = "line") -> Image:
    """Captures the program at the point it was stopped at.

    Args:
        frame: the frame of `stop`, or one it called.
        event: what it was told.

    Raises:
        CannotMove: as `teleport()` would.
    """
    from pyteleport.capture.frames import capture
    from pyteleport.capture.plan import plan
    from pyteleport.graph.image import dump

    records = capture(frame, "leaving" if event == "return" else "instruction")
    plan(records, None)
    # Nobody waits for a result there: it executes the instruction it stands before.
    records[0].way, records[0].thunk = "at", None
    return dump(records)
