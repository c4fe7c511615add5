//! Writes an image into a file from front to back: never more than one chunk of it is held here.

use std::io::Write;

use crate::chunk;
use crate::format::{ChunkEntry, head};
use crate::frame::closing;
use crate::sections::{Chunks, Sections};
use crate::{Key, Result};

/// An image being written.
pub struct Writer<W: Write> {
    head: Vec<u8>,
    key: Option<Key>,
    sections: Sections<InFile<W>>,
}

struct InFile<W> {
    to: W,
    written: u64,
}

impl<W: Write> Chunks for InFile<W> {
    const LONGEST: usize = 1 << 20;

    fn cut(bytes: &[u8]) -> usize {
        bytes.len().min(Self::LONGEST)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<ChunkEntry> {
        let (entry, packed) = chunk::pack(bytes)?;
        let stored = packed.as_deref().unwrap_or(bytes);
        self.to.write_all(stored)?;
        self.written += stored.len() as u64;
        Ok(entry)
    }
}

impl<W: Write> Writer<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// The manifest is too long, or `to` cannot be written to.
    pub fn new(mut to: W, manifest: &str, key: Option<Key>) -> Result<Self> {
        let head = head(manifest)?;
        to.write_all(&head)?;
        let written = head.len() as u64;
        Ok(Self {
            head,
            key,
            sections: Sections::new(InFile { to, written }),
        })
    }

    /// Begins a section; the last one ends.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn section(&mut self, name: &str) -> Result<()> {
        self.sections.begin(name)
    }

    /// Adds bytes to the section.
    ///
    /// # Errors
    /// It cannot be written, or no section was begun.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.sections.write(bytes)
    }

    /// Writes table and trailer; what was written to is given back, not yet flushed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(self) -> Result<W> {
        let (InFile { mut to, written }, table) = self.sections.finish()?;
        to.write_all(&closing(&table, written, &self.head, self.key.as_ref())?)?;
        Ok(to)
    }
}
