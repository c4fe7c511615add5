//! What no image needs any more goes; what images need is looked at.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use super::index::{Index, doomed, read_indexes};
use super::write::Packs;
use super::{Backend, DOOMED, INDEXES, PACKS, Store};
use crate::frame::Trust;
use crate::{Keys, Result};

/// No writer is at work for longer.
pub(super) const GRACE: Duration = Duration::from_secs(6 * 3600);

/// What [`Store::collect`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Bytes deleted.
    pub deleted: u64,
    /// Indexes that go next time, if they are not needed by then.
    pub doomed: usize,
    /// Bytes of chunks that were moved together.
    pub moved: u64,
}

/// What [`Store::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Images that are whole.
    pub whole: usize,
    /// (name/number, what is wrong) of those that are not.
    pub damaged: Vec<(String, String)>,
}

impl<B: Backend + Clone + 'static> Store<B> {
    /// Deletes chunks that no image needs, in two steps: see the module's head.
    ///
    /// `grace` is how long a writer may have been at work; None for the usual, which is never too short.
    /// With zero nobody else may be writing, and both steps are done at once.
    ///
    /// # Errors
    /// The store cannot be read or written to. Called again it goes on where it was.
    pub fn collect(&self, grace: Option<Duration>) -> Result<Collected> {
        let grace = grace.unwrap_or(GRACE);
        let mut done = Collected::default();
        // Indexes first: one that comes later belongs to an image that comes later still.
        let indexes = read_indexes(&self.backend)?;
        let needed = self.needed()?;
        let going = self.delete_doomed(&indexes, &needed, grace, &mut done)?;
        self.delete_orphans(grace, &mut done)?;
        let mut packs = None;
        for (id, index) in indexes {
            if going.contains(&id) {
                continue;
            }
            let (live, all) = weigh(&index, &needed);
            if live * 2 > all {
                continue;
            }
            if live > 0 {
                if packs.is_none() {
                    packs = Some(Packs::new(self.backend.clone())?);
                }
                if let Some(packs) = &mut packs {
                    done.moved += self.move_out(packs, index, &needed)?;
                }
            }
            self.backend.put(&format!("{DOOMED}{id}"), b"")?;
            done.doomed += 1;
        }
        if let Some(mut packs) = packs {
            packs.put_index()?;
        }
        if grace.is_zero() && done.doomed > 0 {
            let again = self.collect(Some(grace))?;
            done.deleted += again.deleted;
            done.doomed = 0;
        }
        Ok(done)
    }

    /// Ids of all chunks that images need.
    fn needed(&self) -> Result<HashSet<String>> {
        let mut needed = HashSet::new();
        for image in self.images()? {
            let frame = self.frame(&image, &Trust::Anyone)?;
            let sections = frame.table.sections.into_iter();
            needed.extend(
                sections
                    .flat_map(|section| section.chunks)
                    .map(|chunk| chunk.hash),
            );
        }
        Ok(needed)
    }

    /// Deletes what was doomed long enough ago; what is still doomed.
    fn delete_doomed(
        &self,
        indexes: &[(String, Index)],
        needed: &HashSet<String>,
        grace: Duration,
        done: &mut Collected,
    ) -> Result<HashSet<String>> {
        let by_id: HashMap<_, _> = indexes
            .iter()
            .map(|(id, index)| (id.as_str(), index))
            .collect();
        // A chunk may be elsewhere too: only what is nowhere else keeps a doomed index alive.
        let doomed = doomed(&self.backend)?;
        let mut elsewhere = HashMap::new();
        for (id, index) in indexes {
            if !doomed.contains(id) {
                index.clone().gather(&mut elsewhere);
            }
        }
        let mut still = HashSet::new();
        for entry in self.backend.list(DOOMED)? {
            let id = entry.name.trim_start_matches(DOOMED);
            let Some(index) = by_id.get(id) else {
                self.backend.delete(&entry.name)?; // it is gone: a crash came in between
                continue;
            };
            if index
                .chunks()
                .any(|c| needed.contains(&c.id) && !elsewhere.contains_key(&c.id))
            {
                self.backend.delete(&entry.name)?; // an image has come to need it
            } else if is_older(entry.modified, grace) {
                self.backend.delete(&format!("{INDEXES}{id}"))?;
                for pack in &index.packs {
                    self.backend.delete(&format!("{PACKS}{}", pack.pack))?;
                    done.deleted += pack
                        .chunks
                        .iter()
                        .map(|c| u64::from(c.chunk.stored))
                        .sum::<u64>();
                }
                self.backend.delete(&entry.name)?;
                still.insert(id.to_owned());
            } else {
                still.insert(id.to_owned());
            }
        }
        Ok(still)
    }

    /// Deletes packs that no index tells of: their writer has crashed.
    fn delete_orphans(&self, grace: Duration, done: &mut Collected) -> Result<()> {
        let packs = self.backend.list(PACKS)?;
        let mut told = HashSet::new();
        for (_, index) in read_indexes(&self.backend)? {
            told.extend(index.packs.into_iter().map(|pack| pack.pack));
        }
        for entry in packs {
            if !told.contains(entry.name.trim_start_matches(PACKS))
                && is_older(entry.modified, grace)
            {
                self.backend.delete(&entry.name)?;
                done.deleted += entry.size;
            }
        }
        Ok(())
    }

    fn move_out(
        &self,
        packs: &mut Packs<B>,
        index: Index,
        needed: &HashSet<String>,
    ) -> Result<u64> {
        let mut places = HashMap::new();
        index.gather(&mut places);
        places.retain(|id, _| needed.contains(id));
        let mut moved = 0;
        for (id, place) in places {
            let name = format!("{PACKS}{}", place.pack);
            let stored =
                self.backend
                    .get_range(&name, place.offset, u64::from(place.chunk.stored))?;
            moved += stored.len() as u64;
            packs.add(&id, place.chunk, &stored)?;
        }
        Ok(moved)
    }

    /// Reads every chunk of every image.
    ///
    /// # Errors
    /// The store cannot be read at all. What is wrong with an image is no error here.
    pub fn verify(&self, keys: Option<&Keys>) -> Result<Verified> {
        let trust = keys.map_or(Trust::Anyone, Trust::Sealed);
        let mut found = Verified::default();
        for image in self.images()? {
            let whole = self.open(&image, &trust).and_then(|mut reader| {
                while reader.next_chunk()?.is_some() {}
                Ok(())
            });
            match whole {
                Ok(()) => found.whole += 1,
                Err(problem) => {
                    let label = format!("{}#{}", image.name, image.number);
                    found.damaged.push((label, problem.to_string()));
                }
            }
        }
        Ok(found)
    }
}

/// Bytes of an index that are needed, and all.
fn weigh(index: &Index, needed: &HashSet<String>) -> (u64, u64) {
    let (mut live, mut all) = (0, 0);
    for chunk in index.chunks() {
        all += u64::from(chunk.chunk.stored);
        if needed.contains(&chunk.id) {
            live += u64::from(chunk.chunk.stored);
        }
    }
    (live, all)
}

fn is_older(modified: SystemTime, than: Duration) -> bool {
    than.is_zero()
        || SystemTime::now()
            .duration_since(modified)
            .is_ok_and(|age| age > than)
}
