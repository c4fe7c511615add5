//! A store: many images, in which a chunk that several have in common is kept once.
//!
//! ```text
//! packs/ID               new chunks of one writer, one behind the other
//! indexes/ID             JSON: which chunks are where in which packs; written after them
//! images/NAME/NUMBER-ID  an image's frame (see the crate's head); its chunks are those of the packs.
//!                        written last
//! doomed/ID              an index that is going to be deleted with its packs: nobody builds on it
//! ```
//!
//! Every file is written once, atomically, and never changed. So a crash leaves at most packs and indexes
//! that no image needs, for [`Store::collect`] to find. Two writers do not see each other, and need not:
//! at worst a chunk is there twice.
//!
//! What is deleted is first *doomed*, and only later, when no writer that began before can still be at
//! work (`grace`), deleted, if no image has come to need it in between.
//!
//! Images of a name are numbered by what is there, not by a clock, which may go back.

mod backend;
mod collect;
mod index;
mod write;

use std::collections::HashMap;
use std::io::Cursor;
use std::time::SystemTime;

pub use backend::{Backend, Directory, Entry};
pub use collect::{Collected, Verified};
pub use write::{StoreWriter, Stored};

use crate::chunk;
use crate::format::ChunkEntry;
use crate::frame::{Frame, Trust};
use crate::reader::{Reader, Source};
use crate::{Error, Key, Result};
use index::{Place, read_indexes};

const PACKS: &str = "packs/";
const INDEXES: &str = "indexes/";
const IMAGES: &str = "images/";
const DOOMED: &str = "doomed/";

/// A store of images.
#[derive(Clone)]
pub struct Store<B> {
    backend: B,
}

/// One image of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageEntry {
    /// Whose image.
    pub name: String,
    /// The how manieth of that name.
    pub number: u64,
    /// Where its frame is.
    path: String,
    /// When it was written, by the clock of then.
    pub modified: SystemTime,
}

impl<B: Backend + Clone + 'static> Store<B> {
    /// A store that is there, or will be with the first image.
    pub fn new(backend: B) -> Self {
        Self { backend }
    }

    /// All images, by name and number.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn images(&self) -> Result<Vec<ImageEntry>> {
        let mut found: Vec<_> = self
            .backend
            .list(IMAGES)?
            .into_iter()
            .filter_map(|entry| {
                let (name, file) = entry.name.strip_prefix(IMAGES)?.rsplit_once('/')?;
                Some(ImageEntry {
                    name: name.to_owned(),
                    number: file.split_once('-')?.0.parse().ok()?,
                    path: entry.name.clone(),
                    modified: entry.modified,
                })
            })
            .collect();
        found.sort_by(|a, b| (&a.name, a.number, &a.path).cmp(&(&b.name, b.number, &b.path)));
        Ok(found)
    }

    /// Those of one name, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of(&self, name: &str) -> Result<Vec<ImageEntry>> {
        let mut images = self.images()?;
        images.retain(|image| image.name == name);
        images.reverse();
        Ok(images)
    }

    /// Begins an image.
    ///
    /// # Errors
    /// The name cannot be one, or the store cannot be read.
    pub fn writer(&self, name: &str, manifest: &str, key: Option<Key>) -> Result<StoreWriter<B>> {
        check_name(name)?;
        StoreWriter::new(self.clone(), name, manifest, key)
    }

    /// Opens an image.
    ///
    /// # Errors
    /// It is damaged, or not sealed as `trust` asks.
    pub fn open(&self, image: &ImageEntry, trust: &Trust<'_>) -> Result<Reader> {
        let frame = self.frame(image, trust)?;
        let mut places = HashMap::new();
        for (_, index) in read_indexes(&self.backend)? {
            index.gather(&mut places);
        }
        let source = InStore {
            backend: self.backend.clone(),
            places,
        };
        Ok(Reader::new(frame, Box::new(source)))
    }

    fn frame(&self, image: &ImageEntry, trust: &Trust<'_>) -> Result<Frame> {
        Frame::read(&mut Cursor::new(self.backend.get(&image.path)?), trust)
    }

    /// Deletes all images of a name but the newest `keep`.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub fn prune(&self, name: &str, keep: usize) -> Result<usize> {
        let old: Vec<_> = self.of(name)?.into_iter().skip(keep).collect();
        for image in &old {
            self.backend.delete(&image.path)?;
        }
        Ok(old.len())
    }
}

/// Names become paths: parts of letters, digits and a few signs, none of them hidden.
fn check_name(name: &str) -> Result<()> {
    let good = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || "._-+=@ ".contains(c))
    };
    if name.split('/').all(good) {
        Ok(())
    } else {
        Err(Error::Name(name.to_owned()))
    }
}

struct InStore<B> {
    backend: B,
    places: HashMap<String, Place>,
}

impl<B: Backend> Source for InStore<B> {
    fn chunk(&mut self, entry: &ChunkEntry) -> Result<Vec<u8>> {
        let id = &entry.hash;
        let place = self
            .places
            .get(id)
            .ok_or_else(|| Error::damaged(format!("chunk {id:.16} is missing in the store")))?;
        let name = format!("{PACKS}{}", place.pack);
        let stored = self
            .backend
            .get_range(&name, place.offset, u64::from(place.chunk.stored))?;
        let bytes = chunk::unpack(&place.chunk, stored)?;
        if blake3::hash(&bytes).to_hex().as_str() != id {
            return Err(Error::damaged(format!(
                "chunk {id:.16} is another one in the store"
            )));
        }
        Ok(bytes)
    }

    fn rewind(&mut self) -> Result<()> {
        Ok(())
    }
}
