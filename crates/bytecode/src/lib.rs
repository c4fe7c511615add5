//! CPython bytecode, as plain data.
//!
//! A running frame is moved by writing a **morph** for it: the frame's own code behind a preamble that
//! puts the frame's locals and value stack back and goes on where the frame stood. This crate knows how
//! that code is read and written, for each CPython version, and nothing else: no Python object, no I/O.
//!
//! ```text
//!   CodeView ──instructions──> [Instruction] ──stack──> stack before each one
//!       │                                                  │
//!       │   f_lasti, Phase ───────────locate───────────> Site   where the frame stands
//!       │                                                  │
//!       └───────────── Shape, Resume ──assemble────────> Morph  bytes, tables, constants to append
//! ```
//!
//! Which version is read is chosen at run time ([`version()`]), so any host can inspect the code of any
//! other. What differs between versions stands in [`versions`], as data.
//!
//! Code may come from anywhere: whatever the bytes are, the answer is a value or a [`BytecodeError`],
//! never a panic, and the work is bounded by the size of the code.
#![forbid(unsafe_code)]

mod assembler;
pub mod code;
mod continuation;
pub mod error;
pub mod exception_table;
pub mod instructions;
pub mod line_table;
pub mod locate;
pub mod morph;
mod preamble;
pub mod stack;
pub mod versions;

pub use code::CodeView;
pub use error::{BytecodeError, Problem};
pub use line_table::{Position, positions};
pub use locate::{Phase, Site, locate};
pub use morph::{Constant, Morph, Rest, Resume, Shape, StackSlot, assemble};
pub use stack::{SlotKind, stack_depths};
pub use versions::{Version, version};
