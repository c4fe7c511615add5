//! The value stack before each instruction, followed symbolically.
//!
//! As CPython's own `mark_stacks` does for jumps of a debugger: start with an empty stack, apply each
//! instruction's effect, follow every jump, and for every instruction a handler covers, follow the handler
//! too, with the stack cut to the depth its row names. So the depth of any frame is known from its code
//! alone, and which slots hold what CPython itself put there ([`SlotKind`]).
//!
//! Stacks are shared: each is the top cell of a list whose cells point downwards, so pushing is one new
//! cell and branching is free.
//!
//! ```text
//!    a <── b <── c        before instruction 7
//!           \
//!            d <── e      before instruction 9
//! ```

use crate::code::CodeView;
use crate::exception_table::{self, Handler};
use crate::instructions::{self, Instruction};
use crate::versions::{Role, Version};
use crate::{BytecodeError, Problem};

/// What a stack slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// An ordinary value, or NULL.
    Value,
    /// The exception that was being handled when this level's handler began, or None.
    PreviousException,
    /// The instruction offset a handler that re-raises has saved.
    Offset,
    /// An exception on its way.
    Exception,
}

/// A stack: a cell of [`Analysis::cells`], 0 for the empty one.
type Stack = u32;

#[derive(Debug, Clone, Copy)]
struct Cell {
    below: Stack,
    depth: u32,
    kind: SlotKind,
}

/// The instructions of a code object and the stack before each.
#[derive(Debug)]
pub struct Analysis {
    /// The instructions.
    pub instructions: Vec<Instruction>,
    /// The exception table.
    pub handlers: Vec<Handler>,
    before: Vec<Option<Stack>>,
    cells: Vec<Cell>,
}

impl Analysis {
    /// The depth before the instruction of this index; `None` where control never comes.
    pub fn depth(&self, index: usize) -> Option<usize> {
        let stack = (*self.before.get(index)?)?;
        Some(self.cells.get(stack as usize)?.depth as usize)
    }

    /// The stack before the instruction of this index, bottom first.
    pub fn kinds(&self, index: usize) -> Option<Vec<SlotKind>> {
        let mut stack = (*self.before.get(index)?)?;
        let mut kinds = Vec::with_capacity(self.depth(index)?);
        while stack != 0 {
            let cell = self.cells.get(stack as usize)?;
            kinds.push(cell.kind);
            stack = cell.below;
        }
        kinds.reverse();
        Some(kinds)
    }
}

/// Follows the stack through a whole code object.
pub fn analyse(version: &Version, code: &CodeView) -> Result<Analysis, BytecodeError> {
    let instructions = instructions::decode(version, code.code)?;
    let handlers = exception_table::decode(version, code.exception_table)?;
    exception_table::check(version, &handlers, code.code.len())?;
    let mut starts = vec![0; code.code.len() / 2 + 1];
    for (index, instruction) in instructions.iter().enumerate() {
        if let (Some(place), Ok(number)) = (
            starts.get_mut(instruction.start / 2),
            u32::try_from(index + 1),
        ) {
            *place = number;
        }
    }
    let count = instructions.len();
    let bottom = Cell {
        below: 0,
        depth: 0,
        kind: SlotKind::Value,
    };
    let mut walk = Walk {
        version,
        starts,
        limit: code.stack_size.min(MOST_DEPTH),
        steps: STEPS_PER_UNIT
            .saturating_mul(count)
            .saturating_add(4 * MOST_DEPTH),
        work: Vec::new(),
        entered: vec![false; handlers.len()],
        at: 0,
        analysis: Analysis {
            instructions,
            handlers,
            before: vec![None; count],
            cells: vec![bottom],
        },
    };
    if count > 0 {
        walk.work.push((0, 0));
    }
    while let Some((index, stack)) = walk.work.pop() {
        walk.follow(index, stack)?;
    }
    Ok(walk.analysis)
}

/// Deeper than any stack the compiler writes.
const MOST_DEPTH: usize = 1 << 20;
/// Bound for the walk: pushes and pops are few per instruction.
const STEPS_PER_UNIT: usize = 64;

struct Walk<'v> {
    version: &'v Version,
    /// For each code unit, one more than the index of the instruction that starts there, or 0.
    starts: Vec<u32>,
    limit: usize,
    steps: usize,
    work: Vec<(usize, Stack)>,
    /// Handlers whose row was followed already, at the same depth.
    entered: Vec<bool>,
    /// Offset of the instruction being followed, for messages.
    at: usize,
    analysis: Analysis,
}

impl Walk<'_> {
    fn fail(&self, problem: Problem) -> BytecodeError {
        BytecodeError::new(self.version, self.at, problem)
    }

    fn spend(&mut self, steps: usize) -> Result<(), BytecodeError> {
        match self.steps.checked_sub(steps) {
            Some(rest) => {
                self.steps = rest;
                Ok(())
            }
            None => Err(self.fail(Problem::TooComplex)),
        }
    }

    fn cell(&self, stack: Stack) -> Result<Cell, BytecodeError> {
        let cell = self.analysis.cells.get(stack as usize).copied();
        cell.ok_or_else(|| self.fail(Problem::TooComplex))
    }

    fn depth(&self, stack: Stack) -> Result<usize, BytecodeError> {
        Ok(self.cell(stack)?.depth as usize)
    }

    fn push(&mut self, stack: Stack, kind: SlotKind) -> Result<Stack, BytecodeError> {
        self.spend(1)?;
        let depth = self.depth(stack)? + 1;
        let limit = self.limit;
        if depth > limit {
            return Err(self.fail(Problem::StackOverflow { depth, limit }));
        }
        let number = Stack::try_from(self.analysis.cells.len())
            .map_err(|_| self.fail(Problem::TooComplex))?;
        self.analysis.cells.push(Cell {
            below: stack,
            depth: depth as u32,
            kind,
        });
        Ok(number)
    }

    fn push_values(&mut self, mut stack: Stack, count: usize) -> Result<Stack, BytecodeError> {
        let depth = self.depth(stack)?.saturating_add(count);
        let limit = self.limit;
        if depth > limit {
            return Err(self.fail(Problem::StackOverflow { depth, limit }));
        }
        for _ in 0..count {
            stack = self.push(stack, SlotKind::Value)?;
        }
        Ok(stack)
    }

    fn pop(&mut self, mut stack: Stack, count: usize) -> Result<Stack, BytecodeError> {
        let depth = self.depth(stack)?;
        if count > depth {
            return Err(self.fail(Problem::StackUnderflow {
                wanted: count,
                depth,
            }));
        }
        self.spend(count)?;
        for _ in 0..count {
            stack = self.cell(stack)?.below;
        }
        Ok(stack)
    }

    /// The stack after an effect of which only the change of depth is known.
    fn change(&mut self, stack: Stack, effect: i64) -> Result<Stack, BytecodeError> {
        let count = usize::try_from(effect.unsigned_abs()).unwrap_or(usize::MAX);
        if effect < 0 {
            self.pop(stack, count)
        } else {
            self.push_values(stack, count)
        }
    }

    fn go_to(&mut self, target: i64, stack: Stack) -> Result<(), BytecodeError> {
        let index = usize::try_from(target)
            .ok()
            .filter(|target| target % 2 == 0)
            .and_then(|target| self.starts.get(target / 2))
            .and_then(|number| (*number as usize).checked_sub(1))
            .ok_or_else(|| self.fail(Problem::BadTarget(target)))?;
        self.work.push((index, stack));
        Ok(())
    }

    /// Has control come here already? Then with a stack of the same depth.
    fn meet(&self, index: usize, stack: Stack) -> Result<bool, BytecodeError> {
        let Some(Some(before)) = self.analysis.before.get(index) else {
            return Ok(false);
        };
        let (one, other) = (self.depth(*before)?, self.depth(stack)?);
        if one == other {
            Ok(true)
        } else {
            Err(self.fail(Problem::UnequalStacks(one, other)))
        }
    }

    fn follow(&mut self, mut index: usize, mut stack: Stack) -> Result<(), BytecodeError> {
        loop {
            let Some(&instruction) = self.analysis.instructions.get(index) else {
                return Err(self.fail(Problem::RunsOff));
            };
            self.at = instruction.offset;
            self.spend(1)?;
            if self.meet(index, stack)? {
                return Ok(());
            }
            if let Some(place) = self.analysis.before.get_mut(index) {
                *place = Some(stack);
            }
            self.enter_handler(instruction.offset, stack)?;
            if let Some(target) = instruction.target() {
                let effect = instruction.opcode.jump_effect.of(instruction.arg);
                let jumped = self.change(stack, effect)?;
                self.go_to(target, jumped)?;
            }
            if !instruction.opcode.continues {
                return Ok(());
            }
            stack = self.after(&instruction, stack)?;
            index += 1;
        }
    }

    fn enter_handler(&mut self, offset: usize, stack: Stack) -> Result<(), BytecodeError> {
        let handlers = &self.analysis.handlers;
        let row = handlers.partition_point(|handler| handler.start <= offset);
        let Some(row) = row.checked_sub(1) else {
            return Ok(());
        };
        let Some(&handler) = handlers.get(row) else {
            return Ok(());
        };
        if offset >= handler.end {
            return Ok(());
        }
        let depth = self.depth(stack)?;
        let Some(surplus) = depth.checked_sub(handler.depth) else {
            // The compiler lets a row run on over instructions that cannot raise, past the point where
            // the stack gets lower: the end of 3.15's generator expressions.
            return Ok(());
        };
        // every instruction of the row leads to the same handler at the same depth: once is enough
        match self.entered.get_mut(row) {
            Some(entered) if !*entered => *entered = true,
            _ => return Ok(()),
        }
        let mut stack = self.pop(stack, surplus)?;
        if handler.lasti {
            stack = self.push(stack, SlotKind::Offset)?;
        }
        stack = self.push(stack, SlotKind::Exception)?;
        self.go_to(handler.target as i64, stack)
    }

    /// The stack behind an instruction that does not jump.
    fn after(&mut self, instruction: &Instruction, stack: Stack) -> Result<Stack, BytecodeError> {
        let arg = instruction.arg as usize;
        match instruction.opcode.role {
            Role::PushExcInfo => {
                let below = self.pop(stack, 1)?;
                let previous = self.push(below, SlotKind::PreviousException)?;
                self.push(previous, SlotKind::Exception)
            }
            Role::Copy => {
                let kind = match self.peek(stack, arg)? {
                    // a copy of it is a value like others: only the original marks a level
                    SlotKind::PreviousException => SlotKind::Value,
                    kind => kind,
                };
                self.push(stack, kind)
            }
            Role::Swap => self.swap(stack, arg),
            Role::JumpIfTrueOrPop | Role::JumpIfFalseOrPop => self.pop(stack, 1),
            _ => {
                let opcode = instruction.opcode;
                let below = self.pop(stack, opcode.operands(instruction.arg))?;
                self.push_values(below, opcode.results.of(instruction.arg))
            }
        }
    }

    /// The kind of the n-th item from the top, which is the first.
    fn peek(&mut self, stack: Stack, nth: usize) -> Result<SlotKind, BytecodeError> {
        let depth = self.depth(stack)?;
        if nth == 0 || nth > depth {
            return Err(self.fail(Problem::StackUnderflow { wanted: nth, depth }));
        }
        let stack = self.pop(stack, nth - 1)?;
        Ok(self.cell(stack)?.kind)
    }

    /// Exchanges the top with the n-th item from the top.
    fn swap(&mut self, stack: Stack, nth: usize) -> Result<Stack, BytecodeError> {
        let deep = self.peek(stack, nth)?;
        let top = self.cell(stack)?.kind;
        let mut between = Vec::new();
        let mut below = stack;
        for _ in 1..nth {
            let cell = self.cell(below)?;
            between.push(cell.kind);
            below = cell.below;
        }
        if nth == 1 {
            return Ok(stack);
        }
        below = self.cell(below)?.below;
        below = self.push(below, top)?;
        for kind in between.into_iter().skip(1).rev() {
            below = self.push(below, kind)?;
        }
        self.push(below, deep)
    }
}

/// The depth of the stack before each instruction control can come to: (offset, depth).
pub fn stack_depths(
    version: &Version,
    code: &CodeView,
) -> Result<Vec<(usize, usize)>, BytecodeError> {
    let analysis = analyse(version, code)?;
    let depths = analysis.instructions.iter().enumerate();
    let depths = depths.filter_map(|(index, i)| Some((i.offset, analysis.depth(index)?)));
    Ok(depths.collect())
}
