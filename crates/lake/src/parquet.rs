//! One Parquet file of ours: written under a name for the time being, read by row group.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use datafusion::parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, RowGroupMetaData,
};
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::parquet::file::reader::{ChunkReader, Length};

use crate::error::LakeError;
use crate::placed::Placed;
use crate::schema;

/// The key in the footer that says where a note begins and how many bytes it has.
fn place_key(key: &str) -> String {
    format!("{key}.at")
}

/// A file being written. It bears its final name only after [`Output::publish`]; dropped before, it
/// goes away.
pub(crate) struct Output {
    writer: Option<ArrowWriter<File>>,
    temporary: PathBuf,
    path: PathBuf,
    bytes_in_group: usize,
    rows: u64,
}

impl Output {
    pub(crate) fn create(path: PathBuf, schema: SchemaRef) -> Result<Self, LakeError> {
        Self::create_with(path, schema, schema::properties())
    }

    pub(crate) fn create_with(
        path: PathBuf,
        schema: SchemaRef,
        properties: WriterProperties,
    ) -> Result<Self, LakeError> {
        let mut name = path.clone().into_os_string();
        name.push(".tmp");
        let temporary = PathBuf::from(name);
        let file = File::create(&temporary).map_err(|e| LakeError::io(&temporary, e))?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties))
            .map_err(|e| LakeError::parquet(&temporary, e))?;
        Ok(Self {
            writer: Some(writer),
            temporary,
            path,
            bytes_in_group: 0,
            rows: 0,
        })
    }

    /// Writes rows; `bytes` of text in them close the row group where they would make it too large.
    pub(crate) fn write(&mut self, batch: &RecordBatch, bytes: usize) -> Result<(), LakeError> {
        let path = &self.temporary;
        let writer = self.writer.as_mut().ok_or(LakeError::WorkerGone)?;
        self.bytes_in_group += bytes;
        if self.bytes_in_group > schema::GROUP_BYTES && writer.in_progress_rows() > 0 {
            writer.flush().map_err(|e| LakeError::parquet(path, e))?;
            self.bytes_in_group = bytes;
        }
        writer
            .write(batch)
            .map_err(|e| LakeError::parquet(path, e))?;
        if writer.in_progress_rows() == 0 {
            self.bytes_in_group = 0;
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Notes something of the whole file. It lies behind the rows, where no other reader looks, and the footer says where:
    /// whoever opens the file reads its footer, and most have no use for the note.
    pub(crate) fn note(&mut self, key: &str, value: &[u8]) -> Result<(), LakeError> {
        self.end_group()?;
        let path = &self.temporary;
        let writer = self.writer.as_mut().ok_or(LakeError::WorkerGone)?;
        let place = format!("{} {}", writer.bytes_written(), value.len());
        writer
            .write_all(value)
            .map_err(|e| LakeError::io(path, e))?;
        writer.append_key_value_metadata(KeyValue::new(place_key(key), place));
        Ok(())
    }

    /// Ends the row group, so that the next rows start another.
    pub(crate) fn end_group(&mut self) -> Result<(), LakeError> {
        let path = &self.temporary;
        let writer = self.writer.as_mut().ok_or(LakeError::WorkerGone)?;
        writer.flush().map_err(|e| LakeError::parquet(path, e))
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is left and its bytes to the disk. The file still has its temporary name.
    pub(crate) fn close(&mut self) -> Result<(), LakeError> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let path = &self.temporary;
        let file = writer
            .into_inner()
            .map_err(|e| LakeError::parquet(path, e))?;
        file.sync_all().map_err(|e| LakeError::io(path, e))
    }

    /// Gives the file its final name, which it returns.
    pub(crate) fn publish(mut self) -> Result<PathBuf, LakeError> {
        self.close()?;
        std::fs::rename(&self.temporary, &self.path).map_err(|e| LakeError::io(&self.path, e))?;
        Ok(self.path.clone())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.writer = None;
        // After publishing nothing bears this name, and a failure leaves what the next opening removes.
        drop(std::fs::remove_file(&self.temporary));
    }
}

/// An open file and what its footer says. Several threads may read it at once.
pub(crate) struct Input {
    file: Placed,
    path: PathBuf,
    metadata: ArrowReaderMetadata,
}

/// Which columns a reader gives.
#[derive(Debug, Clone)]
pub(crate) enum Columns {
    /// Every one.
    All,
    /// Those of these names.
    Roots(Vec<String>),
    /// Leaves of nested columns by path (`parameters.list.item.name`).
    Leaves(Vec<String>),
}

impl Input {
    /// Opens a file, to be read in `schema` where one is given.
    pub(crate) fn open(path: &Path, schema: Option<SchemaRef>) -> Result<Self, LakeError> {
        let file = File::open(path).and_then(Placed::of);
        let file = file.map_err(|e| LakeError::io(path, e))?;
        let mut options =
            ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        if let Some(schema) = schema {
            options = options.with_schema(schema);
        }
        let metadata =
            ArrowReaderMetadata::load(&file, options).map_err(|e| LakeError::parquet(path, e))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            metadata,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn metadata(&self) -> &Arc<ParquetMetaData> {
        self.metadata.metadata()
    }

    /// What was noted of the whole file; nothing where the footer names no place in the file.
    pub(crate) fn noted(&self, key: &str) -> Result<Option<Vec<u8>>, LakeError> {
        let (place_key, file) = (place_key(key), self.metadata.metadata().file_metadata());
        let mut notes = file.key_value_metadata().into_iter().flatten();
        let place = notes.find(|note| note.key == place_key);
        let place = place.and_then(|note| note.value.as_deref()?.split_once(' '));
        let Some((start, length)) = place else {
            return Ok(None);
        };
        let (Ok(start), Ok(length)) = (start.parse::<u64>(), length.parse::<usize>()) else {
            return Ok(None);
        };
        let end = start.saturating_add(length as u64);
        if end > self.file.len() {
            return Ok(None);
        }
        let bytes = self
            .file
            .get_bytes(start, length)
            .map_err(|e| LakeError::parquet(&self.path, e))?;
        Ok(Some(bytes.into()))
    }

    pub(crate) fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    pub(crate) fn group_rows(&self, group: usize) -> usize {
        let groups = self.metadata.metadata().row_groups();
        let rows = groups.get(group).map_or(0, RowGroupMetaData::num_rows);
        usize::try_from(rows).unwrap_or(0)
    }

    /// Reads a row group, or of it the rows selected.
    pub(crate) fn read(
        &self,
        group: usize,
        columns: &Columns,
        rows: Option<RowSelection>,
    ) -> Result<Batches, LakeError> {
        self.read_sized(group, (columns, schema::BATCH_ROWS), rows)
    }

    /// As [`Input::read`], with the number of rows in a batch.
    pub(crate) fn read_sized(
        &self,
        group: usize,
        (columns, size): (&Columns, usize),
        rows: Option<RowSelection>,
    ) -> Result<Batches, LakeError> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let mask = match columns {
            Columns::All => ProjectionMask::all(),
            Columns::Roots(names) => {
                ProjectionMask::columns(schema, names.iter().map(String::as_str))
            }
            Columns::Leaves(paths) => {
                let wanted = schema
                    .columns()
                    .iter()
                    .enumerate()
                    .filter(|(_, leaf)| paths.contains(&leaf.path().string()))
                    .map(|(index, _)| index);
                ProjectionMask::leaves(schema, wanted)
            }
        };
        let (file, metadata) = (self.file.clone(), self.metadata.clone());
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_batch_size(size)
            .with_row_groups(vec![group])
            .with_projection(mask);
        if let Some(rows) = rows {
            builder = builder.with_row_selection(rows);
        }
        let reader = builder
            .build()
            .map_err(|e| LakeError::parquet(&self.path, e))?;
        Ok(Batches {
            reader,
            path: self.path.clone(),
        })
    }
}

/// The batches of a row group.
pub(crate) struct Batches {
    reader: ParquetRecordBatchReader,
    path: PathBuf,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.map_err(|e| LakeError::damaged(&self.path, e)))
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::UInt64Array;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn a_note_is_read_back_and_does_not_lie_in_the_footer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("one.parquet");
        let field = Field::new("number", DataType::UInt64, false);
        let schema = Arc::new(Schema::new(vec![field]));
        let rows = Arc::new(UInt64Array::from(vec![7, 8]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![rows]).expect("rows");
        let note = b"a note ".repeat(10_000);
        let mut output = Output::create(path.clone(), schema).expect("a file");
        output.write(&batch, 0).expect("rows written");
        output.note("about", &note).expect("noted");
        output.publish().expect("published");

        let input = Input::open(&path, None).expect("a file");
        assert_eq!(input.noted("about").expect("a note"), Some(note));
        assert_eq!(input.noted("other").expect("no note"), None);
        let said = input.metadata().file_metadata().key_value_metadata();
        let longest = said
            .into_iter()
            .flatten()
            .filter_map(|said| said.value.as_ref());
        assert!(longest.map(String::len).max().unwrap_or(0) < 1_000);
        let read = input.read(0, &Columns::All, None).expect("a group");
        let read: Result<Vec<_>, _> = read.collect();
        assert_eq!(read.expect("rows"), [batch]);
    }
}
