//! A tenant that lives some days, and the real samples beside it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use hourzero_simulator::attacker::{Play, Scenario};
use hourzero_simulator::engine::{Sink, run};
use hourzero_simulator::happening::Happening;
use hourzero_simulator::logs::{LogRecord, Source};
use hourzero_simulator::world::{EntraPlan, Licence, Settings, World};
use serde_json::Value;

/// Everything that happened in some days, with the records of each happening.
pub(crate) struct Days {
    pub(crate) world: World,
    pub(crate) happenings: Vec<(Happening, Vec<LogRecord>)>,
}

impl Sink for Days {
    fn take(&mut self, _number: u64, happening: &Happening, records: &[LogRecord]) {
        self.happenings.push((happening.clone(), records.to_vec()));
    }
}

impl Days {
    /// Every record.
    pub(crate) fn records(&self) -> impl Iterator<Item = &LogRecord> {
        self.happenings.iter().flat_map(|(_, records)| records)
    }

    /// Every record of a log, read.
    pub(crate) fn rows(&self, source: Source) -> Vec<Value> {
        self.records()
            .filter(|record| record.source == source)
            .map(|record| serde_json::from_str(&record.json).unwrap())
            .collect()
    }
}

/// A tenant of a plan, its days not yet lived.
pub(crate) fn world(entra: EntraPlan, defender: bool) -> World {
    World::build(&Settings {
        seed: 11,
        accounts: 60,
        days: 2,
        licence: if defender {
            Licence::E5
        } else {
            Licence::BusinessStandard
        },
        entra,
        defender: Some(defender),
        ..Settings::default()
    })
}

fn live(mut world: World) -> Days {
    let clean = Scenario::parse("clean", "title = \"Nobody attacks.\"").unwrap();
    let play = Play::prepare(&mut world, &clean).unwrap();
    let mut days = Days {
        world: world.clone(),
        happenings: Vec::new(),
    };
    run(&world, &play, &mut days);
    days
}

/// Two days of a tenant that has everything.
pub(crate) fn days() -> &'static Days {
    static DAYS: OnceLock<Days> = OnceLock::new();
    DAYS.get_or_init(|| live(world(EntraPlan::P2, true)))
}

/// Two days of the usual client: Entra ID free, no Defender.
pub(crate) fn plain_days() -> &'static Days {
    static DAYS: OnceLock<Days> = OnceLock::new();
    DAYS.get_or_init(|| live(world(EntraPlan::Free, false)))
}

/// The folder of the real samples, where this machine has it.
pub(crate) fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let there = folder.join("README.md").exists();
    if !there {
        println!("skipped: no samples at HOURZERO_SAMPLES");
    }
    there.then_some(folder)
}

/// All rows of a table of the real sets: column to cell.
pub(crate) fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let Some(folder) = samples() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for set in [
        "excytin_166",
        "excytin_34",
        "excytin_38",
        "excytin_39",
        "excytin_5",
    ] {
        let Ok(bytes) = std::fs::read(folder.join(set).join(format!("{name}.csv"))) else {
            continue;
        };
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::Reader::from_reader(text);
        let header = reader.headers().unwrap().clone();
        for record in reader.records() {
            let record = record.unwrap();
            rows.push(
                header
                    .iter()
                    .map(str::to_owned)
                    .zip(record.iter().map(str::to_owned))
                    .collect(),
            );
        }
    }
    rows
}
