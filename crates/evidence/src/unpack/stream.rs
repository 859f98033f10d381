//! Files that are one compressed stream: gzip and Zstandard.
//!
//! Takes the compressed artefact, gives its one member. Trailing bytes that belong to no stream are a fault
//! after the member's bytes.

use super::{Fault, Level, buffered, name};
use crate::EvidenceError;
use crate::object::ArtefactReader;

/// A frame that asks for a larger window than 128 MiB is not decompressed: it would take that much memory.
const WINDOW_LOG_MAX: u32 = 27;

pub(super) fn gzip(reader: ArtefactReader, level: &mut Level) -> Result<(), EvidenceError> {
    let mut decoder = flate2::bufread::MultiGzDecoder::new(buffered(reader));
    let inner = name::inner(level.name);
    level.member(&inner, &mut decoder).map(drop)
}

pub(super) fn zstd(reader: ArtefactReader, level: &mut Level) -> Result<(), EvidenceError> {
    let inner = name::inner(level.name);
    let decoder = zstd::stream::read::Decoder::with_buffer(buffered(reader))
        .and_then(|mut decoder| decoder.window_log_max(WINDOW_LOG_MAX).map(|()| decoder));
    match decoder {
        Ok(mut decoder) => level.member(&inner, &mut decoder).map(drop),
        Err(error) => {
            level.miss_rest(Fault::Damaged(error.to_string()));
            Ok(())
        }
    }
}
