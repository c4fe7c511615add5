//! The image crate for Python: plain data in, plain data out.
//!
//! Every error is an `ImageProblem` with two arguments: what kind it is, and what it says. Which error of the
//! package that becomes is decided in `pyteleport.checkpoints`.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};

use image::{
    AtomicFile, Behind, Directory, Error, Key, Keys, Reader, Store, StoreWriter as InStore, Trust,
    Writer,
};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

pyo3::create_exception!(
    pyteleport._native,
    ImageProblem,
    pyo3::exceptions::PyException,
    "What is wrong with an image: (kind, text)."
);

fn problem(error: Error) -> PyErr {
    let kind = match &error {
        Error::Io(cause) => {
            return match cause.raw_os_error() {
                Some(number) => PyOSError::new_err((number, cause.to_string())),
                None => PyOSError::new_err(cause.to_string()),
            };
        }
        Error::NotAnImage(_) => "none",
        Error::TooNew { .. } => "new",
        Error::Damaged(_) => "damaged",
        Error::NotSealed | Error::OtherKey(_) | Error::BrokenSeal => "seal",
        Error::Key(_) => "key",
        Error::Name(_) => "name",
        Error::TooLong => "slow",
    };
    ImageProblem::new_err((kind, error.to_string()))
}

fn parse_keys(lines: &[String]) -> PyResult<Keys> {
    let keys = lines
        .iter()
        .map(|line| Key::parse(line))
        .collect::<image::Result<_>>();
    keys.map(Keys).map_err(problem)
}

/// A new key, as the line of its file.
#[pyfunction]
pub fn new_key() -> PyResult<String> {
    Key::generate().map(|key| key.line()).map_err(problem)
}

/// The id of a key.
#[pyfunction]
pub fn key_id(line: &str) -> PyResult<String> {
    Key::parse(line)
        .map(|key| key.id().to_string())
        .map_err(problem)
}

/// The line of a key file; refuses one that others can read.
#[pyfunction]
pub fn read_key(path: PathBuf) -> PyResult<String> {
    Key::read(&path).map(|key| key.line()).map_err(problem)
}

/// Writes a key file for its owner alone; refuses to overwrite one.
#[pyfunction]
pub fn write_key(path: PathBuf, line: &str) -> PyResult<()> {
    Key::parse(line)
        .and_then(|key| key.write(&path))
        .map_err(problem)
}

enum Writing {
    File(Box<Writer<Behind<AtomicFile>>>),
    Store(Box<InStore<Directory>>),
}

/// An image being written, into a file or a store. Nothing is there before `finish`.
#[pyclass(frozen, module = "pyteleport._native")]
pub struct ImageWriter {
    state: Mutex<(Option<Writing>, Vec<u8>)>,
}

fn lock<T>(state: &Mutex<T>) -> PyResult<MutexGuard<'_, T>> {
    state
        .try_lock()
        .map_err(|_| PyValueError::new_err("it is in use by another thread"))
}

fn ended() -> PyErr {
    PyValueError::new_err("the image is finished")
}

#[pymethods]
impl ImageWriter {
    /// One file, which takes the place of what is there.
    #[new]
    fn new(path: PathBuf, manifest: &str, key: Option<&str>) -> PyResult<Self> {
        let key = key.map(Key::parse).transpose().map_err(problem)?;
        let file = AtomicFile::create(&path).map_err(|cause| problem(cause.into()))?;
        let writer = Writer::new(Behind::new(file), manifest, key).map_err(problem)?;
        Ok(Self {
            state: Mutex::new((Some(Writing::File(Box::new(writer))), Vec::new())),
        })
    }

    /// Begins a section.
    fn section(&self, name: &str) -> PyResult<()> {
        match &mut lock(&self.state)?.0 {
            Some(Writing::File(writer)) => writer.section(name),
            Some(Writing::Store(writer)) => writer.section(name),
            None => return Err(ended()),
        }
        .map_err(problem)
    }

    /// Adds bytes to the section. Large ones are best given a megabyte at a time.
    fn write(&self, py: Python<'_>, bytes: PyBuffer<u8>) -> PyResult<()> {
        let mut guard = lock(&self.state)?;
        let (writing, copy) = &mut *guard;
        copy.resize(bytes.item_count(), 0);
        bytes.copy_to_slice(py, copy)?;
        match writing {
            Some(Writing::File(writer)) => writer.write(copy),
            Some(Writing::Store(writer)) => writer.write(copy),
            None => return Err(ended()),
        }
        .map_err(problem)
    }

    /// Puts the image in place; (number, bytes written) in a store, (0, 0) in a file.
    fn finish(&self) -> PyResult<(u64, u64)> {
        let writing = lock(&self.state)?.0.take().ok_or_else(ended)?;
        match writing {
            Writing::File(writer) => {
                let behind = writer.finish().map_err(problem)?;
                let file = behind.into_inner().map_err(|cause| problem(cause.into()))?;
                file.commit().map_err(|cause| problem(cause.into()))?;
                Ok((0, 0))
            }
            Writing::Store(writer) => {
                let stored = writer.finish().map_err(problem)?;
                Ok((stored.number, stored.written))
            }
        }
    }

    /// Leaves nothing.
    fn abandon(&self) -> PyResult<()> {
        lock(&self.state)?.0 = None;
        Ok(())
    }
}

/// An image that was opened: whole in its frame, and sealed as was asked for.
#[pyclass(frozen, module = "pyteleport._native")]
pub struct ImageReader {
    reader: Mutex<Reader>,
}

fn with_trust<T>(
    keys: Option<Vec<String>>,
    open: impl FnOnce(&Trust<'_>) -> image::Result<T>,
) -> PyResult<T> {
    match keys {
        None => open(&Trust::Anyone),
        Some(lines) => open(&Trust::Sealed(&parse_keys(&lines)?)),
    }
    .map_err(problem)
}

#[pymethods]
impl ImageReader {
    /// Opens a file; with `keys` None anybody's.
    #[new]
    fn new(path: PathBuf, keys: Option<Vec<String>>) -> PyResult<Self> {
        let file = File::open(&path).map_err(|cause| problem(cause.into()))?;
        let reader = with_trust(keys, |trust| Reader::open(file, trust))?;
        Ok(Self {
            reader: Mutex::new(reader),
        })
    }

    /// JSON.
    #[getter]
    fn manifest(&self) -> PyResult<String> {
        Ok(lock(&self.reader)?.manifest().to_owned())
    }

    /// Id of the key that sealed it.
    #[getter]
    fn key(&self) -> PyResult<Option<String>> {
        Ok(lock(&self.reader)?.key().map(|id| id.to_string()))
    }

    /// (name, bytes, bytes stored, chunks) of each section.
    fn sections(&self) -> PyResult<Vec<(String, u64, u64, usize)>> {
        let reader = lock(&self.reader)?;
        let sections = reader.sections();
        Ok(sections
            .map(|(name, of)| (name.to_owned(), of.length, of.stored, of.chunks))
            .collect())
    }

    /// (hash, bytes) of each chunk.
    fn chunks(&self) -> PyResult<Vec<(String, u32)>> {
        let reader = lock(&self.reader)?;
        let chunks = reader.chunks();
        Ok(chunks
            .map(|(hash, length)| (hash.to_owned(), length))
            .collect())
    }

    /// The next chunk's bytes, checked; None at the end.
    fn next_chunk<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let chunk = lock(&self.reader)?.next_chunk().map_err(problem)?;
        Ok(chunk.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// The next chunk is the first again.
    fn rewind(&self) -> PyResult<()> {
        lock(&self.reader)?.rewind().map_err(problem)
    }
}

/// A store of images in a folder.
#[pyclass(frozen, module = "pyteleport._native")]
pub struct ImageStore {
    store: Mutex<Store<Directory>>,
}

#[pymethods]
impl ImageStore {
    #[new]
    fn new(folder: PathBuf) -> Self {
        Self {
            store: Mutex::new(Store::new(Directory(folder))),
        }
    }

    /// (name, number, seconds since 1970) of each image, by name and number.
    fn images(&self) -> PyResult<Vec<(String, u64, f64)>> {
        let images = lock(&self.store)?.images().map_err(problem)?;
        Ok(images
            .into_iter()
            .map(|image| {
                let age = image.modified.duration_since(UNIX_EPOCH);
                (
                    image.name,
                    image.number,
                    age.map_or(0.0, |age| age.as_secs_f64()),
                )
            })
            .collect())
    }

    /// Begins the next image of a name.
    fn writer(&self, name: &str, manifest: &str, key: Option<&str>) -> PyResult<ImageWriter> {
        let key = key.map(Key::parse).transpose().map_err(problem)?;
        let writer = lock(&self.store)?
            .writer(name, manifest, key)
            .map_err(problem)?;
        Ok(ImageWriter {
            state: Mutex::new((Some(Writing::Store(Box::new(writer))), Vec::new())),
        })
    }

    /// Opens an image.
    fn open(&self, name: &str, number: u64, keys: Option<Vec<String>>) -> PyResult<ImageReader> {
        let store = lock(&self.store)?;
        let found = store.of(name).map_err(problem)?;
        let image = found
            .iter()
            .find(|image| image.number == number)
            .ok_or_else(|| ImageProblem::new_err(("none", "there is no such image")))?;
        let reader = with_trust(keys, |trust| store.open(image, trust))?;
        Ok(ImageReader {
            reader: Mutex::new(reader),
        })
    }

    /// Deletes all images of a name but the newest `keep`; how many went.
    fn prune(&self, name: &str, keep: usize) -> PyResult<usize> {
        lock(&self.store)?.prune(name, keep).map_err(problem)
    }

    /// (bytes deleted, indexes doomed, bytes moved); `grace` in seconds, None for the usual.
    fn collect(&self, grace: Option<f64>) -> PyResult<(u64, usize, u64)> {
        let grace = grace
            .map(Duration::try_from_secs_f64)
            .transpose()
            .map_err(|cause| PyValueError::new_err(cause.to_string()))?;
        let done = lock(&self.store)?.collect(grace).map_err(problem)?;
        Ok((done.deleted, done.doomed, done.moved))
    }

    /// (images that are whole, [(image, what is wrong)]).
    fn verify(&self, keys: Option<Vec<String>>) -> PyResult<(usize, Vec<(String, String)>)> {
        let keys = keys.map(|lines| parse_keys(&lines)).transpose()?;
        let found = lock(&self.store)?.verify(keys.as_ref()).map_err(problem)?;
        Ok((found.whole, found.damaged))
    }
}
