"""Frame objects of the running program that its variables hold, at the target.

A frame comes into being when its function is called, and that is when the program goes on, after
all objects are there. So objects are loaded with a **look-alike** in its place: a frame that has ended, with
the same names, line, globals and outer frames, and what the locals were. All look-alikes of one stack are
made in one go, as calls in each other (`Chain`).

When the program goes on, each frame of the stack pulls its values: then it is there, and takes the
place of its look-alike in the variables of itself and of inner frames (`pull`), and at the last pull in all
lists, dicts, cells and attributes (`finish`). A look-alike remains where nothing can be replaced: in a tuple.
"""

from __future__ import annotations

import gc
import sys
from types import CellType, FrameType, MemberDescriptorType

from pyteleport.graph import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from functools import partial
    from types import CodeType
    from typing import Any

    # name, qualname, file name, its first line, the line it is at, globals, locals if not its own
    Spec = tuple[str, str, str, int, int, dict[str, Any], Any]
else:
    from _functools import partial

GO = "the inner frame"  # no name that a program could give


class Chain:
    """The look-alikes of one stack.

    Attributes:
        frames, namespaces: outermost first; the namespaces are their `f_locals`.
        keeper: the suspended generator below them: a frame that has a caller cannot have ended without.
    """

    def __init__(self) -> None:
        self.frames: list[FrameType] = []
        self.namespaces: list[Any] = []
        self.keeper: Any = None


class Watch:
    """Which frame pulls now, while the program is set going.

    Attributes:
        chain: the look-alikes to be replaced.
        counts: how many values each frame of the stack pulls, outermost first.
        frames: the frames that are there, by number.
    """

    def __init__(self, chain: Chain, counts: list[int]) -> None:
        self.chain = chain
        self.counts = counts
        self.frames: dict[int, FrameType] = {}
        self.numbers = {id(frame): number for number, frame in enumerate(chain.frames)}
        self.number = 0


watching: list[Watch] = []


def look_alikes(*specs: Spec) -> Chain:
    """Frames that have ended, each called by the one before it."""
    chain = Chain()
    chain.namespaces = [{} if spec[6] is None else spec[6] for spec in specs]
    chain.keeper = _keep(chain, specs)
    next(chain.keeper)
    return chain


def _keep(chain: Chain, specs: tuple[Spec, ...]) -> Iterator[None]:
    run: Any = sys._getframe
    for number in range(len(specs) - 1, -1, -1):
        spec = specs[number]
        namespace = chain.namespaces[number]
        namespace[f"{GO} {number}"] = run
        run = partial(eval, _code(spec, number, chain), spec[5], namespace)
    frame: Any = run()
    for number in range(len(specs) - 1, -1, -1):
        chain.frames.insert(0, frame)
        frame = frame.f_back
        del chain.namespaces[number][f"{GO} {number}"]
    yield


def _code(spec: Spec, number: int, chain: Chain) -> CodeType:
    """Code that calls the inner frame; it keeps the chain alive."""
    name, qualname, filename, first, line = spec[:5]
    plain = compile("\n" * max(line - first, 0) + "go()", filename, "eval")
    return plain.replace(
        co_name=name,
        co_qualname=qualname,
        co_firstlineno=min(first, line),
        co_names=(f"{GO} {number}",),
        co_consts=(*plain.co_consts, chain),
    )


def chain_in(code: CodeType) -> Chain | None:
    """The chain that a look-alike's code belongs to; None for any other code."""
    constants = code.co_consts
    return constants[-1] if constants and type(constants[-1]) is Chain else None


def frame_at(chain: Chain, number: int) -> FrameType:
    return chain.frames[number]


def fill_locals(chain: Chain, held: list[dict[str, Any] | None]) -> None:
    """Fills the namespaces that are the frames' own."""
    for namespace, content in zip(chain.namespaces, held, strict=True):
        if content is not None:
            namespace.update(content)


def watch(chain: Chain, counts: list[int]) -> None:
    """The frames of the stack are to take the place of these when they are there."""
    watching.append(Watch(chain, counts))


def pull() -> Any:
    """What preambles call in place of `values.pop` where such frames are held."""
    value = rebuild.values.pop()
    if watching and rebuild.started:
        found = watching[-1]
        while found.counts[found.number] == 0:
            found.number += 1
        found.counts[found.number] -= 1
        found.frames[found.number] = sys._getframe(1)
        number = found.numbers.get(id(value))
        if number is not None:
            value = found.frames.get(number, value)
        if not rebuild.values:
            watching.clear()
            finish(found)
    return value


def finish(found: Watch) -> None:
    """Puts the frames in the place of their look-alikes."""
    ours = (id(found.chain.frames), id(found.numbers), id(found.frames))
    for number, frame in found.frames.items():
        if number < len(found.chain.frames):
            old = found.chain.frames[number]
            for holder in gc.get_referrers(old):
                if id(holder) not in ours:
                    _replace(holder, old, frame)
            for running in found.frames.values():
                if type(running.f_locals) is not dict:  # it writes through, from 3.13 on
                    _replace_items(running.f_locals, old, frame)


def _replace(holder: Any, old: FrameType, new: FrameType) -> None:
    if type(holder) is CellType:
        holder.cell_contents = new
    elif isinstance(holder, list):
        for place in range(list.__len__(holder)):
            if list.__getitem__(holder, place) is old:
                list.__setitem__(holder, place, new)
    elif isinstance(holder, dict):
        for key, value in list(dict.items(holder)):
            if value is old:
                dict.__setitem__(holder, key, new)
    else:
        _replace_attributes(holder, old, new)


def _replace_items(variables: Any, old: FrameType, new: FrameType) -> None:
    for name, value in list(variables.items()):
        if value is old:
            variables[name] = new


def _replace_attributes(holder: Any, old: FrameType, new: FrameType) -> None:
    try:
        held = object.__getattribute__(holder, "__dict__")
    except AttributeError:
        held = None
    if type(held) is dict:
        for name, value in list(held.items()):
            if value is old:
                held[name] = new
    for base in type(holder).__mro__:
        if base.__flags__ & 1 << 9:
            for descriptor in list(base.__dict__.values()):
                if type(descriptor) is MemberDescriptorType:
                    try:
                        if descriptor.__get__(holder) is old:
                            descriptor.__set__(holder, new)
                    except AttributeError:
                        continue
