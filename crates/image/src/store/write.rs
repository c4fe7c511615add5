//! Writes an image into a store: cut where its content says, and only what is not there yet.

use std::collections::HashSet;
use std::time::Instant;

use fastcdc::v2020::FastCDC;

use super::collect::GRACE;
use super::index::{InPack, Index, PackEntry, doomed, read_indexes};
use super::{Backend, IMAGES, INDEXES, PACKS, Store};
use crate::chunk;
use crate::format::{ChunkEntry, SectionEntry, Table, head};
use crate::frame::closing;
use crate::{Error, Key, Result};

// Small enough that a change of one page costs little, large enough that a gigabyte has a short table.
const SMALLEST: usize = 8 << 10;
const AVERAGE: usize = 32 << 10;
const LARGEST: usize = 128 << 10;

/// A pack is written once it has so many bytes.
const PACK: usize = 32 << 20;

/// An image being written into a store.
pub struct StoreWriter<B> {
    store: Store<B>,
    name: String,
    id: String,
    head: Vec<u8>,
    key: Option<Key>,
    table: Table,
    pending: Vec<u8>,
    known: HashSet<String>,
    pack: Vec<u8>,
    in_pack: Vec<InPack>,
    index: Index,
    stored: Stored,
    began: Instant,
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

impl<B: Backend + Clone + 'static> StoreWriter<B> {
    pub(super) fn new(
        store: Store<B>,
        name: &str,
        manifest: &str,
        key: Option<Key>,
    ) -> Result<Self> {
        let began = Instant::now();
        let avoided = doomed(&store.backend)?;
        let mut known = HashSet::new();
        for (id, index) in read_indexes(&store.backend)? {
            if !avoided.contains(&id) {
                known.extend(index.chunks().map(|chunk| chunk.id.clone()));
            }
        }
        Ok(Self {
            id: unique()?,
            name: name.to_owned(),
            head: head(manifest)?,
            key,
            table: Table::default(),
            pending: Vec::new(),
            known,
            pack: Vec::new(),
            in_pack: Vec::new(),
            index: Index::default(),
            stored: Stored::default(),
            began,
            store,
        })
    }

    /// Begins a section; the last one ends.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub fn section(&mut self, name: &str) -> Result<()> {
        self.flush_pending()?;
        self.table.sections.push(SectionEntry {
            name: name.to_owned(),
            chunks: Vec::new(),
        });
        Ok(())
    }

    /// Adds bytes to the section. How they are split over calls makes no difference.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.pending.is_empty() && bytes.len() >= LARGEST {
                let (chunk, rest) = bytes.split_at(cut(bytes));
                self.put(chunk)?;
                bytes = rest;
                continue;
            }
            let (part, rest) = bytes.split_at(bytes.len().min(LARGEST - self.pending.len()));
            self.pending.extend_from_slice(part);
            bytes = rest;
            if self.pending.len() == LARGEST {
                self.put_first_pending()?;
            }
        }
        Ok(())
    }

    fn flush_pending(&mut self) -> Result<()> {
        while !self.pending.is_empty() {
            self.put_first_pending()?;
        }
        Ok(())
    }

    fn put_first_pending(&mut self) -> Result<()> {
        let rest = self.pending.split_off(cut(&self.pending));
        let chunk = std::mem::replace(&mut self.pending, rest);
        self.put(&chunk)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.stored.length += bytes.len() as u64;
        let id = blake3::hash(bytes).to_hex().to_string();
        if !self.known.contains(&id) {
            let (entry, packed) = chunk::pack(bytes)?;
            self.add(&id, entry, packed.as_deref().unwrap_or(bytes))?;
        }
        let section = self.table.sections.last_mut();
        section
            .ok_or_else(|| Error::damaged("no section was begun"))?
            .chunks
            .push(ChunkEntry {
                length: u32::try_from(bytes.len()).unwrap_or(0),
                stored: 0,
                codec: chunk::IN_STORE.to_owned(),
                hash: id,
            });
        Ok(())
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
        self.store
            .backend
            .put(&format!("{PACKS}{pack}"), &self.pack)?;
        self.stored.written += self.pack.len() as u64;
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
        self.store
            .backend
            .put(&format!("{INDEXES}{}", self.id), &index)?;
        self.stored.written += index.len() as u64;
        Ok(())
    }

    /// Writes the rest. The image is in the store once this returns.
    ///
    /// # Errors
    /// The store cannot be written to; or it took so long that what was there may be gone: write it anew.
    pub fn finish(mut self) -> Result<Stored> {
        self.flush_pending()?;
        self.put_index()?;
        let closing = closing(
            &self.table,
            self.head.len() as u64,
            &[&self.head],
            self.key.as_ref(),
        )?;
        let frame = [self.head.as_slice(), &closing].concat();
        if self.began.elapsed() > GRACE {
            return Err(Error::TooLong);
        }
        let newest = self
            .store
            .of(&self.name)?
            .first()
            .map_or(0, |image| image.number);
        self.stored.number = newest + 1;
        let path = format!("{IMAGES}{}/{:08}-{}", self.name, newest + 1, self.id);
        self.store.backend.put(&path, &frame)?;
        self.stored.written += frame.len() as u64;
        Ok(self.stored)
    }
}

fn cut(bytes: &[u8]) -> usize {
    FastCDC::new(bytes, SMALLEST, AVERAGE, LARGEST)
        .cut(0, bytes.len())
        .1
}

/// A name that nobody else has.
fn unique() -> Result<String> {
    Ok(crate::Key::generate()?.id().to_string())
}
