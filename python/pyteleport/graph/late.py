"""Reducers for objects that would pickle but mean nothing elsewhere: children and threads.

Their modules are not imported for this: a class can have instances only if its module is there, so
`install` is called at every dump and looks again.
"""

from __future__ import annotations

import sys

from pyteleport.graph.dumper import Dumper, reduce_instance
from pyteleport.graph.refusals import Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _refuse(obj: Any) -> Refusal:
    row = known_refusal(type(obj))
    assert row is not None
    return Refusal(obj, *row)


def reduce_child(dumper: Dumper, child: Any) -> Any:
    """`subprocess.Popen`: one whose end was seen is plain data."""
    if child.returncode is None:
        raise _refuse(child)
    return reduce_instance(dumper, child)


def reduce_live(dumper: Dumper, obj: Any) -> Any:
    raise _refuse(obj)


CLASSES: dict[tuple[str, str], Callable[[Dumper, Any], Any]] = {
    ("subprocess", "Popen"): reduce_child,
    ("multiprocessing.process", "BaseProcess"): reduce_live,
    ("multiprocessing.pool", "Pool"): reduce_live,
    ("concurrent.futures._base", "Executor"): reduce_live,
    ("asyncio.base_events", "BaseEventLoop"): reduce_live,
    ("selectors", "BaseSelector"): reduce_live,
}
_seen: set[tuple[str, str]] = set()


def install() -> None:
    """Adds the reducers of classes that have come since."""
    for name, reducer in CLASSES.items():
        if name in _seen or name[0] not in sys.modules:
            continue
        cls = getattr(sys.modules[name[0]], name[1], None)
        if isinstance(cls, type):
            _seen.add(name)
            Dumper.family_reducers.insert(0, (cls, reducer))
            for known in list(Dumper.reducers):
                if issubclass(known, cls):
                    del Dumper.reducers[known]
