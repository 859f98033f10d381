//! The way in: one writer an artefact, whose records become visible together or not at all.

use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::file::properties::WriterProperties;
use hourzero_model::{ArtefactId, Log, Record, Reject, State, Timestamp};
use serde_json::Value;

use crate::encode;
use crate::error::LakeError;
use crate::parquet::Output;
use crate::schema;
use crate::shape::{self, Shaper};
use crate::share::{Seen, Share};
use crate::store::{Folders, Manifest, Piece, RECORDS, REJECTS, STATE, Stored};

/// What is held, shared with the writers that add to it.
pub(crate) type Held = Arc<RwLock<BTreeMap<ArtefactId, Manifest>>>;

/// Rows that are encoded together, and about their bytes: few enough to lie in the processor's cache until the worker has done with
/// them and the allocator gives their memory to the next ones.
const CHUNK: Limit = Limit {
    rows: 1_024,
    bytes: 2 << 20,
};
/// What never reaches this is written as few rows are.
const FEW: Limit = Limit {
    rows: 4_096,
    bytes: 8 << 20,
};
/// Rows in a file at most; the next file of the artefact and log follows it.
const FILE_ROWS: u64 = 4_000_000;

/// How much waits in memory at most.
struct Limit {
    rows: usize,
    bytes: usize,
}

/// Records of a log that wait to be sent.
#[derive(Default)]
struct Buffer {
    rows: Vec<Record>,
    bytes: usize,
    /// Whether others were sent before them.
    has_sent: bool,
}

impl Buffer {
    fn is_full(&self) -> bool {
        let limit = if self.has_sent { CHUNK } else { FEW };
        self.rows.len() >= limit.rows || self.bytes >= limit.bytes
    }

    /// Whether these are all: what opens a file with less than it takes to be full was left at the end.
    fn is_few(&self) -> bool {
        !self.has_sent && !self.is_full()
    }

    fn take(&mut self) -> Self {
        let next = Self {
            rows: Vec::with_capacity(CHUNK.rows.min(self.rows.len())),
            bytes: 0,
            has_sent: true,
        };
        std::mem::replace(self, next)
    }
}

enum Chunk {
    Records((Log, Share), Buffer),
    States(Vec<State>),
    Rejects(Vec<Reject>),
}

/// Takes the records of one artefact. They are encoded on a second thread while the caller parses.
/// Dropped without [`Writer::finish`] it leaves nothing visible.
pub struct Writer {
    artefact: ArtefactId,
    folders: Folders,
    held: Held,
    seen: BTreeMap<Log, Seen>,
    buffers: BTreeMap<(Log, Share), Buffer>,
    states: Vec<State>,
    rejects: Vec<Reject>,
    first_event: Option<Timestamp>,
    last_event: Option<Timestamp>,
    sender: Option<SyncSender<Chunk>>,
    worker: Option<JoinHandle<Result<Files, LakeError>>>,
}

impl Writer {
    pub(crate) fn new(
        artefact: ArtefactId,
        (folders, group_rows): (Folders, usize),
        held: Held,
    ) -> Result<Self, LakeError> {
        let (sender, receiver) = sync_channel::<Chunk>(4);
        let mut files = Files::new(artefact, (folders.clone(), group_rows));
        let worker = std::thread::Builder::new()
            .name("lake-writer".to_owned())
            .spawn(move || {
                for chunk in receiver {
                    files.write(&chunk)?;
                }
                Ok(files)
            })
            .map_err(|e| LakeError::io(&folders.temporary(), e))?;
        Ok(Self {
            artefact,
            folders,
            held,
            seen: BTreeMap::new(),
            buffers: BTreeMap::new(),
            states: Vec::new(),
            rejects: Vec::new(),
            first_event: None,
            last_event: None,
            sender: Some(sender),
            worker: Some(worker),
        })
    }

    /// Adds a record. Records come in the order of their positions.
    ///
    /// # Errors
    /// When an earlier record could not be written, the disk being full for one.
    pub fn push(&mut self, record: Record) -> Result<(), LakeError> {
        let time = record.event_time;
        self.first_event = Some(self.first_event.map_or(time, |first| first.min(time)));
        self.last_event = Some(self.last_event.map_or(time, |last| last.max(time)));
        let seen = self.seen.entry(record.log).or_default();
        let part = (record.log, seen.share(&record));
        let buffer = self.buffers.entry(part).or_default();
        buffer.bytes += encode::weight(&record);
        buffer.rows.push(record);
        if buffer.is_full() {
            let chunk = Chunk::Records(part, buffer.take());
            self.send(chunk)?;
        }
        Ok(())
    }

    /// Adds a configuration object.
    ///
    /// # Errors
    /// As [`Writer::push`].
    pub fn push_state(&mut self, state: State) -> Result<(), LakeError> {
        self.states.push(state);
        if self.states.len() >= FEW.rows {
            let chunk = Chunk::States(std::mem::take(&mut self.states));
            self.send(chunk)?;
        }
        Ok(())
    }

    /// Adds a record whose body could not be read.
    ///
    /// # Errors
    /// As [`Writer::push`].
    pub fn push_reject(&mut self, reject: Reject) -> Result<(), LakeError> {
        self.rejects.push(reject);
        if self.rejects.len() >= FEW.rows {
            let chunk = Chunk::Rejects(std::mem::take(&mut self.rejects));
            self.send(chunk)?;
        }
        Ok(())
    }

    /// Makes everything pushed visible, together with what the importer notes about the artefact.
    ///
    /// # Errors
    /// When something could not be written; nothing is visible then.
    pub fn finish(mut self, extra: Value) -> Result<Stored, LakeError> {
        for (part, rest) in std::mem::take(&mut self.buffers) {
            if !rest.rows.is_empty() {
                self.send(Chunk::Records(part, rest))?;
            }
        }
        if !self.states.is_empty() {
            let chunk = Chunk::States(std::mem::take(&mut self.states));
            self.send(chunk)?;
        }
        if !self.rejects.is_empty() {
            let chunk = Chunk::Rejects(std::mem::take(&mut self.rejects));
            self.send(chunk)?;
        }
        self.sender = None;
        let pieces = self.join()?.publish()?;
        let rows_below = |folder: &str| -> u64 {
            let prefix = format!("{folder}/");
            let in_folder = pieces
                .iter()
                .filter(|piece| piece.path.starts_with(&prefix));
            in_folder.map(|piece| piece.rows).sum()
        };
        let mut logs = BTreeMap::new();
        for piece in &pieces {
            if let Some(log) = piece.log {
                *logs.entry(log).or_default() += piece.rows;
            }
        }
        let stored = Stored {
            artefact: self.artefact,
            records: rows_below(RECORDS),
            states: rows_below(STATE),
            rejects: rows_below(REJECTS),
            logs,
            first_event: self.first_event,
            last_event: self.last_event,
            extra,
        };
        let manifest = Manifest::new(stored.clone(), pieces);
        self.folders.commit(&manifest)?;
        let mut held = self.held.write().map_err(|_| LakeError::WorkerGone)?;
        held.insert(self.artefact, manifest);
        Ok(stored)
    }

    fn send(&mut self, chunk: Chunk) -> Result<(), LakeError> {
        let sent = self
            .sender
            .as_ref()
            .is_some_and(|sender| sender.send(chunk).is_ok());
        if sent {
            return Ok(());
        }
        // The worker ended early, so its error says why.
        self.sender = None;
        self.join().and(Err(LakeError::WorkerGone))
    }

    fn join(&mut self) -> Result<Files, LakeError> {
        let worker = self.worker.take().ok_or(LakeError::WorkerGone)?;
        worker.join().map_err(|_| LakeError::WorkerGone)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.sender = None;
        // Waiting for the worker makes its temporary files go before the caller goes on.
        drop(self.join());
    }
}

/// The open files of an artefact, on the worker's side.
struct Files {
    artefact: ArtefactId,
    folders: Folders,
    /// Rows in a row group at most.
    group_rows: usize,
    records: BTreeMap<(Log, Share), Vec<Opened>>,
    states: Vec<Opened>,
    rejects: Vec<Opened>,
}

/// A file that is being written.
struct Opened {
    /// Below the case.
    path: String,
    output: Output,
    shaper: Shaper,
}

impl Opened {
    fn close(&mut self) -> Result<(), LakeError> {
        // A full file was closed before all others are.
        if let Some(shapes) = std::mem::take(&mut self.shaper).shapes() {
            self.output.note(shape::KEY, &shapes.to_bytes())?;
        }
        self.output.close()
    }
}

impl Files {
    fn new(artefact: ArtefactId, (folders, group_rows): (Folders, usize)) -> Self {
        Self {
            artefact,
            folders,
            group_rows,
            records: BTreeMap::new(),
            states: Vec::new(),
            rejects: Vec::new(),
        }
    }

    fn write(&mut self, chunk: &Chunk) -> Result<(), LakeError> {
        let place = Place {
            artefact: self.artefact,
            folders: &self.folders,
            group_rows: self.group_rows,
        };
        match chunk {
            Chunk::Records(part, buffer) => {
                let (log, share) = part;
                let folder = format!("{RECORDS}/source={}", log.name());
                let end = match share {
                    Share::Common => "common-",
                    Share::Rare => "",
                };
                let files = self.records.entry(*part).or_default();
                let properties = if buffer.is_few() {
                    schema::properties_of_few()
                } else {
                    schema::properties()
                };
                let schema = schema::records_on_disk();
                let file = place.file(files, (&folder, end), (schema, properties))?;
                let batch = encoded(encode::records(&buffer.rows, &mut file.shaper))?;
                file.output.write(&batch, buffer.bytes)
            }
            Chunk::States(rows) => {
                let file = place.file(
                    &mut self.states,
                    (STATE, ""),
                    (schema::states(), schema::properties()),
                )?;
                let batch = encoded(encode::states(rows))?;
                file.output.write(&batch, batch.get_array_memory_size())
            }
            Chunk::Rejects(rows) => {
                let file = place.file(
                    &mut self.rejects,
                    (REJECTS, ""),
                    (schema::rejects(), schema::properties()),
                )?;
                let batch = encoded(encode::rejects(rows))?;
                file.output.write(&batch, batch.get_array_memory_size())
            }
        }
    }

    /// Closes all before the first gets its name, so that a full disk is met before anything shows.
    fn publish(mut self) -> Result<Vec<Piece>, LakeError> {
        let logs = std::mem::take(&mut self.records)
            .into_iter()
            .flat_map(|((log, _), files)| files.into_iter().map(move |file| (Some(log), file)));
        let rest = self.states.drain(..).chain(self.rejects.drain(..));
        let mut all: Vec<_> = logs.chain(rest.map(|file| (None, file))).collect();
        for (_, file) in &mut all {
            file.close()?;
        }
        let mut pieces = Vec::with_capacity(all.len());
        for (log, Opened { path, output, .. }) in all {
            let rows = output.rows();
            output.publish()?;
            pieces.push(Piece { path, log, rows });
        }
        Ok(pieces)
    }
}

fn encoded(batch: Result<RecordBatch, ArrowError>) -> Result<RecordBatch, LakeError> {
    batch.map_err(|e| LakeError::Engine(e.to_string()))
}

/// Where files of the artefact go.
struct Place<'a> {
    artefact: ArtefactId,
    folders: &'a Folders,
    group_rows: usize,
}

impl Place<'_> {
    /// The file that takes the next rows; a new one is written as `properties` say.
    fn file<'f>(
        &self,
        files: &'f mut Vec<Opened>,
        (folder, kind): (&str, &str),
        (schema, properties): (SchemaRef, WriterProperties),
    ) -> Result<&'f mut Opened, LakeError> {
        if files
            .last()
            .is_none_or(|file| file.output.rows() >= FILE_ROWS)
        {
            if let Some(full) = files.last_mut() {
                full.close()?;
            }
            self.folders.make(folder)?;
            let hash: String = self.artefact.to_string().chars().take(16).collect();
            let path = format!("{folder}/{hash}-{kind}{}.parquet", files.len());
            let properties = properties
                .into_builder()
                .set_max_row_group_row_count(Some(self.group_rows))
                .build();
            let output = Output::create_with(self.folders.path(&path), schema, properties)?;
            files.push(Opened {
                path,
                output,
                shaper: Shaper::default(),
            });
        }
        files.last_mut().ok_or(LakeError::WorkerGone)
    }
}
