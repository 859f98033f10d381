//! Writing an object: hash, compress and store in one pass with bounded memory.
//!
//! Takes bytes as they come, gives an object under its final name or nothing at all. It must never look
//! into the bytes. The caller's thread only copies; from the second frame on a thread of its own hashes,
//! compresses and writes, so that the caller can parse the same bytes meanwhile.

use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use hourzero_model::ArtefactId;
use sha2::{Digest, Sha256};
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::layout::{FRAME_BYTES, Frame, Table, digest_frame};
use super::store::{Store, Stored};
use crate::EvidenceError;
use crate::disk::{Disk, DiskFile};
use crate::error::At;

/// Measured with a gigabyte of audit records as JSON: level 1 takes 0.7 s of processor time to a tenth of
/// the size, level 3 takes 1.2 s and saves nothing; hashing takes 0.5 s.
const LEVEL: i32 = 1;

/// Frames under way between the caller and the packing thread.
const FRAMES_UNDER_WAY: usize = 2;

/// A new object in the making. It becomes evidence with [`Writer::finish`]; dropped before, it leaves
/// nothing.
pub struct Writer {
    store: Store,
    partial: PathBuf,
    buffer: Vec<u8>,
    packing: Packing,
}

/// Who packs. A small artefact needs no thread.
enum Packing {
    Here(Box<Packer>),
    Thread {
        full: SyncSender<Vec<u8>>,
        empty: Receiver<Vec<u8>>,
        worker: JoinHandle<Result<Packer, EvidenceError>>,
    },
    Failed(Option<EvidenceError>),
}

/// What a finished file holds.
pub(super) struct Packed {
    pub(super) id: ArtefactId,
    pub(super) size: u64,
    pub(super) stored_size: u64,
}

impl Writer {
    pub(super) fn begin(store: Store, partial: PathBuf) -> Result<Self, EvidenceError> {
        let disk: &Arc<dyn Disk> = store.objects().disk();
        let file = disk.create_new(&partial).at("create", &partial)?;
        Ok(Self {
            packing: Packing::Here(Box::new(Packer::new(file, partial.clone())?)),
            store,
            partial,
            buffer: Vec::new(),
        })
    }

    /// Makes what was written evidence: on the medium, under the name of its hash.
    ///
    /// # Errors
    /// When anything could not be written, also earlier; nothing is left then.
    pub fn finish(mut self) -> Result<Stored, EvidenceError> {
        let last = mem::take(&mut self.buffer);
        let packer = match mem::replace(&mut self.packing, Packing::Failed(None)) {
            Packing::Here(packer) => Ok(*packer),
            Packing::Thread { full, worker, .. } => {
                drop(full);
                joined(worker, &self.partial)
            }
            Packing::Failed(error) => Err(error.unwrap_or_else(|| ended(&self.partial))),
        };
        let packed = packer.and_then(|mut packer| {
            if !last.is_empty() {
                packer.frame(&last)?;
            }
            packer.end()
        })?;
        self.store.keep(&self.partial, &packed)
    }

    fn pass_on(&mut self) -> Result<(), EvidenceError> {
        if matches!(self.packing, Packing::Here(_)) {
            self.start_thread();
        }
        let Packing::Thread { full, empty, .. } = &self.packing else {
            return Err(ended(&self.partial));
        };
        let mut spare = empty.try_recv().unwrap_or_default();
        spare.clear();
        let frame = mem::replace(&mut self.buffer, spare);
        if full.send(frame).is_ok() {
            return Ok(());
        }
        match mem::replace(&mut self.packing, Packing::Failed(None)) {
            Packing::Thread { worker, .. } => joined(worker, &self.partial).map(drop),
            _ => Err(ended(&self.partial)),
        }
    }

    fn start_thread(&mut self) {
        let Packing::Here(mut packer) = mem::replace(&mut self.packing, Packing::Failed(None))
        else {
            return;
        };
        let (full, frames) = sync_channel::<Vec<u8>>(FRAMES_UNDER_WAY);
        let (give_back, empty) = sync_channel(FRAMES_UNDER_WAY + 1);
        let worker = std::thread::spawn(move || {
            for frame in frames {
                packer.frame(&frame)?;
                // The writer may be gone or have enough buffers: then this one is dropped.
                drop(give_back.try_send(frame));
            }
            Ok(*packer)
        });
        self.packing = Packing::Thread {
            full,
            empty,
            worker,
        };
    }
}

impl Write for Writer {
    /// Fails with an error that holds the [`EvidenceError`].
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = FRAME_BYTES - self.buffer.len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.buffer.extend_from_slice(taken);
        if self.buffer.len() == FRAME_BYTES
            && let Err(error) = self.pass_on()
        {
            let text = error.to_string();
            self.packing = Packing::Failed(Some(error));
            return Err(io::Error::other(text));
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Packing::Thread { full, worker, .. } =
            mem::replace(&mut self.packing, Packing::Failed(None))
        {
            drop(full);
            drop(worker.join());
        }
        // After `finish` the file has its final name. Where it cannot be removed, the next opening says so.
        drop(self.store.objects().disk().discard(&self.partial));
    }
}

fn joined(
    worker: JoinHandle<Result<Packer, EvidenceError>>,
    partial: &std::path::Path,
) -> Result<Packer, EvidenceError> {
    worker.join().unwrap_or_else(|_| Err(ended(partial)))
}

fn ended(partial: &std::path::Path) -> EvidenceError {
    EvidenceError::io(
        "write",
        partial,
        io::Error::other("writing has ended before"),
    )
}

/// Hashes, compresses and writes frames.
struct Packer {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    content: Sha256,
    stored: Sha256,
    compressor: Compressor<'static>,
    out: Vec<u8>,
    table: Table,
}

impl Packer {
    fn new(file: Box<dyn DiskFile>, path: PathBuf) -> Result<Self, EvidenceError> {
        let mut compressor = Compressor::new(LEVEL).at("compress", &path)?;
        compressor
            .set_parameter(CParameter::ChecksumFlag(true))
            .at("compress", &path)?;
        Ok(Self {
            file,
            path,
            content: Sha256::new(),
            stored: Sha256::new(),
            compressor,
            out: Vec::new(),
            table: Table::default(),
        })
    }

    fn frame(&mut self, content: &[u8]) -> Result<(), EvidenceError> {
        self.content.update(content);
        self.out.clear();
        self.out
            .reserve(zstd::zstd_safe::compress_bound(content.len()));
        let stored = self
            .compressor
            .compress_to_buffer(content, &mut self.out)
            .at("compress", &self.path)?;
        self.stored.update(&self.out);
        self.file.write_all(&self.out).at("write", &self.path)?;
        self.table.frames.push(Frame {
            stored: stored as u32,
            content: content.len() as u32,
        });
        Ok(())
    }

    fn end(mut self) -> Result<Packed, EvidenceError> {
        let mut tail = digest_frame(&self.stored.finalize().into());
        tail.extend(self.table.encode());
        self.file.write_all(&tail).at("write", &self.path)?;
        self.file.sync().at("write", &self.path)?;
        Ok(Packed {
            id: ArtefactId::from_bytes(self.content.finalize().into()),
            size: self.table.content_size(),
            stored_size: self.table.stored_size() + tail.len() as u64,
        })
    }
}
