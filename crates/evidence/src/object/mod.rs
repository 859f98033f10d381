//! Objects: one file an artefact, named by the hash of its content.

pub(crate) mod layout;
mod raw;
mod reader;
mod store;
mod writer;

pub use raw::RawReader;
pub use reader::ArtefactReader;
pub(crate) use reader::unpack_frame;
pub use store::{Objects, Store, Stored};
pub(crate) use store::{is_partial, named};
pub use writer::Writer;
