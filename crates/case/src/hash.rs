//! Hashes as text, and of files that may be too large for memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// SHA-256 of bytes, as text.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// How long a file is, and its SHA-256 as text; read piece by piece.
pub(crate) fn of_file(path: &Path) -> io::Result<(u64, String)> {
    const PIECE: u64 = 1 << 20;
    let mut file = File::open(path)?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        let read = Read::by_ref(&mut file)
            .take(PIECE)
            .read_to_end(&mut piece)?;
        if read == 0 {
            return Ok((length, hex(hash.finalize())));
        }
        hash.update(&piece);
        length += read as u64;
    }
}
