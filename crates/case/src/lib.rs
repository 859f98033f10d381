//! The facade: a case folder, its lock, and the wiring of the stages.
//!
//! It takes paths, rules and questions and gives what the stages answer; it writes what is given into
//! the folder and what is derived into `out/`. It must hold no analysis: what a record means is for
//! `ingest`, what is suspicious for `detect`, what follows from it for `scope`, how it reads for `report`.

mod actions;
mod aside;
mod ask;
mod attribution;
mod columnar;
mod concerned;
mod containment;
mod decisions;
mod detection;
mod error;
mod first_call;
mod folder;
mod found;
mod hash;
mod import;
mod indicators;
mod investigate;
mod lines;
mod mapping;
mod networks;
mod outputs;
mod receipt;
mod report;
mod rule_check;
mod rules;
mod survey;
mod vault;
mod walk;

use std::path::Path;
use std::sync::Arc;

use hourzero_evidence::{CaseLock, Entry, Journal, Objects, RawReader, Store};
use hourzero_lake::Lake;
use hourzero_model::{ArtefactId, Clock};

pub use actions::ActionFile;
pub use columnar::{ColumnRules, FileName, Waited};
pub use containment::AsDone;
pub use error::CaseError;
pub use first_call::{AnswerFile, AnswerRow, FirstCall, LogLine, Taken, check_answers, playbook};
use folder::Folder;
pub use folder::Settings;
pub use hourzero_contain::{Plan, markdown as worksheet};
pub use hourzero_intake::{Heard, Interview, LogContent, Totals};
pub use hourzero_report::base::{Difference, FactBase, differences};
pub use hourzero_report::document::{Audience, Document};
pub use hourzero_report::{LogRow, ReportError, csv, plain, summary};
pub use hourzero_scope::attribution::{Link, LinkDecision};
pub use import::{Imported, ImportedFile, RejectReason};
pub use indicators::{IndicatorFile, SharedIndicator, TakenOver};
pub use investigate::Investigation;
pub use mapping::{GivenMapping, read_mappings};
pub use networks::{Added, MicrosoftClass, Network, Networks, is_routed};
pub use outputs::TIMELINE;
pub use report::{Checked, Format, Kind, Made, Printer, Wanted};
pub use rule_check::{
    CheckedRule, FailedSample, ListedRule, SampleRun, check_rules, list_rules, test_rules,
};
pub use rules::{Sample, samples};
pub use vault::{ListedArtefact, MakeKey, Sealed, verify};
pub use walk::{Found, Passed, Walk, importable, walk};

/// What the case may use of the machine, and who works on it.
pub struct Environment<'a> {
    /// The real time.
    pub clock: &'a dyn Clock,
    /// The name that journal entries carry.
    pub actor: &'a str,
    /// Bytes that the engine may hold before it spills.
    pub memory_limit: usize,
    /// Where progress goes.
    pub progress: &'a dyn Progress,
}

/// Takes progress; anything over a second should show some.
pub trait Progress: Sync {
    /// A stage begins; `total` is in the unit that `advance` counts, where it is known.
    fn begin(&self, stage: &str, total: Option<u64>);
    /// So much more is done.
    fn advance(&self, amount: u64);
    /// The stage ended.
    fn end(&self);
}

/// No progress.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _total: Option<u64>) {}
    fn advance(&self, _amount: u64) {}
    fn end(&self) {}
}

/// An open case. One process at a time has it.
pub struct Case<'a> {
    folder: Folder,
    settings: Settings,
    journal: Journal,
    store: Store,
    lake: Lake,
    raw: Arc<RawReader>,
    /// What the journal's receipts say.
    receipts: receipt::Receipts,
    /// How logs of other products are read.
    mappings: mapping::Mappings,
    environment: Environment<'a>,
    lock: CaseLock,
}

impl<'a> Case<'a> {
    /// Opens a case; finishes what a killed import left.
    ///
    /// # Errors
    /// When there is none, another process has it, or its files cannot be read.
    pub fn open(root: &Path, environment: Environment<'a>) -> Result<Self, CaseError> {
        let folder = Folder::new(root);
        let Some(settings) = folder.settings()? else {
            return Err(CaseError::NoCase {
                path: root.to_owned(),
            });
        };
        Self::with_settings(folder, settings, environment)
    }

    /// Opens a case, and makes it where there is none; settings of a case that exists stay as they are.
    ///
    /// # Errors
    /// As [`Case::open`], and when the folder cannot be written or the zone is unknown.
    pub fn open_or_create(
        root: &Path,
        new: Settings,
        environment: Environment<'a>,
    ) -> Result<Self, CaseError> {
        let folder = Folder::new(root);
        if let Some(settings) = folder.settings()? {
            return Self::with_settings(folder, settings, environment);
        }
        let created = environment.clock.now();
        let settings = Settings {
            created: created.to_string(),
            ..new
        };
        settings.time_zone()?;
        folder.create(&settings)?;
        let content = serde_json::json!({
            "name": settings.name, "tenant": settings.tenant, "zone": settings.zone,
            "analysts": settings.analysts,
        });
        let mut case = Self::with_settings(folder, settings, environment)?;
        case.note("case", content, None)?;
        Ok(case)
    }

    fn with_settings(
        folder: Folder,
        settings: Settings,
        environment: Environment<'a>,
    ) -> Result<Self, CaseError> {
        let lock = CaseLock::acquire(folder.root())?;
        let journal = Journal::open(&lock)?;
        let store = Store::open(&lock)?;
        let raw = Arc::new(RawReader::new(Objects::of(folder.root())));
        let receipts = receipt::Receipts::of(&journal);
        let mappings = mapping::Mappings::of(&journal, store.objects())?;
        let options = hourzero_lake::Options {
            memory_limit: environment.memory_limit,
            ..hourzero_lake::Options::default()
        };
        let lake = Lake::open(folder.root(), raw.clone(), options)?;
        Ok(Self {
            folder,
            settings,
            journal,
            store,
            lake,
            raw,
            receipts,
            mappings,
            environment,
            lock,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Fills in what nobody has said about the case yet: its name, tenant, zone, analysts. What was said
    /// stays; what is left aside for that is named. `from` says where it comes from, if not from a person.
    ///
    /// # Errors
    /// When the zone is unknown or the folder cannot be written.
    pub fn describe(
        &mut self,
        new: &Settings,
        from: Option<&str>,
    ) -> Result<Vec<String>, CaseError> {
        new.time_zone()?;
        let (settings, kept) = self.settings.filled(new, &self.folder.name());
        if settings != self.settings {
            self.folder.create(&settings)?;
            let mut content = serde_json::json!({
                "name": settings.name, "tenant": settings.tenant, "zone": settings.zone,
                "analysts": settings.analysts,
            });
            if let (Some(from), Some(members)) = (from, content.as_object_mut()) {
                members.insert("from".to_owned(), from.into());
            }
            self.settings = settings;
            self.note("case", content, None)?;
        }
        Ok(kept)
    }

    /// Journals something of ours.
    fn note(
        &mut self,
        kind: &str,
        content: serde_json::Value,
        object: Option<ArtefactId>,
    ) -> Result<(), CaseError> {
        self.journal.append(Entry {
            time: self.environment.clock.now(),
            actor: self.environment.actor.to_owned(),
            kind: kind.to_owned(),
            content,
            object,
            request_id: None,
        })?;
        Ok(())
    }
}
