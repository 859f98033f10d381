//! The unified audit log of a simulated tenant has the shape of the real one: keys, types, forms of values
//! and enumerations per operation. What differs stands in `differences.toml` with its reason.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that meets what it does not expect shall stop there"
)]

mod acts;
mod memory;
mod reference;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use hourzero_simulator::attacker::{Play, Scenario};
use hourzero_simulator::engine::{self, Sink};
use hourzero_simulator::happening::Happening;
use hourzero_simulator::logs::{LogRecord, LogWriter, Source};
use hourzero_simulator::world::{EntraPlan, Licence, Settings, World};
use serde::Deserialize;
use serde_json::Value;

use reference::{Reference, Row};
use shape::{Seen, Shape};

/// So many records of an operation are compared; the rest of them came from the same code.
const COMPARED: usize = 60;

/// Keys that every record has.
const COMMON: [&str; 10] = [
    "CreationTime",
    "Id",
    "Operation",
    "OrganizationId",
    "RecordType",
    "UserKey",
    "UserType",
    "Version",
    "Workload",
    "UserId",
];

fn tenant(seed: u64, accounts: u32, days: i64) -> World {
    World::build(&Settings {
        seed,
        accounts,
        days,
        licence: Licence::E5,
        entra: EntraPlan::P2,
        hybrid: Some(true),
        defender: Some(true),
        ..Settings::default()
    })
}

/// Records by workload and operation, some of each.
#[derive(Debug, Default)]
struct Collected {
    records: BTreeMap<(String, String), Vec<Value>>,
    ids: BTreeSet<String>,
}

impl Sink for Collected {
    fn take(&mut self, _number: u64, _happening: &Happening, records: &[LogRecord]) {
        for record in records
            .iter()
            .filter(|record| record.source == Source::UnifiedAudit)
        {
            assert!(self.ids.insert(record.id.clone()), "twice: {}", record.json);
            assert!(record.available >= record.at, "{}", record.json);
            assert!(!record.json.contains('\n'), "{}", record.json);
            let key = |name: &str| {
                let (_, rest) = record.json.split_once(&format!("\"{name}\":\"")).unwrap();
                rest.split_once('"').unwrap().0.to_owned()
            };
            let list = self
                .records
                .entry((key("Workload"), key("Operation")))
                .or_default();
            if list.len() < COMPARED {
                list.push(serde_json::from_str(&record.json).unwrap());
            }
        }
    }
}

/// The life of a large tenant, lived once for all tests.
fn lived() -> &'static Collected {
    static LIVED: OnceLock<Collected> = OnceLock::new();
    LIVED.get_or_init(|| {
        let mut collected = Collected::default();
        let quiet = Scenario::parse("quiet", "title = \"Nobody attacks.\"").unwrap();
        let mut world = tenant(6, 400, 2);
        let play = Play::prepare(&mut world, &quiet).unwrap();
        engine::run(&world, &play, &mut collected);
        collected
    })
}

#[test]
fn life_writes_many_operations_of_all_workloads() {
    let names: Vec<String> = lived()
        .records
        .iter()
        .map(|((workload, operation), records)| format!("{workload} {operation} {}", records.len()))
        .collect();
    println!("{} operations", names.len());
    assert!(names.len() >= 120, "{}: {names:#?}", names.len());
}

/// A difference that is known, with its reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// A workload, or `*`.
    workload: String,
    /// An operation, or `*`.
    operation: String,
    /// A path, or `*`.
    path: String,
    /// What differs, as the test says it.
    what: String,
    /// It is so seldom that a few days can lack it.
    #[serde(default)]
    rare: bool,
    #[expect(dead_code, reason = "it is for the reader")]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct KnownFile {
    difference: Vec<Known>,
}

#[test]
fn records_have_the_shape_of_real_ones() {
    let Some(reference) = reference::read() else {
        return;
    };
    let mut collected = Collected::default();
    let world = tenant(5, 60, 3);
    let writer = LogWriter::new(&world);
    let mut out = Vec::new();
    for (number, happening) in (0_u64..).zip(acts::every_act(&world)) {
        out.clear();
        writer.write(number, &happening, &mut out);
        collected.take(number, &happening, &out);
    }
    for (key, records) in &lived().records {
        let all = collected.records.entry(key.clone()).or_default();
        all.extend(records.iter().cloned());
    }
    let found = differences(&reference, &collected);
    let known: KnownFile = toml::from_str(include_str!("differences.toml")).unwrap();
    let mut used = vec![false; known.difference.len()];
    let mut unknown = Vec::new();
    for (workload, operation, path, what) in &found {
        let is = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        let fits = |one: &Known| {
            is(&one.workload, workload)
                && is(&one.operation, operation)
                && is(&one.path, path)
                && one.what == *what
        };
        match known.difference.iter().position(fits) {
            Some(at) => used[at] = true,
            None => unknown.push(format!("{workload} | {operation} | {path} | {what}")),
        }
    }
    let stale: Vec<&Known> = known
        .difference
        .iter()
        .zip(&used)
        .filter(|(one, used)| !**used && !one.rare)
        .map(|(one, _)| one)
        .collect();
    assert!(
        unknown.is_empty(),
        "{} differences without a reason:\n{}",
        unknown.len(),
        unknown.join("\n")
    );
    assert!(stale.is_empty(), "no difference any more: {stale:#?}");
}

/// Workload, operation, path, and what differs.
type Difference = (String, String, String, String);

/// What differs between the simulated records and the real ones.
fn differences(reference: &Reference, collected: &Collected) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    for ((workload, operation), records) in &collected.records {
        let row = reference.table.get(&(workload.clone(), operation.clone()));
        let mut shape = Shape::default();
        let mut kinds = BTreeSet::new();
        for record in records {
            shape::add(&mut shape, record);
            kinds.extend(record["RecordType"].as_i64());
            if let Some(row) = row {
                missing(&mut found, record, row);
                enumerations(&mut found, record, row);
            }
        }
        let real: Vec<&Shape> = kinds
            .iter()
            .filter_map(|kind| reference.real.get(&(*kind, operation.clone())))
            .collect();
        for (path, seen) in &shape {
            let mut note = |what: String| {
                found.insert((workload.clone(), operation.clone(), path.clone(), what));
            };
            let originals: Vec<&Seen> = real.iter().filter_map(|shape| shape.get(path)).collect();
            if originals.is_empty() {
                if !is_known_key(reference, workload, path) {
                    note("unknown key".to_owned());
                }
                continue;
            }
            for kind in &seen.types {
                if !originals.iter().any(|real| real.types.contains(kind)) {
                    note(format!("is {kind}"));
                }
            }
            let free = originals
                .iter()
                .any(|real| real.forms.contains("words") || real.forms.len() > 3);
            for form in seen.forms.iter().filter(|_| !free) {
                if !originals.iter().any(|real| real.forms.contains(form)) {
                    note(format!("has the form {form}"));
                }
            }
        }
    }
    found
}

/// A key is known from the table or the samples, for this operation or another of its workload, or as a word
/// of the schemas; the names inside of pairs are.
fn is_known_key(reference: &Reference, workload: &str, path: &str) -> bool {
    let family = |workload: &str| workload.replace("OneDrive", "SharePoint");
    let last = path
        .rsplit(['.', '['])
        .next()
        .unwrap()
        .trim_end_matches(']');
    let in_table = |((of, _), row): (&(String, String), &Row)| {
        family(of) == family(workload) && (row.always.contains(path) || row.often.contains(path))
    };
    COMMON.contains(&path)
        || reference.table.iter().any(in_table)
        || matches!(
            last,
            "Name" | "Value" | "NewValue" | "OldValue" | "ID" | "Type" | "Key"
        )
        || reference.words.contains(last)
}

fn missing(found: &mut BTreeSet<Difference>, record: &Value, row: &Row) {
    for path in &row.always {
        if !has(record, path) {
            found.insert(difference(record, path, "always key missing".to_owned()));
        }
    }
}

fn difference(record: &Value, path: &str, what: String) -> Difference {
    let text = |key: &str| record[key].as_str().unwrap().to_owned();
    (text("Workload"), text("Operation"), path.to_owned(), what)
}

/// Whether a path is there, in every item of the lists on its way.
fn has(value: &Value, path: &str) -> bool {
    let (first, rest) = path
        .split_once('.')
        .map_or((path, None), |(first, rest)| (first, Some(rest)));
    let inner = value.get(first.trim_end_matches("[]"));
    match (inner, rest) {
        (Some(Value::Array(items)), Some(rest)) => items.iter().all(|item| has(item, rest)),
        (Some(inner), Some(rest)) => has(inner, rest),
        (inner, None) => inner.is_some(),
        (None, Some(_)) => false,
    }
}

fn enumerations(found: &mut BTreeSet<Difference>, record: &Value, row: &Row) {
    for (path, allowed) in [
        ("RecordType", &row.record_types),
        ("UserType", &row.user_types),
    ] {
        let value = record[path].as_i64().unwrap();
        if !allowed.contains(&value) {
            found.insert(difference(record, path, format!("is {value}")));
        }
    }
}
