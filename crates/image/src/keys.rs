//! Keys that seal images: who holds one may have his images restored by whoever accepts it.
//!
//! A key file is one line, `pyteleport-key-1 ` and 64 hexadecimal digits, readable by its owner alone.

use std::fmt;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::{Error, Result};

const PREFIX: &str = "pyteleport-key-1 ";
const SEAL_CONTEXT: &str = "pyteleport image seal 1";
const ID_CONTEXT: &str = "pyteleport key id 1";

/// Names a key without giving it away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A key.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A new one, from the operating system's randomness.
    ///
    /// # Errors
    /// There is none to be had.
    pub fn generate() -> Result<Self> {
        use std::io::Read;
        let mut bytes = [0; 32];
        fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// From the line of a key file.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(line: &str) -> Result<Self> {
        let digits = line
            .trim()
            .strip_prefix(PREFIX.trim_end())
            .map(str::trim)
            .ok_or_else(|| Error::Key(format!("does not begin with {PREFIX:?}")))?;
        let mut bytes = [0; 32];
        let pairs = digits.as_bytes().chunks(2);
        if digits.len() != 64 {
            return Err(Error::Key(format!("has {} digits, not 64", digits.len())));
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let text = std::str::from_utf8(pair).unwrap_or("");
            *byte = u8::from_str_radix(text, 16)
                .map_err(|_| Error::Key("has a digit that is not hexadecimal".to_owned()))?;
        }
        Ok(Self(bytes))
    }

    /// The line of a key file.
    #[must_use]
    pub fn line(&self) -> String {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{PREFIX}{digits}\n")
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        let hash = blake3::derive_key(ID_CONTEXT, &self.0);
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        KeyId(id)
    }

    /// What computes the seal over all that is given to it.
    pub(crate) fn sealing(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&blake3::derive_key(SEAL_CONTEXT, &self.0))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// It is not there, is no key, or others than its owner may read it.
    pub fn read(path: &Path) -> Result<Self> {
        let mode = fs::metadata(path)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Error::Key(format!(
                "{} can be read by others (mode {:03o})",
                path.display(),
                mode & 0o777
            )));
        }
        Self::parse(&fs::read_to_string(path)?)
            .map_err(|problem| Error::Key(format!("{}: {problem}", path.display())))
    }

    /// Writes a key file, for its owner alone. An existing one is never overwritten.
    ///
    /// # Errors
    /// There is one already, or the folder cannot be written to.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(self.line().as_bytes())?;
        file.sync_all()?;
        Ok(())
    }
}

/// The keys of a user: the first seals, all are accepted.
#[derive(Clone, Default)]
pub struct Keys(pub Vec<Key>);

impl Keys {
    /// The one of this id.
    pub(crate) fn find(&self, id: KeyId) -> Option<&Key> {
        self.0.iter().find(|key| key.id() == id)
    }
}
