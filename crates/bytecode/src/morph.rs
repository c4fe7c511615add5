//! A morph: a frame's code behind a preamble that takes the frame up again.
//!
//! ```text
//!  ┌ COPY_FREE_VARS, MAKE_CELL ...          as the original begins
//!  │ RETURN_GENERATOR, POP_TOP              only where the original suspends
//!  │ RESUME
//!  │ pull, STORE_FAST                       for each local that is set; DELETE_FAST for unset arguments
//!  │ pull | PUSH_NULL | ...                 for each stack slot, bottom first
//!  │ pull, CALL, the rest to do             only with `Resume::After`: the thunk that runs the inner frame
//!  │ JUMP_FORWARD ──────────┐
//!  │ (handler, NOP)         │               for iteration; to take the line table back
//!  ├────────────────────────│──────
//!  │ original code          │
//!  │ ...                  <─┘
//! ```
//!
//! A *pull* calls one "next value" function. As constants the values would be kept alive by the code, and
//! could not be hashed with it. The order of pulls: set locals by slot; stack slots bottom to top (a
//! [`StackSlot::PreviousException`] pulls the exception *of its level*, `Null` and `Offset` pull nothing);
//! then with [`Resume::After`] the value kept below the call ([`Rest::With`] and [`Rest::Replace`] only)
//! and the thunk. What is kept is pulled before the call, so that a frame that is captured again while it
//! waits there still has it on its stack.
//!
//! All that the original tables say of the original code stays true: handlers are shifted, and the line
//! table's new front ends on the line it began on. The thunk's call gets the handler and the position of
//! the instruction it stands for.

use crate::assembler::{Assembler, units};
use crate::code::CodeView;
use crate::exception_table::{self, Handler};
use crate::instructions::{self, Instruction};
use crate::line_table::{self, Position, Region};
use crate::locate::{Site, wrap_before};
use crate::stack::SlotKind;
use crate::versions::{Role, Version};
use crate::{BytecodeError, Problem};

/// What a stack slot holds when the frame is taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackSlot {
    /// NULL.
    Null,
    /// A value, pulled.
    Value,
    /// The exception handled before this level; pulled is the exception of this level.
    PreviousException,
    /// A saved instruction offset, in units of the original code.
    Offset(u32),
}

/// What is left to do with what the thunk returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Leave it on the stack.
    Push,
    /// Drop it.
    Discard,
    /// Drop it: the value kept below it takes its place, as `self` does after an `__init__`.
    Replace,
    /// Add the NULL of a looked-up attribute that is no method.
    AddNull,
    /// Make it a truth value.
    Bool,
    /// Make it the opposite truth value.
    Not,
    /// It is what `__enter__` returned: the exit method, pulled before the thunk, stands below it.
    With,
    /// It is the next item; a `StopIteration` instead ends the loop.
    Iterate,
    /// It decides a jump that keeps its operand, or pops it.
    JumpOrPop,
    /// It is the operand with which the instruction is executed again.
    Again,
}

impl Rest {
    fn name(self) -> &'static str {
        match self {
            Self::Push => "Push",
            Self::Discard => "Discard",
            Self::Replace => "Replace",
            Self::AddNull => "AddNull",
            Self::Bool => "Bool",
            Self::Not => "Not",
            Self::With => "With",
            Self::Iterate => "Iterate",
            Self::JumpOrPop => "JumpOrPop",
            Self::Again => "Again",
        }
    }

    /// How many values it leaves, where that is known.
    fn leaves(self) -> Option<usize> {
        match self {
            Self::Discard => Some(0),
            Self::Push | Self::Replace | Self::Bool | Self::Not | Self::Iterate => Some(1),
            Self::AddNull | Self::With => Some(2),
            Self::JumpOrPop | Self::Again => None,
        }
    }
}

/// How a frame goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Call a thunk in place of the instruction, do the rest, and go on behind it.
    After(Rest),
    /// Execute the instruction (again). The shape's stack may hold its operands too; a `SEND` without
    /// them sends None.
    At,
    /// Become suspended at the yield, by one `send(None)`.
    Yield,
    /// Become a generator that never ran.
    Start,
    /// Return the frame itself, for a traceback. Site and shape do not matter.
    Frame,
}

/// Which slots of a frame are set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// For each slot but the free variables' ones: is it set? A cell counts as set.
    pub locals: Vec<bool>,
    /// The stack, as long as the site's `kinds`.
    pub stack: Vec<StackSlot>,
}

/// A constant the preamble needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constant {
    /// A callable that returns the next value.
    Pull,
    /// `None`.
    None,
    /// `StopIteration`.
    StopIteration,
    /// An exception of the morph's own, any will do: it is raised and dropped.
    Exception,
    /// `sys._getframe`.
    GetFrame,
    /// An int.
    Int(u32),
}

/// What is to be put together into a code object: `preamble` in front of the code, the tables in place of
/// the old ones, the constants behind the old ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morph {
    /// The preamble alone.
    pub preamble: Vec<u8>,
    /// The whole exception table.
    pub exception_table: Vec<u8>,
    /// The whole line table.
    pub line_table: Vec<u8>,
    /// The stack the code now needs.
    pub stack_size: usize,
    /// To be appended to the constants, in this order.
    pub constants: Vec<Constant>,
}

/// Writes the morph for a frame that stands at `site` and looks like `shape`.
pub fn assemble(
    version: &Version,
    code: &CodeView,
    site: &Site,
    shape: &Shape,
    resume: Resume,
) -> Result<Morph, BytecodeError> {
    let mut builder = Builder {
        version,
        code,
        site,
        asm: Assembler::new(version, code.constant_count),
        instructions: instructions::decode(version, code.code)?,
        original: exception_table::decode(version, code.exception_table)?,
        positions: line_table::positions(version, code)?,
        handlers: Vec::new(),
        regions: Vec::new(),
    };
    exception_table::check(version, &builder.original, code.code.len())?;
    if resume == Resume::Frame {
        return builder.frame();
    }
    builder.begin(shape)?;
    builder.restore(shape, resume)?;
    match resume {
        Resume::After(rest) => builder.after(rest)?,
        Resume::At => builder.at(shape)?,
        Resume::Yield => builder.suspend()?,
        Resume::Start | Resume::Frame => {
            let here = builder.here()?;
            builder.jump_to(here.start)?;
        }
    }
    builder.finish()
}

/// Stack beyond what the instructions' effects add up to, should one need more while it executes.
const SPARE: usize = 2;

/// A row of the exception table for part of the preamble.
enum Row {
    /// Its handler is in the preamble.
    Own(Handler),
    /// Its handler is the original's, at an offset that is still to be shifted.
    Original(Handler),
}

struct Builder<'a> {
    version: &'a Version,
    code: &'a CodeView<'a>,
    site: &'a Site,
    asm: Assembler<'a>,
    instructions: Vec<Instruction>,
    original: Vec<Handler>,
    positions: Vec<Position>,
    /// Rows for the preamble, in order.
    handlers: Vec<Row>,
    /// Positions of parts of the preamble, in order.
    regions: Vec<Region>,
}

impl Builder<'_> {
    fn fail(&self, problem: Problem) -> BytecodeError {
        BytecodeError::new(self.version, self.site.offset, problem)
    }

    fn misfit(&self, why: &'static str) -> BytecodeError {
        self.fail(Problem::Shape(why))
    }

    /// Index of the site's instruction.
    fn index(&self) -> Result<usize, BytecodeError> {
        let index = instructions::containing(&self.instructions, self.site.offset);
        index.ok_or_else(|| self.misfit("the site is outside the code"))
    }

    fn here(&self) -> Result<Instruction, BytecodeError> {
        let here = self.instructions.get(self.index()?).copied();
        here.ok_or_else(|| self.misfit("the site is outside the code"))
    }

    /// Where the site's instruction begins, with what belongs in front of it.
    fn start(&self) -> Result<usize, BytecodeError> {
        let index = self.index()?;
        let belongs =
            |i: &&Instruction| matches!(i.opcode.role, Role::KeywordNames | Role::Precall);
        let before = self.instructions.get(..index).unwrap_or_default();
        let is_call = matches!(self.here()?.opcode.role, Role::Call | Role::Precall);
        let first = before
            .iter()
            .rev()
            .take_while(|i| is_call && belongs(i))
            .last();
        Ok(first.map_or(self.here()?.start, |first| first.start))
    }

    fn position(&self, offset: usize) -> Position {
        self.positions.get(offset / 2).copied().unwrap_or_default()
    }

    /// The beginning, as the original's, up to `RESUME`.
    fn begin(&mut self, shape: &Shape) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        self.free_variables()?;
        // The cells are replaced at once by the frame's own. But who looks at the locals of a frame that
        // stands in its preamble believes a slot to be a cell only behind its MAKE_CELL.
        let mut cells: Vec<u32> = self
            .instructions
            .iter()
            .take_while(|i| i.offset < self.site.offset)
            .filter(|i| i.opcode.role == Role::MakeCell)
            .map(|i| i.arg)
            .filter(|slot| shape.locals.get(*slot as usize) == Some(&true))
            .collect();
        cells.sort_unstable();
        cells.dedup();
        for slot in cells {
            self.asm.emit(named.make_cell, slot);
        }
        if self.code.suspends() {
            self.asm.emit(named.return_generator, 0);
            self.asm.emit(named.pop_top, 0);
        }
        self.asm.emit(named.resume, 0);
        Ok(())
    }

    fn free_variables(&mut self) -> Result<(), BytecodeError> {
        if self.code.free_count > 0 {
            let count = self.asm.slot(self.code.free_count)?;
            self.asm.emit(self.version.named.copy_free_vars, count);
        }
        Ok(())
    }

    /// Locals and value stack.
    fn restore(&mut self, shape: &Shape, resume: Resume) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        if self.code.local_count.checked_sub(self.code.free_count) != Some(shape.locals.len()) {
            return Err(self.misfit("the number of locals differs"));
        }
        for (slot, set) in shape.locals.iter().enumerate() {
            let number = self.asm.slot(slot)?;
            if *set {
                self.asm.pull()?;
                self.asm.emit(named.store_fast, number);
            } else if slot < self.code.argument_count {
                self.asm.emit(named.delete_fast, number);
            }
        }
        let kinds = &self.site.kinds;
        let operands = shape.stack.len().checked_sub(kinds.len());
        if operands != Some(0) && (resume, operands) != (Resume::At, Some(self.site.operand_count))
        {
            return Err(self.misfit("the stack has another depth"));
        }
        for (depth, slot) in shape.stack.iter().enumerate() {
            let kind = kinds.get(depth).copied().unwrap_or(SlotKind::Value);
            self.restore_slot(*slot, kind)?;
        }
        Ok(())
    }

    fn restore_slot(&mut self, slot: StackSlot, kind: SlotKind) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        match (slot, kind) {
            (StackSlot::PreviousException, SlotKind::PreviousException) => {
                self.asm.pull()?;
                self.asm.emit(named.push_exc_info, 0);
                self.asm.emit(named.pop_top, 0);
                Ok(())
            }
            (StackSlot::Offset(offset), SlotKind::Offset) => self.restore_offset(offset),
            (_, SlotKind::PreviousException | SlotKind::Offset)
            | (StackSlot::PreviousException | StackSlot::Offset(_), _) => {
                Err(self.misfit("a stack slot is of another kind"))
            }
            (StackSlot::Null, _) => {
                self.asm.emit(named.push_null, 0);
                Ok(())
            }
            (StackSlot::Value, _) => self.asm.pull(),
        }
    }

    fn restore_offset(&mut self, offset: u32) -> Result<(), BytecodeError> {
        if !self.version.facts.tagged_offsets {
            // shifted by the preamble's length when that is known
            return self.asm.load(Constant::Int(offset));
        }
        // Unwinding alone pushes a tagged offset: raise here, and give the place the position that the
        // saved offset stands for.
        let named = &self.version.named;
        let depth = self.asm.depth();
        let start = self.asm.len();
        self.asm.load(Constant::Exception)?;
        let raise = self.asm.len();
        self.asm.emit(named.reraise, 0);
        let end = self.asm.len();
        self.handlers.push(Row::Own(Handler {
            start,
            end,
            target: end,
            depth,
            lasti: true,
        }));
        self.regions.push(Region {
            start: raise / 2,
            end: end / 2,
            position: self.position(offset as usize * 2),
        });
        self.asm.set_depth(depth + 2);
        self.asm.emit(named.pop_top, 0);
        Ok(())
    }

    /// Calls the thunk in place of the instruction.
    fn after(&mut self, rest: Rest) -> Result<(), BytecodeError> {
        self.check_rest(rest)?;
        let named = &self.version.named;
        if matches!(rest, Rest::With | Rest::Replace) {
            self.asm.pull()?;
        }
        // From here, not from the call: 3.13 looks for the handler one unit before a CALL whose inlined
        // callee raises.
        let covered = self.asm.len();
        self.asm.pull()?;
        self.asm.add_null();
        let start = self.asm.len();
        self.asm.call();
        let called = self.asm.len();
        match rest {
            Rest::Push | Rest::With | Rest::Iterate | Rest::Again | Rest::JumpOrPop => {}
            Rest::Discard | Rest::Replace => self.asm.emit(named.pop_top, 0),
            Rest::AddNull => self.asm.add_null(),
            Rest::Bool => self.asm.truth(false),
            Rest::Not => self.asm.truth(true),
        }
        let mut region = Region {
            start: start / 2,
            end: self.asm.len() / 2,
            position: self.position(self.site.offset),
        };
        self.regions.push(region);
        match rest {
            Rest::Iterate => {
                let depth = self.site.kinds.len();
                let target = self.iterate()?;
                self.handlers.push(Row::Own(Handler {
                    start: covered,
                    end: called,
                    target,
                    depth,
                    lasti: false,
                }));
                self.cover(target, self.asm.len())?;
                region.end = self.asm.len() / 2;
                self.regions.pop();
                self.regions.push(region);
                self.pad();
            }
            Rest::JumpOrPop => {
                self.jump_or_pop()?;
                self.cover(covered, self.asm.len())?;
                self.pad();
            }
            Rest::Again => {
                self.cover(covered, self.asm.len())?;
                self.jump_to(self.start()?)?;
            }
            _ => {
                self.cover(covered, self.asm.len())?;
                self.jump_to(self.site.next)?;
            }
        }
        Ok(())
    }

    fn check_rest(&self, rest: Rest) -> Result<(), BytecodeError> {
        let role = self.here()?.opcode.role;
        let decides = matches!(role, Role::JumpIfTrueOrPop | Role::JumpIfFalseOrPop);
        let results = self.site.results;
        let fits = match rest {
            Rest::JumpOrPop => decides,
            Rest::Again => self.site.operand_count == 1,
            Rest::Iterate => role == Role::ForIter,
            _ => !decides && rest.leaves() == Some(results),
        };
        if fits {
            return Ok(());
        }
        Err(self.fail(Problem::Rest {
            rest: rest.name(),
            leaves: rest.leaves().unwrap_or(0),
            opcode: self.site.opcode,
            results,
        }))
    }

    /// Gives part of the preamble the handler of the site's instruction.
    fn cover(&mut self, start: usize, end: usize) -> Result<(), BytecodeError> {
        if let Some(row) = exception_table::covering(&self.original, self.site.offset) {
            if row.depth > self.site.kinds.len() {
                return Err(self.misfit("its handler keeps operands that a call would have taken"));
            }
            let row = Handler { start, end, ..*row };
            self.handlers.push(Row::Original(row));
        }
        Ok(())
    }

    /// The jump behind the call, and a handler that ends the loop; returns where that begins.
    fn iterate(&mut self) -> Result<usize, BytecodeError> {
        let named = &self.version.named;
        let facts = self.version.facts;
        let below = self.site.kinds.len();
        let end = self
            .here()?
            .target()
            .and_then(|end| usize::try_from(end).ok());
        let end = end.ok_or_else(|| self.misfit("this is no loop"))? / 2 + facts.exhausted_skips;
        let pad = self.padding();

        // not StopIteration: as if it had not been caught
        let pass_on = [(named.swap, 2), (named.pop_except, 0), (named.reraise, 0)];
        let to_end = self.asm.jump(units(&pass_on) + pad + end)?;
        let mut ended = Vec::from_iter(named.not_taken.map(|not_taken| (not_taken, 0)));
        ended.extend([(named.pop_top, 0), (named.pop_except, 0)]);
        if facts.exhausted_pops {
            ended.push((named.pop_top, 0));
        }
        ended.push(to_end);
        let caught = [
            (named.push_exc_info, 0),
            self.asm.loading(Constant::StopIteration)?,
            (named.check_exc_match, 0),
            (named.pop_jump_if_false, self.asm.distance(units(&ended))?),
        ];
        let block = units(&caught) + units(&ended) + units(&pass_on);

        self.check_target(self.site.next)?;
        self.check_target(end * 2)?;
        let jump = self.asm.jump(block + pad + self.site.next / 2)?;
        self.asm.emit_all(&[jump]);
        let target = self.asm.len();
        self.asm.set_depth(below + 1);
        self.asm.emit_all(&caught);
        self.asm.emit_all(&ended);
        self.asm.set_depth(below + 2);
        self.asm.emit_all(&pass_on);
        Ok(target)
    }

    /// The operand of the instruction is below the result, which decides what becomes of it.
    fn jump_or_pop(&mut self) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        let here = self.here()?;
        let target = here
            .target()
            .and_then(|target| usize::try_from(target).ok());
        let target = target.ok_or_else(|| self.misfit("this is no jump"))?;
        self.check_target(self.site.next)?;
        self.check_target(target)?;
        let pad = self.padding();
        let stays = [(named.pop_top, 0), self.asm.jump(pad + self.site.next / 2)?];
        let goes = [self.asm.jump(units(&stays) + pad + target / 2)?];
        let test = match here.opcode.role {
            Role::JumpIfTrueOrPop => named.pop_jump_if_false,
            _ => named.pop_jump_if_true,
        };
        self.asm.emit(test, self.asm.distance(units(&goes))?);
        self.asm.emit_all(&goes);
        self.asm.emit_all(&stays);
        Ok(())
    }

    fn at(&mut self, shape: &Shape) -> Result<(), BytecodeError> {
        let missing = self.site.operand_count > 0 && shape.stack.len() == self.site.kinds.len();
        if missing {
            if self.here()?.opcode.role != Role::Send {
                return Err(self.misfit("the operands are missing"));
            }
            self.asm.load(Constant::None)?;
        }
        self.jump_to(self.start()?)
    }

    fn suspend(&mut self) -> Result<(), BytecodeError> {
        let here = self.here()?;
        if here.opcode.role != Role::Yield {
            return Err(self.misfit("this is no yield"));
        }
        self.asm.load(Constant::None)?;
        // an asynchronous generator counts as running until it yields a wrapped value
        let wrap = wrap_before(self.version, &self.instructions, self.index()?);
        let wrap = wrap.filter(|_| self.site.wraps);
        self.jump_to(wrap.map_or(here.start, |wrap| wrap.start))
    }

    fn frame(mut self) -> Result<Morph, BytecodeError> {
        let named = &self.version.named;
        self.free_variables()?;
        self.asm.emit(named.resume, 0);
        self.asm.call_constant(Constant::GetFrame)?;
        self.asm.emit(named.return_value, 0);
        self.finish()
    }

    /// Units to be left at the end for the line table to go back to its first line.
    fn padding(&self) -> usize {
        usize::from(line_table::needs_undoing(
            self.code.first_line,
            &self.regions,
        ))
    }

    fn pad(&mut self) {
        if self.padding() > 0 {
            self.asm.emit(self.version.named.nop, 0);
        }
    }

    /// Ends the preamble with a jump into the original code.
    fn jump_to(&mut self, offset: usize) -> Result<(), BytecodeError> {
        self.check_target(offset)?;
        let jump = self.asm.jump(self.padding() + offset / 2)?;
        self.asm.emit_all(&[jump]);
        self.pad();
        Ok(())
    }

    /// Control may only go where an instruction begins: behind a `return` there may be none.
    fn check_target(&self, offset: usize) -> Result<(), BytecodeError> {
        let found = self.instructions.binary_search_by_key(&offset, |i| i.start);
        let problem = || self.fail(Problem::BadTarget(offset as i64));
        found.map(drop).map_err(|_| problem())
    }

    fn finish(self) -> Result<Morph, BytecodeError> {
        let length = self.asm.len();
        let preamble = self.handlers.iter().map(|row| match row {
            Row::Own(handler) => *handler,
            Row::Original(handler) => Handler {
                target: handler.target + length,
                ..*handler
            },
        });
        let original = self.original.iter().map(|row| Handler {
            start: row.start + length,
            end: row.end + length,
            target: row.target + length,
            ..*row
        });
        let handlers: Vec<Handler> = preamble.chain(original).collect();
        let too_large = || self.fail(Problem::TooLarge("a line number"));
        let first_line = self.code.first_line;
        let mut line_table =
            line_table::prefix(length / 2, first_line, &self.regions).ok_or_else(too_large)?;
        line_table.extend_from_slice(self.code.line_table);
        let shift = u32::try_from(length / 2).unwrap_or(u32::MAX);
        let constants = self.asm.constants.iter().map(|constant| match constant {
            Constant::Int(offset) => Constant::Int(offset.saturating_add(shift)),
            other => *other,
        });
        Ok(Morph {
            exception_table: exception_table::encode(self.version, &handlers)?,
            line_table,
            stack_size: self.code.stack_size.max(self.asm.deepest() + SPARE),
            constants: constants.collect(),
            preamble: self.asm.code.clone(),
        })
    }
}
