//! How it was found out, and from which bytes.

use super::make::{Draft, Material, file_number, numbers, row, words};
use super::{Ground, Section, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    method(material, draft);
    evidence(material, draft);
}

fn method(material: &Material<'_>, draft: &mut Draft) {
    let facts = material.facts;
    let rules = &facts.rules;
    for (name, value) in [
        ("rules", rules.compiled),
        ("rules_columnar", rules.columnar),
        ("rules_raw", rules.raw),
        ("rules_dead", rules.dead.len() as u64),
        ("rules_not_compiled", rules.failed.len() as u64),
    ] {
        draft.figure(name, value);
    }
    draft.fact(
        Section::Method,
        format!(
            "Hour Zero {} stored each file unchanged with its SHA-256 hash, read every record of the forms that it knows, joined records of different logs that tell one happening, ran {} detection rules, attributed events by session, network, client and consequence, and derived the answers from these. The same files, decisions and version give the same result.",
            facts.version, rules.compiled
        ),
        Ground::Coverage("case".to_owned()),
    );
    draft.fact(
        Section::Method,
        format!(
            "{} of the rules were evaluated over columns and {} over raw records; {} could not fire because no record of this evidence has a field that they need; {} could not be compiled. Hash over rules and mappings: {}.",
            rules.columnar,
            rules.raw,
            rules.dead.len(),
            rules.failed.len(),
            rules.pack
        ),
        Ground::Coverage("rules".to_owned()),
    );
    draft.table(Table {
        id: "dead-rules".to_owned(),
        section: Section::Method,
        caption: "Rules that could not fire on this evidence".to_owned(),
        columns: vec![words("rule", 4), words("id", 3), words("why", 5)],
        rows: rules
            .failed
            .iter()
            .map(|one| (one, format!("not compiled: {}", one.why)))
            .chain(
                rules
                    .dead
                    .iter()
                    .map(|one| (one, format!("no record has {}", one.why))),
            )
            .map(|(one, why)| row(vec![one.title.clone(), one.id.clone(), why], &[]))
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

fn evidence(material: &Material<'_>, draft: &mut Draft) {
    let facts = material.facts;
    let sum =
        |count: fn(&crate::ArtefactRow) -> u64| facts.artefacts.iter().map(count).sum::<u64>();
    let (records, events) = (sum(|one| one.records), sum(|one| one.events));
    let (states, duplicates) = (sum(|one| one.states), sum(|one| one.duplicates));
    let rejects = sum(|one| one.rejects);
    for (name, value) in [
        ("artefacts", facts.artefacts.len() as u64),
        ("records", records),
        ("events", events),
        ("states", states),
        ("duplicates", duplicates),
        ("rejects", rejects),
        ("bytes", sum(|one| one.size)),
    ] {
        draft.figure(name, value);
    }
    draft.fact(
        Section::Manifest,
        format!(
            "{} files were received. Their {records} records are {events} events, {states} states, {duplicates} duplicates and {rejects} that could not be read; a duplicate tells a happening for which another record speaks.",
            facts.artefacts.len()
        ),
        Ground::Coverage("manifest".to_owned()),
    );
    draft.fact(
        Section::Manifest,
        format!(
            "The hash over the sorted hashes of all files is {}. `hourzero evidence verify` proves on any machine that no byte of evidence and no line of the journal has changed.",
            facts.chain
        ),
        Ground::Coverage("manifest".to_owned()),
    );
    draft.table(Table {
        id: "manifest".to_owned(),
        section: Section::Manifest,
        caption: "Files received".to_owned(),
        columns: vec![
            words("no.", 1),
            words("file", 5),
            words("form", 2),
            numbers("bytes", 2),
            numbers("records", 1),
            numbers("events", 1),
            numbers("rejects", 1),
            words("SHA-256", 5),
        ],
        rows: facts
            .artefacts
            .iter()
            .enumerate()
            .map(|(place, one)| {
                row(
                    vec![
                        file_number(place),
                        one.file.clone(),
                        if one.form.is_empty() {
                            one.note.clone()
                        } else {
                            one.form.clone()
                        },
                        one.size.to_string(),
                        one.records.to_string(),
                        one.events.to_string(),
                        one.rejects.to_string(),
                        one.sha256.clone(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}
