//! `co_exceptiontable`: which handler takes an exception raised where.
//!
//! ```text
//!    row   =  start, size, target, depth << 1 | lasti        (offsets in code units)
//!    each number:  groups of 6 bits, highest first
//!    byte  =  │ 1 in the first byte of a row │ 1 if more follow │ 6 bits │
//! ```

use crate::versions::Version;
use crate::{BytecodeError, Problem};

/// One range of the code and its handler; offsets in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handler {
    /// First offset of the range.
    pub start: usize,
    /// First offset behind it.
    pub end: usize,
    /// Where the handler begins.
    pub target: usize,
    /// To what depth the stack is cut first.
    pub depth: usize,
    /// Is the offset of the raising instruction pushed below the exception?
    pub lasti: bool,
}

const FIRST: u8 = 0x80;
const MORE: u8 = 0x40;
const BITS: u8 = 0x3f;
/// No code object is as large; sums and doubles of such numbers fit 32 bits.
const MOST: u32 = (1 << 28) - 1;

/// The rows of a table, in its order.
pub fn decode(version: &Version, table: &[u8]) -> Result<Vec<Handler>, BytecodeError> {
    let mut handlers = Vec::new();
    let mut bytes = table.iter().copied().enumerate().peekable();
    while let Some(&(at, _)) = bytes.peek() {
        let mut number = |first: bool| -> Option<usize> {
            let (_, mut byte) = bytes.next()?;
            if (byte & FIRST != 0) != first {
                return None;
            }
            let mut value = u32::from(byte & BITS);
            while byte & MORE != 0 {
                (_, byte) = bytes.next()?;
                if byte & FIRST != 0 || value > MOST >> 6 {
                    return None;
                }
                value = value << 6 | u32::from(byte & BITS);
            }
            usize::try_from(value).ok()
        };
        let row = (|| {
            Some((
                number(true)?,
                number(false)?,
                number(false)?,
                number(false)?,
            ))
        })();
        let (start, size, target, depth) =
            row.ok_or_else(|| BytecodeError::new(version, at, Problem::ExceptionTable))?;
        handlers.push(Handler {
            start: start * 2,
            end: (start + size) * 2,
            target: target * 2,
            depth: depth >> 1,
            lasti: depth & 1 != 0,
        });
    }
    Ok(handlers)
}

/// The table of these rows, which should be in order and apart from each other.
pub fn encode(version: &Version, handlers: &[Handler]) -> Result<Vec<u8>, BytecodeError> {
    let mut table = Vec::with_capacity(handlers.len() * 6);
    for handler in handlers {
        let row = (|| {
            let size = handler.end.checked_sub(handler.start)?;
            let depth = handler.depth.checked_mul(2)? | usize::from(handler.lasti);
            let first = table.len();
            for value in [handler.start / 2, size / 2, handler.target / 2, depth] {
                write(
                    &mut table,
                    u32::try_from(value).ok().filter(|value| *value <= MOST)?,
                );
            }
            *table.get_mut(first)? |= FIRST;
            Some(())
        })();
        row.ok_or_else(|| {
            let problem = Problem::TooLarge("a row of the exception table");
            BytecodeError::new(version, handler.start, problem)
        })?;
    }
    Ok(table)
}

fn write(table: &mut Vec<u8>, value: u32) {
    let mut shift = 30;
    while shift > 0 && value >> shift == 0 {
        shift -= 6;
    }
    while shift > 0 {
        table.push((value >> shift) as u8 & BITS | MORE);
        shift -= 6;
    }
    table.push(value as u8 & BITS);
}

/// Checks what the interpreter takes for granted: the rows are in order, apart, and inside the code.
pub fn check(version: &Version, handlers: &[Handler], code: usize) -> Result<(), BytecodeError> {
    let mut behind = 0;
    for handler in handlers {
        if handler.start < behind || handler.end <= handler.start || handler.end > code {
            let problem = Problem::ExceptionRows;
            return Err(BytecodeError::new(version, handler.start, problem));
        }
        behind = handler.end;
    }
    Ok(())
}

/// The row that covers an offset, among rows that passed [`check`].
pub fn covering(handlers: &[Handler], offset: usize) -> Option<&Handler> {
    let behind = handlers.partition_point(|handler| handler.start <= offset);
    let handler = handlers.get(behind.checked_sub(1)?)?;
    (offset < handler.end).then_some(handler)
}
