"""Says what cannot move: looks for it once a dump has failed, and names the way that leads to it.

The pickler knows only that it failed. So everything the frames' variables reach is walked, then what
the own modules' globals reach besides, each breadth first and each object once, and each is tested by
its type. Paths are therefore the shortest, and all offenders are found, not the first one only. No code of the program is
run: attributes are read below its classes, and what has hooks of its own for pickling is not asked.
"""

from __future__ import annotations

import sys
from functools import partial

from pyteleport.errors import CannotMove, Offender
from pyteleport.graph.left_out import name_of
from pyteleport.graph.reachable import Walk
from pyteleport.graph.rebuild_dropped import fill_path
from pyteleport.graph.refusals import THREAD_ALIVE, UNKNOWN_HINT, Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType, ModuleType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord
    from pyteleport.graph.dumper import Dumper
    from pyteleport.graph.left_out import LeftOut

MOST = 2_000_000  # objects that are looked at
MOST_FOR_NAMES = 200_000  # where nothing depends on it
REFUSING = (
    "contexts",
    "decimals",
    "late",
    "parts_of_libraries",
)  # reducers that refuse some of their objects
PYTHON_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__",
                "__getnewargs_ex__", "__getattribute__", "__getattr__")  # fmt: skip


def explain(
    records: list[FrameRecord],
    modules: dict[str, ModuleType],
    dumper: Dumper,
    error: BaseException,
    roots: Sequence[tuple[str, Any]] = (),
    left_out: LeftOut | None = None,
) -> CannotMove:
    """The error to raise for a dump that failed.

    Args:
        records: the frames, innermost first.
        modules: the modules whose global variables are dumped, by name.
        dumper: what failed; its `current` is the object it was at, if known.
        error: what the pickler or a reducer raised.
        roots: other objects that are dumped, each with a word for it.
        left_out: what is not to move; it is told what was found.
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
        walk = Walk(modules, thorough, dumper, left_out)
        starts = (
            partial(walk.start_frames, records),
            partial(walk.start_at, roots),
            walk.start_modules,
        )
        found = _search(walk, starts, failed, error)
        if found:
            if left_out is not None:
                left_out.offenders = found
            items = [item for item, _ in found]
            return CannotMove(items[0].what, items[0].path, items[0].hint, items)
    if left_out is not None and failed is not None:
        kind = name_of(type(failed))
        left_out.offenders = [(Offender("", kind, str(error), UNKNOWN_HINT), failed)]
    if isinstance(error, Refusal):
        kind = name_of(type(failed))
        what = f"{kind} cannot move: {error.reason}"
        item = Offender("an object that no variable leads to", kind, error.reason, error.hint)
        return CannotMove(what, item.path, item.hint, [item])
    return CannotMove(
        f"the program's objects cannot be copied: {type(error).__name__}: {error}",
        "" if failed is None else f"near an object of type {name_of(type(failed))}",
        "let go of it before the move, or give its class __getstate__ or __reduce__",
    )


def in_the_program(frame: FrameType, left_out: LeftOut | None = None) -> list[tuple[Offender, Any]]:
    """What cannot move, live threads included, with its object, where no dump was tried.

    Args:
        frame: what is above the program's own frames.
        left_out: what does not move.
    """
    from pyteleport.capture.code import forget
    from pyteleport.capture.frames import capture
    from pyteleport.graph.dumper import Dumper
    from pyteleport.graph.image import install_all
    from pyteleport.graph.modules import own_modules

    install_all()
    modules = own_modules()
    try:
        records = capture(frame)
    except CannotMove:  # then what their variables hold is not looked at
        records = []
    try:
        dumper = Dumper(set(modules))
        dumper.open_files = "auto"  # of a file that may not be open the move itself says so
        walk = Walk(modules, False, dumper, left_out)
        starts = (partial(walk.start_frames, records), walk.start_modules)
        return _search(walk, starts, None, ValueError())
    finally:
        forget()


def name_dropped(
    records: list[FrameRecord],
    modules: dict[str, ModuleType],
    dumper: Dumper,
    left_out: LeftOut,
) -> None:
    """Has what stands for dropped objects told how the program reached them."""
    sought = {key: made for key, (_, made) in left_out.dropped.items() if not made.path}
    walk = Walk(modules, True, dumper)
    for start in (partial(walk.start_frames, records), walk.start_modules):
        start()
        for obj, node in walk.objects(MOST_FOR_NAMES):
            made = sought.pop(id(obj), None)
            if made is not None:
                fill_path(made, walk.path(node, ""))
            if not sought:
                break
    for _, made in left_out.dropped.values():
        dumper.fills.append((fill_path, made, made.path))


def _search(
    walk: Walk, starts: Sequence[Callable[[], None]], failed: Any, error: BaseException
) -> list[tuple[Offender, Any]]:
    """All offenders within reach of what the starts put into the walk, one after the other."""
    found: list[tuple[Offender, Any]] = []
    failed_at = None
    for start in starts:
        start()
        for obj, node in walk.objects(MOST):
            refused = _test(walk, obj)
            if refused is not None:
                walk.leave(obj)
                path = walk.path(node, type(obj).__name__)
                found.append((Offender(path, name_of(type(obj)), *refused), obj))
            elif obj is failed:
                failed_at = node
            elif walk.is_whole(type(obj)):
                walk.leave(obj)
    if not found and failed_at is not None:
        path = walk.path(failed_at, type(failed).__name__)
        refused = known_refusal(type(failed)) or (str(error), UNKNOWN_HINT)
        item = Offender(path, name_of(type(failed)), *refused)
        found.append((item, failed))
    return found


def _test(walk: Walk, obj: Any) -> tuple[str, str] | None:
    """(reason, hint) if the object itself cannot move."""
    from pyteleport.graph.dumper import reduce_instance, reduce_own

    kind = type(obj)
    if _is_live_thread(kind, obj):
        return THREAD_ALIVE
    reducer = walk.reducer_of(kind)
    if reducer not in (None, reduce_instance, reduce_own):
        if walk.is_whole(kind) or reducer.__module__.rpartition(".")[2] in REFUSING:
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


def _is_live_thread(kind: type, obj: Any) -> bool:
    threading = sys.modules.get("threading")
    if threading is None or threading.Thread not in kind.__mro__:
        return False
    alive = any(obj is thread for thread in threading.enumerate())
    return alive and obj is not threading.main_thread()
