"""What a preamble calls, and what stands in for an operand: plain descriptions that the graph dumps."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.capture.frames import FrameRecord


class Thunk:
    """A callable at the target that takes no arguments, or ignores those it is given.

    Attributes:
        kind: "value" (returns `detail[0]`), "frame" (runs the inner morph), "step" (advances the
            generator `detail[0]`; at its end there may be a default), "close" (ends it), "class"
            (`__build_class__` with the inner morph as body and `detail` as its other arguments),
            "evaluate" (the inner morph is code under `eval` or `exec`, in the namespaces `detail`),
            "prepare" (`__build_class__` once more; the inner morph is its `__prepare__`),
            "construct" (a class whose `__init__` is the inner morph), "call" (`detail[0]` with the
            arguments `detail[1]` and `detail[2]`).
    """

    __slots__ = ("detail", "inner", "kind")

    def __init__(self, kind: str, inner: FrameRecord | None, *detail: Any) -> None:
        self.kind = kind
        self.inner = inner
        self.detail = detail


class Importing:
    """A value, and with it the import that goes on where the module's frame is.

    Attributes:
        module: the module's frame; name: of the module; value: what stands here.
    """

    __slots__ = ("module", "name", "value")

    def __init__(self, module: FrameRecord, name: str, value: Any) -> None:
        self.module = module
        self.name = name
        self.value = value


class StandIn:
    """An object in place of an operand, whose special methods are given.

    The instruction, or the C function, is executed again with it: one of its methods is the morph
    of the inner frame, others are what the operation would try next. So all that the C code does
    with the result (checks it, converts it, falls back) happens as it would have.

    Attributes:
        names: module and qualified name of its type, for messages.
        methods: special method to what it calls.
        base: the stand-in whose type its type derives from, or None.
        real: the operand, where `__iter__` is running: it may turn out to be its own iterator.
    """

    __slots__ = ("base", "methods", "names", "real")

    def __init__(
        self, names: tuple[str, str], methods: dict[str, Any], base: StandIn | None = None
    ) -> None:
        self.names = names
        self.methods = methods
        self.base = base
        self.real: Any = None


class Going:
    """An iterator that goes on where one of the program's is in its `__next__`.

    Attributes:
        first: what gives its next item; iterator: what gives the others.
    """

    __slots__ = ("first", "iterator")

    def __init__(self, first: Thunk, iterator: Any) -> None:
        self.first = first
        self.iterator = iterator


class Filtering:
    """A `filter` that is asking its function about an item.

    Attributes:
        takes: the function's running frame; item: what it is asked about; rest: the filter itself.
    """

    __slots__ = ("item", "rest", "takes")

    def __init__(self, takes: Thunk, item: Any, rest: Any) -> None:
        self.takes = takes
        self.item = item
        self.rest = rest


class Resumed:
    """An iterator at the target whose first item the inner frame is at work on.

    Attributes:
        how: the function of `pyteleport.rests` that makes it.
        inner: what gives the first item; detail: the other arguments.
    """

    __slots__ = ("detail", "how", "inner")

    def __init__(self, how: str, inner: FrameRecord, *detail: Any) -> None:
        self.how = how
        self.inner = inner
        self.detail = detail


class Made:
    """What a function makes there of these arguments.

    Attributes:
        function: a function that goes by reference; arguments: its arguments.
    """

    __slots__ = ("arguments", "function")

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function = function
        self.arguments = arguments
