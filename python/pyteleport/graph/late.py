"""Refuses objects that would pickle but mean nothing elsewhere: children, workers, event loops.

They are known by the names of their classes, so that no module is imported for it, and one that is
imported between two moves is known too.
"""

from __future__ import annotations

from pyteleport.graph.dumper import Dumper, reduce_instance, singleton
from pyteleport.graph.refusals import Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLASSES = frozenset(
    (
        ("subprocess", "Popen"),
        ("pyteleport.copies", "Copy"),
        ("multiprocessing.process", "BaseProcess"),
        ("multiprocessing.pool", "Pool"),
        ("multiprocessing.connection", "_ConnectionBase"),
        ("ctypes", "CDLL"),
        ("concurrent.futures._base", "Executor"),
        ("asyncio.events", "AbstractEventLoop"),
        ("selectors", "BaseSelector"),
    )
)


class _ByName(type):
    def __subclasscheck__(cls, kind: type) -> bool:
        return any((base.__module__, base.__qualname__) in CLASSES for base in kind.__mro__)


class Live(metaclass=_ByName):
    """What `issubclass` takes for the base of all classes listed above."""


def reduce_live(dumper: Dumper, obj: Any) -> Any:
    kind = type(obj)
    found = singleton(dumper, obj)
    if found is not None:  # `ctypes.pythonapi`: there, it is that process's
        return found
    held = vars(obj)
    if (
        held.get("returncode") is not None
        or held.get("_shutdown") is True
        or held.get("_handle", obj) is None  # a connection that was closed
        or (held.get("_status") is not None)
    ):
        # A child whose end was seen, an executor that was shut down: plain data by now.
        return reduce_instance(dumper, obj)
    raise Refusal(obj, *(known_refusal(kind) or ("it belongs to this process", "let go of it")))


def install() -> None:
    """Fills the dumper's table."""
    Dumper.family_reducers.insert(0, (Live, reduce_live))
