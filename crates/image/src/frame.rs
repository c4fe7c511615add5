//! The frame of an image, which is all of it but its chunks: read and checked before any of them.

use std::io::{Read, Seek, SeekFrom};

use crate::format::{HEADER, LARGEST_CHUNK, SectionEntry, TRAILER, Table, Trailer, parse_header};
use crate::{Error, Key, KeyId, Keys, Result};

/// Whose images are read.
pub enum Trust<'a> {
    /// Those sealed with one of these keys.
    Sealed(&'a Keys),
    /// Anybody's.
    Anyone,
}

/// A checked frame.
pub(crate) struct Frame {
    pub manifest: String,
    pub table: Table,
    pub chunks_start: u64,
    pub key: Option<KeyId>,
}

impl Frame {
    pub(crate) fn read(from: &mut (impl Read + Seek), trust: &Trust<'_>) -> Result<Self> {
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
        let manifest = read_exactly(from, length)?;
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
        let table = read_exactly(from, trailer.table_length)?;
        let parts: [&[u8]; 3] = [&head, &manifest, &table];
        check(&trailer, parts)?;
        check_seal(trust, &trailer, parts)?;
        let manifest =
            String::from_utf8(manifest).map_err(|_| Error::damaged("its manifest is not UTF-8"))?;
        Ok(Self {
            manifest,
            table: parse_table(&table, trailer.table_offset - chunks_start)?,
            chunks_start,
            key: (trailer.key != [0; 8]).then_some(KeyId(trailer.key)),
        })
    }
}

/// The bytes that follow the chunks: table and trailer.
pub(crate) fn closing(
    table: &Table,
    table_offset: u64,
    head: &[u8],
    key: Option<&Key>,
) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(table).map_err(std::io::Error::from)?;
    let parts = [head, bytes.as_slice()];
    let trailer = Trailer {
        table_offset,
        table_length: bytes.len() as u64,
        check: *hash(blake3::Hasher::new(), parts).as_bytes(),
        key: key.map_or([0; 8], |key| key.id().0),
        seal: key.map_or([0; 32], |key| *hash(key.sealing(), parts).as_bytes()),
    };
    bytes.extend(trailer.to_bytes());
    Ok(bytes)
}

/// Bytes that are there, without trusting the number: memory grows with what has come.
pub(crate) fn read_exactly(from: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(Error::damaged("bytes are missing"));
    }
    Ok(bytes)
}

fn hash<'a>(mut hasher: blake3::Hasher, parts: impl IntoIterator<Item = &'a [u8]>) -> blake3::Hash {
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

// blake3::Hash compares in constant time.

fn check(trailer: &Trailer, parts: [&[u8]; 3]) -> Result<()> {
    if hash(blake3::Hasher::new(), parts) == blake3::Hash::from_bytes(trailer.check) {
        Ok(())
    } else {
        Err(Error::damaged(
            "its head or its table is not what was written",
        ))
    }
}

fn check_seal(trust: &Trust<'_>, trailer: &Trailer, parts: [&[u8]; 3]) -> Result<()> {
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
