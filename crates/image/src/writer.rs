//! Writes an image into a file from front to back: never more than one chunk of it is held here.

use std::io::Write;

use crate::chunk;
use crate::format::{SectionEntry, Table, head};
use crate::frame::closing;
use crate::{Error, Key, Result};

/// Bytes of a section that become one chunk.
const CHUNK: usize = 1 << 20;

/// An image being written.
pub struct Writer<W: Write> {
    to: W,
    head: Vec<u8>,
    written: u64,
    key: Option<Key>,
    table: Table,
    pending: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// The manifest is too long, or `to` cannot be written to.
    pub fn new(mut to: W, manifest: &str, key: Option<Key>) -> Result<Self> {
        let head = head(manifest)?;
        to.write_all(&head)?;
        Ok(Self {
            to,
            written: head.len() as u64,
            head,
            key,
            table: Table::default(),
            pending: Vec::new(),
        })
    }

    /// Begins a section; the last one ends.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn section(&mut self, name: &str) -> Result<()> {
        self.flush_pending()?;
        self.table.sections.push(SectionEntry {
            name: name.to_owned(),
            chunks: Vec::new(),
        });
        Ok(())
    }

    /// Adds bytes to the section.
    ///
    /// # Errors
    /// It cannot be written, or no section was begun.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.pending.is_empty() && bytes.len() >= CHUNK {
                let (whole, rest) = bytes.split_at(CHUNK);
                self.put(whole)?;
                bytes = rest;
                continue;
            }
            let (part, rest) = bytes.split_at(bytes.len().min(CHUNK - self.pending.len()));
            self.pending.extend_from_slice(part);
            bytes = rest;
            if self.pending.len() == CHUNK {
                self.flush_pending()?;
            }
        }
        Ok(())
    }

    fn flush_pending(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut self.pending);
        self.put(&pending)?;
        pending.clear();
        self.pending = pending;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let (entry, packed) = chunk::pack(bytes)?;
        let section = self.table.sections.last_mut();
        section
            .ok_or_else(|| Error::damaged("no section was begun"))?
            .chunks
            .push(entry);
        let stored = packed.as_deref().unwrap_or(bytes);
        self.to.write_all(stored)?;
        self.written += stored.len() as u64;
        Ok(())
    }

    /// Writes table and trailer; what was written to is given back, not yet flushed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<W> {
        self.flush_pending()?;
        let closing = closing(&self.table, self.written, &[&self.head], self.key.as_ref())?;
        self.to.write_all(&closing)?;
        Ok(self.to)
    }
}
