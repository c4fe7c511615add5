//! Writes an image from front to back: never more than one chunk of it is held here.

use std::io::Write;

use crate::chunk;
use crate::format::{LARGEST_MANIFEST, SectionEntry, Table, Trailer, header};
use crate::{Error, Key, Result};

/// Bytes of a section that become one chunk.
const CHUNK: usize = 1 << 20;

/// An image being written.
pub struct Writer<W: Write> {
    to: W,
    written: u64,
    checking: blake3::Hasher,
    sealing: Option<(Key, blake3::Hasher)>,
    table: Table,
    pending: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// The manifest is too long, or `to` cannot be written to.
    pub fn new(mut to: W, manifest: &str, key: Option<&Key>) -> Result<Self> {
        let length = u32::try_from(manifest.len())
            .ok()
            .filter(|length| *length <= LARGEST_MANIFEST)
            .ok_or_else(|| Error::damaged("its manifest is too long"))?;
        let head = header(length);
        to.write_all(&head)?;
        to.write_all(manifest.as_bytes())?;
        let fed = |mut hasher: blake3::Hasher| {
            hasher.update(&head).update(manifest.as_bytes());
            hasher
        };
        let sealing = key.map(|key| (key.clone(), fed(key.sealing())));
        Ok(Self {
            to,
            written: (head.len() + manifest.len()) as u64,
            checking: fed(blake3::Hasher::new()),
            sealing,
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
        let section = self
            .table
            .sections
            .last_mut()
            .ok_or_else(|| Error::damaged("no section was begun"))?;
        section.chunks.push(entry);
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
        let table = serde_json::to_vec(&self.table).map_err(std::io::Error::from)?;
        let (key, seal) = self
            .sealing
            .take()
            .map_or(([0; 8], [0; 32]), |(key, mut hasher)| {
                hasher.update(&table);
                (key.id().0, *hasher.finalize().as_bytes())
            });
        let trailer = Trailer {
            table_offset: self.written,
            table_length: table.len() as u64,
            check: *self.checking.update(&table).finalize().as_bytes(),
            key,
            seal,
        };
        self.to.write_all(&table)?;
        self.to.write_all(&trailer.to_bytes())?;
        Ok(self.to)
    }
}
