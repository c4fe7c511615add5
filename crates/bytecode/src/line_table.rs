//! `co_linetable`: the source position of every code unit.
//!
//! ```text
//!    entry  =  │ 1 │ code: 4 bits │ units - 1: 3 bits │  then, by code:
//!      0..=9   short       same line; a byte: start column (with the code), width
//!     10..=12  one line    line + 0, 1, 2; start column byte, end column byte
//!     13       no columns  line delta: signed varint
//!     14       long        line delta: signed varint; lines to the end, column + 1, end column + 1: varints
//!     15       none        no position
//!    varint  =  groups of 6 bits, lowest first, bit 6 set if more follow; signed: the sign in the lowest bit
//! ```
//!
//! The line runs on from entry to entry, from `co_firstlineno`. A preamble is put in front of a table
//! by [`prefix`], which takes the line back to where it began, so the rest of the table still holds.

use crate::code::CodeView;
use crate::versions::Version;
use crate::{BytecodeError, Problem};

/// Where in the source a code unit comes from; what is not known is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// First line.
    pub line: Option<i32>,
    /// Last line.
    pub end_line: Option<i32>,
    /// First column, in bytes of UTF-8.
    pub column: Option<u32>,
    /// Column behind the last.
    pub end_column: Option<u32>,
}

/// One entry of a line table: some code units and their location relative to the line before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// How many code units, 1 to 8.
    pub units: u8,
    /// Where they come from.
    pub location: Location,
}

/// The location part of an [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// Same line, both columns below 80, at most 15 columns wide.
    Short {
        /// First column.
        column: u8,
        /// Columns up to the end.
        width: u8,
    },
    /// All on one line, a little further down, both columns below 256.
    OneLine {
        /// Lines further down, 0 to 2.
        delta: u8,
        /// First column.
        column: u8,
        /// Column behind the last.
        end_column: u8,
    },
    /// A line only.
    NoColumns {
        /// Lines further down.
        delta: i32,
    },
    /// Anything.
    Long {
        /// Lines further down.
        delta: i32,
        /// Lines from the first to the last.
        lines: u32,
        /// First column, if known.
        column: Option<u32>,
        /// Column behind the last, if known.
        end_column: Option<u32>,
    },
    /// No position at all.
    None,
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// A byte inside an entry: the top bit is kept for the first ones.
    fn inner(&mut self) -> Option<u8> {
        self.byte().filter(|byte| byte & 0x80 == 0)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value: u32 = 0;
        for shift in (0..=30).step_by(6) {
            let byte = self.inner()?;
            let bits = u32::from(byte & 0x3f);
            if shift == 30 && bits > 3 {
                return None;
            }
            value |= bits << shift;
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let size = (value >> 1) as i32;
        Some(if value & 1 == 0 { size } else { -size })
    }

    fn column(&mut self) -> Option<Option<u32>> {
        Some(self.varint()?.checked_sub(1))
    }

    fn entry(&mut self) -> Option<Entry> {
        let head = self.byte().filter(|byte| byte & 0x80 != 0)?;
        let code = head >> 3 & 15;
        let location = match code {
            15 => Location::None,
            14 => Location::Long {
                delta: self.signed()?,
                lines: self.varint()?,
                column: self.column()?,
                end_column: self.column()?,
            },
            13 => Location::NoColumns {
                delta: self.signed()?,
            },
            10..=12 => Location::OneLine {
                delta: code - 10,
                // columns are whole bytes here, the top bit included
                column: self.byte()?,
                end_column: self.byte()?,
            },
            _ => {
                let byte = self.inner()?;
                Location::Short {
                    column: code << 3 | byte >> 4,
                    width: byte & 15,
                }
            }
        };
        Some(Entry {
            units: (head & 7) + 1,
            location,
        })
    }
}

/// The entries of a line table.
pub fn decode(version: &Version, table: &[u8]) -> Result<Vec<Entry>, BytecodeError> {
    let mut entries = Vec::with_capacity(table.len() / 3);
    let mut reader = Reader(table);
    while !reader.0.is_empty() {
        let at = table.len() - reader.0.len();
        let entry = reader
            .entry()
            .ok_or_else(|| BytecodeError::new(version, at, Problem::LineTable))?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The table of these entries.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut table = Vec::with_capacity(entries.len() * 3);
    for entry in entries {
        let units = entry.units.clamp(1, 8) - 1;
        let mut head = |code: u8| table.push(0x80 | (code & 15) << 3 | units);
        match entry.location {
            Location::None => head(15),
            Location::Long {
                delta,
                lines,
                column,
                end_column,
            } => {
                head(14);
                write_signed(&mut table, delta);
                write(&mut table, lines);
                write(
                    &mut table,
                    column.map_or(0, |column| column.saturating_add(1)),
                );
                write(
                    &mut table,
                    end_column.map_or(0, |column| column.saturating_add(1)),
                );
            }
            Location::NoColumns { delta } => {
                head(13);
                write_signed(&mut table, delta);
            }
            Location::OneLine {
                delta,
                column,
                end_column,
            } => {
                head(10 + delta.min(2));
                table.extend([column, end_column]);
            }
            Location::Short { column, width } => {
                head((column >> 3).min(9));
                table.push((column & 7) << 4 | width & 15);
            }
        }
    }
    table
}

fn write(table: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        table.push(value as u8 & 0x3f | 0x40);
        value >>= 6;
    }
    table.push(value as u8);
}

fn write_signed(table: &mut Vec<u8>, value: i32) {
    let size = value.unsigned_abs() << 1;
    write(table, if value < 0 { size | 1 } else { size });
}

/// The position of every code unit, in order.
pub fn positions(version: &Version, code: &CodeView) -> Result<Vec<Position>, BytecodeError> {
    let mut positions = Vec::with_capacity(code.code.len() / 2);
    let mut line = code.first_line;
    for entry in decode(version, code.line_table)? {
        let far = |_| BytecodeError::new(version, positions.len() * 2, Problem::LineRange);
        let delta = match entry.location {
            Location::Short { .. } | Location::None => 0,
            Location::OneLine { delta, .. } => i32::from(delta),
            Location::NoColumns { delta } | Location::Long { delta, .. } => delta,
        };
        line = line.checked_add(delta).ok_or(()).map_err(far)?;
        let mut position = Position {
            line: Some(line),
            end_line: Some(line),
            ..Position::default()
        };
        match entry.location {
            Location::None => position = Position::default(),
            Location::NoColumns { .. } => {}
            Location::Short { column, width } => {
                position.column = Some(u32::from(column));
                position.end_column = Some(u32::from(column) + u32::from(width));
            }
            Location::OneLine {
                column, end_column, ..
            } => {
                position.column = Some(u32::from(column));
                position.end_column = Some(u32::from(end_column));
            }
            Location::Long {
                lines,
                column,
                end_column,
                ..
            } => {
                let lines = i32::try_from(lines).map_err(|_| ()).map_err(far)?;
                position.end_line = Some(line.checked_add(lines).ok_or(()).map_err(far)?);
                position.column = column;
                position.end_column = end_column;
            }
        }
        positions.extend(std::iter::repeat_n(position, usize::from(entry.units)));
    }
    Ok(positions)
}

/// Code units of a preamble that have a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First code unit.
    pub start: usize,
    /// First code unit behind it.
    pub end: usize,
    /// Where they come from.
    pub position: Position,
}

/// The line table of a preamble, to be put in front of the original one.
///
/// `units` is the length of the preamble; `regions` are in order and apart. Where the last position is not
/// on `first_line`, the units behind the regions take the line back there, so there must be at least one:
/// `undone` says whether that happened.
pub fn prefix(units: usize, first_line: i32, regions: &[Region]) -> Option<Vec<u8>> {
    let mut entries = Vec::new();
    let mut line = first_line;
    let mut at = 0;
    for region in regions {
        fill(&mut entries, region.start.checked_sub(at)?, Location::None);
        let location = match region.position.line {
            None => Location::None,
            Some(to) => {
                let delta = to.checked_sub(line)?;
                line = to;
                relative(region.position, to, delta)
            }
        };
        fill(
            &mut entries,
            region.end.checked_sub(region.start)?,
            location,
        );
        at = region.end;
    }
    let mut rest = units.checked_sub(at)?;
    if line != first_line {
        // the last unit alone, which the caller makes one that is never executed
        rest = rest.checked_sub(1)?;
        fill(&mut entries, rest, Location::None);
        let delta = first_line.checked_sub(line)?;
        fill(&mut entries, 1, Location::NoColumns { delta });
    } else {
        fill(&mut entries, rest, Location::None);
    }
    Some(encode(&entries))
}

/// Does [`prefix`] need a unit behind these regions to take the line back?
pub fn needs_undoing(first_line: i32, regions: &[Region]) -> bool {
    let last = regions.iter().rev().find_map(|region| region.position.line);
    last.is_some_and(|line| line != first_line)
}

fn relative(position: Position, line: i32, delta: i32) -> Location {
    let lines = position.end_line.and_then(|end| end.checked_sub(line));
    let lines = lines.and_then(|lines| u32::try_from(lines).ok());
    match (lines, position.column, position.end_column) {
        (Some(lines), column @ Some(_), end_column @ Some(_)) => Location::Long {
            delta,
            lines,
            column,
            end_column,
        },
        _ => Location::NoColumns { delta },
    }
}

/// Entries for so many units; only the first of them moves the line.
fn fill(entries: &mut Vec<Entry>, mut units: usize, mut location: Location) {
    while units > 0 {
        let some = units.min(8);
        entries.push(Entry {
            units: some as u8,
            location,
        });
        units -= some;
        if let Location::NoColumns { delta } | Location::Long { delta, .. } = &mut location {
            *delta = 0;
        }
    }
}
