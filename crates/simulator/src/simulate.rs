//! One simulated tenant from its settings to the exported evidence, with the truth beside it.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::attacker::{Play, Scenario, ScenarioError};
use crate::engine::{self, Sink};
use crate::forms::{Export, ExportError, ExportedFile, Forms};
use crate::happening::Happening;
use crate::intervene::{self, InterventionError};
use crate::judge::Eviction;
use crate::logs::LogRecord;
use crate::outcome::Outcome;
use crate::truth::{ReadTruthError, TruthWriter, outcome_json};
use crate::world::{Settings, World};

/// How large a tenant, and what it is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The seed of everything.
    pub seed: u64,
    /// Accounts of the directory.
    pub accounts: u32,
    /// Days of logs; interventions can make them more.
    pub days: i64,
}

/// A tenant in which a scenario is to be played.
#[derive(Debug)]
pub struct Request {
    scenario: String,
    seed: u64,
    world: World,
    play: Play,
}

/// Where evidence and truth go.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// The export's folder: new or empty.
    pub out: &'t Path,
    /// The truth's file; it must not lie in the export's folder, or the export would betray it.
    pub truth: Option<&'t Path>,
    /// In which forms.
    pub forms: Forms,
}

/// A finished simulation.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Files of the export.
    pub files: Vec<ExportedFile>,
    /// Happenings that were lived.
    pub happenings: u64,
    /// Records that they left, whether a log still holds them or not.
    pub records: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// A simulation could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The interventions.
    #[error(transparent)]
    Intervention(#[from] InterventionError),
    /// The export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The truth.
    #[error(transparent)]
    Truth(#[from] ReadTruthError),
    /// The truth's file lies in the export.
    #[error("{0}: the truth must not lie in the export's folder; give another place")]
    TruthInside(String),
}

impl SimulateError {
    /// Whether something wrong was asked for, as opposed to something that failed.
    pub fn is_wrong_usage(&self) -> bool {
        matches!(
            self,
            Self::Scenario(_) | Self::Intervention(_) | Self::TruthInside(_)
        )
    }
}

impl Request {
    /// Builds the tenant and puts the scenario into it. Interventions are `[[done]]` tables, or empty.
    ///
    /// # Errors
    /// When the tenant has nobody for a part of the scenario, or an intervention cannot be read.
    pub fn new(
        scenario: &Scenario,
        size: Size,
        interventions: &str,
    ) -> Result<Self, SimulateError> {
        let mut world = World::build(&scenario.settings(&Settings {
            seed: size.seed,
            accounts: size.accounts,
            days: size.days,
            ..Settings::default()
        }));
        let mut play = Play::prepare(&mut world, scenario)?;
        play.interventions = intervene::parse(interventions, &world, &play)?;
        Ok(Self {
            scenario: scenario.name.clone(),
            seed: size.seed,
            world,
            play,
        })
    }

    /// The tenant.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Lives the days without writing anything and says what came of the interventions.
    pub fn eviction(&self) -> Eviction {
        Eviction::of_play(&self.world, &self.play)
    }

    /// Lives the days and writes what the logs hold at their end.
    ///
    /// # Errors
    /// When the folder is not new, or a file cannot be written.
    pub fn export(&self, target: Target<'_>) -> Result<Exported, SimulateError> {
        let mut taking = Taking {
            world: &self.world,
            export: Export::new(&self.world, target.out)?,
            truth: self.truth(target)?,
            happenings: 0,
            records: 0,
            failed: None,
        };
        let outcome = engine::run(&self.world, &self.play, &mut taking);
        if let Some(error) = taking.failed {
            return Err(error.into());
        }
        let mut truth = taking.truth;
        let mut entry_given = vec![false; outcome.attackers.len()];
        let files = taking
            .export
            .finish(outcome.until, target.forms, &mut |placed| {
                for (given, attacker) in entry_given.iter_mut().zip(&outcome.attackers) {
                    *given |= !placed.damaged && attacker.entry_acts.contains(&placed.number);
                }
                match &mut truth {
                    Some(truth) => truth.writer.placed(&placed).map_err(truth.error()),
                    None => Ok(()),
                }
            })?;
        if let Some(truth) = truth {
            let failed = truth.error();
            truth
                .writer
                .end(&files, &outcome_json(&self.world, &outcome, &entry_given))
                .map_err(failed)?;
        }
        Ok(Exported {
            files,
            happenings: taking.happenings,
            records: taking.records,
            outcome,
        })
    }

    fn truth(&self, target: Target<'_>) -> Result<Option<Open>, SimulateError> {
        let Some(path) = target.truth else {
            return Ok(None);
        };
        let shown = path.display().to_string();
        // The export's folder stands by now, so both paths can be made absolute.
        let inside = match (path.parent(), target.out.canonicalize()) {
            (Some(parent), Ok(out)) => {
                let parent = if parent.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    parent
                };
                parent
                    .canonicalize()
                    .is_ok_and(|parent| parent.starts_with(out))
            }
            _ => false,
        };
        if inside {
            return Err(SimulateError::TruthInside(shown));
        }
        let file = File::create(path).map_err(ExportError::of(path))?;
        let writer = TruthWriter::begin(
            BufWriter::new(file),
            &self.world,
            (&self.scenario, self.seed),
        )
        .map_err(ExportError::of(path))?;
        Ok(Some(Open {
            path: path.to_owned(),
            writer,
        }))
    }
}

/// The truth's file.
struct Open {
    path: std::path::PathBuf,
    writer: TruthWriter<BufWriter<File>>,
}

impl Open {
    fn error(&self) -> impl FnOnce(std::io::Error) -> ExportError + use<> {
        ExportError::of(&self.path)
    }
}

/// Takes what the engine gives. The first failure is kept, what comes after is not written.
struct Taking<'w> {
    world: &'w World,
    export: Export<'w>,
    truth: Option<Open>,
    happenings: u64,
    records: u64,
    failed: Option<ExportError>,
}

impl Taking<'_> {
    fn write(
        &mut self,
        number: u64,
        happening: &Happening,
        records: &[LogRecord],
    ) -> Result<(), ExportError> {
        if let Some(truth) = &mut self.truth {
            let failed = truth.error();
            truth
                .writer
                .happening(self.world, (number, happening), records)
                .map_err(failed)?;
        }
        records
            .iter()
            .try_for_each(|record| self.export.take(number, record))
    }
}

impl Sink for Taking<'_> {
    fn take(&mut self, number: u64, happening: &Happening, records: &[LogRecord]) {
        if self.failed.is_some() {
            return;
        }
        self.happenings += 1;
        self.records += u64::try_from(records.len()).unwrap_or(0);
        self.failed = self.write(number, happening, records).err();
    }
}
