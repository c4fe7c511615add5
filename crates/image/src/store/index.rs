//! Which chunks are where.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Backend, DOOMED, INDEXES};
use crate::format::ChunkEntry;
use crate::{Error, Result};

/// Where a chunk is, and how it is stored there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub pack: String,
    pub offset: u64,
    pub chunk: ChunkEntry,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InPack {
    /// BLAKE3 of the unpacked bytes.
    pub id: String,
    #[serde(flatten)]
    pub chunk: ChunkEntry,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PackEntry {
    pub pack: String,
    /// In the order they lie in.
    pub chunks: Vec<InPack>,
}

/// What one writer has written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    pub packs: Vec<PackEntry>,
}

impl Index {
    /// All its chunks.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &InPack> + Clone {
        self.packs.iter().flat_map(|pack| &pack.chunks)
    }

    /// Adds its chunks to `places`.
    pub(crate) fn gather(self, places: &mut HashMap<String, Place>) {
        for PackEntry { pack, chunks } in self.packs {
            let mut offset = 0;
            for chunk in chunks {
                let stored = u64::from(chunk.chunk.stored);
                let place = Place {
                    pack: pack.clone(),
                    offset,
                    chunk: chunk.chunk,
                };
                offset += stored;
                places.insert(chunk.id, place);
            }
        }
    }
}

/// All indexes by their id, in no order.
pub(crate) fn read_indexes(backend: &impl Backend) -> Result<Vec<(String, Index)>> {
    let mut found = Vec::new();
    for entry in backend.list(INDEXES)? {
        let id = entry.name.trim_start_matches(INDEXES).to_owned();
        let index = serde_json::from_slice(&backend.get(&entry.name)?)
            .map_err(|problem| Error::damaged(format!("index {id} makes no sense: {problem}")))?;
        found.push((id, index));
    }
    Ok(found)
}

/// Ids of the indexes that are going to be deleted.
pub(crate) fn doomed(backend: &impl Backend) -> Result<HashSet<String>> {
    let entries = backend.list(DOOMED)?.into_iter();
    Ok(entries
        .map(|entry| entry.name.trim_start_matches(DOOMED).to_owned())
        .collect())
}
