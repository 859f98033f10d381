//! Where exported files go, and which record came to stand where.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::logs::Source;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;

/// An export could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The folder or a file in it cannot be written.
    #[error(
        "{path}: the export cannot be written ({source}); check the rights on it and the space left"
    )]
    Write {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder holds something already.
    #[error("{0}: the folder is not empty; give a new one, so that no older export is mixed in")]
    NotEmpty(String),
}

impl ExportError {
    /// The error of a path.
    pub fn of(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::Write { path, source }
    }
}

/// One exported file, or member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Path below the export's folder, `/` between; a member as `a.zip!inner.csv`.
    pub name: String,
    /// Records or rows in it, damaged ones among them.
    pub records: u64,
    /// How many of them are damaged.
    pub damaged: u64,
}

/// A record that stands in an exported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Number of the happening.
    pub number: u64,
    /// Log.
    pub source: Source,
    /// Microsoft's id of the record.
    pub id: String,
    /// The file, as in [`ExportedFile::name`].
    pub file: String,
    /// 1-based number of the record in the file.
    pub position: u64,
    /// It cannot be read back.
    pub damaged: bool,
}

/// Makes the folder; it must be new or empty.
pub(super) fn new_folder(path: &Path) -> Result<(), ExportError> {
    std::fs::create_dir_all(path).map_err(ExportError::of(path))?;
    let mut entries = std::fs::read_dir(path).map_err(ExportError::of(path))?;
    if entries.next().is_some() {
        return Err(ExportError::NotEmpty(path.display().to_string()));
    }
    Ok(())
}

/// A file below the export's folder; folders between are made.
pub(super) fn create(folder: &Path, name: &str) -> Result<(PathBuf, BufWriter<File>), ExportError> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(ExportError::of(parent))?;
    }
    let file = File::create(&path).map_err(ExportError::of(&path))?;
    Ok((path, BufWriter::with_capacity(BUFFER, file)))
}

/// Writes bytes as a file, packed with gzip where the name ends so.
pub(super) fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
    let (path, mut file) = create(folder, name)?;
    let written = if Path::new(name).extension().is_some_and(|end| end == "gz") {
        let mut packed = flate2::write::GzEncoder::new(&mut file, flate2::Compression::fast());
        packed
            .write_all(bytes)
            .and_then(|()| packed.finish().map(drop))
    } else {
        file.write_all(bytes)
    };
    written
        .and_then(|()| file.flush())
        .map_err(ExportError::of(&path))
}

/// An archive that is being written. Its members all have the same old date, so that the same export has the
/// same bytes.
pub(super) struct Archive {
    path: PathBuf,
    zip: zip::ZipWriter<BufWriter<File>>,
}

impl Archive {
    /// A new one below the export's folder.
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self, ExportError> {
        let (path, file) = create(folder, name)?;
        let zip = zip::ZipWriter::new(file);
        Ok(Self { path, zip })
    }

    /// Adds a member.
    pub(super) fn add(&mut self, member: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default());
        self.zip
            .start_file(member, options)
            .map_err(std::io::Error::other)
            .and_then(|()| self.zip.write_all(bytes))
            .map_err(ExportError::of(&self.path))
    }

    /// Writes its directory.
    pub(super) fn finish(self) -> Result<(), ExportError> {
        self.zip
            .finish()
            .map_err(std::io::Error::other)
            .and_then(|mut file| file.flush())
            .map_err(ExportError::of(&self.path))
    }
}
