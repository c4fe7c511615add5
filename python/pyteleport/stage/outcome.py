"""What comes of a part of a program that moved from a prompt: at the target it is taken, and sent home.

There, `load` stands in for the loader of a whole program: what it returns runs the frames, and sends
their result or their exception home, as requests of the channel (`home.request`). Home is the process
whose prompt waits, however often the program has moved on meanwhile.

    outcome = (result, None) or (None, exception)

What is plain goes as `marshal`, all else by the graph's own pickler. Functions and classes go by their name
where they have one: at home they are those of the prompt's caller. Objects are copies, tracebacks
show the frames there.
"""

from __future__ import annotations

import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial
    from types import TracebackType
    from typing import Any

    from pyteleport.graph.dumper import Dumper

    Outcome = tuple[Any, BaseException | None]
else:
    from _functools import partial  # `functools` is slow to load

LOADER = "pyteleport.stage.outcome:load"
MARK = b"outcome"  # how such a request begins; then LAST or MORE, then a part of the bytes
LAST, MORE = b"\1", b"\0"
PART = 32 << 20
PLAIN = (type(None), bool, int, float, complex, str, bytes)

awaited = False  # whether what runs in this process is awaited by a prompt at home


def load(reader: Any, manifest: dict[str, Any]) -> Callable[[], object]:
    """Rebuilds the frames; what is returned runs them, and sends home what comes of them."""
    from pyteleport.graph.load import load as load_image

    global awaited
    program = load_image(reader, manifest)
    awaited = True
    return partial(run, program)


def run(program: Callable[[], object]) -> None:
    """Runs to the end what a prompt at home waits for."""
    try:
        outcome: Outcome = program(), None
    except BaseException as problem:
        problem.__traceback__ = _above(problem.__traceback__)
        outcome = None, problem
    data = dump(outcome)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # nobody reads it, or it was closed: as at any program's end
            pass
    from pyteleport.stage import home

    for start in range(0, len(data), PART):
        part = data[start : start + PART]
        home.request(MARK + (LAST if start + PART >= len(data) else MORE) + part)


def _above(trace: TracebackType | None) -> TracebackType | None:
    """A traceback from the program's own outermost frame on."""
    from pyteleport.stage.program import OWN_FILE

    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OWN_FILE):
        trace = trace.tb_next
    return trace


def dump(outcome: Outcome) -> bytes:
    """An outcome as bytes. What cannot be copied is replaced by what is to be said of it."""
    result, error = outcome
    if error is None and type(result) in PLAIN:
        return b"P" + marshal.dumps(result)
    trace = ""
    try:
        return b"G" + _dump(outcome)
    except Exception as problem:
        why = str(problem)
    if error is None:
        what = f"a result of type {name_of(type(result))}"
    else:
        trace = text_of(error)
        what = shown(error)
        without_frames(error)
        try:
            return b"G" + _dump(outcome, trace)
        except Exception as problem:
            why = str(problem)
    return b"L" + marshal.dumps((what, why, trace))


def _dump(outcome: Outcome, note: str = "") -> bytes:
    """By the graph's pickler, with the traceback as a note where its frames cannot go."""
    import gc

    from pyteleport.capture.code import forget
    from pyteleport.graph.dumper import SPARE_RECURSION, Dumper
    from pyteleport.graph.image import install_all
    from pyteleport.graph.modules import own_modules

    install_all()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + SPARE_RECURSION)
    collects = gc.isenabled()
    gc.disable()
    dumper = Dumper(set(own_modules()), by_name=True)
    try:
        try:
            return _pickled(dumper, (*outcome, note))
        except RecursionError:
            from pyteleport.graph.deep import DeepDumper

            dumper = DeepDumper(dumper.own, by_name=True)
            return _pickled(dumper, (*outcome, note))
    except Exception as problem:
        from pyteleport.graph.offenders import explain

        result, error = outcome
        root = ("the result", result) if error is None else ("the exception", error)
        refusal = explain([], {}, dumper, problem, [root])
        raise ValueError(f"{refusal.what}\n  {refusal.where}") from None
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()
        forget()


def _pickled(dumper: Dumper, content: tuple[Any, ...]) -> bytes:
    dumper.mark(content)
    dumper.dump(content)
    pickles = [dumper.take()]
    while dumper.fills:
        fills, dumper.fills = dumper.fills, []
        dumper.dump(fills)
        pickles.append(dumper.take())
    sizes = [sum(map(len, pickle)) for pickle in pickles]
    return marshal.dumps((sizes, b"".join(part for pickle in pickles for part in pickle)))


def read(data: bytes, where: str) -> Outcome:
    """The outcome at home.

    Args:
        data: of `dump`.
        where: the target, for messages.
    """
    from pyteleport.errors import OutcomeError

    kind, content = data[:1], data[1:]
    if kind == b"P":
        return marshal.loads(content), None
    if kind == b"L":
        what, why, trace = marshal.loads(content)
        why, _, place = why.partition("\n")
        hint = "let go of it there, and return or raise what can be copied"
        what = f"{what} cannot be brought back: {why}"
        return None, OutcomeError(what, f"{where}, {place.strip()}", hint, trace)
    from pyteleport.prompts import one_at_a_time

    try:
        with one_at_a_time:
            result, error, note = _load(*marshal.loads(content))
    except Exception as problem:
        what = f"the outcome of the function cannot be made here: {reason(problem)}"
        hint = "have its classes and functions in modules that are loaded here under the same name"
        lost = OutcomeError(what, where, hint)
        lost.__cause__ = problem
        return None, lost
    if error is not None and note:
        error.add_note(f"The traceback at {where}:\n{note}")
    return result, error


def _load(sizes: list[int], content: bytes) -> Any:
    from io import BytesIO

    from pyteleport.graph import rebuild, restore
    from pyteleport.graph.load import Parts
    from pyteleport.graph.quick import load_pickle

    class Unpickler(load_pickle().Unpickler):  # type: ignore[misc]
        def persistent_load(self, number: Any) -> Any:
            return restore.piece(*number)

    parts = Parts(b"", BytesIO(content), sizes)
    unpickler = Unpickler(parts, buffers=parts)
    try:
        made = unpickler.load()
        for _ in sizes[1:]:
            for fill, obj, state in unpickler.load():
                fill(obj, state)
        rebuild.prime()
        return made
    finally:
        rebuild.to_prime.clear()
        rebuild.morphs.clear()
        restore.pieces.clear()
        restore.unfilled.clear()


def text_of(error: BaseException) -> str:
    """The traceback as text."""
    from traceback import format_exception

    try:
        return "".join(format_exception(error))
    except Exception as problem:  # of a `__str__` of the program's
        return f"{name_of(type(error))} (its traceback cannot be shown: {reason(problem)})\n"


def without_frames(error: BaseException) -> None:
    """Takes the tracebacks off an exception, and off those before it."""
    seen: set[int] = set()
    queue: list[BaseException | None] = [error]
    while queue:
        current = queue.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        current.__traceback__ = None
        queue += (current.__cause__, current.__context__)
        if isinstance(current, BaseExceptionGroup):
            queue += current.exceptions


def shown(error: BaseException) -> str:
    try:
        return f"{name_of(type(error))}: {error}"
    except Exception:
        return name_of(type(error))


def reason(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def name_of(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
