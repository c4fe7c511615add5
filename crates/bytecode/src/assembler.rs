//! Writing a preamble: instructions, their constants, and how deep the stack gets.
//!
//! What a version's code looks like for "call this" or "make a truth value" is decided here from the
//! version's table; [`crate::morph`] says in which order things happen.

use crate::instructions::{append, prefixes_of};
use crate::morph::Constant;
use crate::versions::{Opcode, Version};
use crate::{BytecodeError, Problem};

/// An instruction to write: its opcode and argument.
pub(crate) type Step = (&'static Opcode, u32);

/// A preamble being written.
pub(crate) struct Assembler<'v> {
    pub(crate) version: &'v Version,
    pub(crate) code: Vec<u8>,
    pub(crate) constants: Vec<Constant>,
    first_constant: usize,
    depth: usize,
    deepest: usize,
}

impl<'v> Assembler<'v> {
    /// An empty preamble for a code object with so many constants.
    pub(crate) fn new(version: &'v Version, first_constant: usize) -> Self {
        Self {
            version,
            code: Vec::new(),
            constants: Vec::new(),
            first_constant,
            depth: 0,
            deepest: 0,
        }
    }

    /// Length so far, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.code.len()
    }

    /// The depth of the stack here.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The greatest depth so far.
    pub(crate) fn deepest(&self) -> usize {
        self.deepest
    }

    /// Says how deep the stack is where control comes from elsewhere.
    pub(crate) fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
        self.deepest = self.deepest.max(depth);
    }

    /// Writes one instruction.
    pub(crate) fn emit(&mut self, opcode: &'static Opcode, arg: u32) {
        append(self.version, &mut self.code, opcode, arg, 0);
        let effect = opcode.effect.of(arg);
        let change = usize::try_from(effect.unsigned_abs()).unwrap_or(usize::MAX);
        let depth = if effect < 0 {
            self.depth.saturating_sub(change)
        } else {
            self.depth.saturating_add(change)
        };
        self.set_depth(depth);
    }

    /// Writes some instructions.
    pub(crate) fn emit_all(&mut self, steps: &[Step]) {
        for &(opcode, arg) in steps {
            self.emit(opcode, arg);
        }
    }

    /// Pushes a constant.
    pub(crate) fn load(&mut self, constant: Constant) -> Result<(), BytecodeError> {
        let step = self.loading(constant)?;
        self.emit_all(&[step]);
        Ok(())
    }

    /// The instruction that pushes a constant.
    pub(crate) fn loading(&mut self, constant: Constant) -> Result<Step, BytecodeError> {
        let place = self.constants.iter().position(|other| *other == constant);
        let place = place.unwrap_or_else(|| {
            self.constants.push(constant);
            self.constants.len() - 1
        });
        let number = self.first_constant.checked_add(place);
        let number = number.and_then(|number| u32::try_from(number).ok());
        let number = number.ok_or_else(|| self.too_large("the number of constants"))?;
        Ok((self.version.named.load_const, number))
    }

    /// Pushes the next value.
    pub(crate) fn pull(&mut self) -> Result<(), BytecodeError> {
        self.call_constant(Constant::Pull)
    }

    /// Calls a constant with no argument.
    pub(crate) fn call_constant(&mut self, constant: Constant) -> Result<(), BytecodeError> {
        let named = &self.version.named;
        if self.version.facts.null_below {
            self.emit(named.push_null, 0);
            self.load(constant)?;
        } else {
            self.load(constant)?;
            self.emit(named.push_null, 0);
        }
        self.call();
        Ok(())
    }

    /// Puts the NULL of a call beside the callable on top of the stack.
    pub(crate) fn add_null(&mut self) {
        let named = &self.version.named;
        self.emit(named.push_null, 0);
        if self.version.facts.null_below {
            self.emit(named.swap, 2);
        }
    }

    /// Pushes the next value, and beside it the NULL of a call whose arguments are still to come.
    pub(crate) fn pull_callable(&mut self) -> Result<(), BytecodeError> {
        let push_null = self.version.named.push_null;
        if self.version.facts.null_below {
            self.emit(push_null, 0);
            return self.pull();
        }
        self.pull()?;
        self.emit(push_null, 0);
        Ok(())
    }

    /// Calls what stands on the stack with its NULL, with no argument.
    pub(crate) fn call(&mut self) {
        self.call_with(0);
    }

    /// Calls what stands below so many arguments with its NULL.
    pub(crate) fn call_with(&mut self, arguments: u32) {
        let named = &self.version.named;
        if let Some(precall) = named.precall {
            self.emit(precall, arguments);
        }
        self.emit(named.call, arguments);
    }

    /// Makes the top of the stack a truth value, or the opposite one.
    pub(crate) fn truth(&mut self, negate: bool) {
        let named = &self.version.named;
        match named.to_bool {
            Some(to_bool) => self.emit(to_bool, 0),
            None if !negate => self.emit_all(&[(named.unary_not, 0)]),
            None => {}
        }
        if negate || named.to_bool.is_none() {
            self.emit(named.unary_not, 0);
        }
    }

    /// A jump over so many units.
    pub(crate) fn jump(&self, units: usize) -> Result<Step, BytecodeError> {
        Ok((self.version.named.jump_forward, self.distance(units)?))
    }

    /// A number of units as an argument.
    pub(crate) fn distance(&self, units: usize) -> Result<u32, BytecodeError> {
        u32::try_from(units).map_err(|_| self.too_large("a jump"))
    }

    /// A slot's number as an argument.
    pub(crate) fn slot(&self, slot: usize) -> Result<u32, BytecodeError> {
        u32::try_from(slot).map_err(|_| self.too_large("the number of locals"))
    }

    fn too_large(&self, what: &'static str) -> BytecodeError {
        BytecodeError::new(self.version, self.code.len(), Problem::TooLarge(what))
    }
}

/// How many code units these instructions take.
pub(crate) fn units(steps: &[Step]) -> usize {
    let sizes = steps
        .iter()
        .map(|(opcode, arg)| opcode.size() / 2 + prefixes_of(*arg));
    sizes.sum()
}
