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
//! then with [`Resume::After`] the value kept below the call ([`Rest::With`], [`Rest::Replace`] and
//! [`Rest::Then`] only) and the thunk. What is kept is pulled before the call, so that a frame that is captured again while it
//! waits there still has it on its stack.
//!
//! All that the original tables say of the original code stays true: handlers are shifted, and the line
//! table's new front ends on the line it began on. The thunk's call gets the handler and the position of
//! the instruction it stands for.

use crate::BytecodeError;
use crate::code::CodeView;
use crate::locate::Site;
use crate::preamble::Builder;
use crate::versions::Version;

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
    /// Hand it to the callable kept below it; what that returns is left.
    Then,
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
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Push => "Push",
            Self::Discard => "Discard",
            Self::Replace => "Replace",
            Self::Then => "Then",
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
    pub(crate) fn leaves(self) -> Option<usize> {
        match self {
            Self::Discard => Some(0),
            Self::Push | Self::Replace | Self::Then | Self::Bool | Self::Not | Self::Iterate => {
                Some(1)
            }
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
    let mut builder = Builder::new(version, code, site)?;
    if resume == Resume::Frame {
        builder.return_frame()?;
        return builder.finish();
    }
    builder.begin(shape)?;
    builder.restore(shape, resume)?;
    match resume {
        Resume::After(rest) => builder.after(rest)?,
        Resume::At => builder.at(shape)?,
        Resume::Yield => builder.suspend()?,
        Resume::Start | Resume::Frame => builder.go_to_site()?,
    }
    builder.finish()
}
