//! Evidence: bytes as received, and the record of what was done with them.
//!
//! Takes bytes, gives artefacts: hashed, packed, written once, named by their SHA-256. Keeps the journal, one
//! hash chain of all that people and the tool did. Verifies both, seals the journal, opens archives. It must
//! never parse a record of a log, and never delete or change what it keeps.
//!
//! # A case on disk
//!
//! ```text
//! <case>/.lock                    held by the process that writes ([`CaseLock`])
//! <case>/evidence/<sha256>.zst    one artefact each ([`Store`], [`Objects`])
//! <case>/journal.jsonl            the chain ([`Journal`])
//! <case>/seals/<sequence>.json    a signature over the chain up to that entry ([`seal()`])
//! <case>/seals/<sequence>.tsr     an RFC 3161 token, made elsewhere and put beside
//! ```
//!
//! ```no_run
//! use hourzero_evidence::{CaseLock, Entry, Journal, RECEIPT, Store, verify};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (case, time) = (std::path::Path::new("case"), hourzero_model::Timestamp::from_micros(0));
//! let lock = CaseLock::acquire(case)?;
//! let store = Store::open(&lock)?;
//! let mut journal = Journal::open(&lock)?;
//! let stored = store.put("audit.csv", &mut std::fs::File::open("audit.csv")?)?;
//! journal.append(Entry {
//!     time,
//!     actor: "first analyst".to_owned(),
//!     kind: RECEIPT.to_owned(),
//!     content: serde_json::json!({ "name": "audit.csv", "size": stored.size }),
//!     object: Some(stored.id),
//!     request_id: None,
//! })?;
//! assert!(verify(case)?.is_sound());
//! # Ok(())
//! # }
//! ```
//!
//! # Objects
//!
//! An object's file is ordinary Zstandard, `zstd -d` gives the bytes as received back. It consists of
//! independent frames of 4 MiB of content, so that a record can be read by unpacking one or two frames; then
//! a skippable frame with the SHA-256 of all frames; then the seek table of zstd's seekable format. While
//! it is written it is called `.partial-<n>`; it gets its name when it is whole and on the medium. A killed
//! import therefore leaves whole objects and files named `.partial-…`, which the next [`Store::open`] clears
//! away. An object without a receipt, from an import that was killed between the two, gets its receipt when
//! the same file is imported again.
//!
//! # The journal's chain
//!
//! Each line is one JSON object without white space and ends with a line feed. Its members stand in the order
//! of their names' bytes, at every depth: `actor`, `content`, `kind`, `object` (where there is one),
//! `previous`, `request_id` (where there is one), `sequence`, `time`, `tool`. After them, as the last member,
//! comes `hash`.
//!
//! - `sequence` counts from 1 without gaps.
//! - `previous` is the `hash` of the line before, 64 zeros in the first.
//! - `hash` is the SHA-256, as 64 lower-case hexadecimal digits, of the line's bytes without `,"hash":"…"`
//!   and without the line feed: the object as it was before it got its hash.
//!
//! To compute it again, cut the last 75 bytes (`,"hash":"` + 64 digits + `"}`) from the line without its line
//! feed, add `}`, and hash that:
//!
//! ```sh
//! sed -n 3p journal.jsonl | sed 's/,"hash":"[0-9a-f]*"}$/}/' | tr -d '\n' | sha256sum
//! ```
//!
//! # What verification finds, and what it cannot
//!
//! Every single byte that is changed, removed or added in a file under `evidence/`, in the journal or in a
//! seal is found, and the file is named; for the content of an object the first byte in doubt is told as
//! well. Every object needs a receipt (an entry of kind [`RECEIPT`] whose `object` names it) and every receipt
//! its object. What nothing inside of a folder can show is that somebody replaced all of it consistently: cut
//! whole entries from the end of the journal together with their objects, or wrote the chain again. For that
//! there are seals: one covers all entries up to its sequence, and shows their loss as long as the seal
//! is kept, in the folder or elsewhere. Whose key sealed is for the reader to know; a verification states
//! the public key. A token beside a seal is checked for one thing only: that it is DER and contains the
//! head's hash or that of the seal's file (found by searching its bytes). `openssl ts -verify` does the rest.
//!
//! # A seal
//!
//! Ed25519 (RFC 8032) over three lines of ASCII, each with its line feed: `hourzero seal 1`,
//! `sequence <number>`, `head <64 hexadecimal digits>`. To have the head time-stamped:
//! `openssl ts -query -digest <head> -sha256 -cert -out head.tsq`, and put the answer beside the seal.

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
