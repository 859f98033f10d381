//! One object: is it what its name says, byte for byte?
//!
//! Takes an object's file and the hash that it is named by, gives what is wrong. It must never trust the
//! seek table: the table is compared with the frames, the frames with the digest, the content with the name.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use hourzero_model::ArtefactId;
use sha2::{Digest, Sha256};
use zstd::bulk::Decompressor;

use super::What;
use crate::EvidenceError;
use crate::disk::{Disk, ReadSeek};
use crate::error::At;
use crate::object::layout::{DIGEST_FRAME_BYTES, TABLE_CHANGED, Table, digest_frame};
use crate::object::unpack_frame;

/// zstd's own default: a frame that asks for more memory is not ours.
const WINDOW_LOG_MAX: u32 = 27;

/// What the check of one object found.
pub(super) struct Checked {
    pub(super) file_bytes: u64,
    pub(super) what: Option<What>,
}

/// Checks one object for the verification.
pub(super) fn check(disk: &dyn Disk, path: &Path, id: ArtefactId) -> Checked {
    let mut file_bytes = 0;
    let what = disk.open(path).and_then(|mut file| {
        file_bytes = file.seek(SeekFrom::End(0))?;
        inspect(file.as_mut(), id)
    });
    let what = what.unwrap_or_else(|error| {
        Some(What::Unreadable {
            reason: error.to_string(),
        })
    });
    Checked { file_bytes, what }
}

/// Whether the content of an object is what its name says; else why not.
pub(crate) fn check_object(
    disk: &dyn Disk,
    path: &Path,
    id: ArtefactId,
) -> Result<Option<String>, EvidenceError> {
    let what = disk
        .open(path)
        .and_then(|mut file| inspect(file.as_mut(), id))
        .at("read", path)?;
    Ok(what.map(|what| what.to_string()))
}

fn inspect(file: &mut dyn ReadSeek, id: ArtefactId) -> io::Result<Option<What>> {
    match Table::read(file)? {
        Ok(table) => inspect_frames(file, &table, id),
        Err(reason) => inspect_stream(file, reason, id),
    }
}

/// The table holds together: each frame can be checked at its place.
fn inspect_frames(
    file: &mut dyn ReadSeek,
    table: &Table,
    id: ArtefactId,
) -> io::Result<Option<What>> {
    file.seek(SeekFrom::Start(0))?;
    let mut decompressor = Decompressor::new()?;
    let (mut stored, mut content) = (Vec::new(), Vec::new());
    let (mut file_hash, mut content_hash) = (Sha256::new(), Sha256::new());
    for place in table.places() {
        let scratch = (&mut decompressor, &mut stored);
        if let Err(reason) = unpack_frame(file, place, scratch, &mut content)? {
            // A table that lies about a sound frame looks the same: the content's hash tells.
            let what = inspect_stream(file, TABLE_CHANGED.to_owned(), id)?;
            let changed = matches!(what, Some(What::ContentChanged { .. }));
            return Ok(if changed {
                Some(What::ContentChanged {
                    from: Some(place.from),
                    reason,
                })
            } else {
                what
            });
        }
        file_hash.update(&stored);
        content_hash.update(&content);
    }
    let mut digest = Vec::new();
    file.take(DIGEST_FRAME_BYTES).read_to_end(&mut digest)?;
    let intact = content_hash.finalize().as_slice() == id.as_bytes();
    let wrapped = digest == digest_frame(&file_hash.finalize().into());
    Ok(match (intact, wrapped) {
        (true, true) => None,
        (true, false) => Some(What::WrappingChanged {
            reason: "its frames or the digest after them are not as they were written".to_owned(),
        }),
        (false, _) => Some(What::ContentChanged {
            from: None,
            reason: "each frame is sound, but together they have another hash than the name"
                .to_owned(),
        }),
    })
}

/// The table is changed: the content itself may still be whole, which is worth knowing.
fn inspect_stream(
    file: &mut dyn ReadSeek,
    table: String,
    id: ArtefactId,
) -> io::Result<Option<What>> {
    file.seek(SeekFrom::Start(0))?;
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut size = 0_u64;
    let reason = loop {
        match decoder.read(&mut buffer) {
            Ok(0) => break table,
            Ok(read) => {
                hash.update(buffer.get(..read).unwrap_or_default());
                size += read as u64;
            }
            // Whatever follows the frames is no zstd, or a frame is damaged: the hash tells which.
            Err(error) => break format!("{table}; {error} after byte {size} of the content"),
        }
    };
    Ok(Some(if hash.finalize().as_slice() == id.as_bytes() {
        What::WrappingChanged { reason }
    } else {
        What::ContentChanged { from: None, reason }
    }))
}
