//! The pieces of work that are measured in processes of their own.
//!
//! The floor: what nobody who hashes, keeps, parses and columnises these bytes can do without. And the
//! rules alone, over a case that is imported. It takes a folder and prints one JSON object at its end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::ValueEnum;
use hourzero_case::{Case, ColumnRules, Environment, Silent};
use hourzero_detect::{Detection, Mappings, RulePack};
use hourzero_evidence::{Objects, RawReader};
use hourzero_lake::{Lake, Options, QueryLimits, RecordKey, Writer};
use hourzero_model::{ArtefactId, Clock, Record, Reject, State, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{measure, peer};

/// Bytes of a compressed frame, as the store of evidence has them.
const FRAME: usize = 4 << 20;

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Work {
    /// SHA-256 of every file.
    Sha256,
    /// zstd level 1, frames of 4 MiB.
    Zstd,
    /// Every line parsed into a tree.
    Json,
    /// The Parquet files of mapped records; the CPU time of the writing thread is said.
    Parquet,
    /// Rules over the columns of a case: the built-in ones or those given.
    Scan,
    /// Rules, findings, timeline and report of a case that is imported.
    Analysis,
    /// The questions of a hunt in SQL.
    Hunts,
}

/// Does a piece of work and prints what it did.
pub(crate) fn run(what: Work, folder: &Path, rules: &[PathBuf]) -> anyhow::Result<()> {
    let said = match what {
        Work::Sha256 => sha256(folder)?,
        Work::Zstd => zstd(folder)?,
        Work::Json => json_lines(folder)?,
        Work::Parquet => parquet(folder)?,
        Work::Scan => scan(folder, rules)?,
        Work::Analysis => analysis(folder)?,
        Work::Hunts => hunts(folder)?,
    };
    println!("{said}");
    Ok(())
}

/// The files of a corpus, by name.
pub(crate) fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

fn pieces(folder: &Path, each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut buffer = Vec::with_capacity(FRAME);
    for path in files(folder)? {
        let mut file = File::open(path)?;
        loop {
            buffer.clear();
            if file.by_ref().take(FRAME as u64).read_to_end(&mut buffer)? == 0 {
                break;
            }
            each(&buffer)?;
        }
    }
    Ok(())
}

fn sha256(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let mut hash = Sha256::new();
    pieces(folder, &mut |bytes| {
        hash.update(bytes);
        Ok(())
    })?;
    let first: Vec<String> = hash
        .finalize()
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(json!({ "hash": first.concat() }))
}

fn zstd(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let mut packed = 0;
    let mut compressor = zstd::bulk::Compressor::new(1)?;
    pieces(folder, &mut |bytes| {
        packed += compressor.compress(bytes)?.len();
        Ok(())
    })?;
    Ok(json!({ "packed": packed }))
}

/// Gives every line of a corpus, its end included.
pub(crate) fn each_line(
    folder: &Path,
    on: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    for path in files(folder)? {
        let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
        loop {
            line.clear();
            if file.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            on(&line)?;
        }
    }
    Ok(())
}

fn json_lines(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let mut lines = 0_u64;
    each_line(folder, &mut |line| {
        let value: sonic_rs::Value = sonic_rs::from_slice(line)?;
        drop(std::hint::black_box(value));
        lines += 1;
        Ok(())
    })?;
    Ok(json!({ "lines": lines }))
}

struct ToWriter(Writer, Option<hourzero_lake::LakeError>);

impl hourzero_ingest::Sink for ToWriter {
    fn record(&mut self, record: Record) {
        if self.1.is_none() {
            self.1 = self.0.push(record).err();
        }
    }
    fn state(&mut self, _state: State) {}
    fn reject(&mut self, _reject: Reject) {}
}

/// The lake encodes and writes on a thread of its own while this one maps, so the process without this
/// thread is the writing alone.
fn parquet(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let case = tempfile::tempdir_in(folder.parent().unwrap_or(folder))?;
    let lake = lake(case.path())?;
    for (number, path) in (0_u8..).zip(files(folder)?) {
        let artefact = ArtefactId::from_bytes([number; 32]);
        let mut sink = ToWriter(lake.writer(artefact)?, None);
        let source = hourzero_ingest::Source {
            artefact,
            name: "audit.jsonl",
        };
        hourzero_ingest::read(&source, &mut File::open(path)?, &mut sink)?;
        if let Some(fault) = sink.1 {
            return Err(fault.into());
        }
        sink.0.finish(json!({}))?;
    }
    let (process, thread) = measure::own()?;
    Ok(json!({ "writing_cpu": process - thread, "mapping_cpu": thread }))
}

fn lake(case: &Path) -> anyhow::Result<Lake> {
    let raw = Arc::new(RawReader::new(Objects::of(case)));
    Ok(Lake::open(case, raw, Options::default())?)
}

/// Rule files below a folder under the names that the program gives them.
fn yaml(root: &Path, below: &Path, into: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    for path in files(below)? {
        if path.is_dir() {
            yaml(root, &path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "yml") {
            let text = fs::read_to_string(&path)?;
            let name = path.strip_prefix(root)?.display().to_string();
            let name = match name.strip_suffix("/rule.yml") {
                Some(id) => format!("{id}.yml"),
                None => name,
            };
            into.push((name, text));
        }
    }
    Ok(())
}

/// The folder of the built-in rules.
pub(crate) fn built_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

/// Every rule that looks at columns alone is run, also those that cannot fire on this evidence, to findings:
/// the scan, the correlations, the records behind findings made whole.
fn scan(case: &Path, rules: &[PathBuf]) -> anyhow::Result<serde_json::Value> {
    let mut texts = Vec::new();
    let own = [built_in()];
    let folders = if rules.is_empty() { &own } else { rules };
    for folder in folders {
        yaml(folder, folder, &mut texts)?;
    }
    let pack = RulePack::load(texts, &Mappings::built_in()?);
    let mut detection = Detection::new(&pack);
    let (mut columnar, mut rules, mut raw) = (ColumnRules::default(), 0, 0);
    for (index, expr) in pack.predicates() {
        if expr.is_columnar() {
            columnar.add(&detection, index, expr.clone());
            rules += 1;
        } else {
            raw += 1;
        }
    }
    let lake = lake(case)?;
    let records = records(&lake);
    let (before, _) = measure::own()?;
    let waited = columnar.scan(&lake, &mut detection, &|_| "audit.jsonl")?;
    let (first, _) = measure::own()?;
    columnar.gather(&lake, &mut detection, (&waited, &|_| "audit.jsonl"))?;
    let (scanned, _) = measure::own()?;
    let (mut findings, mut read) = (0_u64, 0_u64);
    let settled = detection.settle();
    let fields = settled.fields();
    settled.finish(
        &mut |places, on| {
            let key = |(artefact, position): &(ArtefactId, u64)| RecordKey {
                artefact: *artefact,
                position: *position,
            };
            let keys: Vec<RecordKey> = places.iter().map(key).collect();
            read += keys.len() as u64;
            lake.visit_fields((&keys, &fields), &mut |record| on(&record))
        },
        &mut |_| {
            findings += 1;
            Ok(())
        },
    )?;
    let (after, _) = measure::own()?;
    let mut most: Vec<(u64, &str)> = waited
        .hits
        .iter()
        .filter_map(|(index, count)| Some((*count, pack.rule(*index)?.id.as_str())))
        .collect();
    let hits: u64 = waited.hits.values().sum();
    most.sort_unstable();
    most.reverse();
    most.truncate(5);
    Ok(json!({
        "rules": rules, "raw_rules": raw, "failed_rules": pack.failed.len(),
        "records": records, "hits": hits, "findings": findings, "read_whole": read,
        "rules_cpu": after - before, "hits_cpu": scanned - before, "scan_cpu": first - before, "gather_cpu": scanned - first,
        "findings_cpu": after - scanned, "most_hits": most,
    }))
}

/// How many records a case holds.
pub(crate) fn count(case: &Path) -> anyhow::Result<u64> {
    Ok(records(&lake(case)?))
}

fn records(lake: &Lake) -> u64 {
    lake.artefacts().iter().map(|held| held.records).sum()
}

fn hunts(case: &Path) -> anyhow::Result<serde_json::Value> {
    let lake = lake(case)?;
    let statements = peer::HUNTS.lines();
    let statements = statements.filter(|line| !line.is_empty() && !line.starts_with("--"));
    let (mut rows, mut seconds) = (Vec::new(), Vec::new());
    for statement in statements {
        let (before, _) = measure::own()?;
        rows.push(lake.query(statement, QueryLimits::default())?.rows.len());
        let (after, _) = measure::own()?;
        seconds.push(after - before);
    }
    Ok(json!({ "rows": rows, "each_cpu": seconds }))
}

struct At;

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000)
    }
}

fn analysis(case: &Path) -> anyhow::Result<serde_json::Value> {
    let environment = Environment {
        clock: &At,
        actor: "bench",
        memory_limit: 512 << 20,
        progress: &Silent,
    };
    let mut case = Case::open(case, environment).map_err(|error| anyhow!("{error}"))?;
    let done = case.investigate(&[]).map_err(|error| anyhow!("{error}"))?;
    Ok(json!({ "findings": done.facts.findings.len(), "events": done.facts.timeline.events }))
}
