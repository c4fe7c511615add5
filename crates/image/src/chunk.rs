//! One chunk: packed where that pays, and checked where it is read.

use crate::format::{ChunkEntry, LARGEST_CHUNK};
use crate::{Error, Result};

/// It is in the store that the image is in.
pub(crate) const IN_STORE: &str = "store";
const RAW: &str = "raw";
const ZSTD: &str = "zstd";

// Fast, and most of what can be had: the figures of a checkpoint are those of its disk.
const LEVEL: i32 = 1;

// So much of a chunk is tried first: what does not shrink in it is not packed at all.
const SAMPLE: usize = 16 << 10;

/// Packs bytes of at most `LARGEST_CHUNK`; the entry for the table, and what to store unless it is the bytes.
pub(crate) fn pack(bytes: &[u8]) -> Result<(ChunkEntry, Option<Vec<u8>>)> {
    let packed = if shrinks(bytes)? {
        let packed = zstd::bulk::compress(bytes, LEVEL)?;
        (packed.len() < bytes.len() / 10 * 9).then_some(packed)
    } else {
        None
    };
    let entry = ChunkEntry {
        length: length(bytes.len())?,
        stored: length(packed.as_ref().map_or(bytes.len(), Vec::len))?,
        codec: if packed.is_some() { ZSTD } else { RAW }.to_owned(),
        hash: blake3::hash(packed.as_deref().unwrap_or(bytes))
            .to_hex()
            .to_string(),
    };
    Ok((entry, packed))
}

/// A length for the table.
pub(crate) fn length(bytes: usize) -> Result<u32> {
    u32::try_from(bytes).map_err(|_| Error::damaged("a chunk is too long"))
}

fn shrinks(bytes: &[u8]) -> Result<bool> {
    let Some(sample) = bytes.get(bytes.len() / 2..bytes.len() / 2 + SAMPLE) else {
        return Ok(bytes.len() > 64);
    };
    Ok(zstd::bulk::compress(sample, LEVEL)?.len() < SAMPLE / 10 * 9)
}

/// The bytes of a chunk from what is stored of it.
///
/// # Errors
/// They are not those that the entry tells of.
pub(crate) fn unpack(entry: &ChunkEntry, stored: Vec<u8>) -> Result<Vec<u8>> {
    // First of all: what was changed never comes to the decompressor.
    if blake3::hash(&stored).to_hex().as_str() != entry.hash {
        return Err(Error::damaged("a chunk's hash does not fit"));
    }
    let length = entry.length as usize;
    let bytes = match entry.codec.as_str() {
        RAW => stored,
        ZSTD if length <= LARGEST_CHUNK => zstd::bulk::decompress(&stored, length)
            .map_err(|problem| Error::damaged(format!("a chunk cannot be unpacked: {problem}")))?,
        ZSTD => return Err(Error::damaged("a chunk claims too many bytes")),
        IN_STORE => {
            return Err(Error::damaged(
                "it was taken out of the store it belongs to",
            ));
        }
        other => {
            return Err(Error::damaged(format!(
                "a chunk is packed in a way unknown here: {other:.40}"
            )));
        }
    };
    if bytes.len() != length {
        return Err(Error::damaged("a chunk has another length than it claims"));
    }
    Ok(bytes)
}
