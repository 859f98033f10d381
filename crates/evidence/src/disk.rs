//! The port to the file system.
//!
//! Takes paths, gives files. Everything that this crate writes goes through [`Disk`], so that a test can
//! make the disk full or failing at any operation and look at what is left. It must never know what the
//! bytes mean.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// An open file that can be read from any place.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// An open file that is written.
pub trait DiskFile: Read + Write + Seek + Send {
    /// Returns when the bytes written so far are on the medium.
    ///
    /// # Errors
    /// What the operating system says.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file to so many bytes.
    ///
    /// # Errors
    /// What the operating system says.
    fn set_len(&mut self, length: u64) -> io::Result<()>;
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name in its folder; bytes that are no Unicode are replaced.
    pub name: String,
    /// Whether it is an ordinary file: no folder, no link, no device.
    pub ordinary: bool,
}

/// The file system as the evidence store needs it. Every method fails with what the operating system says.
#[expect(
    clippy::missing_errors_doc,
    reason = "the one sentence above holds for all methods"
)]
pub trait Disk: Send + Sync {
    /// A new file, readable and writable; fails where the name is taken.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// A file to read and write, made where it is missing.
    fn open_write(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// A file to read.
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>>;
    /// Whether something has this name.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// The entries of a folder, ordered by name; none where the folder is missing.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;
    /// Makes a folder and those above it.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;
    /// Gives a finished file its final name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file that never became evidence.
    fn discard(&self, path: &Path) -> io::Result<()>;
    /// Takes away the right to write to a finished file, as far as the file system knows such a right.
    fn protect(&self, path: &Path) -> io::Result<()>;
    /// Returns when the names in a folder are on the medium.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The file system of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsDisk;

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        File::set_len(self, length)
    }
}

impl Disk for OsDisk {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        Ok(Box::new(file))
    }

    fn open_write(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        Ok(Box::new(File::open(path)?))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        match path.symlink_metadata() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        let entries = match folder.read_dir() {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut listed = Vec::new();
        for entry in entries {
            let entry = entry?;
            listed.push(Listed {
                name: entry.file_name().to_string_lossy().into_owned(),
                ordinary: entry.file_type()?.is_file(),
            });
        }
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn discard(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn protect(&self, path: &Path) -> io::Result<()> {
        let mut permissions = path.metadata()?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(path, permissions)
    }

    /// Windows has no such call for folders: its file systems journal the names themselves.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(windows) {
            return Ok(());
        }
        File::open(folder)?.sync_all()
    }
}
