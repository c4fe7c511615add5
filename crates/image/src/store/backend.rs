//! What a store stands on: names and their bytes.

use std::fs;
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::frame::read_exactly;
use crate::{AtomicFile, Error, Result};

/// One name.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, with slashes.
    pub name: String,
    /// When it was written.
    pub modified: SystemTime,
    /// Its length in bytes.
    pub size: u64,
}

/// Names and their bytes, which are written once and never changed.
pub trait Backend: Send {
    /// Writes all bytes under a name, or nothing; they are durable once it returns.
    ///
    /// # Errors
    /// The disk is full, for example.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()>;
    /// All bytes.
    ///
    /// # Errors
    /// There is no such name.
    fn get(&self, name: &str) -> Result<Vec<u8>>;
    /// Just these bytes.
    ///
    /// # Errors
    /// They are not there.
    fn get_range(&self, name: &str, offset: u64, length: u64) -> Result<Vec<u8>>;
    /// All names that begin with `prefix`, which ends in a slash.
    ///
    /// # Errors
    /// The store cannot be read.
    fn list(&self, prefix: &str) -> Result<Vec<Entry>>;
    /// Deletes a name; one that is not there is no error.
    ///
    /// # Errors
    /// It cannot be deleted.
    fn delete(&self, name: &str) -> Result<()>;
}

/// A folder.
#[derive(Clone)]
pub struct Directory(pub PathBuf);

impl Backend for Directory {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = AtomicFile::create(&path)?;
        file.write_all(bytes)?;
        file.commit()?;
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Vec<u8>> {
        Ok(fs::read(self.0.join(name))?)
    }

    fn get_range(&self, name: &str, offset: u64, length: u64) -> Result<Vec<u8>> {
        let mut file = fs::File::open(self.0.join(name)).map_err(|problem| {
            if problem.kind() == ErrorKind::NotFound {
                Error::damaged(format!("{name} is missing in the store"))
            } else {
                problem.into()
            }
        })?;
        file.seek(SeekFrom::Start(offset))?;
        read_exactly(&mut file, length)
    }

    fn list(&self, prefix: &str) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        gather(&self.0, Path::new(prefix), &mut found)?;
        Ok(found)
    }

    fn delete(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.0.join(name)) {
            Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
            _ => Ok(()),
        }
    }
}

fn gather(root: &Path, below: &Path, found: &mut Vec<Entry>) -> Result<()> {
    let entries = match fs::read_dir(root.join(below)) {
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(file) = entry.file_name().into_string() else {
            continue;
        };
        if file.starts_with('.') {
            continue; // being written
        }
        let path = below.join(&file);
        let data = match entry.metadata() {
            Err(problem) if problem.kind() == ErrorKind::NotFound => continue,
            data => data?,
        };
        if data.is_dir() {
            gather(root, &path, found)?;
        } else if let Some(name) = path.to_str() {
            found.push(Entry {
                name: name.to_owned(),
                modified: data.modified()?,
                size: data.len(),
            });
        }
    }
    Ok(())
}
