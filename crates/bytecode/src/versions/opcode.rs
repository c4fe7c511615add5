//! One row of a version's opcode table.
//!
//! A row says what the stack analysis and the assembler must know of an instruction. The effect on the
//! stack is a small formula of the argument; `scripts/opcode_tables.py` fits it to the interpreter's own
//! `dis.stack_effect` and checks it there.
//!
//! ```text
//!   stack before    a b c d
//!                   ───┬─── ─┬─
//!                    kept    operands = results - effect
//!   stack after     a b      r ...
//!                            results
//! ```

/// An opcode of one CPython version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opcode {
    /// Its number.
    pub number: u8,
    /// Its name in that version.
    pub name: &'static str,
    /// Inline cache entries behind it, in code units.
    pub caches: u8,
    /// Does its argument mean anything?
    pub has_arg: bool,
    /// Where it may go besides the next instruction.
    pub jump: Jump,
    /// Can control go on at the next instruction?
    pub continues: bool,
    /// Change of the stack's depth when control goes on at the next instruction.
    pub effect: Effect,
    /// Change of the stack's depth when it jumps.
    pub jump_effect: Effect,
    /// How many values it pushes as its own result, on top of what it leaves alone.
    pub results: Results,
    /// What the analysis and the assembler must treat apart.
    pub role: Role,
}

/// Where an instruction may jump to; distances count from behind its inline caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// It does not jump.
    None,
    /// Forward by its argument, in code units.
    Forward,
    /// Backward by its argument, in code units.
    Backward,
}

/// A change of depth as a formula of the argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The constant part.
    pub base: i32,
    /// Times the argument.
    pub per_arg: i32,
    /// Added for each of the argument's low four bits that is set.
    pub bits: [i32; 4],
    /// Added if the argument is exactly this.
    pub exactly: Option<(u32, i32)>,
    /// `UNPACK_EX`: the argument's low byte and the rest of it are two counts, both added.
    pub two_counts: bool,
}

/// How many values an instruction pushes as its own result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Results {
    /// Always this many.
    Fixed(u8),
    /// This many, and one more if the argument's lowest bit is set (the method flag).
    Flagged(u8),
    /// As many as the argument says.
    Argument,
    /// `UNPACK_EX`: both of the argument's counts and the list between them.
    TwoCounts,
}

/// What the analysis and the assembler must tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing special: it pops, it pushes.
    Plain,
    /// The prefix that widens the next instruction's argument.
    ExtendedArg,
    /// Start of a function, or where a suspended frame goes on.
    Resume,
    /// Makes a generator of the frame and returns it.
    ReturnGenerator,
    /// Leaves a suspended frame.
    Yield,
    /// Hands a value to a sub-iterator.
    Send,
    /// Takes the next item.
    ForIter,
    /// Puts the exception handled before below the new one.
    PushExcInfo,
    /// Pushes a copy of a stack item.
    Copy,
    /// Exchanges the top with another stack item.
    Swap,
    /// 3.11: the first half of a call.
    Precall,
    /// A call.
    Call,
    /// Names the keyword arguments of the call behind it.
    KeywordNames,
    /// Turns a local's slot into a cell.
    MakeCell,
    /// Jumps and keeps its operand if that is true, else pops it.
    JumpIfTrueOrPop,
    /// Jumps and keeps its operand if that is false, else pops it.
    JumpIfFalseOrPop,
}

impl Opcode {
    pub(super) const fn new(
        number: u8,
        name: &'static str,
        caches: u8,
        effect: Effect,
        results: Results,
    ) -> Self {
        Self {
            number,
            name,
            caches,
            has_arg: false,
            jump: Jump::None,
            continues: true,
            effect,
            jump_effect: effect,
            results,
            role: Role::Plain,
        }
    }

    pub(super) const fn arg(mut self) -> Self {
        self.has_arg = true;
        self
    }

    pub(super) const fn forward(mut self, effect: Effect) -> Self {
        self.jump = Jump::Forward;
        self.jump_effect = effect;
        self
    }

    pub(super) const fn backward(mut self, effect: Effect) -> Self {
        self.jump = Jump::Backward;
        self.jump_effect = effect;
        self
    }

    pub(super) const fn last(mut self) -> Self {
        self.continues = false;
        self
    }

    pub(super) const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// How many values it takes off the stack, its results not counted.
    pub fn operands(&self, arg: u32) -> usize {
        let taken = self.results.of(arg) as i64 - self.effect.of(arg);
        usize::try_from(taken).unwrap_or(0)
    }

    /// Its size with inline caches, in bytes, without any `EXTENDED_ARG`.
    pub fn size(&self) -> usize {
        2 + 2 * usize::from(self.caches)
    }
}

pub(super) const fn fixed(base: i32) -> Effect {
    linear(base, 0)
}

pub(super) const fn linear(base: i32, per_arg: i32) -> Effect {
    bits(base, per_arg, [0; 4])
}

pub(super) const fn bits(base: i32, per_arg: i32, bits: [i32; 4]) -> Effect {
    Effect {
        base,
        per_arg,
        bits,
        exactly: None,
        two_counts: false,
    }
}

pub(super) const fn exactly(base: i32, arg: u32, more: i32) -> Effect {
    let mut effect = fixed(base);
    effect.exactly = Some((arg, more));
    effect
}

pub(super) const fn two_counts(base: i32) -> Effect {
    let mut effect = fixed(base);
    effect.two_counts = true;
    effect
}

impl Effect {
    /// The change of depth for this argument.
    pub fn of(&self, arg: u32) -> i64 {
        let wide = i64::from(arg);
        let mut depth = i64::from(self.base) + i64::from(self.per_arg) * wide;
        for (bit, weight) in self.bits.iter().enumerate() {
            depth += i64::from(*weight) * (wide >> bit & 1);
        }
        if let Some((_, more)) = self.exactly.filter(|(value, _)| *value == arg) {
            depth += i64::from(more);
        }
        if self.two_counts {
            depth += (wide & 0xff) + (wide >> 8);
        }
        depth
    }
}

impl Results {
    /// The number of results for this argument.
    pub fn of(&self, arg: u32) -> usize {
        match self {
            Self::Fixed(count) => usize::from(*count),
            Self::Flagged(count) => usize::from(*count) + (arg & 1) as usize,
            Self::Argument => arg as usize,
            Self::TwoCounts => (arg & 0xff) as usize + (arg >> 8) as usize + 1,
        }
    }
}
