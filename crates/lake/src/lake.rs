//! The lake of a case: the one way in for the other crates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{ArtefactId, Column, Log, RawRecords, Record, Reject, State};

use crate::error::{LakeError, QueryError};
use crate::fetch::{self, RecordKey};
use crate::numbered::{self, Numbered};
use crate::parquet::Columns;
use crate::presence::{self, Presence};
use crate::scan::{self, Among, Counting, Hit, Kept, ScanRule, ScanStats};
use crate::schema;
use crate::side;
use crate::sql::{self, QueryLimits, Session, Table};
use crate::store::{Folders, Manifest, REJECTS, STATE, Stored, TIES_SUMMARY};
use crate::texts::Texts;
use crate::ties::{self, Ties};
use crate::writer::{Held, Writer};

/// What the lake may use of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Bytes that a query in SQL may hold in memory before it spills to the case's `.tmp` folder.
    pub memory_limit: usize,
    /// Threads of a scan and of a query.
    pub threads: usize,
    /// Records that are written, read and judged as one part, at most.
    pub group_rows: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            memory_limit: 512 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            group_rows: schema::GROUP_ROWS,
        }
    }
}

/// The records, states and rejects of a case. One process at a time has it open; the case's lock sees
/// to that.
pub struct Lake {
    folders: Folders,
    held: Held,
    raw: Arc<dyn RawRecords>,
    options: Options,
    /// The engine as the last statement left it.
    session: Mutex<Option<Arc<Session>>>,
}

impl Lake {
    /// Opens the lake of a case, making its folders, and removes what a killed import left.
    ///
    /// # Errors
    /// When a folder or the JSON file of an artefact cannot be read.
    pub fn open(
        case: &Path,
        raw: Arc<dyn RawRecords>,
        options: Options,
    ) -> Result<Self, LakeError> {
        let (folders, held) = Folders::open(case)?;
        Ok(Self {
            folders,
            held: Arc::new(RwLock::new(held)),
            raw,
            options,
            session: Mutex::new(None),
        })
    }

    fn held(&self) -> RwLockReadGuard<'_, BTreeMap<ArtefactId, Manifest>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is held of an artefact, if it has been imported.
    pub fn holds(&self, artefact: &ArtefactId) -> Option<Stored> {
        self.held()
            .get(artefact)
            .map(|manifest| manifest.stored.clone())
    }

    /// What is held of every artefact, by hash.
    pub fn artefacts(&self) -> Vec<Stored> {
        self.held()
            .values()
            .map(|manifest| manifest.stored.clone())
            .collect()
    }

    /// A way in for the records of an artefact. Several artefacts may be written at once.
    ///
    /// # Errors
    /// [`LakeError::AlreadyHeld`] for an artefact that is in the lake.
    pub fn writer(&self, artefact: ArtefactId) -> Result<Writer, LakeError> {
        if self.held().contains_key(&artefact) {
            return Err(LakeError::AlreadyHeld(artefact));
        }
        let folders = (self.folders.clone(), self.options.group_rows);
        Writer::new(artefact, folders, Arc::clone(&self.held))
    }

    /// Takes an artefact's records out again, so that it can be read anew; nothing where it is not held.
    /// What is in the lake is derived: the evidence stays. The ties are no longer settled then.
    ///
    /// # Errors
    /// When a file cannot be removed. What is removed already is gone: reading the artefact anew is right
    /// in any case.
    pub fn forget(&self, artefact: &ArtefactId) -> Result<(), LakeError> {
        self.end_session();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let Some(manifest) = held.remove(artefact) else {
            return Ok(());
        };
        // The ties go first and the manifest before its files: a killed process leaves nothing that
        // names what is not there.
        self.folders.remove(TIES_SUMMARY)?;
        self.folders.remove(&manifest.path())?;
        manifest
            .pieces
            .iter()
            .try_for_each(|piece| self.folders.remove(&piece.path))
    }

    /// Finds who speaks for whom over all artefacts. To be called after an import; until then the
    /// records added since the last time all speak for themselves.
    ///
    /// # Errors
    /// When a file cannot be read or the derived files cannot be written.
    pub fn settle(&self) -> Result<Ties, LakeError> {
        self.end_session();
        let summary = self.folders.path(TIES_SUMMARY);
        self.folders.remove(TIES_SUMMARY)?;
        let ties = ties::settle(&self.folders, &self.held())?;
        let text = serde_json::to_string(&ties).map_err(|e| LakeError::Engine(e.to_string()))?;
        let temporary = summary.with_extension("json.tmp");
        fs::write(&temporary, text + "\n").map_err(|e| LakeError::io(&temporary, e))?;
        fs::rename(&temporary, &summary).map_err(|e| LakeError::io(&summary, e))?;
        Ok(ties)
    }

    /// The ties as last settled; `None` where artefacts came since then.
    pub fn ties(&self) -> Option<Ties> {
        let text = fs::read_to_string(self.folders.path(TIES_SUMMARY)).ok()?;
        let ties: Ties = serde_json::from_str(&text).ok()?;
        ties.by_artefact
            .keys()
            .eq(self.held().keys())
            .then_some(ties)
    }

    /// Runs rules over all records, those included for which another speaks. Hits come in the order of
    /// artefact hash, position and rule; `on_hit` gets the rule's place in the list.
    ///
    /// # Errors
    /// [`LakeError::NotColumnar`] for a rule that looks at the raw record, [`LakeError::Pattern`] for a
    /// regular expression that cannot be used, else when a file cannot be read.
    pub fn scan(
        &self,
        rules: &[ScanRule],
        on_hit: &mut dyn FnMut(usize, &Hit),
    ) -> Result<ScanStats, LakeError> {
        self.scan_keeping(rules, on_hit).map(|(stats, _)| stats)
    }

    /// As [`Lake::scan`]; gives beside the rows that met rules of which nothing is wanted yet
    /// ([`crate::Wanted::Later`]).
    ///
    /// # Errors
    /// As [`Lake::scan`].
    pub fn scan_keeping(
        &self,
        rules: &[ScanRule],
        on_hit: &mut dyn FnMut(usize, &Hit),
    ) -> Result<(ScanStats, Kept), LakeError> {
        let held = self.held().clone();
        scan::scan(&self.folders, &held, (rules, self.options.threads), on_hit)
    }

    /// Gives what is wanted of the rows that a scan kept, and says how many hits there were. They come in the
    /// order of artefact hash, position and place in the list, which `on_hit` gets with the hit.
    ///
    /// # Errors
    /// As [`Lake::scan`].
    pub fn among(
        &self,
        kept: &Kept,
        wanted: &[Among],
        on_hit: &mut dyn FnMut(usize, &Hit),
    ) -> Result<u64, LakeError> {
        scan::among(&self.folders, kept, (wanted, self.options.threads), on_hit)
    }

    /// Counts the rows that a scan kept by key and stretch of time; `on` gets the place in the list, the
    /// key, its parts joined by U+001F, the number of the stretch, and how many rows lie in it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn count(
        &self,
        kept: &Kept,
        countings: &[Counting],
        on: &mut dyn FnMut(usize, &str, i64, u64),
    ) -> Result<(), LakeError> {
        kept.tally(countings, on)
    }

    /// Gives columns of all records as numbers of texts, a row group at a time, and then the texts.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn numbered(
        &self,
        columns: &[Column],
        on: &mut dyn FnMut(&Numbered<'_>),
    ) -> Result<Texts, LakeError> {
        let asked = (columns, self.options.threads);
        numbered::numbered(&self.folders, &self.held(), asked, on)
    }

    /// Gives the records that meet an expression, in the order of artefact hash and position.
    ///
    /// # Errors
    /// As [`Lake::scan`].
    pub fn records(&self, filter: &Expr, on: &mut dyn FnMut(&Hit)) -> Result<ScanStats, LakeError> {
        let rule = ScanRule::whole(filter.clone());
        self.scan(&[rule], &mut |_, hit| on(hit))
    }

    /// Gives the whole records at these places, artefact by artefact and log by log, each file in the order of
    /// position; a place that holds no record gives nothing.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn visit(&self, keys: &[RecordKey], on: &mut dyn FnMut(Record)) -> Result<(), LakeError> {
        let held = self.held();
        let from = (&*held, self.options.threads);
        fetch::visit(&self.folders, from, (keys, &Columns::All), on)
    }

    /// As [`Lake::visit`], with artefact, position, time and these fields filled at least; other columns may
    /// be empty. Lists are given whole where one of them is named.
    ///
    /// # Errors
    /// As [`Lake::visit`].
    pub fn visit_fields(
        &self,
        (keys, fields): (&[RecordKey], &[Field]),
        on: &mut dyn FnMut(Record),
    ) -> Result<(), LakeError> {
        let (columns, held) = (scan::columns_of(fields), self.held());
        let from = (&*held, self.options.threads);
        fetch::visit(&self.folders, from, (keys, &columns), on)
    }

    /// The records at these places, in the order asked for; `None` where there is none.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn fetch(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, LakeError> {
        let held = self.held();
        fetch::records(&self.folders, (&*held, self.options.threads), keys)
    }

    /// The record that speaks for each of these, in the order asked for; itself where nothing ties it to
    /// another.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn speakers(&self, keys: &[RecordKey]) -> Result<Vec<RecordKey>, LakeError> {
        ties::speakers(&self.folders, keys)
    }

    /// For each of these records that speak the logs of those that they speak for, in the order of rank;
    /// their own log among them where a duplicate or revision is tied to them.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn witnesses(&self, speakers: &[RecordKey]) -> Result<Vec<Vec<Log>>, LakeError> {
        let held = self.held();
        ties::witnesses(&self.folders, (&*held, self.options.threads), speakers)
    }

    /// Gives every state, in the order of artefact hash and position.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn states(&self, on: &mut dyn FnMut(State)) -> Result<(), LakeError> {
        self.pieces(STATE, &mut |path, artefact| {
            side::states(path, artefact, on)
        })
    }

    /// Gives every reject, in the order of artefact hash and position.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn rejects(&self, on: &mut dyn FnMut(Reject)) -> Result<(), LakeError> {
        self.pieces(REJECTS, &mut |path, artefact| {
            side::rejects(path, artefact, on)
        })
    }

    fn pieces(
        &self,
        folder: &str,
        on: &mut dyn FnMut(&Path, ArtefactId) -> Result<(), LakeError>,
    ) -> Result<(), LakeError> {
        let prefix = format!("{folder}/");
        for (artefact, manifest) in self.held().iter() {
            for piece in manifest
                .pieces
                .iter()
                .filter(|piece| piece.path.starts_with(&prefix))
            {
                on(&self.folders.path(&piece.path), *artefact)?;
            }
        }
        Ok(())
    }

    /// Which columns, parameters and changes the records of each source have.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn presence(&self) -> Result<Presence, LakeError> {
        presence::presence(&self.folders, &self.held())
    }

    /// Answers one statement that reads. Tables: `records`, `events`, `states`, `rejects`, `ties`.
    ///
    /// # Errors
    /// [`QueryError`] says what cannot be understood, is not allowed or went wrong.
    pub fn query(&self, statement: &str, limits: QueryLimits) -> Result<Table, QueryError> {
        self.session()?.query(statement, limits)
    }

    /// The engine over what is held now.
    fn session(&self) -> Result<Arc<Session>, LakeError> {
        let mut last = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held();
        if let Some(session) = last.as_ref().filter(|session| session.sees(&held)) {
            return Ok(Arc::clone(session));
        }
        let pieces = held.iter();
        let engine = sql::Engine {
            folders: self.folders.clone(),
            pieces: pieces
                .map(|(artefact, manifest)| (*artefact, manifest.pieces.clone()))
                .collect(),
            raw: Arc::clone(&self.raw),
            options: self.options,
        };
        let session = Arc::new(engine.session()?);
        *last = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Lets go of the engine, because files that it knows are written anew.
    fn end_session(&self) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lake")
            .field("folders", &self.folders)
            .finish_non_exhaustive()
    }
}
