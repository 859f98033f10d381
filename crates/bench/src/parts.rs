//! Lines into files of a size that responders get.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const FILE_BYTES: u64 = 500_000_000;

/// Lines on their way into files of at most 500 MB.
pub(crate) struct Parts {
    folder: PathBuf,
    ending: &'static str,
    header: &'static [u8],
    file: Option<BufWriter<File>>,
    files: u32,
    in_file: u64,
    bytes: u64,
}

impl Parts {
    /// Files with this ending; each begins with `header`.
    pub(crate) fn new(
        folder: &Path,
        (ending, header): (&'static str, &'static [u8]),
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            ending,
            header,
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
            let name = format!("audit-{:03}.{}", self.files, self.ending);
            let file = File::create(self.folder.join(name))?;
            let mut file = BufWriter::with_capacity(1 << 20, file);
            file.write_all(self.header)?;
            self.file = Some(file);
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
