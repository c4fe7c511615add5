//! CPython 3.11: mirrors `_PyInterpreterFrame` (Include/internal/pycore_frame.h) and `_PyGenObject_HEAD` (Include/cpython/genobject.h).

use super::{Entry, Layout, Slot, States};

/// Offsets of 3.11.
pub const LAYOUT: Layout = Layout {
    frame_pointer: 24,
    executable: 32,
    previous: 48,
    namespace: 24,
    owner: 69,
    owner_generator: 1,
    entry: Entry::Flag(68),
    instruction: 56,
    stack_pointer: 64,
    localsplus: 72,
    slot: Slot::Pointer,
    generator_frame: 80,
    generator_exception: 48,
    generator_state: 75,
    states: States {
        created: -2,
        executing: 0,
        finished: 1,
    },
};
