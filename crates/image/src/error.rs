//! What can be wrong with an image.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can be wrong with an image, or with a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no image at all.
    #[error("it is no image: {0}")]
    NotAnImage(&'static str),
    /// It was written by a newer version.
    #[error("it has format {found}, and this version reads up to {known}")]
    TooNew {
        /// The format it has.
        found: u16,
        /// The newest that is read here.
        known: u16,
    },
    /// Bytes are missing, or are not those that were written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Nobody sealed it.
    #[error("it has no seal")]
    NotSealed,
    /// It was sealed with a key that is not among those given.
    #[error("it was sealed with another key (id {0}), which is not among yours")]
    OtherKey(String),
    /// The seal does not fit what it seals.
    #[error("its seal does not fit its content: it was changed after it was written")]
    BrokenSeal,
    /// A key file, or what should be a key.
    #[error("the key {0}")]
    Key(String),
    /// What cannot be an image's name in a store.
    #[error(
        "{0:?} cannot be a name in a store: letters, digits and ._-+=@ are, parts of it apart by /"
    )]
    Name(String),
    /// The writer took longer than what it builds on is kept for.
    #[error("writing it took so long that parts it builds on may be gone; write it anew")]
    TooLong,
    /// The operating system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Error {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
