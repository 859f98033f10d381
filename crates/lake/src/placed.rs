//! Bytes of a file at places, for readers on several threads.
//!
//! A clone of an open file shares the place that it reads at with the file itself, so that readers on two threads would take
//! each other's place. Here every reading says where.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use bytes::Bytes;
use datafusion::parquet::errors::{ParquetError, Result};
use datafusion::parquet::file::reader::{ChunkReader, Length};

/// An open file that is read at places alone.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    file: Arc<File>,
    length: u64,
}

impl Placed {
    /// Takes an open file, whose length no one changes any more.
    pub(crate) fn of(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            length,
        })
    }
}

impl Length for Placed {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Placed {
    type T = BufReader<Onward>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(Onward {
            file: Arc::clone(&self.file),
            at: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64);
        // Before memory is taken for it: a damaged footer can name any length.
        if end.is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF(format!(
                "{length} bytes from byte {start} on are asked for, the file has {}",
                self.length
            )));
        }
        let mut bytes = vec![0; length];
        let mut from = Onward {
            file: Arc::clone(&self.file),
            at: start,
        };
        from.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
#[derive(Debug)]
pub(crate) struct Onward {
    file: Arc<File>,
    at: u64,
}

impl Read for Onward {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    // It moves the file's place as well, at which nobody reads.
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
