"""The native functions on a stock interpreter: memory through ctypes, bytecode through the channel.

Used at a target, when a program that was moved there moves on. Offsets are data: `layout()` of the
interpreter the program came from, which is of the same minor version (the image brings them).
Morphs are assembled at home: the request goes back along the channel.

Keep this like `crates/native/src/layout/read.rs`.
"""

from __future__ import annotations

import marshal

from pyteleport.stage import home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from pyteleport._native import CodeFields, Parts, Place

_layout = home.layout
_replies: dict[bytes, Any] = {}


def layout() -> dict[str, int]:
    return _layout


def _word(address: int) -> int:
    from ctypes import c_uint64

    return c_uint64.from_address(address).value


def _byte(address: int) -> int:
    from ctypes import c_int8

    return c_int8.from_address(address).value


def _object(address: int) -> Any:
    from ctypes import c_void_p, cast, py_object

    return cast(c_void_p(address), py_object).value


def _address(frame: FrameType) -> int:
    return _word(id(frame) + _layout["frame_pointer"])


def slots(
    frame: FrameType, first: int, count: int, null: object, index: Callable[[int], object]
) -> list[Any]:
    start = _address(frame) + _layout["localsplus"] + 8 * first
    tagged = _layout["tagged"]
    found = []
    for position in range(count):
        word = _word(start + 8 * position)
        if tagged and word & 3 == 3:
            signed = word - (1 << 64) if word >> 63 else word
            found.append(index(signed >> 2))
            continue
        pointer = word & ~3 if tagged else word
        found.append(_object(pointer) if pointer else null)
    return found


def boundary(frame: FrameType, caller: FrameType | None = None) -> int:
    address = _address(frame)
    if _layout["entry_flag"] >= 0:
        return int(_byte(address + _layout["entry_flag"]) != 0)
    end = _address(caller) if caller is not None else 0
    between = _word(address + _layout["previous"])
    found = 0
    while between and between != end:
        if _byte(between + _layout["owner"]) >= _layout["entry_owner"]:
            return 1
        found = 2
        between = _word(between + _layout["previous"])
    return found


def namespace(frame: FrameType) -> Any:
    pointer = _word(_address(frame) + _layout["namespace"])
    return _object(pointer) if pointer else None


def generator_of(frame: FrameType) -> Any:
    address = _address(frame)
    if _byte(address + _layout["owner"]) != _layout["owner_generator"]:
        return None
    return _object(address - _layout["generator_frame"])


def generator_state(generator: object) -> str:
    state = _byte(id(generator) + _layout["generator_state"])
    if state == _layout["state_created"]:
        return "created"
    if state >= _layout["state_finished"]:
        return "finished"
    return "running" if state == _layout["state_executing"] else "suspended"


def handled(generator: object) -> tuple[Any, Any]:
    own = _word(id(generator) + _layout["generator_exception"])
    previous_item = _word(id(generator) + _layout["generator_exception"] + 8)
    outer = _word(previous_item) if previous_item else 0
    return (_object(own) if own else None), (_object(outer) if outer else None)


def field_object(owner: object, offset: int) -> Any:
    pointer = _word(
        (id(owner) + offset) % (1 << 64)
    )  # the place may lie before the owner, see `exits`
    return _object(pointer) if pointer else None


def field_word(owner: object, offset: int) -> int:
    word = _word(id(owner) + offset)
    return word - (1 << 64) if word >> 63 else word


def array_words(owner: object, offset: int, count: int) -> list[int]:
    start = _word(id(owner) + offset)
    words = [_word(start + 8 * position) for position in range(count)]
    return [word - (1 << 64) if word >> 63 else word for word in words]


def _ask(*call: Any) -> Any:
    question = marshal.dumps(call)
    reply = _replies.get(question)
    if reply is None:
        reply = _replies[question] = marshal.loads(home.request(question))
    kind, answer = reply
    if kind == "error":
        raise ValueError(answer)
    return answer


def locate(code: CodeFields, lasti: int, phase: str) -> Place:
    place: Place = _ask("locate", code, lasti, phase)
    return place


def assemble(
    code: CodeFields,
    lasti: int,
    phase: str,
    locals: bytes,
    stack: str,
    offsets: list[int],
    way: str,
) -> Parts:
    parts: Parts = _ask("assemble", code, lasti, phase, locals, stack, offsets, way)
    return parts
