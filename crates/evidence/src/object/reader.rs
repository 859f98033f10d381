//! Reading an artefact: as a stream, from any place, frame by frame.
//!
//! Takes the file of an object, gives the bytes as received. It must never hold more than one frame.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use hourzero_model::ArtefactId;
use zstd::bulk::Decompressor;

use super::layout::{Place, Table};
use crate::EvidenceError;
use crate::disk::ReadSeek;
use crate::error::At;

/// The bytes of one artefact as received.
pub struct ArtefactReader {
    id: ArtefactId,
    size: u64,
    position: u64,
    frames: Frames,
    /// The frame that `content` holds.
    held: Option<usize>,
    content: Vec<u8>,
}

impl ArtefactReader {
    pub(crate) fn new(
        id: ArtefactId,
        path: PathBuf,
        file: Box<dyn ReadSeek>,
    ) -> Result<Self, EvidenceError> {
        let frames = Frames::new(path, file)?;
        Ok(Self {
            id,
            size: frames.size,
            position: 0,
            frames,
            held: None,
            content: Vec::new(),
        })
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes of a range.
    ///
    /// # Errors
    /// When it is not within the artefact, or its frames are damaged.
    pub fn range(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, EvidenceError> {
        if offset.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(EvidenceError::OutOfRange {
                id: self.id,
                size: self.size,
                offset,
                length,
            });
        }
        self.position = offset;
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < length {
            let wanted = length - bytes.len() as u64;
            let ready = self.ready()?;
            let part = usize::try_from(wanted)
                .ok()
                .and_then(|wanted| ready.get(..wanted))
                .unwrap_or(ready);
            bytes.extend_from_slice(part);
            self.position += part.len() as u64;
        }
        Ok(bytes)
    }

    /// The bytes from the position to the end of its frame; none at the end of the artefact.
    fn ready(&mut self) -> Result<&[u8], EvidenceError> {
        if self.position >= self.size {
            return Ok(&[]);
        }
        let (index, within) = self.frames.find(self.position);
        if self.held != Some(index) {
            self.held = None;
            self.frames.unpack(index, &mut self.content)?;
            self.held = Some(index);
        }
        Ok(self.content.get(within..).unwrap_or_default())
    }
}

impl Read for ArtefactReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ready = self
            .ready()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let read = ready.read(into)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for ArtefactReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = target.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "a place before the first byte of the artefact",
            )
        })?;
        Ok(self.position)
    }
}

/// The frames of an open object.
pub(super) struct Frames {
    path: PathBuf,
    file: Box<dyn ReadSeek>,
    places: Vec<Place>,
    decompressor: Decompressor<'static>,
    stored: Vec<u8>,
    pub(super) size: u64,
}

impl Frames {
    pub(super) fn new(path: PathBuf, mut file: Box<dyn ReadSeek>) -> Result<Self, EvidenceError> {
        let table = Table::read(&mut file)
            .at("read", &path)?
            .map_err(|reason| damaged(&path, reason))?;
        Ok(Self {
            decompressor: Decompressor::new().at("decompress", &path)?,
            size: table.content_size(),
            places: table.places().collect(),
            path,
            file,
            stored: Vec::new(),
        })
    }

    /// The frame that holds this byte of the content, and the byte's place in it. All frames but the last
    /// are of one size, which the table's check guarantees.
    pub(super) fn find(&self, position: u64) -> (usize, usize) {
        let frame = super::layout::FRAME_BYTES as u64;
        ((position / frame) as usize, (position % frame) as usize)
    }

    /// The content of a frame, into a buffer that is used again.
    pub(super) fn unpack(
        &mut self,
        index: usize,
        content: &mut Vec<u8>,
    ) -> Result<(), EvidenceError> {
        let Some(place) = self.places.get(index) else {
            return Err(damaged(&self.path, format!("it has no frame {index}")));
        };
        self.file
            .seek(SeekFrom::Start(place.at))
            .at("read", &self.path)?;
        unpack_frame(
            &mut self.file,
            *place,
            (&mut self.decompressor, &mut self.stored),
            content,
        )
        .at("read", &self.path)?
        .map_err(|reason| damaged(&self.path, reason))
    }
}

/// Reads and decompresses the frame at the file's present place. `scratch` holds the decompressor and, after
/// the call, the frame as stored. The inner error says what is wrong with the frame.
pub(crate) fn unpack_frame(
    file: &mut (impl Read + ?Sized),
    place: Place,
    scratch: (&mut Decompressor<'static>, &mut Vec<u8>),
    content: &mut Vec<u8>,
) -> io::Result<Result<(), String>> {
    let (decompressor, stored) = scratch;
    stored.clear();
    file.take(u64::from(place.frame.stored))
        .read_to_end(stored)?;
    content.clear();
    content.reserve(place.frame.content as usize);
    let unpacked = decompressor.decompress_to_buffer(stored.as_slice(), content);
    let end = place.from + u64::from(place.frame.content);
    Ok(match unpacked {
        Ok(size) if size == place.frame.content as usize => Ok(()),
        _ => Err(format!(
            "the frame at byte {} of the file, which holds bytes {} to {end} of the content, does not decompress",
            place.at, place.from
        )),
    })
}

fn damaged(path: &Path, reason: String) -> EvidenceError {
    EvidenceError::Damaged {
        path: path.to_path_buf(),
        reason,
    }
}
