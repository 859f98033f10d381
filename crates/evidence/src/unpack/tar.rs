//! Tar archives: POSIX ustar with the long names and sizes of GNU and pax.
//!
//! Takes the archive, gives its ordinary files in order. It is read here and not by a library because a
//! header may state a long name of any size, which would be taken into memory whole.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Fault, Level, Next, buffered};
use crate::EvidenceError;
use crate::object::ArtefactReader;

const BLOCK_BYTES: u64 = 512;
/// Long names and pax headers are smaller than this, or harmful.
const EXTENSION_BYTES_MAX: u64 = 1 << 20;

type Source = io::BufReader<ArtefactReader>;

/// A header as stated, with what an extension before it said.
struct Header {
    name: String,
    size: u64,
    kind: u8,
}

/// What an extension says about the entry after it.
#[derive(Default)]
struct Extension {
    name: Option<String>,
    size: Option<u64>,
}

pub(super) fn members(reader: ArtefactReader, level: &mut Level) -> Result<(), EvidenceError> {
    let mut source = buffered(reader);
    let mut extension = Extension::default();
    let mut at = 0;
    loop {
        let header = match header(&mut source, at) {
            Ok(Some(header)) => header,
            Ok(None) => return Ok(()),
            Err(reason) => {
                level.miss_rest(Fault::Damaged(reason));
                return Ok(());
            }
        };
        let stated = if matches!(header.kind, b'L' | b'K' | b'x' | b'g') {
            header.size
        } else {
            extension.size.unwrap_or(header.size)
        };
        let next = match header.kind {
            b'L' | b'x' => match extend(&mut source, &header, &mut extension) {
                Ok(()) => Next::Go,
                Err(reason) => {
                    level.miss_rest(Fault::Damaged(reason));
                    return Ok(());
                }
            },
            // A long link name, and what pax says for all entries.
            b'K' | b'g' => Next::Go,
            kind => {
                let name = std::mem::take(&mut extension).name.unwrap_or(header.name);
                entry(&mut source, (&name, kind, stated), level)?
            }
        };
        if next == Next::Stop {
            return Ok(());
        }
        let padded = stated.checked_next_multiple_of(BLOCK_BYTES);
        let end = padded.and_then(|padded| padded.checked_add(at + BLOCK_BYTES));
        let Some(end) = end else {
            level.miss_rest(Fault::Damaged(format!("a size of {stated} bytes")));
            return Ok(());
        };
        at = end;
    }
}

fn entry(
    source: &mut Source,
    (name, kind, size): (&str, u8, u64),
    level: &mut Level,
) -> Result<Next, EvidenceError> {
    match kind {
        b'0' | 0 | b'7' => level.member(name, &mut Exact { left: size, source }),
        b'5' => Ok(Next::Go),
        b'1' | b'2' => Ok(level.miss(name, Fault::Link)),
        other => Ok(level.miss(
            name,
            Fault::Unsupported(format!(
                "tar entry of type {}",
                char::from(other).escape_default()
            )),
        )),
    }
}

/// So many bytes, and a fault where the archive ends before.
struct Exact<'a> {
    source: &'a mut Source,
    left: u64,
}

impl Read for Exact<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.take(self.left).read(into)?;
        if read == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{} bytes are missing at its end", self.left),
            ));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// The header at this place; `None` at the end of the archive.
fn header(source: &mut Source, at: u64) -> Result<Option<Header>, String> {
    let mut block = Vec::new();
    source
        .seek(SeekFrom::Start(at))
        .and_then(|_| source.take(BLOCK_BYTES).read_to_end(&mut block))
        .map_err(|error| error.to_string())?;
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let field = |from: usize, to: usize| block.get(from..to).unwrap_or_default();
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(place, byte)| match place {
            148..156 => u64::from(b' '),
            _ => u64::from(*byte),
        })
        .sum();
    if block.len() as u64 != BLOCK_BYTES || number(field(148, 156)) != Some(sum) {
        return Err(format!("no header of an entry at byte {at}"));
    }
    let size =
        number(field(124, 136)).ok_or_else(|| format!("no size in the header at byte {at}"))?;
    let mut name = text(field(0, 100));
    // In POSIX archives, and only there, the name can have a part before.
    if field(257, 263) == b"ustar\0" {
        let before = text(field(345, 500));
        if !before.is_empty() {
            name = format!("{before}/{name}");
        }
    }
    Ok(Some(Header {
        name,
        size,
        kind: block.get(156).copied().unwrap_or_default(),
    }))
}

/// Octal digits, or the binary form for large values that GNU marks by its first bit.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        return rest
            .iter()
            .try_fold(u64::from(first & 0x7f), |value, byte| {
                value.checked_mul(256)?.checked_add(u64::from(*byte))
            });
    }
    let digits = text(field);
    u64::from_str_radix(digits.trim(), 8).ok()
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0);
    let field = end.and_then(|end| field.get(..end)).unwrap_or(field);
    String::from_utf8_lossy(field).into_owned()
}

/// Reads a long name (`L`) or a pax header (`x`), of which path and size matter.
fn extend(source: &mut Source, header: &Header, extension: &mut Extension) -> Result<(), String> {
    if header.size > EXTENSION_BYTES_MAX {
        return Err(format!("a header of {} bytes", header.size));
    }
    let mut bytes = Vec::new();
    source
        .take(header.size)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if header.kind == b'L' {
        extension.name = Some(text(&bytes));
        return Ok(());
    }
    for record in pax_records(&bytes) {
        match record {
            (b"path", value) => {
                extension.name = Some(String::from_utf8_lossy(value).into_owned());
            }
            (b"size", value) => {
                let size = String::from_utf8_lossy(value).parse();
                extension.size = Some(size.map_err(|_| "a pax header without a size".to_owned())?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// `<length> <key>=<value>\n`, where the length counts the whole record (POSIX.1-2001, pax).
fn pax_records(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut records = Vec::new();
    while let Some(space) = bytes.iter().position(|byte| *byte == b' ') {
        let length = bytes.get(..space).map(String::from_utf8_lossy);
        let length = length.and_then(|length| length.parse::<usize>().ok());
        let Some((record, rest)) = length.and_then(|length| bytes.split_at_checked(length)) else {
            break;
        };
        if record.is_empty() {
            break;
        }
        let member = record.get(space + 1..).unwrap_or_default();
        let member = member.strip_suffix(b"\n").unwrap_or(member);
        if let Some(equals) = member.iter().position(|byte| *byte == b'=')
            && let (Some(key), Some(value)) = (member.get(..equals), member.get(equals + 1..))
        {
            records.push((key, value));
        }
        bytes = rest;
    }
    records
}
