//! The sections of an image being written: bytes come in as they are, and leave as chunks.
//!
//! Where a chunk ends depends on the bytes alone, not on how they were split over calls.

use crate::format::{ChunkEntry, SectionEntry, Table};
use crate::{Error, Result};

/// Where chunks go.
pub(crate) trait Chunks {
    /// No chunk is longer; whoever cuts has seen so many bytes, or the section's last.
    const LONGEST: usize;
    /// Length of the first chunk of these bytes.
    fn cut(bytes: &[u8]) -> usize;
    /// Stores a chunk; its entry for the table.
    fn put(&mut self, bytes: &[u8]) -> Result<ChunkEntry>;
}

/// Sections being written.
pub(crate) struct Sections<C> {
    chunks: C,
    table: Table,
    pending: Vec<u8>,
}

impl<C: Chunks> Sections<C> {
    pub(crate) fn new(chunks: C) -> Self {
        Self {
            chunks,
            table: Table::default(),
            pending: Vec::new(),
        }
    }

    /// Begins a section; the last one ends.
    pub(crate) fn begin(&mut self, name: &str) -> Result<()> {
        self.flush_pending()?;
        self.table.sections.push(SectionEntry {
            name: name.to_owned(),
            chunks: Vec::new(),
        });
        Ok(())
    }

    /// Adds bytes to the section.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.pending.is_empty() && bytes.len() >= C::LONGEST {
                let (chunk, rest) = bytes.split_at(C::cut(bytes));
                self.put(chunk)?;
                bytes = rest;
                continue;
            }
            let (part, rest) = bytes.split_at(bytes.len().min(C::LONGEST - self.pending.len()));
            self.pending.extend_from_slice(part);
            bytes = rest;
            if self.pending.len() == C::LONGEST {
                self.put_first_pending()?;
            }
        }
        Ok(())
    }

    /// Ends the last section; where the chunks went, and the table.
    pub(crate) fn finish(mut self) -> Result<(C, Table)> {
        self.flush_pending()?;
        Ok((self.chunks, self.table))
    }

    fn flush_pending(&mut self) -> Result<()> {
        while !self.pending.is_empty() {
            self.put_first_pending()?;
        }
        Ok(())
    }

    fn put_first_pending(&mut self) -> Result<()> {
        let rest = self.pending.split_off(C::cut(&self.pending));
        let chunk = std::mem::replace(&mut self.pending, rest);
        self.put(&chunk)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let entry = self.chunks.put(bytes)?;
        let section = self.table.sections.last_mut();
        section
            .ok_or_else(|| Error::damaged("no section was begun"))?
            .chunks
            .push(entry);
        Ok(())
    }
}
