//! A file that appears under its name whole, or not at all.
//!
//! ```text
//! .NAME.XXXXXX.tmp  <- bytes, fsync;  rename to NAME;  fsync of the folder
//! ```
//! Of a large file the disk is given what there is every few megabytes, in a thread of its own: then little is
//! left to wait for at the end.
//!
//! A crash at any moment leaves what was there before. What a crash leaves beside it begins with
//! a dot and ends in `.tmp`; the next writer of the same name removes it if it is old.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, SystemTime};

// Nobody writes one image for so long.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

// So many bytes go to the disk at a time.
const STEP: usize = 32 << 20;

/// What has a file's bytes written to the disk while there are more to come.
struct Early {
    ask: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Early {
    fn start(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (ask, asked) = sync_channel(1);
        let thread = Builder::new()
            .name("pyteleport-disk".to_owned())
            .spawn(move || asked.iter().try_for_each(|()| file.sync_data()))?;
        Ok(Self { ask, thread })
    }

    /// The system tells of a failure once only: here.
    fn end(self) -> io::Result<()> {
        drop(self.ask);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("what writes to the disk has ended")))
    }
}

/// A new content for a file. Dropped without [`AtomicFile::commit`] it leaves nothing.
pub struct AtomicFile {
    file: File,
    early: Option<Early>,
    ahead: usize,
    temporary: Option<PathBuf>,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a new content for `path`.
    ///
    /// # Errors
    /// Its folder is not there or cannot be written to.
    pub fn create(path: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = folder_of(path);
        let name = path.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a file's name is missing")
        })?;
        remove_abandoned(folder, name);
        loop {
            let mut temporary = OsString::from(".");
            temporary.push(name);
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            temporary.push(format!(".{}-{count}.tmp", std::process::id()));
            let temporary = folder.join(temporary);
            match File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&temporary)
            {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        early: None,
                        ahead: 0,
                        temporary: Some(temporary),
                        path: path.to_owned(),
                    });
                }
                Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists => {}
                Err(problem) => return Err(problem),
            }
        }
    }

    /// Puts it in place, and returns when it would survive a loss of power.
    ///
    /// # Errors
    /// The disk is full, for example. What was there before is there still.
    pub fn commit(mut self) -> io::Result<()> {
        self.early.take().map_or(Ok(()), Early::end)?;
        self.file.sync_all()?;
        if let Some(temporary) = self.temporary.take()
            && let Err(problem) = fs::rename(&temporary, &self.path)
        {
            self.temporary = Some(temporary);
            return Err(problem);
        }
        File::open(folder_of(&self.path))?.sync_all()
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn remove_abandoned(folder: &Path, name: &std::ffi::OsStr) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut start = OsString::from(".");
    start.push(name);
    for entry in entries.flatten() {
        let file = entry.file_name();
        let ours = file
            .as_encoded_bytes()
            .starts_with(start.as_encoded_bytes())
            && file.as_encoded_bytes().ends_with(b".tmp");
        let old = entry
            .metadata()
            .and_then(|data| data.modified())
            .is_ok_and(|time| {
                SystemTime::now()
                    .duration_since(time)
                    .is_ok_and(|age| age > ABANDONED)
            });
        if ours && old {
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(early) = self.early.take() {
            let _ = early.end();
        }
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.ahead += written;
        if self.ahead >= STEP {
            self.ahead = 0;
            if self.early.is_none() {
                self.early = Some(Early::start(&self.file)?);
            }
            if let Some(early) = &self.early {
                let _ = early.ask.try_send(()); // it is at it, or has failed: `commit` will know
            }
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
