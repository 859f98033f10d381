//! Evidence.
mod disk;
mod error;
mod folder;
mod journal;
mod object;
mod seal;
pub mod unpack;
mod verify;

pub use disk::{Disk, DiskFile, Listed, OsDisk, ReadSeek};
pub use error::EvidenceError;
pub use folder::CaseLock;
pub use journal::{Entry, EntryHash, Journal, Journalled, RECEIPT, Torn, read_journal};
pub use object::{ArtefactReader, Objects, RawReader, Store, Stored, Writer};
pub use seal::{SEAL, Seal, SealKey, seal};
pub use verify::{Problem, SealState, Token, Verification, What, verify, verify_on};
