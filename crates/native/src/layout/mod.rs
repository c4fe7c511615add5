//! Where CPython keeps what a frame holds: one module per version fills one `Layout`.
//!
//! ```text
//!   PyFrameObject ──f_frame──> _PyInterpreterFrame            PyGenObject
//!                              │ code                         │ …
//!                              │ previous ──> caller          │ exc_state: exc_value, previous_item
//!                              │ owner, entry                 │ frame_state
//!                              │ localsplus: fast locals,     └ iframe (an _PyInterpreterFrame in place)
//!                              └             cells, free variables, value stack
//! ```
//!
//! Adding a version is one new file and one line in the macro call below. The reading itself is in
//! `read`, the same for all versions, and `Layout` is plain numbers, so that a generic reader on
//! a stock interpreter can be told them as data (`fields`).

pub mod read;

/// How a value-stack slot is encoded.
#[allow(dead_code)] // a version uses one of the two
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A plain `PyObject *`, NULL for none (up to 3.13).
    Pointer,
    /// A `_PyStackRef`: the low two bits are a tag, 1 alone is NULL, tag 3 is a tagged int (from 3.14).
    Tagged,
}

/// How one version shows that C code stands between a frame and its caller.
#[allow(dead_code)] // a version uses one of the two
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The inner frame has a flag at this offset (3.11).
    Flag(usize),
    /// A frame whose owner is at least this value lies between (from 3.12).
    Owner(i8),
}

/// What a generator's frame-state byte says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct States {
    /// Never started.
    pub created: i8,
    /// Running.
    pub executing: i8,
    /// Finished, or cleared: this value and above.
    pub finished: i8,
}

/// Offsets in bytes, for a 64-bit CPython with the GIL.
#[derive(Clone, Copy)]
pub struct Layout {
    /// `PyFrameObject.f_frame`.
    pub frame_pointer: usize,
    /// `_PyInterpreterFrame.f_code` or `f_executable`: what the frame runs.
    pub executable: usize,
    /// `_PyInterpreterFrame.previous`.
    pub previous: usize,
    /// `_PyInterpreterFrame.f_locals`: the namespace of a module or class body.
    pub namespace: usize,
    /// `_PyInterpreterFrame.owner`.
    pub owner: usize,
    /// The value of `owner` for a frame that lives inside a generator object.
    pub owner_generator: i8,
    /// How C code between two frames shows.
    pub entry: Entry,
    /// `_PyInterpreterFrame.prev_instr` or `instr_ptr`: where in its code the frame stands.
    pub instruction: usize,
    /// `_PyInterpreterFrame.stackpointer`, from 3.14 an address; before, the index `stacktop`.
    pub stack_pointer: usize,
    /// `_PyInterpreterFrame.localsplus`.
    pub localsplus: usize,
    /// How a slot is encoded.
    pub slot: Slot,
    /// The frame inside a generator object.
    pub generator_frame: usize,
    /// `gi_exc_state.exc_value`; `previous_item` follows it.
    pub generator_exception: usize,
    /// `gi_frame_state`.
    pub generator_state: usize,
    /// The values of `gi_frame_state`.
    pub states: States,
}

macro_rules! versions {
    ($($module:ident if $here:meta $(, not $next:meta)?;)*) => {
        $(
            #[cfg(all($here $(, not($next))?))]
            mod $module;
            #[cfg(all($here $(, not($next))?))]
            pub use $module::LAYOUT;
        )*
    };
}

versions! {
    v3_11 if Py_3_11, not Py_3_12;
    v3_12 if Py_3_12, not Py_3_13;
    v3_13 if Py_3_13, not Py_3_14;
    v3_14 if Py_3_14, not Py_3_15;
    v3_15 if Py_3_15;
}

impl Layout {
    /// The numbers by name, for the generic reader.
    pub fn fields(&self) -> Vec<(&'static str, i64)> {
        let (flag, owner) = match self.entry {
            Entry::Flag(offset) => (offset as i64, i64::MAX),
            Entry::Owner(owner) => (-1, i64::from(owner)),
        };
        vec![
            ("frame_pointer", self.frame_pointer as i64),
            ("executable", self.executable as i64),
            ("previous", self.previous as i64),
            ("namespace", self.namespace as i64),
            ("owner", self.owner as i64),
            ("owner_generator", i64::from(self.owner_generator)),
            ("entry_flag", flag),
            ("entry_owner", owner),
            ("instruction", self.instruction as i64),
            ("stack_pointer", self.stack_pointer as i64),
            ("localsplus", self.localsplus as i64),
            ("tagged", i64::from(self.slot == Slot::Tagged)),
            ("generator_frame", self.generator_frame as i64),
            ("generator_exception", self.generator_exception as i64),
            ("generator_state", self.generator_state as i64),
            ("state_created", i64::from(self.states.created)),
            ("state_executing", i64::from(self.states.executing)),
            ("state_finished", i64::from(self.states.finished)),
        ]
    }
}
