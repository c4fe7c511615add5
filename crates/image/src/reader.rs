//! Reads an image: its frame first, then chunk after chunk, from the file or from a store.

use std::io::{Read, Seek, SeekFrom};

use crate::chunk;
use crate::format::ChunkEntry;
use crate::frame::{Frame, Trust, read_exactly};
use crate::{KeyId, Result};

/// Where chunks come from.
pub(crate) trait Source: Send {
    /// The bytes of a chunk, checked; those of a file are asked for in order.
    fn chunk(&mut self, entry: &ChunkEntry) -> Result<Vec<u8>>;
    /// The next chunk asked for is the first again.
    fn rewind(&mut self) -> Result<()>;
}

struct InFile<R> {
    file: R,
    start: u64,
}

impl<R: Read + Seek + Send> Source for InFile<R> {
    fn chunk(&mut self, entry: &ChunkEntry) -> Result<Vec<u8>> {
        let stored = read_exactly(&mut self.file, u64::from(entry.stored))?;
        chunk::unpack(entry, stored)
    }

    fn rewind(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::Start(self.start))?;
        Ok(())
    }
}

/// An image that was opened: its frame is whole, and sealed as was asked for.
pub struct Reader {
    frame: Frame,
    source: Box<dyn Source>,
    section: usize,
    chunk: usize,
}

/// What a section holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Bytes once unpacked.
    pub length: u64,
    /// Bytes that are stored.
    pub stored: u64,
    /// In so many chunks.
    pub chunks: usize,
}

impl Reader {
    /// Opens an image in a file.
    ///
    /// # Errors
    /// It is no image, or damaged, or not sealed as `trust` asks.
    pub fn open(mut file: impl Read + Seek + Send + 'static, trust: &Trust<'_>) -> Result<Self> {
        let frame = Frame::read(&mut file, trust)?;
        let mut source = InFile {
            file,
            start: frame.chunks_start,
        };
        source.rewind()?;
        Ok(Self::new(frame, Box::new(source)))
    }

    pub(crate) fn new(frame: Frame, source: Box<dyn Source>) -> Self {
        Self {
            frame,
            source,
            section: 0,
            chunk: 0,
        }
    }

    /// The manifest: JSON.
    #[must_use]
    pub fn manifest(&self) -> &str {
        &self.frame.manifest
    }

    /// The key it was sealed with, if any.
    #[must_use]
    pub fn key(&self) -> Option<KeyId> {
        self.frame.key
    }

    /// Each section's name, and what it holds.
    pub fn sections(&self) -> impl Iterator<Item = (&str, Extent)> {
        self.frame.table.sections.iter().map(|section| {
            let mut extent = Extent::default();
            for chunk in &section.chunks {
                extent.length += u64::from(chunk.length);
                extent.stored += u64::from(chunk.stored);
                extent.chunks += 1;
            }
            (section.name.as_str(), extent)
        })
    }

    /// Each chunk's hash and length, in order: two images are compared by these.
    pub fn chunks(&self) -> impl Iterator<Item = (&str, u32)> {
        let sections = self.frame.table.sections.iter();
        sections.flat_map(|section| {
            let chunks = section.chunks.iter();
            chunks.map(|chunk| (chunk.hash.as_str(), chunk.length))
        })
    }

    /// Begins again with the first chunk.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rewind(&mut self) -> Result<()> {
        (self.section, self.chunk) = (0, 0);
        self.source.rewind()
    }

    /// The next chunk, of whatever section; None after the last.
    ///
    /// # Errors
    /// Its bytes are not those that were written.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let Some(section) = self.frame.table.sections.get(self.section) else {
                return Ok(None);
            };
            if let Some(entry) = section.chunks.get(self.chunk) {
                self.chunk += 1;
                return self.source.chunk(entry).map(Some);
            }
            self.section += 1;
            self.chunk = 0;
        }
    }
}
