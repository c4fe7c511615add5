//! What differs between CPython versions, as data.
//!
//! One file per version, written by `scripts/opcode_tables.py` under that interpreter; nothing else in
//! this crate asks which version it is. A new CPython is one new file and one line in [`ALL`].
//!
//! The table rows describe instructions ([`Opcode`]); [`Named`] are those the assembler writes; [`Facts`]
//! are differences that no single instruction shows.

mod opcode;
mod v3_11;
mod v3_12;
mod v3_13;
mod v3_14;
mod v3_15;

pub use opcode::{Effect, Jump, Opcode, Results, Role};

/// Every version this crate knows, oldest first.
pub static ALL: [&Version; 5] = [
    &v3_11::VERSION,
    &v3_12::VERSION,
    &v3_13::VERSION,
    &v3_14::VERSION,
    &v3_15::VERSION,
];

/// The version of this name (`"3.12"`), if it is known.
pub fn version(name: &str) -> Option<&'static Version> {
    ALL.iter().copied().find(|version| version.name == name)
}

/// Everything known of one CPython version.
#[derive(Debug)]
pub struct Version {
    /// As in `"3.12"`.
    pub name: &'static str,
    /// The opcodes a code object can hold: none specialised, none instrumented, no pseudo opcode.
    pub opcodes: &'static [Opcode],
    /// For each number, one more than its place in `opcodes`, or 0.
    pub(crate) index: [u8; 256],
    /// Those the assembler writes.
    pub named: Named,
    /// What no single instruction shows.
    pub facts: Facts,
}

impl Version {
    /// The opcode of this number.
    pub fn opcode(&self, number: u8) -> Option<&'static Opcode> {
        let place = usize::from(*self.index.get(usize::from(number))?);
        self.opcodes.get(place.checked_sub(1)?)
    }

    /// The opcode of this name.
    pub fn opcode_named(&self, name: &str) -> Option<&'static Opcode> {
        self.opcodes.iter().find(|opcode| opcode.name == name)
    }
}

/// The opcodes a preamble is written with. An `Option` is one that some versions lack.
#[derive(Debug)]
#[allow(missing_docs)] // each is the opcode it is named after
pub struct Named {
    pub call: &'static Opcode,
    pub check_exc_match: &'static Opcode,
    pub copy_free_vars: &'static Opcode,
    pub delete_fast: &'static Opcode,
    pub extended_arg: &'static Opcode,
    pub jump_forward: &'static Opcode,
    pub load_const: &'static Opcode,
    pub make_cell: &'static Opcode,
    pub nop: &'static Opcode,
    /// Marks the branch not taken behind a conditional jump.
    pub not_taken: Option<&'static Opcode>,
    pub pop_except: &'static Opcode,
    /// Jumps forward if its operand is false.
    pub pop_jump_if_false: &'static Opcode,
    /// Jumps forward if its operand is true.
    pub pop_jump_if_true: &'static Opcode,
    pub pop_top: &'static Opcode,
    /// Stands before `call` where calls have two halves.
    pub precall: Option<&'static Opcode>,
    pub push_exc_info: &'static Opcode,
    pub push_null: &'static Opcode,
    pub reraise: &'static Opcode,
    pub resume: &'static Opcode,
    pub return_generator: &'static Opcode,
    pub return_value: &'static Opcode,
    pub store_fast: &'static Opcode,
    pub swap: &'static Opcode,
    /// Makes a truth value; where it is missing, `unary_not` accepts anything.
    pub to_bool: Option<&'static Opcode>,
    pub unary_not: &'static Opcode,
}

/// Differences that no single instruction shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The NULL of a call (and of a looked-up attribute) stands below the callable, not above it.
    pub null_below: bool,
    /// The saved instruction offset of a handler is a tagged int, which no bytecode pushes; only
    /// unwinding does.
    pub tagged_offsets: bool,
    /// Lists, tuples and strings are iterated without an iterator: the sequence and a tagged int.
    pub iterates_by_index: bool,
    /// Units behind its jump target where an exhausted `FOR_ITER` really goes on.
    pub exhausted_skips: usize,
    /// Has an exhausted `FOR_ITER` popped the iterator when it goes on there?
    pub exhausted_pops: bool,
    /// `f_lasti` of a suspended frame points to the `RESUME` behind the `YIELD_VALUE`.
    pub suspended_at_resume: bool,
    /// The instruction, and if it matters its argument, that wraps what an asynchronous generator
    /// yields itself.
    pub async_gen_wrap: (&'static str, Option<u32>),
}

/// The lookup table behind [`Version::opcode`].
const fn index(rows: &[Opcode]) -> [u8; 256] {
    let mut index = [0; 256];
    let mut place = 0;
    while place < rows.len() {
        index[rows[place].number as usize] = place as u8 + 1;
        place += 1;
    }
    index
}
