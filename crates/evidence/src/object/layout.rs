//! How an object's file is laid out.
//!
//! ```text
//! zstd frame      4 MiB of content, with the content size and a checksum   × as many as needed
//! skippable frame 0x184D2A50: the 8 bytes `HZ-SHA-1`, SHA-256 of all bytes before it
//! skippable frame 0x184D2A5E: the seek table
//! ```
//!
//! The seek table is that of zstd's "seekable format" (`contrib/seekable_format` of facebook/zstd), without
//! the optional checksums; the digest lies between the last frame and the table and is no entry of it.
//! So `zstd -d` gives the content back without this software. The digest covers what the
//! content's hash cannot see: bits of a frame that decode to the same content. The table can be computed
//! from the frames, so each of its bytes is checked as well.
//!
//! Takes and gives bytes; it must never open a file.

use std::io::{self, Read, Seek, SeekFrom};

/// Content bytes of each frame but the last.
pub(crate) const FRAME_BYTES: usize = 4 << 20;

/// No compressed frame is longer: zstd's bound for 4 MiB is below 4 MiB + 20 KiB.
const FRAME_STORED_MAX: u32 = (FRAME_BYTES + (64 << 10)) as u32;

const SKIPPABLE_DIGEST: u32 = 0x184D_2A50;
const SKIPPABLE_TABLE: u32 = 0x184D_2A5E;
const SEEKABLE_MAGIC: u32 = 0x8F92_EAB1;
const DIGEST_TAG: &[u8; 8] = b"HZ-SHA-1";

/// Length of the digest frame.
pub(crate) const DIGEST_FRAME_BYTES: u64 = 8 + 8 + 32;
const TABLE_FOOTER_BYTES: u64 = 9;
const TABLE_ENTRY_BYTES: u64 = 8;

/// What is wrong with a table that does not fit the frames.
pub(crate) const TABLE_CHANGED: &str = "the seek table at its end is changed or cut";

/// One frame: how long it is in the file, and how much content it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) stored: u32,
    pub(crate) content: u32,
}

/// All frames of an object, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    pub(crate) frames: Vec<Frame>,
}

/// Where a frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// First byte in the file.
    pub(crate) at: u64,
    /// First byte in the content.
    pub(crate) from: u64,
    pub(crate) frame: Frame,
}

impl Table {
    /// Bytes of content.
    pub(crate) fn content_size(&self) -> u64 {
        self.frames.iter().map(|f| u64::from(f.content)).sum()
    }

    /// Bytes of all frames in the file.
    pub(crate) fn stored_size(&self) -> u64 {
        self.frames.iter().map(|f| u64::from(f.stored)).sum()
    }

    /// The frames with their places.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.frames.iter().scan((0, 0), |(at, from), &frame| {
            let place = Place {
                at: *at,
                from: *from,
                frame,
            };
            *at += u64::from(frame.stored);
            *from += u64::from(frame.content);
            Some(place)
        })
    }

    /// The table as it stands at the end of the file.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let count = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
        let body = count.saturating_mul(8).saturating_add(9);
        let mut bytes = Vec::with_capacity(self.frames.len() * 8 + 17);
        bytes.extend(SKIPPABLE_TABLE.to_le_bytes());
        bytes.extend(body.to_le_bytes());
        for frame in &self.frames {
            bytes.extend(frame.stored.to_le_bytes());
            bytes.extend(frame.content.to_le_bytes());
        }
        bytes.extend(count.to_le_bytes());
        bytes.push(0);
        bytes.extend(SEEKABLE_MAGIC.to_le_bytes());
        bytes
    }

    /// Reads the table from the end of an object's file, and checks that frames, digest and table fill the
    /// file exactly. The inner error says what is wrong.
    pub(crate) fn read(file: &mut (impl Read + Seek + ?Sized)) -> io::Result<Result<Self, String>> {
        let size = file.seek(SeekFrom::End(0))?;
        if size < DIGEST_FRAME_BYTES + 8 + TABLE_FOOTER_BYTES {
            return Ok(Err(format!("{size} bytes are too few for an object")));
        }
        file.seek(SeekFrom::Start(size - TABLE_FOOTER_BYTES))?;
        let mut count = [0; 4];
        file.read_exact(&mut count)?;
        let count = u64::from(u32::from_le_bytes(count));
        let table = 8 + count * TABLE_ENTRY_BYTES + TABLE_FOOTER_BYTES;
        if size < DIGEST_FRAME_BYTES + table {
            return Ok(Err("the seek table at its end is changed or cut".to_owned()));
        }
        file.seek(SeekFrom::Start(size - table))?;
        let mut bytes = Vec::new();
        file.take(table).read_to_end(&mut bytes)?;
        Ok(Self::decode(&bytes, size - table - DIGEST_FRAME_BYTES))
    }

    fn decode(bytes: &[u8], stored: u64) -> Result<Self, String> {
        let (words, _) = bytes.as_chunks::<4>();
        let mut words = words.iter().map(|word| u32::from_le_bytes(*word)).skip(2);
        let count = (bytes.len() as u64 - 8 - TABLE_FOOTER_BYTES) / TABLE_ENTRY_BYTES;
        let mut frames = Vec::new();
        for _ in 0..count {
            if let (Some(stored), Some(content)) = (words.next(), words.next()) {
                frames.push(Frame { stored, content });
            }
        }
        let table = Self { frames };
        let sound = table.encode() == bytes && table.is_regular();
        if !sound {
            return Err(TABLE_CHANGED.to_owned());
        }
        if table.stored_size() != stored {
            return Err("its length is not the one that its seek table states".to_owned());
        }
        Ok(table)
    }

    /// Whether each frame has the size that the writer gives it.
    fn is_regular(&self) -> bool {
        let Some((last, full)) = self.frames.split_last() else {
            return true;
        };
        full.iter()
            .all(|frame| frame.content as usize == FRAME_BYTES)
            && last.content > 0
            && last.content as usize <= FRAME_BYTES
            && self
                .frames
                .iter()
                .all(|frame| frame.stored <= FRAME_STORED_MAX)
    }
}

/// The digest frame for this hash.
pub(crate) fn digest_frame(hash: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48);
    bytes.extend(SKIPPABLE_DIGEST.to_le_bytes());
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend(DIGEST_TAG);
    bytes.extend(hash);
    bytes
}
