//! The fixed parts of a file: header, table, trailer. See the crate's head for the drawing.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// First and last bytes of an image. The first is not ASCII and the last is a line feed, so that
/// a transfer as text is noticed.
pub const MAGIC: [u8; 8] = *b"\x93PYTELE\n";

/// Version of the format that is written; all up to it are read.
pub const FORMAT: u16 = 1;

/// No chunk is longer, stored or unpacked.
pub const LARGEST_CHUNK: usize = 16 << 20;

pub(crate) const HEADER: usize = 16;
pub(crate) const TRAILER: usize = 96;
pub(crate) const LARGEST_MANIFEST: u32 = 64 << 20;

/// One chunk in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChunkEntry {
    /// Bytes once unpacked.
    pub length: u32,
    /// Bytes in the file: none where the chunk is in a store.
    pub stored: u32,
    /// How they are packed.
    pub codec: String,
    /// BLAKE3 of the stored bytes, in hexadecimal; in a store, of the unpacked ones.
    pub hash: String,
}

/// One section in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SectionEntry {
    pub name: String,
    pub chunks: Vec<ChunkEntry>,
}

/// The table. Fields that are not known are ignored, so that a later version may add some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub sections: Vec<SectionEntry>,
}

/// The trailer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trailer {
    pub table_offset: u64,
    pub table_length: u64,
    /// BLAKE3 of header, manifest and table: tells damage from forgery.
    pub check: [u8; 32],
    /// Id of the key; all zeros where there is no seal.
    pub key: [u8; 8],
    pub seal: [u8; 32],
}

/// Header and manifest.
pub(crate) fn head(manifest: &str) -> Result<Vec<u8>> {
    let length = u32::try_from(manifest.len())
        .ok()
        .filter(|length| *length <= LARGEST_MANIFEST)
        .ok_or_else(|| Error::damaged("its manifest is too long"))?;
    let flags = 0_u16;
    let mut bytes = Vec::with_capacity(HEADER + manifest.len());
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(manifest.as_bytes());
    Ok(bytes)
}

/// Length of the manifest, from a header.
pub(crate) fn parse_header(bytes: &[u8; HEADER]) -> Result<u32> {
    let [m0, m1, m2, m3, m4, m5, m6, m7, f0, f1, _, _, l0, l1, l2, l3] = *bytes;
    if [m0, m1, m2, m3, m4, m5, m6, m7] != MAGIC {
        return Err(Error::NotAnImage("it does not begin like one"));
    }
    let found = u16::from_le_bytes([f0, f1]);
    if found > FORMAT {
        return Err(Error::TooNew {
            found,
            known: FORMAT,
        });
    }
    if found == 0 {
        return Err(Error::damaged("there is no format 0"));
    }
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if length > LARGEST_MANIFEST {
        return Err(Error::damaged(format!(
            "its manifest claims {length} bytes"
        )));
    }
    Ok(length)
}

impl Trailer {
    pub(crate) fn to_bytes(&self) -> [u8; TRAILER] {
        let mut bytes = [0; TRAILER];
        bytes[..8].copy_from_slice(&self.table_offset.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.table_length.to_le_bytes());
        bytes[16..48].copy_from_slice(&self.check);
        bytes[48..56].copy_from_slice(&self.key);
        bytes[56..88].copy_from_slice(&self.seal);
        bytes[88..].copy_from_slice(&MAGIC);
        bytes
    }

    pub(crate) fn parse(bytes: &[u8; TRAILER]) -> Result<Self> {
        let (numbers, rest) = bytes.split_at(16);
        let (check, rest) = rest.split_at(32);
        let (key, rest) = rest.split_at(8);
        let (seal, magic) = rest.split_at(32);
        if magic != MAGIC {
            return Err(Error::damaged("its end is missing"));
        }
        let (offset, length) = numbers.split_at(8);
        Ok(Self {
            table_offset: u64::from_le_bytes(array(offset)?),
            table_length: u64::from_le_bytes(array(length)?),
            check: array(check)?,
            key: array(key)?,
            seal: array(seal)?,
        })
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes
        .try_into()
        .map_err(|_| Error::damaged("its end has another length"))
}
