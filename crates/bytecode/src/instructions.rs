//! `co_code` as instructions, and back.
//!
//! ```text
//!    start            offset                      next
//!    │                │                           │
//!    ├ EXTENDED_ARG ──┼ opcode, arg │ caches ...  ┤ (next instruction's start)
//!      0 to 3 of them   2 bytes       2 bytes each, zero in co_code
//! ```
//!
//! Decoding keeps how many prefixes there were, so encoding gives the same bytes again.

use crate::versions::{Jump, Opcode, Version};
use crate::{BytecodeError, Problem};

/// One instruction with its prefixes and inline caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// Offset of its first `EXTENDED_ARG`, or of itself. Jumps to it land here.
    pub start: usize,
    /// Offset of the opcode itself.
    pub offset: usize,
    /// Offset behind its inline caches.
    pub next: usize,
    /// Its row in the version's table.
    pub opcode: &'static Opcode,
    /// The whole argument.
    pub arg: u32,
}

impl Instruction {
    /// Where it jumps to, if it is a jump; not checked to be inside the code.
    pub fn target(&self) -> Option<i64> {
        let distance = 2 * i64::from(self.arg);
        match self.opcode.jump {
            Jump::None => None,
            Jump::Forward => Some(self.next as i64 + distance),
            Jump::Backward => Some(self.next as i64 - distance),
        }
    }
}

/// The instructions of a code object's `co_code`.
pub fn decode(version: &Version, code: &[u8]) -> Result<Vec<Instruction>, BytecodeError> {
    let mut instructions = Vec::with_capacity(code.len() / 4);
    let mut units = code.chunks(2).enumerate();
    let mut start = 0;
    let mut prefix: u32 = 0;
    while let Some((unit, bytes)) = units.next() {
        let offset = unit * 2;
        let fail = |problem| BytecodeError::new(version, offset, problem);
        let &[number, low] = bytes else {
            return Err(fail(Problem::TruncatedCode));
        };
        let opcode = version
            .opcode(number)
            .ok_or_else(|| fail(Problem::UnknownOpcode(number)))?;
        let arg = prefix << 8 | u32::from(low);
        if opcode.number == version.named.extended_arg.number {
            if offset - start >= 6 {
                return Err(fail(Problem::ArgumentTooWide));
            }
            prefix = arg;
            continue;
        }
        let caches = usize::from(opcode.caches);
        let next = offset + opcode.size();
        if next > code.len() || (caches > 0 && units.nth(caches - 1).is_none()) {
            return Err(fail(Problem::TruncatedCode));
        }
        instructions.push(Instruction {
            start,
            offset,
            next,
            opcode,
            arg,
        });
        start = next;
        prefix = 0;
    }
    if start != code.len() {
        return Err(BytecodeError::new(version, start, Problem::TruncatedCode));
    }
    Ok(instructions)
}

/// The bytes of these instructions. Inline caches are zero.
pub fn encode(version: &Version, instructions: &[Instruction]) -> Vec<u8> {
    let mut code = Vec::with_capacity(instructions.last().map_or(0, |last| last.next));
    for instruction in instructions {
        let prefixes = instruction.offset.saturating_sub(instruction.start) / 2;
        append(
            version,
            &mut code,
            instruction.opcode,
            instruction.arg,
            prefixes,
        );
    }
    code
}

/// How many `EXTENDED_ARG` an argument needs.
pub fn prefixes_of(arg: u32) -> usize {
    match arg {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xff_ffff => 2,
        _ => 3,
    }
}

/// Appends one instruction, with at least as many prefixes as its argument needs.
pub(crate) fn append(
    version: &Version,
    code: &mut Vec<u8>,
    opcode: &Opcode,
    arg: u32,
    prefixes: usize,
) {
    let bytes = arg.to_be_bytes();
    let prefixes = prefixes.clamp(prefixes_of(arg), 3);
    let [high @ .., low] = bytes;
    for byte in high.into_iter().skip(3 - prefixes) {
        code.extend([version.named.extended_arg.number, byte]);
    }
    code.extend([opcode.number, low]);
    code.resize(code.len() + 2 * usize::from(opcode.caches), 0);
}

/// The instruction that `offset` lies in: its prefixes and inline caches are parts of it.
pub fn containing(instructions: &[Instruction], offset: usize) -> Option<usize> {
    let behind = instructions.partition_point(|instruction| instruction.start <= offset);
    let index = behind.checked_sub(1)?;
    (offset < instructions.get(index)?.next).then_some(index)
}
