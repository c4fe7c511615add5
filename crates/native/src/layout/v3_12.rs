//! CPython 3.12: mirrors `_PyInterpreterFrame` (Include/internal/pycore_frame.h) and `_PyGenObject_HEAD` (Include/cpython/genobject.h).

use super::{Entry, Layout, Slot, States};

/// Offsets of 3.12.
pub const LAYOUT: Layout = Layout {
    frame_pointer: 24,
    executable: 0,
    previous: 8,
    namespace: 40,
    owner: 70,
    owner_generator: 1,
    entry: Entry::Owner(3),
    instruction: 56,
    stack_pointer: 64,
    localsplus: 72,
    slot: Slot::Pointer,
    generator_frame: 72,
    generator_exception: 40,
    generator_state: 67,
    states: States {
        created: -2,
        executing: 0,
        finished: 1,
    },
};
