//! The first part of a preamble, what puts a frame's locals and value stack back, and its end.
//!
//! The part between them, which makes the frame go on, is in [`crate::continuation`]. Both work on one
//! [`Builder`], which gathers code, rows of the exception table and positions, and puts them before the
//! original's in [`Builder::finish`].

use crate::assembler::Assembler;
use crate::code::CodeView;
use crate::exception_table::{self, Handler};
use crate::instructions::{self, Instruction};
use crate::line_table::{self, Position, Region};
use crate::locate::Site;
use crate::morph::{Constant, Morph, Resume, Shape, StackSlot};
use crate::stack::SlotKind;
use crate::versions::{Role, Version};
use crate::{BytecodeError, Problem};

/// Stack beyond what the instructions' effects add up to, should one need more while it executes.
const SPARE: usize = 2;

/// A row of the exception table for part of the preamble.
pub(crate) enum Row {
    /// Its handler is in the preamble.
    Own(Handler),
    /// Its handler is the original's, at an offset that is still to be shifted.
    Original(Handler),
}

/// A morph being written.
pub(crate) struct Builder<'a> {
    pub(crate) version: &'a Version,
    pub(crate) code: &'a CodeView<'a>,
    pub(crate) site: &'a Site,
    pub(crate) asm: Assembler<'a>,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) original: Vec<Handler>,
    pub(crate) positions: Vec<Position>,
    /// Rows for the preamble, in order.
    pub(crate) handlers: Vec<Row>,
    /// Positions of parts of the preamble, in order.
    pub(crate) regions: Vec<Region>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(
        version: &'a Version,
        code: &'a CodeView<'a>,
        site: &'a Site,
    ) -> Result<Self, BytecodeError> {
        let builder = Self {
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
        Ok(builder)
    }

    pub(crate) fn fail(&self, problem: Problem) -> BytecodeError {
        BytecodeError::new(self.version, self.site.offset, problem)
    }

    pub(crate) fn misfit(&self, why: &'static str) -> BytecodeError {
        self.fail(Problem::Shape(why))
    }

    /// Index of the site's instruction.
    pub(crate) fn index(&self) -> Result<usize, BytecodeError> {
        let index = instructions::containing(&self.instructions, self.site.offset);
        index.ok_or_else(|| self.misfit("the site is outside the code"))
    }

    pub(crate) fn here(&self) -> Result<Instruction, BytecodeError> {
        let here = self.instructions.get(self.index()?).copied();
        here.ok_or_else(|| self.misfit("the site is outside the code"))
    }

    /// Where the site's instruction begins, with what belongs in front of it.
    pub(crate) fn start(&self) -> Result<usize, BytecodeError> {
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

    pub(crate) fn position(&self, offset: usize) -> Position {
        self.positions.get(offset / 2).copied().unwrap_or_default()
    }

    /// The beginning, as the original's, up to `RESUME`.
    pub(crate) fn begin(&mut self, shape: &Shape) -> Result<(), BytecodeError> {
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
    pub(crate) fn restore(&mut self, shape: &Shape, resume: Resume) -> Result<(), BytecodeError> {
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

    /// The whole of it where the frame itself is wanted.
    pub(crate) fn return_frame(&mut self) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        self.free_variables()?;
        self.asm.emit(named.resume, 0);
        self.asm.call_constant(Constant::GetFrame)?;
        self.asm.emit(named.return_value, 0);
        Ok(())
    }

    /// Units to be left at the end for the line table to go back to its first line.
    pub(crate) fn padding(&self) -> usize {
        usize::from(line_table::needs_undoing(
            self.code.first_line,
            &self.regions,
        ))
    }

    pub(crate) fn pad(&mut self) {
        if self.padding() > 0 {
            self.asm.emit(self.version.named.nop, 0);
        }
    }

    /// Ends the preamble with a jump into the original code.
    ///
    /// It has the position of the site: for who traces lines, the line there has begun already.
    pub(crate) fn jump_to(&mut self, offset: usize) -> Result<(), BytecodeError> {
        self.check_target(offset)?;
        let start = self.asm.len() / 2;
        self.regions.push(Region {
            start,
            end: start,
            position: self.position(self.site.offset),
        });
        let jump = self.asm.jump(self.padding() + offset / 2)?;
        self.asm.emit_all(&[jump]);
        let end = self.asm.len() / 2;
        if let Some(region) = self.regions.last_mut() {
            region.end = end;
        }
        self.pad();
        Ok(())
    }

    /// Control may only go where an instruction begins: behind a `return` there may be none.
    pub(crate) fn check_target(&self, offset: usize) -> Result<(), BytecodeError> {
        let found = self.instructions.binary_search_by_key(&offset, |i| i.start);
        let problem = || self.fail(Problem::BadTarget(offset as i64));
        found.map(drop).map_err(|_| problem())
    }

    pub(crate) fn finish(self) -> Result<Morph, BytecodeError> {
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
