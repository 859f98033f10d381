//! What the documents of a large attack cost: every form of the report, one process each.
//!
//! The case is a simulated tenant in which one account takes files in bulk; his downloads are repeated, each with an id
//! and a file of its own, until the attack has as many events as are asked for.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use hourzero_case::Format;
use serde_json::{Value, json};

use crate::measure::{self, Cost};
use crate::simulated;

/// Most memory of a form, in MiB.
const fn most(form: Format) -> f64 {
    match form {
        Format::Pdf => 2_048.0,
        _ => 1_024.0,
    }
}

/// All forms together may take so many seconds.
const SECONDS: f64 = 60.0;

/// Measures all forms on an attack of so many events; says whether the limits hold.
pub(crate) fn run(program: &Path, work: &Path, events: u64, is_json: bool) -> anyhow::Result<bool> {
    let (exports, case) = (work.join("report-exports"), work.join("report-case"));
    for folder in [&exports, &case] {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    write_corpus(program, &exports, events)?;
    let call = |words: &[&str]| {
        let mut all = vec![program.display().to_string(), "--quiet".to_owned()];
        all.extend(["--case".to_owned(), case.display().to_string()]);
        all.extend(words.iter().map(|word| (*word).to_owned()));
        measure::command(&all).map(|measured| measured.cost)
    };
    let exports = exports.display().to_string();
    show("investigate", &call(&["investigate", &exports])?, is_json);
    let (mut seconds, mut fits) = (0.0, true);
    for form in Format::ALL {
        let cost = call(&["report", "--format", form.name()])?;
        seconds += cost.wall;
        fits &= cost.peak_mib <= most(*form);
        show(form.name(), &cost, is_json);
    }
    let holds = fits && seconds <= SECONDS;
    if is_json {
        println!(
            "{}",
            json!({ "events": events, "seconds": seconds, "limit": SECONDS, "memory_holds": fits })
        );
    } else {
        let verdict = if holds { "holds" } else { "MISSED" };
        let memory = if fits { "within" } else { "over" };
        println!(
            "\n{verdict}: all forms of {events} events in {seconds:.1} s, at most {SECONDS}; memory {memory} the limits"
        );
    }
    Ok(holds)
}

fn show(step: &str, cost: &Cost, is_json: bool) {
    if is_json {
        println!("{}", json!({ "step": step, "cost": cost }));
    } else {
        println!(
            "{step:12} {:8.2} CPU s {:8.2} s {:8.0} MiB",
            cost.cpu, cost.wall, cost.peak_mib
        );
    }
}

/// An export with the attacker's downloads repeated.
fn write_corpus(program: &Path, exports: &Path, events: u64) -> anyhow::Result<()> {
    let truth = exports.with_extension("truth");
    let told = truth.display().to_string();
    let size = ["--seed", "5", "--accounts", "30", "--days", "20"];
    let story = ["--scenario", "mass-download", "--truth", &told];
    simulated::export(program, exports, &[&size[..], &story].concat())?;
    let his = ids_of_attackers(&truth)?;
    let mut downloads: Vec<Value> = Vec::new();
    for line in lines(&exports.join("ual.jsonl"))? {
        let record: Value = serde_json::from_str(&line?)?;
        let id = record.get("Id").and_then(Value::as_str);
        if record.get("Operation") == Some(&Value::from("FileDownloaded"))
            && id.is_some_and(|id| his.contains(id))
        {
            downloads.push(record);
        }
    }
    ensure!(!downloads.is_empty(), "the attacker took no files");
    let path = exports.join("ual-more.jsonl");
    let mut more = BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?);
    for (number, mut record) in (0..events).zip(downloads.iter().cycle().cloned()) {
        let file = record.get("ObjectId").and_then(Value::as_str);
        let file = format!("{}-{number}", file.unwrap_or_default());
        if let Some(fields) = record.as_object_mut() {
            let id = format!("{:08x}-0000-4000-8000-{number:012x}", number >> 16);
            fields.insert("Id".to_owned(), Value::from(id));
            fields.insert("ObjectId".to_owned(), Value::from(file));
        }
        writeln!(more, "{record}")?;
    }
    more.flush()?;
    Ok(())
}

fn ids_of_attackers(truth: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for line in lines(truth)? {
        let told: Value = serde_json::from_str(&line?)?;
        let word = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
        if word("kind") == "record" && word("actor").starts_with("attacker") {
            ids.insert(word("id").to_owned());
        }
    }
    Ok(ids)
}

fn lines(path: &Path) -> anyhow::Result<std::io::Lines<BufReader<File>>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    Ok(BufReader::new(file).lines())
}
