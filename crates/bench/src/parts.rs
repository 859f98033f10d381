//! Lines into files of a size that responders get.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const FILE_BYTES: u64 = 500_000_000;

/// JSON lines on their way into files of at most 500 MB.
pub(crate) struct Parts {
    folder: PathBuf,
    file: Option<BufWriter<File>>,
    files: u32,
    in_file: u64,
    bytes: u64,
}

impl Parts {
    pub(crate) fn new(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            file: None,
            files: 0,
            in_file: 0,
            bytes: 0,
        })
    }

    /// Writes a line, its end included.
    pub(crate) fn line(&mut self, line: &[u8]) -> anyhow::Result<()> {
        let length = line.len() as u64;
        if self.file.is_none() || self.in_file + length > FILE_BYTES {
            if let Some(mut full) = self.file.take() {
                full.flush()?;
            }
            let name = format!("audit-{:03}.jsonl", self.files);
            let file = File::create(self.folder.join(name))?;
            self.file = Some(BufWriter::with_capacity(1 << 20, file));
            self.files += 1;
            self.in_file = 0;
        }
        if let Some(file) = &mut self.file {
            file.write_all(line)?;
        }
        self.in_file += length;
        self.bytes += length;
        Ok(())
    }

    /// Ends the last file; gives the bytes of all.
    pub(crate) fn finish(mut self) -> anyhow::Result<u64> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        Ok(self.bytes)
    }
}
