"""Says what cannot move: looks for it once a dump has failed, and names the way that leads to it.

The pickler knows only that it failed. So everything the frames' variables reach is walked, then what
the own modules' globals reach besides, each breadth first and each object once, and each is tested by
its type. Paths are therefore the shortest, and all offenders are found, not the first one only. No code of the program is
run: attributes are read below its classes, and what has hooks of its own for pickling is not asked.
"""

from __future__ import annotations

from functools import partial

from pyteleport.errors import CannotMove, Offender
from pyteleport.graph.reachable import Walk
from pyteleport.graph.refusals import UNKNOWN_HINT, Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord
    from pyteleport.graph.dumper import Dumper

MOST = 2_000_000
PYTHON_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__",
                "__getnewargs_ex__", "__getattribute__", "__getattr__")  # fmt: skip


def explain(
    records: list[FrameRecord],
    modules: dict[str, ModuleType],
    dumper: Dumper,
    error: BaseException,
    roots: Sequence[tuple[str, Any]] = (),
) -> CannotMove:
    """The error to raise for a dump that failed.

    Args:
        records: the frames, innermost first.
        modules: the modules whose global variables are dumped, by name.
        dumper: what failed; its `current` is the object it was at, if known.
        error: what the pickler or a reducer raised.
        roots: other objects that are dumped, each with a word for it.
    """
    failed = dumper.current
    if isinstance(error, CannotMove):
        return error
    if isinstance(error, RecursionError):
        return CannotMove(
            "the program's objects are nested too deep to be copied",
            "",
            "hold them in a list or dict rather than each in the one before",
        )
    if isinstance(error, Refusal):
        failed = error.obj
    for thorough in (False, True):
        walk = Walk(modules, thorough, dumper)
        starts = (
            partial(walk.start_frames, records),
            partial(walk.start_at, roots),
            walk.start_modules,
        )
        found = _search(walk, starts, failed, error)
        if found:
            first = found[0]
            what = f"{first.kind} cannot move: {first.reason}"
            return CannotMove(what, first.path, first.hint, found)
    if isinstance(error, Refusal):
        kind = _name(type(failed))
        what = f"{kind} cannot move: {error.reason}"
        item = Offender("an object that no variable leads to", kind, error.reason, error.hint)
        return CannotMove(what, item.path, item.hint, [item])
    return CannotMove(
        f"the program's objects cannot be copied: {type(error).__name__}: {error}",
        "" if failed is None else f"near an object of type {_name(type(failed))}",
        "let go of it before the move, or give its class __getstate__ or __reduce__",
    )


def _search(
    walk: Walk, starts: Sequence[Callable[[], None]], failed: Any, error: BaseException
) -> list[Offender]:
    """All offenders within reach of what the starts put into the walk, one after the other."""
    found: list[Offender] = []
    failed_at = None
    for start in starts:
        start()
        for obj, node in walk.objects(MOST):
            refused = _test(walk, obj)
            if refused is not None:
                walk.leave(obj)
                path = walk.path(node, type(obj).__name__)
                found.append(Offender(path, _name(type(obj)), *refused))
            elif obj is failed:
                failed_at = node
            elif walk.is_whole(type(obj)):
                walk.leave(obj)
    if not found and failed_at is not None:
        path = walk.path(failed_at, type(failed).__name__)
        found.append(Offender(path, _name(type(failed)), str(error), UNKNOWN_HINT))
    return found


def _test(walk: Walk, obj: Any) -> tuple[str, str] | None:
    """(reason, hint) if the object itself cannot move."""
    from pyteleport.graph.dumper import reduce_instance, reduce_own

    kind = type(obj)
    reducer = walk.reducer_of(kind)
    if reducer not in (None, reduce_instance, reduce_own):
        if walk.is_whole(kind) or reducer.__module__.endswith(".late"):
            try:
                reducer(walk.dumper, obj)
            except Refusal as refusal:
                return refusal.reason, refusal.hint
            except Exception as problem:
                return str(problem), UNKNOWN_HINT
        return None
    if walk.says_itself(kind, PYTHON_HOOKS):
        return None if walk.is_own(kind, PYTHON_HOOKS) else known_refusal(kind)
    from copyreg import dispatch_table

    if kind in dispatch_table:
        return None
    reduce: Any = kind.__reduce_ex__
    try:
        reduce(obj, 5)
    except Exception as problem:
        return known_refusal(kind) or (str(problem), UNKNOWN_HINT)
    return None


def _name(kind: type) -> str:
    module = kind.__module__
    if module in ("builtins", "__main__") or module.startswith("_"):
        return kind.__qualname__
    return f"{module}.{kind.__qualname__}"
