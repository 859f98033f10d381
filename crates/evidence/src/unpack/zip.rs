//! Zip archives.
//!
//! Takes the archive, gives its members in the order of the central directory, also those that share a name.

use ::zip::ZipReadOptions;
use std::io::Seek;

use ::zip::read::{Config, read_zipfile_from_stream};
use ::zip::result::ZipError;
use ::zip::unstable::read::{ZipIterable, ZipIterableFiles};

use super::{Fault, Level, Next, buffered};
use crate::EvidenceError;
use crate::object::ArtefactReader;

type Source = std::io::BufReader<ArtefactReader>;

pub(super) fn members(reader: ArtefactReader, level: &mut Level) -> Result<(), EvidenceError> {
    let mut source = buffered(reader);
    let mut archive = match ZipIterable::try_new(&mut source, Config::default()) {
        Ok(archive) => archive,
        Err(error) => {
            level.miss_rest(Fault::Damaged(format!(
                "its directory, which stands at the end, cannot be read ({error}); what stands before is read member by member"
            )));
            return without_directory(&mut source, level);
        }
    };
    let files = match archive.files() {
        Ok(files) => files,
        Err(error) => {
            level.miss_rest(fault(error));
            return Ok(());
        }
    };
    while next(files, level)? == Next::Go {}
    Ok(())
}

fn next(
    files: &mut ZipIterableFiles<&mut Source>,
    level: &mut Level,
) -> Result<Next, EvidenceError> {
    let entry = match files.next() {
        None => return Ok(Next::Stop),
        Some(Ok(entry)) => entry,
        Some(Err(error)) => {
            level.miss_rest(fault(error));
            return Ok(Next::Stop);
        }
    };
    if entry.is_dir() {
        return Ok(Next::Go);
    }
    let name = entry.name().map_or_else(
        |_| String::from_utf8_lossy(entry.name_raw()).into_owned(),
        std::borrow::Cow::into_owned,
    );
    if entry.encrypted() {
        return Ok(level.miss(&name, Fault::Encrypted));
    }
    if entry.is_symlink() {
        return Ok(level.miss(&name, Fault::Link));
    }
    match entry.with_reader(files.reader_mut(), ZipReadOptions::new()) {
        Ok(mut file) => level.member(&name, &mut file),
        Err(error) => Ok(level.miss(&name, fault(error))),
    }
}

/// A cut archive has lost its directory, which stands at the end; what stands before the cut is read
/// member by member, as far as each states its size.
fn without_directory(source: &mut Source, level: &mut Level) -> Result<(), EvidenceError> {
    if source.rewind().is_err() {
        return Ok(());
    }
    loop {
        match read_zipfile_from_stream(source) {
            Ok(Some(file)) if file.is_dir() => {}
            Ok(Some(mut file)) => {
                let name = String::from_utf8_lossy(file.name_raw()).into_owned();
                if level.member(&name, &mut file)? == Next::Stop {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => {
                level.miss_rest(fault(error));
                return Ok(());
            }
        }
    }
}

fn fault(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(reason) if reason == ZipError::PASSWORD_REQUIRED => {
            Fault::Encrypted
        }
        ZipError::InvalidPassword => Fault::Encrypted,
        ZipError::UnsupportedArchive(reason) => Fault::Unsupported(reason.to_owned()),
        ZipError::CompressionMethodNotSupported(method) => {
            Fault::Unsupported(format!("zip method {method}"))
        }
        other => Fault::Damaged(other.to_string()),
    }
}
