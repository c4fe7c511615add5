//! Reads an image: its frame first (header, manifest, table, seal), then chunk after chunk.
//!
//! Nothing is allocated on the word of the file alone: every length is compared with what is there.

use std::io::{Read, Seek, SeekFrom};

use crate::chunk;
use crate::format::{
    ChunkEntry, HEADER, LARGEST_CHUNK, SectionEntry, TRAILER, Table, Trailer, parse_header,
};
use crate::{Error, KeyId, Keys, Result};

/// Whose images are read.
pub enum Trust<'a> {
    /// Those sealed with one of these keys.
    Sealed(&'a Keys),
    /// Anybody's.
    Anyone,
}

/// An image that was opened: its frame is whole, and sealed as was asked for.
pub struct Reader<R: Read + Seek> {
    from: R,
    manifest: String,
    table: Table,
    chunks_start: u64,
    key: Option<KeyId>,
    section: usize,
    chunk: usize,
    offset: u64,
}

impl<R: Read + Seek> Reader<R> {
    /// Reads and checks the frame.
    ///
    /// # Errors
    /// It is no image, or damaged, or not sealed as `trust` asks.
    pub fn open(mut from: R, trust: &Trust<'_>) -> Result<Self> {
        let size = from.seek(SeekFrom::End(0))?;
        from.seek(SeekFrom::Start(0))?;
        let mut head = [0; HEADER];
        if size < HEADER as u64 {
            let mut start = Vec::new();
            from.read_to_end(&mut start)?;
            return Err(if start.starts_with(&crate::MAGIC) {
                Error::damaged("its end is missing")
            } else {
                Error::NotAnImage("it is too short")
            });
        }
        from.read_exact(&mut head)?;
        let length = u64::from(parse_header(&head)?);
        let chunks_start = HEADER as u64 + length;
        let trailer_start = size
            .checked_sub(TRAILER as u64)
            .filter(|start| *start >= chunks_start)
            .ok_or_else(|| Error::damaged("its end is missing"))?;
        let manifest = read_exactly(&mut from, length)?;
        from.seek(SeekFrom::Start(trailer_start))?;
        let mut bytes = [0; TRAILER];
        from.read_exact(&mut bytes)?;
        let trailer = Trailer::parse(&bytes)?;
        if trailer.table_offset < chunks_start
            || trailer.table_offset.checked_add(trailer.table_length) != Some(trailer_start)
        {
            return Err(Error::damaged("its table is not where it should be"));
        }
        from.seek(SeekFrom::Start(trailer.table_offset))?;
        let table = read_exactly(&mut from, trailer.table_length)?;
        check(&trailer, &[&head, &manifest, &table])?;
        check_seal(trust, &trailer, &[&head, &manifest, &table])?;
        let table = parse_table(&table, trailer.table_offset - chunks_start)?;
        let manifest =
            String::from_utf8(manifest).map_err(|_| Error::damaged("its manifest is not UTF-8"))?;
        Ok(Self {
            from,
            manifest,
            table,
            chunks_start,
            key: (trailer.key != [0; 8]).then_some(KeyId(trailer.key)),
            section: 0,
            chunk: 0,
            offset: chunks_start,
        })
    }

    /// The manifest: JSON.
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// The key it was sealed with, if any.
    pub fn key(&self) -> Option<KeyId> {
        self.key
    }

    /// Of each section: name, bytes, bytes stored, chunks.
    pub fn sections(&self) -> impl Iterator<Item = (&str, u64, u64, usize)> {
        self.table.sections.iter().map(|section| {
            let sum =
                |of: fn(&ChunkEntry) -> u32| section.chunks.iter().map(|c| u64::from(of(c))).sum();
            (
                section.name.as_str(),
                sum(|c| c.length),
                sum(|c| c.stored),
                section.chunks.len(),
            )
        })
    }

    /// Hashes of all chunks in order, each with its length: two images are compared by these.
    pub fn chunks(&self) -> impl Iterator<Item = (&str, u32)> {
        let sections = self.table.sections.iter();
        sections.flat_map(|section| section.chunks.iter().map(|c| (c.hash.as_str(), c.length)))
    }

    /// Begins again with the first chunk.
    pub fn rewind(&mut self) {
        (self.section, self.chunk, self.offset) = (0, 0, self.chunks_start);
    }

    /// The next chunk, of whatever section; None after the last.
    ///
    /// # Errors
    /// Its bytes are not those that were written.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        let entry = loop {
            let Some(section) = self.table.sections.get(self.section) else {
                return Ok(None);
            };
            if let Some(entry) = section.chunks.get(self.chunk) {
                break entry;
            }
            self.section += 1;
            self.chunk = 0;
        };
        self.from.seek(SeekFrom::Start(self.offset))?;
        let stored = read_exactly(&mut self.from, u64::from(entry.stored))?;
        let bytes = chunk::unpack(entry, stored)?;
        self.offset += u64::from(entry.stored);
        self.chunk += 1;
        Ok(Some(bytes))
    }
}

/// Bytes that are there, without trusting the number: memory grows with what has come.
fn read_exactly(from: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(Error::damaged("bytes are missing"));
    }
    Ok(bytes)
}

fn check(trailer: &Trailer, parts: &[&[u8]]) -> Result<()> {
    if hash(blake3::Hasher::new(), parts) == blake3::Hash::from_bytes(trailer.check) {
        Ok(())
    } else {
        Err(Error::damaged(
            "its head or its table is not what was written",
        ))
    }
}

fn hash(mut hasher: blake3::Hasher, parts: &[&[u8]]) -> blake3::Hash {
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

fn check_seal(trust: &Trust<'_>, trailer: &Trailer, parts: &[&[u8]]) -> Result<()> {
    let Trust::Sealed(keys) = trust else {
        return Ok(());
    };
    if trailer.key == [0; 8] {
        return Err(Error::NotSealed);
    }
    let id = KeyId(trailer.key);
    let key = keys
        .find(id)
        .ok_or_else(|| Error::OtherKey(id.to_string()))?;
    // blake3::Hash compares in constant time.
    if hash(key.sealing(), parts) == blake3::Hash::from_bytes(trailer.seal) {
        Ok(())
    } else {
        Err(Error::BrokenSeal)
    }
}

fn parse_table(bytes: &[u8], there: u64) -> Result<Table> {
    let table: Table = serde_json::from_slice(bytes)
        .map_err(|problem| Error::damaged(format!("its table makes no sense: {problem}")))?;
    let mut stored = 0;
    for SectionEntry { chunks, .. } in &table.sections {
        for chunk in chunks {
            if chunk.length as usize > LARGEST_CHUNK || chunk.stored as usize > LARGEST_CHUNK {
                return Err(Error::damaged("a chunk claims too many bytes"));
            }
            stored += u64::from(chunk.stored);
        }
    }
    if stored != there {
        return Err(Error::damaged("chunks are missing"));
    }
    Ok(table)
}
