//! Writes an image into a store: cut where its content says, and only what is not there yet.

use std::collections::HashSet;
use std::time::Instant;

use fastcdc::v2020::FastCDC;

use super::collect::GRACE;
use super::index::{InPack, Index, PackEntry, doomed, read_indexes};
use super::{Backend, IMAGES, INDEXES, PACKS, Store};
use crate::chunk;
use crate::format::{ChunkEntry, head};
use crate::frame::closing;
use crate::sections::{Chunks, Sections};
use crate::{Error, Key, Result};

// Small enough that a change of one page costs little, large enough that a gigabyte has a short table.
const SMALLEST: usize = 8 << 10;
const AVERAGE: usize = 32 << 10;
const LARGEST: usize = 128 << 10;

/// A pack is written once it has so many bytes.
const PACK: usize = 32 << 20;

/// An image being written into a store.
pub struct StoreWriter<B: Backend> {
    store: Store<B>,
    name: String,
    head: Vec<u8>,
    key: Option<Key>,
    sections: Sections<Packs<B>>,
    began: Instant,
}

/// Chunks being written into packs: those that are not there yet.
pub(super) struct Packs<B> {
    backend: B,
    id: String,
    known: HashSet<String>,
    pack: Vec<u8>,
    in_pack: Vec<InPack>,
    index: Index,
    /// Bytes that were given, and bytes that were written.
    length: u64,
    written: u64,
}

/// What an image took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Its number among those of its name.
    pub number: u64,
    /// Bytes of its sections.
    pub length: u64,
    /// Bytes that were written for it.
    pub written: u64,
}

impl<B: Backend> Chunks for Packs<B> {
    const LONGEST: usize = LARGEST;

    fn cut(bytes: &[u8]) -> usize {
        FastCDC::new(bytes, SMALLEST, AVERAGE, LARGEST)
            .cut(0, bytes.len())
            .1
    }

    fn put(&mut self, bytes: &[u8]) -> Result<ChunkEntry> {
        self.length += bytes.len() as u64;
        let id = blake3::hash(bytes).to_hex().to_string();
        if !self.known.contains(&id) {
            let (entry, packed) = chunk::pack(bytes)?;
            self.add(&id, entry, packed.as_deref().unwrap_or(bytes))?;
        }
        Ok(ChunkEntry {
            length: chunk::length(bytes.len())?,
            stored: 0,
            codec: chunk::IN_STORE.to_owned(),
            hash: id,
        })
    }
}

impl<B: Backend> Packs<B> {
    pub(super) fn new(backend: B) -> Result<Self> {
        let avoided = doomed(&backend)?;
        let mut known = HashSet::new();
        for (id, index) in read_indexes(&backend)? {
            if !avoided.contains(&id) {
                known.extend(index.chunks().map(|chunk| chunk.id.clone()));
            }
        }
        Ok(Self {
            backend,
            id: unique()?,
            known,
            pack: Vec::new(),
            in_pack: Vec::new(),
            index: Index::default(),
            length: 0,
            written: 0,
        })
    }

    /// Adds a chunk as it is stored.
    pub(super) fn add(&mut self, id: &str, chunk: ChunkEntry, stored: &[u8]) -> Result<()> {
        self.known.insert(id.to_owned());
        self.in_pack.push(InPack {
            id: id.to_owned(),
            chunk,
        });
        self.pack.extend_from_slice(stored);
        if self.pack.len() >= PACK {
            self.put_pack()?;
        }
        Ok(())
    }

    fn put_pack(&mut self) -> Result<()> {
        if self.pack.is_empty() {
            return Ok(());
        }
        let pack = format!("{}-{}", self.id, self.index.packs.len());
        self.backend.put(&format!("{PACKS}{pack}"), &self.pack)?;
        self.written += self.pack.len() as u64;
        self.pack.clear();
        let chunks = std::mem::take(&mut self.in_pack);
        self.index.packs.push(PackEntry { pack, chunks });
        Ok(())
    }

    /// Packs and index, so that an image may need them.
    pub(super) fn put_index(&mut self) -> Result<()> {
        self.put_pack()?;
        if self.index.packs.is_empty() {
            return Ok(());
        }
        let index = serde_json::to_vec(&self.index).map_err(std::io::Error::from)?;
        self.backend.put(&format!("{INDEXES}{}", self.id), &index)?;
        self.written += index.len() as u64;
        Ok(())
    }
}

impl<B: Backend + Clone + 'static> StoreWriter<B> {
    pub(super) fn new(
        store: Store<B>,
        name: &str,
        manifest: &str,
        key: Option<Key>,
    ) -> Result<Self> {
        let began = Instant::now();
        Ok(Self {
            name: name.to_owned(),
            head: head(manifest)?,
            key,
            sections: Sections::new(Packs::new(store.backend.clone())?),
            began,
            store,
        })
    }

    /// Begins a section; the last one ends.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub fn section(&mut self, name: &str) -> Result<()> {
        self.sections.begin(name)
    }

    /// Adds bytes to the section. How they are split over calls makes no difference.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.sections.write(bytes)
    }

    /// Writes the rest. The image is in the store once this returns.
    ///
    /// # Errors
    /// The store cannot be written to; or it took so long that what was there may be gone: write it anew.
    pub fn finish(self) -> Result<Stored> {
        let (mut packs, table) = self.sections.finish()?;
        packs.put_index()?;
        let closing = closing(
            &table,
            self.head.len() as u64,
            &self.head,
            self.key.as_ref(),
        )?;
        let frame = [self.head.as_slice(), &closing].concat();
        if self.began.elapsed() > GRACE {
            return Err(Error::TooLong);
        }
        let images = self.store.of(&self.name)?;
        let number = images.first().map_or(0, |image| image.number) + 1;
        let path = format!("{IMAGES}{}/{number:08}-{}", self.name, packs.id);
        self.store.backend.put(&path, &frame)?;
        Ok(Stored {
            number,
            length: packs.length,
            written: packs.written + frame.len() as u64,
        })
    }
}

/// A name that nobody else has.
fn unique() -> Result<String> {
    Ok(crate::Key::generate()?.id().to_string())
}
