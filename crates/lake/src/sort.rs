//! Sorting of fixed rows of numbers in bounded memory: runs on disk, merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::LakeError;

/// Collects rows of `N` numbers and gives them back in lexicographic order.
pub(crate) struct Sorter<const N: usize> {
    folder: PathBuf,
    limit: usize,
    rows: Vec<[u64; N]>,
    runs: Vec<File>,
}

impl<const N: usize> Sorter<N> {
    /// Holds at most `bytes` in memory; the rest goes to nameless files in `folder`.
    pub(crate) fn new(folder: &Path, bytes: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            limit: (bytes / (N * 8)).max(1),
            rows: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: [u64; N]) -> Result<(), LakeError> {
        self.rows.push(row);
        if self.rows.len() >= self.limit {
            self.spill().map_err(|e| LakeError::io(&self.folder, e))?;
        }
        Ok(())
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.rows.sort_unstable();
        let mut writer = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(&self.folder)?);
        for row in self.rows.drain(..) {
            for number in row {
                writer.write_all(&number.to_le_bytes())?;
            }
        }
        let mut file = writer
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        Ok(())
    }

    /// Ends collecting.
    pub(crate) fn sorted(mut self) -> Result<Sorted<N>, LakeError> {
        self.rows.sort_unstable();
        let mut sorted = Sorted {
            folder: self.folder,
            memory: self.rows.into_iter(),
            runs: self
                .runs
                .into_iter()
                .map(|file| BufReader::with_capacity(1 << 16, file))
                .collect(),
            heads: BinaryHeap::new(),
        };
        for source in 0..=sorted.runs.len() {
            sorted.refill(source)?;
        }
        Ok(sorted)
    }
}

/// The rows in order.
pub(crate) struct Sorted<const N: usize> {
    folder: PathBuf,
    memory: std::vec::IntoIter<[u64; N]>,
    runs: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<([u64; N], usize)>>,
}

impl<const N: usize> Sorted<N> {
    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<[u64; N]>, LakeError> {
        let Some(Reverse((row, source))) = self.heads.pop() else {
            return Ok(None);
        };
        self.refill(source)?;
        Ok(Some(row))
    }

    /// Source 0 is what stayed in memory, the others are the runs.
    fn refill(&mut self, source: usize) -> Result<(), LakeError> {
        let row = match source.checked_sub(1) {
            None => self.memory.next(),
            Some(run) => match self.runs.get_mut(run) {
                Some(reader) => read_row(reader).map_err(|e| LakeError::io(&self.folder, e))?,
                None => None,
            },
        };
        if let Some(row) = row {
            self.heads.push(Reverse((row, source)));
        }
        Ok(())
    }
}

fn read_row<const N: usize>(reader: &mut BufReader<File>) -> std::io::Result<Option<[u64; N]>> {
    let mut row = [0_u64; N];
    let mut bytes = [0_u8; 8];
    for (index, number) in row.iter_mut().enumerate() {
        match reader.read_exact(&mut bytes) {
            Ok(()) => *number = u64::from_le_bytes(bytes),
            Err(error) if index == 0 && error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Some(row))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Sorter;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn spilled_runs_merge_in_order(rows in prop::collection::vec(any::<[u64; 2]>(), 0..200)) {
            let folder = tempfile::tempdir().expect("a folder");
            // Room for seven rows, so that there are many runs.
            let mut sorter = Sorter::<2>::new(folder.path(), 7 * 16);
            for row in &rows {
                sorter.push(*row).expect("a row");
            }
            let mut sorted = sorter.sorted().expect("runs");
            let mut found = Vec::new();
            while let Some(row) = sorted.next().expect("a row") {
                found.push(row);
            }
            let mut expected = rows;
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
