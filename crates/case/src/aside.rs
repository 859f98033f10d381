//! Small lakes beside the case's, for the time of an analysis.
//!
//! An analysis looks at the same few records again and again. In a large case they lie thinly in every part of its
//! lake, so that each look would read nearly all of it; they are read once and kept together.

use std::path::Path;
use std::sync::Arc;

use hourzero_detect::ir::Field;
use hourzero_lake::{Lake, Options, RecordKey, Writer};
use hourzero_model::{ArtefactId, Provenance, RawRecords, Record};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Case, CaseError};

/// Where more than one record in so many is wanted, reading them twice costs no more than keeping them.
const THIN: u64 = 16;

/// A lake that ends with the analysis.
pub(crate) struct Aside {
    lake: Lake,
    /// Removed with the lake.
    _folder: TempDir,
}

/// Records on their way into an [`Aside`], artefact by artefact.
pub(crate) struct PutAside<'a> {
    lake: &'a Lake,
    writer: Option<(ArtefactId, Writer)>,
}

/// The raw records stay with the case.
struct NoRawRecords;

impl RawRecords for NoRawRecords {
    fn raw(&self, place: &Provenance) -> Result<Vec<u8>, String> {
        Err(format!("{}: only the case has raw records", place.artefact))
    }
}

impl Aside {
    /// An empty one, in a folder of its own below `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Self, CaseError> {
        let own = TempDir::new_in(folder).map_err(|error| CaseError::write(folder, error))?;
        let lake = Lake::open(own.path(), Arc::new(NoRawRecords), Options::default())?;
        Ok(Self { lake, _folder: own })
    }

    /// What it holds.
    pub(crate) fn lake(&self) -> &Lake {
        &self.lake
    }

    /// Begins to fill it.
    pub(crate) fn fill(&self) -> PutAside<'_> {
        PutAside {
            lake: &self.lake,
            writer: None,
        }
    }
}

impl PutAside<'_> {
    /// Puts a record in; those of one artefact must come together.
    pub(crate) fn push(&mut self, record: Record) -> Result<(), CaseError> {
        let artefact = record.provenance.artefact;
        let writer = match self.writer.take() {
            Some((at, writer)) if at == artefact => writer,
            before => {
                if let Some((_, before)) = before {
                    before.finish(Value::Null)?;
                }
                self.lake.writer(artefact)?
            }
        };
        let (_, writer) = self.writer.insert((artefact, writer));
        Ok(writer.push(record)?)
    }

    /// Makes what was put in readable.
    pub(crate) fn finish(self) -> Result<(), CaseError> {
        if let Some((_, last)) = self.writer {
            last.finish(Value::Null)?;
        }
        Ok(())
    }
}

/// Records behind findings, read once.
pub(crate) struct Backing {
    aside: Option<Aside>,
    /// Those that it holds, in order.
    held: Vec<RecordKey>,
}

impl Case<'_> {
    /// Puts the records at these places aside, and those that speak for them. Nothing is put aside where they are so many
    /// that it would not pay.
    pub(crate) fn back(&self, mut keys: Vec<RecordKey>) -> Result<Backing, CaseError> {
        keys.extend(self.lake.speakers(&keys)?);
        keys.sort_unstable();
        keys.dedup();
        let stored = self.lake.artefacts();
        let all: u64 = stored.iter().map(|stored| stored.records).sum();
        if keys.is_empty() || (keys.len() as u64).saturating_mul(THIN) > all {
            return Ok(Backing {
                aside: None,
                held: Vec::new(),
            });
        }
        let aside = Aside::new(&self.folder.temporary())?;
        let mut put = aside.fill();
        let mut done = Ok(());
        self.lake.visit(&keys, &mut |record| {
            if done.is_ok() {
                done = put.push(record);
            }
        })?;
        done?;
        put.finish()?;
        Ok(Backing {
            aside: Some(aside),
            held: keys,
        })
    }

    /// Gives the records at these places in no particular order, from what was put aside as far as they are there; whole, or
    /// with some fields filled at least.
    pub(crate) fn visit_backing(
        &self,
        backing: &Backing,
        (keys, fields): (&[RecordKey], Option<&[Field]>),
        on: &mut dyn FnMut(Record),
    ) -> Result<(), CaseError> {
        let mut visit = |lake: &Lake, keys: &[RecordKey]| match fields {
            Some(fields) => lake.visit_fields((keys, fields), on),
            None => lake.visit(keys, on),
        };
        let Some(aside) = &backing.aside else {
            return Ok(visit(&self.lake, keys)?);
        };
        let is_held = |key: &RecordKey| backing.held.binary_search(key).is_ok();
        let (held, rest): (Vec<RecordKey>, Vec<RecordKey>) =
            keys.iter().copied().partition(is_held);
        visit(&aside.lake, &held)?;
        Ok(visit(&self.lake, &rest)?)
    }
}
