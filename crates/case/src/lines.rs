//! Lines in order of their keys, in bounded memory: runs on disk, merged.
//!
//! The lists of `out/` may have a line for every record of a large case, so they are never held whole. It
//! takes keys and texts in any order and gives them back in the order of the keys' bytes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use hourzero_model::Timestamp;

use crate::CaseError;

/// Bytes of a list that are held in memory.
const HELD: usize = 24 << 20;

/// A key whose bytes compare as its parts do, one after the other.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub(crate) fn time(self, time: Timestamp) -> Self {
        // The sign turned, so that times before the epoch come first.
        self.number(time.micros().cast_unsigned() ^ (1 << 63))
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    /// A text ends with two zeros; a zero inside is marked, so that it stays before all that is longer.
    pub(crate) fn text(mut self, text: &str) -> Self {
        for byte in text.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(u8::MAX);
            }
        }
        self.0.extend([0, 0]);
        self
    }
}

/// A line held in memory: where its key begins, where its text begins, where it ends.
type Place = (usize, usize, usize);

/// Collects lines.
#[derive(Debug)]
pub(crate) struct Lines {
    folder: PathBuf,
    limit: usize,
    bytes: Vec<u8>,
    places: Vec<Place>,
    runs: Vec<File>,
}

impl Lines {
    /// What does not fit into memory goes to nameless files in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self::with_limit(folder, HELD)
    }

    fn with_limit(folder: &Path, limit: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            limit,
            bytes: Vec::new(),
            places: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Takes in a line; its end is the caller's.
    pub(crate) fn push(&mut self, key: &Key, text: &str) -> Result<(), CaseError> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&key.0);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        self.places.push((start, middle, self.bytes.len()));
        if self.bytes.len() >= self.limit {
            self.spill()
                .map_err(|error| CaseError::write(&self.folder, error))?;
        }
        Ok(())
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let key = |place: &Place| bytes.get(place.0..place.1).unwrap_or_default();
        self.places.sort_by(|a, b| key(a).cmp(key(b)));
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.sort();
        let file = tempfile::tempfile_in(&self.folder)?;
        let mut writer = BufWriter::with_capacity(1 << 18, file);
        for (start, middle, end) in self.places.drain(..) {
            writer.write_all(&(middle - start).to_le_bytes())?;
            writer.write_all(&(end - middle).to_le_bytes())?;
            writer.write_all(self.bytes.get(start..end).unwrap_or_default())?;
        }
        let mut file = writer
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        self.bytes.clear();
        Ok(())
    }

    /// Gives every line in order of key; of lines with one key, in the order in which they came.
    pub(crate) fn each(
        mut self,
        on: &mut dyn FnMut(&Key, &str) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        self.sort();
        let failed = |error| CaseError::read(&self.folder, error);
        let mut sources: Vec<Source<'_>> = Vec::new();
        for run in &self.runs {
            sources.push(Source::Run(BufReader::with_capacity(1 << 16, run)));
        }
        sources.push(Source::Memory(&self.bytes, self.places.iter()));
        let mut heads = BinaryHeap::new();
        for (number, source) in sources.iter_mut().enumerate() {
            if let Some((key, text)) = source.next().map_err(failed)? {
                heads.push(Reverse((key, number, text)));
            }
        }
        while let Some(Reverse((key, number, text))) = heads.pop() {
            on(&key, &text)?;
            let source = sources.get_mut(number);
            let next = source.map_or(Ok(None), Source::next).map_err(failed)?;
            if let Some((key, text)) = next {
                heads.push(Reverse((key, number, text)));
            }
        }
        Ok(())
    }
}

/// Lines in order.
enum Source<'a> {
    Run(BufReader<&'a File>),
    Memory(&'a [u8], std::slice::Iter<'a, Place>),
}

impl Source<'_> {
    fn next(&mut self) -> std::io::Result<Option<(Key, String)>> {
        match self {
            Self::Memory(bytes, places) => Ok(places.next().map(|(start, middle, end)| {
                let part = |range| bytes.get(range).unwrap_or_default();
                let text = String::from_utf8_lossy(part(*middle..*end)).into_owned();
                (Key(part(*start..*middle).to_vec()), text)
            })),
            Self::Run(reader) => {
                let Some(key) = length(reader)? else {
                    return Ok(None);
                };
                let text = length(reader)?.unwrap_or(0);
                let mut line = (vec![0; key], vec![0; text]);
                reader.read_exact(&mut line.0)?;
                reader.read_exact(&mut line.1)?;
                let text = String::from_utf8(line.1)
                    .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
                Ok(Some((Key(line.0), text)))
            }
        }
    }
}

/// `None` at the end of the run.
fn length(reader: &mut impl Read) -> std::io::Result<Option<usize>> {
    let mut bytes = [0_u8; size_of::<usize>()];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(usize::from_le_bytes(bytes))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use hourzero_model::Timestamp;
    use proptest::prelude::*;

    use super::{Key, Lines};

    fn key((time, text, number): &(i64, String, u64)) -> Key {
        Key::default()
            .time(Timestamp::from_micros(*time))
            .text(text)
            .number(*number)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_come_back_in_the_order_of_what_their_keys_hold(
            rows in prop::collection::vec((-3_i64..3, "[a\0b]{0,3}", 0_u64..3), 0..60)
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            // Room for a few lines, so that there are many runs.
            let mut lines = Lines::with_limit(folder.path(), 100);
            for (at, row) in rows.iter().enumerate() {
                lines.push(&key(row), &at.to_string()).expect("it is taken");
            }
            let mut found = Vec::new();
            let mut on = |_: &Key, text: &str| {
                found.push(text.to_owned());
                Ok(())
            };
            lines.each(&mut on).expect("they are read");
            let mut expected: Vec<(_, usize)> = rows.iter().zip(0..).collect();
            expected.sort();
            let expected: Vec<String> = expected.iter().map(|(_, at)| at.to_string()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
