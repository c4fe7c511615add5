//! CPython 3.14: mirrors `_PyInterpreterFrame` (Include/internal/pycore_interpframe_structs.h) and `_PyGenObject_HEAD` (Include/internal/pycore_interpframe_structs.h).

use super::{Entry, Layout, Slot, States};

/// Offsets of 3.14.
pub const LAYOUT: Layout = Layout {
    frame_pointer: 24,
    executable: 0,
    previous: 8,
    namespace: 40,
    owner: 74,
    owner_generator: 1,
    entry: Entry::Owner(3),
    instruction: 56,
    stack_pointer: 64,
    localsplus: 80,
    slot: Slot::Tagged,
    generator_frame: 72,
    generator_exception: 40,
    generator_state: 67,
    states: States {
        created: -3,
        executing: 0,
        finished: 1,
    },
};
