//! Where a frame stands: from its `f_lasti` to the instruction, and the part of its value stack to restore.
//!
//! ```text
//!    stack before the instruction      a b c d
//!    Running                           kinds = a b        operands = c d    (what the call made here took)
//!    Suspended, Created, Instruction   kinds = all of it  (Suspended: less the yielded value)
//! ```

use crate::code::CodeView;
use crate::instructions::{self, Instruction};
use crate::stack::{Analysis, SlotKind, analyse};
use crate::versions::{Jump, Role, Version};
use crate::{BytecodeError, Problem};

/// How a frame stands at its `f_lasti`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Inside a call made by the instruction there.
    Running,
    /// A generator, coroutine or asynchronous generator at a yield.
    Suspended,
    /// A generator, coroutine or asynchronous generator that never ran; `f_lasti` does not matter.
    Created,
    /// *Before* the instruction there, as at a line event; going on executes it.
    Instruction,
}

/// The place a frame stands at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    /// Offset of the instruction, in bytes. A call in two halves is taken at its second one, a frame
    /// that delegates (`yield from`, `await`) at its `SEND`, any other suspended one at its `YIELD_VALUE`.
    pub offset: usize,
    /// Name of the instruction.
    pub opcode: &'static str,
    /// Its argument.
    pub argument: u32,
    /// The stack to restore, bottom first: without the operands of the instruction, unless `Phase`
    /// says that it has not begun.
    pub kinds: Vec<SlotKind>,
    /// How many operands above `kinds` the instruction holds.
    pub operand_count: usize,
    /// How many values it pushes above `kinds` when it is done.
    ///
    /// 3.11's `JUMP_IF_x_OR_POP` keeps its operand, or not: it counts as the top of `kinds`, `results` is 0.
    pub results: usize,
    /// Offset where control goes on when it is done: behind its inline caches, or where an unconditional
    /// jump goes.
    pub next: usize,
    /// An asynchronous generator's own yield: the value was wrapped just before.
    pub wraps: bool,
    /// Index of the constant that names the keyword arguments of this call, where a `KW_NAMES` does.
    pub previous_call_keywords: Option<u32>,
}

/// Where the frame with this `f_lasti` (in bytes) stands.
pub fn locate(
    version: &Version,
    code: &CodeView,
    lasti: i32,
    phase: Phase,
) -> Result<Site, BytecodeError> {
    let analysis = analyse(version, code)?;
    let place = Place {
        version,
        analysis: &analysis,
    };
    let index = match phase {
        Phase::Created => place.start()?,
        Phase::Instruction => place.at(lasti)?,
        Phase::Running => place.calling(place.at(lasti)?)?,
        Phase::Suspended => place.suspended(place.at(lasti)?)?,
    };
    let instruction = place.get(index)?;
    let nowhere = || place.fail(instruction.offset, "control never comes here");
    let mut kinds = analysis.kinds(index).ok_or_else(nowhere)?;
    let role = instruction.opcode.role;
    let keeps_operand = matches!(role, Role::JumpIfTrueOrPop | Role::JumpIfFalseOrPop);
    let (operand_count, results) = match phase {
        Phase::Created | Phase::Instruction => (0, 0),
        Phase::Running if keeps_operand => (0, 0),
        Phase::Suspended | Phase::Running => (
            instruction.opcode.operands(instruction.arg),
            instruction.opcode.results.of(instruction.arg),
        ),
    };
    let below = kinds.len().checked_sub(operand_count);
    kinds.truncate(below.ok_or_else(nowhere)?);
    Ok(Site {
        offset: instruction.offset,
        opcode: instruction.opcode.name,
        argument: instruction.arg,
        kinds,
        operand_count,
        results,
        next: place.next(&instruction)?,
        wraps: code.is_async_generator() && place.wrapped(index),
        previous_call_keywords: place.keywords(index),
    })
}

struct Place<'a> {
    version: &'a Version,
    analysis: &'a Analysis,
}

impl Place<'_> {
    fn fail(&self, offset: usize, why: &'static str) -> BytecodeError {
        BytecodeError::new(self.version, offset, Problem::NoSite(why))
    }

    fn get(&self, index: usize) -> Result<Instruction, BytecodeError> {
        let instruction = self.analysis.instructions.get(index).copied();
        instruction.ok_or_else(|| self.fail(0, "there is no such instruction"))
    }

    fn role(&self, index: Option<usize>) -> Option<Role> {
        Some(self.analysis.instructions.get(index?)?.opcode.role)
    }

    /// Where a frame that never ran goes on: not always at the first `RESUME`, nor with an empty stack.
    /// 3.15's generator expressions take their iterator before they become a generator.
    fn start(&self) -> Result<usize, BytecodeError> {
        let instructions = &self.analysis.instructions;
        let is = |role| move |i: &Instruction| i.opcode.role == role;
        let made = instructions.iter().position(is(Role::ReturnGenerator));
        let made = made.ok_or_else(|| self.fail(0, "this code makes no generator"))?;
        let rest = instructions.get(made..).unwrap_or_default();
        let resume = rest.iter().position(is(Role::Resume));
        let resume = resume.ok_or_else(|| self.fail(0, "the code has no RESUME"))?;
        Ok(made + resume)
    }

    fn at(&self, lasti: i32) -> Result<usize, BytecodeError> {
        let offset = usize::try_from(lasti).map_err(|_| self.fail(0, "it has not started"))?;
        let index = instructions::containing(&self.analysis.instructions, offset);
        index.ok_or_else(|| self.fail(offset, "this is behind the code"))
    }

    /// The instruction that made the call a frame is in.
    fn calling(&self, mut index: usize) -> Result<usize, BytecodeError> {
        if self.role(Some(index)) == Some(Role::Precall) {
            index += 1; // C code may be called with the frame still at the first half
        }
        // `throw()` and `close()` hand on to the iterator a suspended frame delegates to
        let before = index.checked_sub(1);
        if self.role(Some(index)) == Some(Role::Resume) && self.role(before) == Some(Role::Yield) {
            let send = index.checked_sub(2);
            if self.role(send) == Some(Role::Send) {
                return Ok(index - 2);
            }
        }
        if self.role(Some(index)) == Some(Role::Yield) && self.role(before) == Some(Role::Send) {
            return Ok(index - 1);
        }
        Ok(index)
    }

    fn suspended(&self, index: usize) -> Result<usize, BytecodeError> {
        let before = index.checked_sub(1);
        for index in [Some(index), before].into_iter().flatten() {
            if self.role(Some(index)) == Some(Role::Yield) {
                return Ok(index);
            }
        }
        Err(self.fail(self.get(index)?.offset, "this is no yield"))
    }

    fn next(&self, instruction: &Instruction) -> Result<usize, BytecodeError> {
        let opcode = instruction.opcode;
        match instruction.target() {
            Some(target) if !opcode.continues && opcode.jump != Jump::None => {
                let bad = |_| {
                    let problem = Problem::BadTarget(target);
                    BytecodeError::new(self.version, instruction.offset, problem)
                };
                usize::try_from(target).map_err(bad)
            }
            _ => Ok(instruction.next),
        }
    }

    fn wrapped(&self, index: usize) -> bool {
        wrap_before(self.version, &self.analysis.instructions, index).is_some()
    }

    fn keywords(&self, index: usize) -> Option<u32> {
        let instructions = &self.analysis.instructions;
        if !matches!(self.role(Some(index))?, Role::Call | Role::Precall) {
            return None;
        }
        let mut before = instructions.get(index.checked_sub(1)?)?;
        if before.opcode.role == Role::Precall {
            before = instructions.get(index.checked_sub(2)?)?;
        }
        (before.opcode.role == Role::KeywordNames).then_some(before.arg)
    }
}

/// The instruction that wraps what the `YIELD_VALUE` of this index yields for an asynchronous generator.
pub(crate) fn wrap_before<'a>(
    version: &Version,
    instructions: &'a [Instruction],
    index: usize,
) -> Option<&'a Instruction> {
    if instructions.get(index)?.opcode.role != Role::Yield {
        return None;
    }
    let before = instructions.get(index.checked_sub(1)?)?;
    let (name, arg) = version.facts.async_gen_wrap;
    let wraps = before.opcode.name == name && arg.is_none_or(|arg| arg == before.arg);
    wraps.then_some(before)
}
