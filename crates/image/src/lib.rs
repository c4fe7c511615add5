//! Images of programs in files: written once, whole or not at all; read with every length bounded
//! and every byte checked. What the sections mean is not known here.
//!
//! ```text
//! header    magic 8 | format 2 | flags 2 | length of the manifest 4
//! manifest  JSON: what the program is, for people and other tools
//! chunks    one behind the other, each compressed where that pays
//! table     JSON: of each section, in order, its name and its chunks
//! trailer   offset of the table 8 | its length 8 | check 32 | id of the key 8 | seal 32 | magic 8
//! ```
//!
//! Numbers are little-endian. The table names each chunk's hash (BLAKE3); the check is BLAKE3 over
//! header, manifest and table, and the seal the same, keyed. So a reader that has checked the seal knows every byte it is
//! going to read before it reads it.
//!
//! - [`Writer`] writes to any `Write`; [`AtomicFile`] is one that replaces a file all at once, and
//!   [`Behind`] one that does its work in a thread.
//! - [`Reader`] reads from any `Read + Seek`. It allocates no more than what is there.
//! - [`Store`] holds many images; chunks that several have in common it holds once.
//! - [`Keys`] are the keys of a user.
//!
//! Untrusted bytes never make this crate panic. See docs/image-format.md.

mod atomic;
mod behind;
mod chunk;
mod error;
mod format;
mod frame;
mod keys;
mod reader;
mod sections;
mod store;
mod writer;

pub use atomic::AtomicFile;
pub use behind::Behind;
pub use error::{Error, Result};
pub use format::{FORMAT, LARGEST_CHUNK, MAGIC};
pub use frame::Trust;
pub use keys::{Key, KeyId, Keys};
pub use reader::{Extent, Reader};
pub use store::{
    Backend, Collected, Directory, Entry, ImageEntry, Store, StoreWriter, Stored, Verified,
};
pub use writer::Writer;
