//! 7z archives.
//!
//! Takes the archive, gives its members in its order. Its blocks are unpacked one by one, so that a
//! damaged or encrypted one does not cost the others.

use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, Password};

use super::{Fault, Level, Next, buffered};
use crate::EvidenceError;
use crate::object::ArtefactReader;

/// Memory for a dictionary, in KiB. 7-Zip's own settings ask for 64 MiB at most unless told otherwise.
const MEMORY_KIB_MAX: usize = 512 << 10;

type Source = std::io::BufReader<ArtefactReader>;

pub(super) fn members(reader: ArtefactReader, level: &mut Level) -> Result<(), EvidenceError> {
    let mut source = buffered(reader);
    let password = Password::empty();
    let read = Archive::read_with_memory_limit(&mut source, &password, MEMORY_KIB_MAX);
    let archive = match read {
        Ok(archive) => archive,
        Err(error) => {
            level.miss_rest(fault(&error));
            return Ok(());
        }
    };
    for index in 0..archive.blocks.len() {
        if block(&archive, index, &mut source, level)? == Next::Stop {
            return Ok(());
        }
    }
    for (index, entry) in archive.files.iter().enumerate() {
        let in_block = archive
            .stream_map
            .file_block_index
            .get(index)
            .is_some_and(Option::is_some);
        if !in_block
            && !entry.is_directory()
            && !entry.is_anti_item()
            && level.member(entry.name(), &mut std::io::empty())? == Next::Stop
        {
            return Ok(());
        }
    }
    Ok(())
}

fn block(
    archive: &Archive,
    index: usize,
    source: &mut Source,
    level: &mut Level,
) -> Result<Next, EvidenceError> {
    let password = Password::empty();
    let decoder =
        BlockDecoder::new_with_memory_limit(1, MEMORY_KIB_MAX, index, archive, &password, source);
    let entries: Vec<ArchiveEntry> = decoder.entries().to_vec();
    if is_encrypted(archive, index) {
        return Ok(miss_all(&entries, &Fault::Encrypted, level));
    }
    let mut done = 0;
    let mut outcome = Ok(Next::Go);
    let decoded = decoder.for_each_entries(
        &mut |entry: &ArchiveEntry, reader: &mut dyn std::io::Read| {
            done += 1;
            if entry.is_directory() || entry.is_anti_item() {
                return Ok(true);
            }
            outcome = level.member(entry.name(), reader);
            Ok(matches!(outcome, Ok(Next::Go)))
        },
    );
    let next = outcome?;
    match decoded {
        Err(error) if next == Next::Go => {
            // The member in which it broke has told so itself; those after it in the block are lost.
            let lost = entries.get(done..).unwrap_or_default();
            Ok(miss_all(lost, &fault(&error), level))
        }
        _ => Ok(next),
    }
}

fn is_encrypted(archive: &Archive, index: usize) -> bool {
    archive.blocks.get(index).is_some_and(|block| {
        block
            .coders
            .iter()
            .any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
    })
}

fn miss_all(entries: &[ArchiveEntry], fault: &Fault, level: &mut Level) -> Next {
    for entry in entries.iter().filter(|entry| !entry.is_directory()) {
        if level.miss(entry.name(), fault.clone()) == Next::Stop {
            return Next::Stop;
        }
    }
    Next::Go
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Fault::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => Fault::Encrypted,
        Error::UnsupportedCompressionMethod(method) => {
            Fault::Unsupported(format!("7z method {method}"))
        }
        Error::Unsupported(reason) => Fault::Unsupported(reason.to_string()),
        Error::ExternalUnsupported => {
            Fault::Unsupported("headers in a stream of their own".to_owned())
        }
        Error::UnsupportedVersion { major, minor } => {
            Fault::Unsupported(format!("7z version {major}.{minor}"))
        }
        Error::MaxMemLimited { actaul_kb, .. } => {
            Fault::Unsupported(format!("it needs {actaul_kb} KiB of memory"))
        }
        Error::Io(error, _) => Fault::Damaged(error.to_string()),
        other => Fault::Damaged(other.to_string()),
    }
}
