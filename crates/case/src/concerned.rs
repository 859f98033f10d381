//! The events that concern what the attacker touched: read out of the case's lake once, kept in small lakes of
//! their own for the time of an analysis.
//!
//! The questions about an attack look at the same few events again and again. In a large case they lie thinly in
//! every part of the lake, so that each question would read nearly all of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hourzero_detect::ir::Expr;
use hourzero_lake::{Lake, Options, Writer};
use hourzero_model::{ArtefactId, Provenance, RawRecords};
use hourzero_scope::Event;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Case, CaseError};

/// Events beside the case's lake. They end with the analysis.
pub(crate) struct Concerned {
    folder: PathBuf,
    lakes: Vec<(Lake, TempDir)>,
}

impl Concerned {
    /// Keeps nothing yet; what it will keep goes below `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            lakes: Vec::new(),
        }
    }
}

/// The raw records stay with the case.
struct NoRawRecords;

impl RawRecords for NoRawRecords {
    fn raw(&self, place: &Provenance) -> Result<Vec<u8>, String> {
        Err(format!("{}: only the case has raw records", place.artefact))
    }
}

impl Case<'_> {
    /// Keeps the events that meet an expression, and gives each. One event must not meet two expressions that
    /// are kept.
    pub(crate) fn keep_events(
        &self,
        concerned: &mut Concerned,
        filter: Expr,
        on: &mut dyn FnMut(&Event),
    ) -> Result<(), CaseError> {
        let failed = |error| CaseError::write(&concerned.folder, error);
        let folder = TempDir::new_in(&concerned.folder).map_err(failed)?;
        let lake = Lake::open(folder.path(), Arc::new(NoRawRecords), Options::default())?;
        let mut writer: Option<(ArtefactId, Writer)> = None;
        self.each_event_that(&[filter], &mut |_, event| {
            on(&event);
            let artefact = event.record.provenance.artefact;
            if writer.as_ref().is_none_or(|(at, _)| *at != artefact) {
                if let Some((_, before)) = writer.take() {
                    before.finish(Value::Null)?;
                }
                writer = Some((artefact, lake.writer(artefact)?));
            }
            if let Some((_, writer)) = &mut writer {
                writer.push(event.record)?;
            }
            Ok(())
        })?;
        if let Some((_, last)) = writer {
            last.finish(Value::Null)?;
        }
        concerned.lakes.push((lake, folder));
        Ok(())
    }

    /// Gives those of the kept events that meet each expression, with the expression's place in the list.
    pub(crate) fn each_concerned(
        &self,
        concerned: &Concerned,
        filters: &[Expr],
        on: &mut dyn FnMut(usize, Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        for (lake, _) in &concerned.lakes {
            self.each_event_in(lake, filters, on)?;
        }
        Ok(())
    }
}
