//! Whether rules compile, whether they could fire on this evidence, and whether ours hold on their samples.

use std::path::PathBuf;

use hourzero_detect::{Detection, Evaluator, Hit, Rule, RuleIndex, RuleKind, RulePack};
use hourzero_ingest::{Sink, Source};
use hourzero_model::{ArtefactId, Record, Reject, State};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rules::{self, Sample};
use crate::{Case, CaseError};

/// What can be said of a rule; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedRule {
    /// Its id in findings.
    pub id: String,
    /// What it finds.
    pub title: String,
    /// Its file.
    pub file: String,
    /// Whether it compiled.
    pub compiled: bool,
    /// Why not.
    pub reason: Option<String>,
    /// `columnar`, `raw` or `dead`; nothing where there is no evidence to say it of.
    pub live: Option<String>,
    /// Fields that no record has.
    pub dead_fields: Vec<String>,
    /// Events that it hit; nothing where there is no evidence.
    pub hits: Option<u64>,
}

/// A rule in the list of those that are built in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRule {
    /// Its id in findings.
    pub id: String,
    /// What it finds.
    pub title: String,
    /// How grave.
    pub severity: String,
    /// ATT&CK technique ids.
    pub attack: Vec<String>,
    /// The ordinary explanation.
    pub innocent: String,
    /// What would confirm it.
    pub confirm: String,
}

/// A sample that did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedSample {
    /// The rule.
    pub rule: String,
    /// `fires.jsonl` or `quiet.jsonl`, and the line.
    pub place: String,
    /// What went wrong.
    pub what: String,
}

/// What the samples of the built-in rules gave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SampleRun {
    /// Rules with samples.
    pub rules: u64,
    /// Samples that were run.
    pub samples: u64,
    /// Those that failed.
    pub failed: Vec<FailedSample>,
}

/// The built-in rules, by id.
///
/// # Errors
/// When the shipped mappings are damaged.
pub fn list_rules() -> Result<Vec<ListedRule>, CaseError> {
    let pack = rules::compile(rules::built_in())?;
    Ok(pack
        .rules
        .iter()
        .filter(|rule| rule.alerting == hourzero_detect::Alerting::Reported)
        .map(|rule| ListedRule {
            id: rule.id.clone(),
            title: rule.title.clone(),
            severity: rule.severity.name().to_owned(),
            attack: rule.attack.clone(),
            innocent: rule.innocent.clone(),
            confirm: rule.confirm.clone(),
        })
        .collect())
}

/// Compiles rules without evidence: ours, or those below the paths.
///
/// # Errors
/// When a path holds no rule or cannot be read.
pub fn check_rules(paths: &[PathBuf]) -> Result<Vec<CheckedRule>, CaseError> {
    let pack = rules::compile(chosen(paths)?)?;
    Ok(checked(&pack, |_| (None, Vec::new(), None)))
}

impl Case<'_> {
    /// Compiles rules and says which could fire on this case's evidence, and how often they do.
    ///
    /// # Errors
    /// When a path holds no rule, or the case cannot be read.
    pub fn check_rules(&mut self, paths: &[PathBuf]) -> Result<Vec<CheckedRule>, CaseError> {
        self.catch_up()?;
        let pack = rules::compile(chosen(paths)?)?;
        let detected = self.detect(&pack)?;
        Ok(checked(&pack, |at| {
            let live = detected.liveness.get(at);
            (
                live.map(|live| live.live.name().to_owned()),
                live.map(|live| live.dead_fields.clone())
                    .unwrap_or_default(),
                detected.hits.get(at).copied(),
            )
        }))
    }
}

fn chosen(paths: &[PathBuf]) -> Result<Vec<rules::RuleText>, CaseError> {
    if paths.is_empty() {
        Ok(rules::built_in())
    } else {
        rules::of_user(paths)
    }
}

type Alive = (Option<String>, Vec<String>, Option<u64>);

fn checked(pack: &RulePack, alive: impl Fn(usize) -> Alive) -> Vec<CheckedRule> {
    let compiled = pack.rules.iter().enumerate().map(|(at, rule)| {
        let (live, dead_fields, hits) = alive(at);
        CheckedRule {
            id: rule.id.clone(),
            title: rule.title.clone(),
            file: rule.file.clone(),
            compiled: true,
            reason: None,
            live,
            dead_fields,
            hits,
        }
    });
    let failed = pack.failed.iter().map(|rule| CheckedRule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        file: rule.path.clone(),
        compiled: false,
        reason: Some(rule.reason.to_string()),
        live: None,
        dead_fields: Vec::new(),
        hits: None,
    });
    let mut all: Vec<CheckedRule> = compiled.chain(failed).collect();
    all.sort_by(|a, b| a.file.cmp(&b.file).then_with(|| a.id.cmp(&b.id)));
    all
}

/// Runs every built-in rule on its samples, through the parsers, as an import would.
///
/// # Errors
/// When the shipped mappings are damaged.
pub fn test_rules() -> Result<SampleRun, CaseError> {
    let pack = rules::compile(rules::built_in())?;
    let mut run = SampleRun::default();
    let mut last = String::new();
    for failed in &pack.failed {
        run.failed.push(FailedSample {
            rule: failed.id.clone(),
            place: failed.path.clone(),
            what: format!("it does not compile: {}", failed.reason),
        });
    }
    for sample in rules::samples() {
        if sample.rule != last {
            run.rules += 1;
            last.clone_from(&sample.rule);
        }
        run.samples += 1;
        if let Err(what) = one_sample(&pack, &sample) {
            let file = if sample.fires {
                "fires.jsonl"
            } else {
                "quiet.jsonl"
            };
            run.failed.push(FailedSample {
                rule: sample.rule,
                place: format!("{file}:{}", sample.line),
                what,
            });
        }
    }
    Ok(run)
}

fn one_sample(pack: &RulePack, sample: &Sample) -> Result<(), String> {
    let file = format!("{}.yml", sample.rule);
    let value: Value =
        serde_json::from_str(&sample.text).map_err(|error| format!("no JSON: {error}"))?;
    let raw = value
        .get("records")
        .and_then(Value::as_array)
        .ok_or("no list of records")?;
    let mut records = Vec::new();
    for (at, record) in raw.iter().enumerate() {
        records.push(read(at, record)?);
    }
    let mut detection = Detection::new(pack);
    let of_file = |rule: &&Rule| rule.file == file;
    for (at, rule) in pack.rules.iter().enumerate() {
        let (true, RuleKind::Predicate(predicate)) = (of_file(&rule), &rule.kind) else {
            continue;
        };
        let evaluator = Evaluator::new(predicate);
        for (record, raw, text) in &records {
            let raw = hourzero_detect::RawRecord { value: raw, text };
            if !evaluator.holds(record, Some(raw)) {
                continue;
            }
            let place = &record.provenance;
            detection.hit(
                RuleIndex(at),
                &Hit {
                    record,
                    raw: Some(raw),
                    file: &file,
                    speaker: (place.artefact, place.position),
                },
            );
        }
    }
    let records: Vec<Record> = records.into_iter().map(|(record, _, _)| record).collect();
    let fired = !detection.finish(&records).is_empty();
    match (sample.fires, fired) {
        (true, false) => Err("it must fire and stays quiet".to_owned()),
        (false, true) => Err("it must stay quiet and fires".to_owned()),
        _ => Ok(()),
    }
}

/// One record, read as if it were a file of its own.
fn read(at: usize, raw: &Value) -> Result<(Record, Value, String), String> {
    #[derive(Default)]
    struct Read {
        records: Vec<Record>,
        rejects: Vec<Reject>,
    }
    impl Sink for Read {
        fn record(&mut self, record: Record) {
            self.records.push(record);
        }
        fn state(&mut self, _state: State) {}
        fn reject(&mut self, reject: Reject) {
            self.rejects.push(reject);
        }
    }
    let text = raw.to_string();
    let artefact = ArtefactId::from_bytes(Sha256::digest(format!("{at}:{text}").as_bytes()).into());
    let mut sink = Read::default();
    let source = Source {
        artefact,
        name: "sample.json",
    };
    let summary = hourzero_ingest::read(&source, &mut text.as_bytes(), &mut sink)
        .map_err(|error| error.to_string())?;
    let number = at + 1;
    if let Some(unknown) = summary.unknown {
        return Err(format!("record {number} is of no known form: {unknown}"));
    }
    if let Some(reject) = sink.rejects.first() {
        return Err(format!("record {number} is a reject: {}", reject.reason));
    }
    match sink.records.into_iter().next() {
        Some(record) => Ok((record, raw.clone(), text)),
        None => Err(format!("record {number} is no event")),
    }
}
