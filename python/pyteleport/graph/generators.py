"""Reducers for what holds frames: generators of the three kinds, their awaitables, tracebacks.

A suspended generator is made from the morph of its frame, filled with its values, and primed: its
first step runs the preamble and leaves it suspended exactly where it was. One that is running, on
the stack, is made the same way but not primed: its values stand among the stack's.
"""

from __future__ import annotations

from gc import get_referents
from types import (
    AsyncGeneratorType,
    CellType,
    CoroutineType,
    FrameType,
    GeneratorType,
    TracebackType,
)

from pyteleport.capture.code import MARK, VARARGS, VARKEYWORDS, facts, original
from pyteleport.capture.core import generator_state, handled
from pyteleport.capture.frames import NULL, FrameRecord, is_pyteleports
from pyteleport.capture.thunks import Filtering, Going, Importing, Made, Resumed, StandIn, Thunk
from pyteleport.graph import rebuild, restore
from pyteleport.graph.dumper import Dumper, load_reducers
from pyteleport.graph.reducers import globals_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from pyteleport._native import Parts

# PyAsyncGenASend.ags_state, behind the generator and the value to send (Objects/genobject.c).
AWAITABLE_STATE = 32
AWAITABLE_FRESH, AWAITABLE_CLOSED = 0, 2

KIND_NAMES = {
    GeneratorType: "generator",
    CoroutineType: "coroutine",
    AsyncGeneratorType: "async_generator",
}


def morph_of(record: FrameRecord, way: str) -> tuple[Any, ...]:
    """(parts, mark) of a frame's morph."""
    facts = record.facts
    plain = facts.locals - facts.free
    set_locals = bytes(value is not NULL for value in record.locals[:plain])
    letters = []
    offsets = []
    for kind, value in zip(record.kinds, record.stack, strict=True):
        if kind == "p":
            letters.append("p")
        elif kind == "o":
            letters.append("o")
            offsets.append(value)
        else:
            letters.append("n" if value is NULL else "v")
    parts = facts.morph(record.lasti, record.phase, set_locals, "".join(letters), offsets, way)
    key = (record.lasti, record.phase, way, tuple(offsets))
    mark = facts.marks.get(key)
    if mark is None:
        mark = facts.marks[key] = (MARK, *key)
    return parts, mark


def closure_of(record: FrameRecord) -> tuple[Any, ...] | None:
    facts = record.facts
    return tuple(record.locals[facts.locals - facts.free :]) if facts.free else None


def values_of(record: FrameRecord) -> list[Any]:
    """What the preamble pulls before it calls anything: locals, then the value stack."""
    facts = record.facts
    held = [v for v in record.locals[: facts.locals - facts.free] if v is not NULL]
    levels = [v for kind, v in zip(record.kinds, record.stack, strict=True) if kind == "p"]
    levels = [*levels[1:], record.handled]
    level = 0
    for kind, value in zip(record.kinds, record.stack, strict=True):
        if kind == "p":
            held.append(levels[level])
            level += 1
        elif kind != "o" and value is not NULL:
            held.append(value)
    return held


def _frame(generator: Any) -> FrameType | None:
    for name in ("gi_frame", "cr_frame", "ag_frame"):
        if hasattr(generator, name):
            frame: FrameType | None = getattr(generator, name)
            return frame
    return None


def reduce_generator(dumper: Dumper, generator: Any) -> Any:
    record: FrameRecord | None = dumper.running.get(id(generator))
    frame = None if record is not None else _frame(generator)
    if record is not None:
        way = record.way or "push"
    elif frame is None:
        return rebuild.finished, (KIND_NAMES[type(generator)],)
    elif generator_state(generator) == "created":
        return reduce_created(dumper, generator, frame)
    else:
        record, way = FrameRecord(frame, "suspended"), "yield"
        record.handled = handled(generator)[0]
        how = "send"
        if type(generator) is AsyncGeneratorType:
            how = "anext" if record.wraps else "awaited"
            if not record.wraps:
                dumper.awaited.add(id(generator))
        dumper.fills.append((rebuild.fill_generator, generator, (values_of(record), how)))
    dumper.keep.append(record)
    parts, mark = morph_of(record, way)
    return (
        rebuild.generator,
        (
            record.code,
            parts,
            mark,
            globals_of(dumper, record.live.f_globals, record.code),
            closure_of(record),
            generator.__name__,
            generator.__qualname__,
        ),
    )


def reduce_created(dumper: Dumper, generator: Any, frame: FrameType) -> Any:
    """One that was never started holds its arguments, and nothing else has happened yet."""
    record = FrameRecord(frame, "created")
    dumper.keep.append(record)
    code = record.code
    if code is not frame.f_code:
        dumper.current = generator
        raise ValueError("it was moved while it ran, and has not gone on since")
    held = [
        value.cell_contents if type(value) is CellType else value
        for value in record.locals[: record.facts.arguments]
    ]
    if record.stack:
        held[0] = record.stack[0]  # a generator expression whose iterator was made already
    plain = code.co_argcount
    named = plain + code.co_kwonlyargcount
    positional = held[:plain]
    keywords = dict(zip(code.co_varnames[plain:named], held[plain:named], strict=True))
    if code.co_flags & VARARGS:
        positional += held[named]
        named += 1
    if code.co_flags & VARKEYWORDS:
        keywords.update(held[named])
    return rebuild.created, (
        code,
        globals_of(dumper, frame.f_globals, code),
        closure_of(record),
        generator.__name__,
        generator.__qualname__,
        tuple(positional),
        keywords,
    )


def reduce_awaitable(dumper: Dumper, awaitable: Any) -> Any:
    """The awaitable of `async for`; where its generator is suspended in an `await`, it drives it."""
    from pyteleport.capture.core import field_word

    asynchronous, *sent = get_referents(awaitable)
    state = field_word(awaitable, AWAITABLE_STATE) & 0xFFFFFFFF
    if state == AWAITABLE_CLOSED:
        return rebuild.awaited_already, ()
    if state == AWAITABLE_FRESH and sent:
        return rebuild.awaitable, (asynchronous, sent[0])
    frame = asynchronous.ag_frame
    if (
        id(asynchronous) not in dumper.running
        and frame is not None
        and generator_state(asynchronous) == "suspended"
        and not FrameRecord(frame, "suspended").wraps
    ):
        driven = [asynchronous], "send-through"
        dumper.fills.append((rebuild.fill_generator, awaitable, driven))
        dumper.awaiting.add(id(asynchronous))
    return rebuild.awaitable, (asynchronous,)


def reduce_throwing(dumper: Dumper, awaitable: Any) -> Any:
    """What `athrow()` and `aclose()` return, before or after it was awaited."""
    from pyteleport.graph.iterator_layout import Fields

    fields = Fields(awaitable, type(awaitable))
    state = fields.half("state")
    if state == AWAITABLE_CLOSED:
        return rebuild.thrown_already, ()
    if state != AWAITABLE_FRESH:
        from pyteleport.graph.refusals import Refusal

        hint = "await it to its end before the move"
        raise Refusal(awaitable, "it is at work in its generator", hint)
    if "args" in fields.names:
        given = fields.object("args", ())
    else:
        given = tuple(fields.object(name) for name in ("typ", "val", "tb"))
        while given and given[-1] is None:
            given = given[:-1]
    return rebuild.throwing, (fields.object("gen"), *given)


def reduce_coroutine_wrapper(dumper: Dumper, wrapper: Any) -> Any:
    return rebuild.coroutine_iterator, (get_referents(wrapper)[0],)


class HeldFrame:
    """Stands for a frame of the stack in a traceback: there, the two are not the same object."""

    __slots__ = ("live",)

    def __init__(self, live: FrameType) -> None:
        self.live = live


def reduce_held_frame(dumper: Dumper, held: HeldFrame) -> Any:
    return _ended_frame(dumper, held.live)


def reduce_frame(dumper: Dumper, frame: FrameType) -> Any:
    """A frame as a traceback or a variable holds it: running, of a generator, or ended."""
    load_reducers("stack_frames")
    from pyteleport.graph import stack_frames

    found = stack_frames.frame_of_generator(frame)
    if found is None and id(frame) in dumper.stack:
        return stack_frames.reduce_stack_frame(dumper, frame)
    return found or stack_frames.reduce_look_alike(dumper, frame) or _ended_frame(dumper, frame)


def _ended_frame(dumper: Dumper, frame: FrameType) -> Any:
    code = original(frame.f_code, 0)[0]
    parts = _ended_parts(code)
    mark = (MARK, 0, "instruction", "frame", ())
    namespace: Any = frame.f_globals
    if is_pyteleports(frame):  # of a move that was refused: its modules need not be there
        namespace = {"__name__": namespace["__name__"]}
    return rebuild.frame, (code, parts, mark, globals_of(dumper, namespace), frame.f_lineno)


def _ended_parts(code: CodeType) -> Parts:
    """The morph that does nothing but leave a frame of this code."""
    known = facts(code)
    return known.morph(0, "instruction", bytes(known.locals - known.free), "", [], "frame")


def reduce_traceback(dumper: Dumper, entry: TracebackType) -> Any:
    live = entry.tb_frame
    held: Any = live
    if id(live) in dumper.stack:
        held = dumper.stack[id(live)]
        if held is None:
            held = dumper.stack[id(live)] = HeldFrame(live)
    code, lasti, _, _ = original(live.f_code, entry.tb_lasti)
    parts = _ended_parts(code)
    following = entry.tb_next
    if dumper.deep and following is not None:
        dumper.fills.append((restore.fill_traceback, entry, following))
        following = None
    return TracebackType, (following, held, len(parts[0]) + lasti, entry.tb_lineno)


def reduce_thunk(dumper: Dumper, thunk: Thunk) -> Any:
    """What a preamble calls: the inner frame's morph, or a callable that leads to it."""
    if thunk.kind == "value":
        return rebuild.value_thunk, thunk.detail
    if thunk.kind == "step":
        return rebuild.step_thunk, thunk.detail
    if thunk.kind == "close":
        return rebuild.close_thunk, thunk.detail
    if thunk.kind == "call":
        return rebuild.called, thunk.detail
    inner = thunk.inner
    assert inner is not None and inner.way is not None
    parts, mark = morph_of(inner, inner.way)
    namespace = globals_of(dumper, inner.live.f_globals, inner.code)
    made = (inner.code, parts, mark, namespace, closure_of(inner))
    if thunk.kind == "class":
        return rebuild.class_frame, (made, *thunk.detail, inner.namespace)
    if thunk.kind == "prepare":
        return rebuild.prepare_frame, (made, *thunk.detail)
    if thunk.kind == "evaluate":
        return rebuild.evaluated, (made, *thunk.detail)
    if thunk.kind == "construct":
        return rebuild.constructor, (inner.code.co_name, Thunk("frame", inner))
    return rebuild.function, made


def reduce_stand_in(dumper: Dumper, held: StandIn) -> Any:
    return rebuild.stand_in, (held.names, held.methods, held.base, held.real)


def reduce_going(dumper: Dumper, held: Going) -> Any:
    from pyteleport.graph import rebuild_iterators

    return rebuild_iterators.going, (held.first, held.iterator)


def reduce_made(dumper: Dumper, held: Made) -> Any:
    return held.function, held.arguments


def reduce_filtering(dumper: Dumper, held: Filtering) -> Any:
    from pyteleport.graph import rebuild_iterators

    return rebuild_iterators.filtering, (held.takes, held.item, held.rest)


def reduce_importing(dumper: Dumper, held: Importing) -> Any:
    from pyteleport.graph import rebuild_imports

    module = held.module
    assert module.way is not None
    parts, mark = morph_of(module, module.way)
    made = (module.code, parts, mark, None, None)
    return rebuild_imports.importing, (made, held.name, held.value)


def reduce_resumed(dumper: Dumper, held: Resumed) -> Any:
    return rebuild.resumed, (held.how, Thunk("frame", held.inner), *held.detail)


def stack_values(records: list[FrameRecord]) -> list[Any]:
    """All the values of the stack in the order they are pulled: outermost frame first."""
    held = []
    for record in reversed(records):
        held += values_of(record)
        if record.extra is not NULL:
            held.append(record.extra)
        if record.thunk is not None:
            held.append(record.thunk)
    return held


def install() -> None:
    """Fills the dumper's table."""
    Dumper.reducers[Thunk] = reduce_thunk
    Dumper.reducers[StandIn] = reduce_stand_in
    Dumper.reducers[Going] = reduce_going
    Dumper.reducers[Filtering] = reduce_filtering
    Dumper.reducers[Made] = reduce_made
    Dumper.reducers[Resumed] = reduce_resumed
    Dumper.reducers[Importing] = reduce_importing
    for kind in KIND_NAMES:
        Dumper.reducers[kind] = reduce_generator
    Dumper.reducers[TracebackType] = reduce_traceback
    Dumper.reducers[FrameType] = reduce_frame
    Dumper.reducers[HeldFrame] = reduce_held_frame
    Dumper.reducers.update(_named_awaitables())


def _named_awaitables() -> dict[type, Any]:
    async def asynchronous() -> Any:
        yield

    async def coroutine() -> None: ...

    made = coroutine()
    wrapper = type(made.__await__())
    made.close()
    step = asynchronous().__anext__()
    step.close()
    closing = asynchronous().aclose()
    closing.close()
    return {
        type(step): reduce_awaitable,
        type(closing): reduce_throwing,
        wrapper: reduce_coroutine_wrapper,
    }
