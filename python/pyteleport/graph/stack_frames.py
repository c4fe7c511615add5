"""Reducers for frame objects of the running program, where variables hold them (see `rebuild_frames`)."""

from __future__ import annotations

from gc import get_referents
from types import CellType

from pyteleport.capture.core import generator_of
from pyteleport.capture.frames import NULL
from pyteleport.graph import rebuild_frames
from pyteleport.graph.dumper import Dumper, MadeThere
from pyteleport.graph.generators import values_of
from pyteleport.graph.reducers import globals_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

GENERATOR_FRAMES = ("gi_frame", "cr_frame", "ag_frame")


def frame_of_generator(frame: FrameType) -> Any:
    """The reduction of a generator's frame, running or not: there it is that generator's."""
    generator = generator_of(frame)
    for name in GENERATOR_FRAMES if generator is not None else ():
        if getattr(generator, name, None) is frame:
            return getattr, (generator, name)
    return None


def reduce_stack_frame(dumper: Dumper, frame: FrameType) -> Any:
    """A frame of the stack."""
    records: list[FrameRecord] = dumper.records
    if dumper.look_alikes is None:
        specs = []
        held = []
        for record in reversed(records):
            own = record.namespace if type(record.namespace) is dict else None
            specs.append(spec_of(dumper, record.live, own))
            held.append(locals_of(record) if own is None else None)
        chain = dumper.look_alikes = MadeThere(rebuild_frames.look_alikes, *specs)
        dumper.fills.append((rebuild_frames.fill_locals, chain, held))
        dumper.fills.append((rebuild_frames.watch, chain, [pulls(r) for r in reversed(records)]))
    place = next(place for place, record in enumerate(reversed(records)) if record.live is frame)
    return rebuild_frames.frame_at, (dumper.look_alikes, place)


def pulls(record: FrameRecord) -> int:
    """How many values a frame pulls (see `generators.stack_values`)."""
    return len(values_of(record)) + (record.extra is not NULL) + (record.thunk is not None)


def reduce_look_alike(dumper: Dumper, frame: FrameType) -> Any:
    """A frame that was one before an earlier move; None for any other."""
    chain = rebuild_frames.chain_in(frame.f_code)
    if chain is None:
        return None
    return rebuild_frames.frame_at, (chain, chain.frames.index(frame))


def reduce_chain(dumper: Dumper, chain: rebuild_frames.Chain) -> Any:
    specs = [
        spec_of(dumper, frame, namespace)
        for frame, namespace in zip(chain.frames, chain.namespaces, strict=True)
    ]
    return rebuild_frames.look_alikes, tuple(specs)


def spec_of(dumper: Dumper, frame: FrameType, namespace: Any) -> rebuild_frames.Spec:
    code = frame.f_code
    first = code.co_firstlineno
    return (
        code.co_name,
        code.co_qualname,
        code.co_filename,
        first,
        frame.f_lineno or first,
        globals_of(dumper, frame.f_globals),
        None if namespace is None else globals_of(dumper, namespace),
    )


def locals_of(record: FrameRecord) -> dict[str, Any]:
    """The local variables of a frame, by name."""
    found: dict[str, Any] = {}
    if isinstance(record.namespace, dict):
        found.update(dict.items(record.namespace))
    for number, value in enumerate(record.locals):
        name = record.code._varname_from_oparg(number)  # type: ignore[attr-defined]
        held = get_referents(value) if type(value) is CellType else [value]
        if held and held[0] is not NULL:
            found[name] = held[0]
    return found


def install() -> None:
    """Fills the dumper's table."""
    Dumper.reducers[rebuild_frames.Chain] = reduce_chain
