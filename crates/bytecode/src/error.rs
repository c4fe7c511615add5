//! What can be wrong with a code object, and where.
//!
//! One error type for the whole crate: which version's rules were applied, at which offset of the code
//! (or of the table) it failed, and the [`Problem`].

use thiserror::Error;

/// A code object that does not hold what the version's rules demand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("CPython {version}, offset {offset}: {problem}")]
pub struct BytecodeError {
    /// The version whose rules were applied, as in `"3.12"`.
    pub version: &'static str,
    /// Where: a byte offset in the code, or for a problem of a table, in that table.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// The code ends inside an instruction, or inside its inline caches.
    #[error("the code ends inside an instruction")]
    TruncatedCode,
    /// A number that is no opcode of this version (or one only the specialiser writes).
    #[error("{0} is no opcode of this version")]
    UnknownOpcode(u8),
    /// More `EXTENDED_ARG` prefixes than an argument has bytes.
    #[error("more than three EXTENDED_ARG before one instruction")]
    ArgumentTooWide,
    /// A jump, or a handler, to where no instruction begins.
    #[error("control goes to {0}, where no instruction begins")]
    BadTarget(i64),
    /// Control runs over the end of the code.
    #[error("control runs over the end of the code")]
    RunsOff,
    /// An instruction takes more from the stack than there is.
    #[error("an instruction takes {wanted} from a stack of {depth}")]
    StackUnderflow {
        /// How many values the instruction takes, or the depth a handler wants.
        wanted: usize,
        /// How many there are.
        depth: usize,
    },
    /// The stack grows over what the code object declares.
    #[error("the stack grows to {depth}, over the declared {limit}")]
    StackOverflow {
        /// The depth reached.
        depth: usize,
        /// The depth declared.
        limit: usize,
    },
    /// Two ways to the same instruction bring stacks of different depth.
    #[error("one way here brings a stack of {0}, another one of {1}")]
    UnequalStacks(usize, usize),
    /// The analysis would take more steps than code of this size can need.
    #[error("the stack cannot be followed in a bounded number of steps")]
    TooComplex,
    /// The exception table ends inside an entry, or holds a number too large.
    #[error("the exception table is malformed")]
    ExceptionTable,
    /// Rows of the exception table overlap, are out of order, or leave the code.
    #[error("the exception table's rows overlap, are out of order or leave the code")]
    ExceptionRows,
    /// The line table ends inside an entry, or holds a number too large.
    #[error("the line table is malformed")]
    LineTable,
    /// A line, or a column, is out of range.
    #[error("a line number is out of range")]
    LineRange,
    /// No frame can stand at this offset.
    #[error("no frame can stand here: {0}")]
    NoSite(&'static str),
    /// The caller's description of a frame does not fit the place it stands at.
    #[error("the frame does not fit its position: {0}")]
    Shape(&'static str),
    /// The rest to do leaves another number of values than the instruction would.
    #[error("{rest} leaves {leaves} values where {opcode} leaves {results}")]
    Rest {
        /// The rest, by name.
        rest: &'static str,
        /// What it leaves.
        leaves: usize,
        /// The instruction stood for.
        opcode: &'static str,
        /// What that one leaves.
        results: usize,
    },
    /// A count that does not fit the format.
    #[error("{0} is too large for the format")]
    TooLarge(&'static str),
}

impl BytecodeError {
    /// An error of this problem, at this offset.
    pub fn new(version: &crate::Version, offset: usize, problem: Problem) -> Self {
        Self {
            version: version.name,
            offset,
            problem,
        }
    }
}
