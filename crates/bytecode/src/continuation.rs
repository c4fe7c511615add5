//! What makes a frame go on once its stack is back: the last part of a preamble.
//!
//! ```text
//!  Resume::After   pull the thunk, CALL, the rest to do, JUMP_FORWARD to behind the instruction
//!  Resume::At      JUMP_FORWARD to the instruction, with all that belongs in front of it
//!  Resume::Yield   LOAD_CONST None, JUMP_FORWARD to the YIELD_VALUE
//!  Resume::Start   JUMP_FORWARD to the RESUME
//! ```

use crate::assembler::units;
use crate::exception_table::{self, Handler};
use crate::line_table::Region;
use crate::locate::wrap_before;
use crate::morph::{Constant, Rest, Shape};
use crate::preamble::{Builder, Row};
use crate::versions::Role;
use crate::{BytecodeError, Problem};

impl Builder<'_> {
    /// Goes to the instruction of the site.
    pub(crate) fn go_to_site(&mut self) -> Result<(), BytecodeError> {
        let here = self.here()?;
        self.jump_to(here.start)
    }

    /// Calls the thunk in place of the instruction.
    pub(crate) fn after(&mut self, rest: Rest) -> Result<(), BytecodeError> {
        self.check_rest(rest)?;
        let named = &self.version.named;
        if matches!(rest, Rest::With | Rest::Replace) {
            self.asm.pull()?;
        } else if rest == Rest::Then {
            self.asm.pull_callable()?;
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
            Rest::Then => self.asm.call_with(1),
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
                if let Some(region) = self.regions.last_mut() {
                    region.end = self.asm.len() / 2;
                }
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

    pub(crate) fn at(&mut self, shape: &Shape) -> Result<(), BytecodeError> {
        let missing = self.site.operand_count > 0 && shape.stack.len() == self.site.kinds.len();
        if missing {
            if self.here()?.opcode.role != Role::Send {
                return Err(self.misfit("the operands are missing"));
            }
            self.asm.load(Constant::None)?;
        }
        // A `RESUME` was begun already by whoever stands before it: only tracers would see it twice.
        if self.here()?.opcode.role == Role::Resume {
            return self.jump_to(self.here()?.next);
        }
        self.jump_to(self.start()?)
    }

    pub(crate) fn suspend(&mut self) -> Result<(), BytecodeError> {
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
}
