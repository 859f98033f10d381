//! Every real table of the samples: which columns it fills, that no row is lost, and what a row becomes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hourzero_model::{Column, Log};

use crate::support::{Read, import, show_record};

/// Folders of the samples that hold tables, alerts, traces or objects of Graph.
const FOLDERS: &[&str] = &[
    "cribl",
    "excytin_166",
    "excytin_34",
    "excytin_38",
    "excytin_39",
    "excytin_5",
    "excytin_native_alerts",
    "otrf",
    "sentinel_training_lab",
];

/// The forms that are tested here; the others have tests of their own.
const FORMS: &[&str] = &[
    "alertevidence",
    "alertinfo",
    "azureactivity",
    "devicehunting",
    "emailattachmentinfo",
    "emailevents",
    "emailpostdelivery",
    "emailurlinfo",
    "graph-alerts",
    "graph-devices",
    "graph-users",
    "graphactivity",
    "hunting-table",
    "identitydirectoryevents",
    "identitylogonevents",
    "identityqueryevents",
    "message-trace-json",
    "provisioning",
    "securityalert",
    "securityincident",
    "urlclickevents",
];

/// The samples, `None` where there are none.
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no samples in {}", folder.display());
    None
}

/// A sample with its name and form.
type Sample = (String, &'static str, Read);

/// Every sample whose form is tested here, in the order of names.
fn each(mut visit: impl FnMut(&str, &str, &Read)) {
    static ALL: OnceLock<Vec<Sample>> = OnceLock::new();
    for (name, form, all) in ALL.get_or_init(load) {
        visit(name, form, all);
    }
}

/// Reads the samples once for all tests.
fn load() -> Vec<Sample> {
    let mut loaded = Vec::new();
    let Some(root) = samples() else {
        return loaded;
    };
    for folder in FOLDERS {
        let mut files: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        files.sort();
        for path in files {
            let file = path.file_name().and_then(|name| name.to_str());
            let Some(file) = file.filter(|file| file.ends_with(".csv") || file.ends_with(".json"))
            else {
                continue;
            };
            let name = format!("{folder}/{file}");
            let bytes = std::fs::read(&path).expect("a sample can be read");
            let all = import(&name, &bytes);
            let form = all.summary.form.map_or("none", |form| form.0);
            if FORMS.contains(&form) {
                loaded.push((name, form, all));
            }
        }
    }
    loaded
}

/// How often each column is filled, in one line. Activities of Defender for Cloud Apps in a union of
/// tables are left out: the form that reads them has tests of its own.
fn filled(all: &Read) -> String {
    let own = || {
        let records = all.records.iter();
        records.filter(|record| record.log != Log::CloudAppEvents)
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in own() {
        for column in Column::ALL {
            if column.of(record).is_some_and(|value| !value.is_empty()) {
                *counts.entry(column.name()).or_default() += 1;
            }
        }
        for (name, count) in [
            ("parameters", record.parameters.len()),
            ("changed", record.changed.len()),
            ("id_key", usize::from(record.id_key.is_some())),
            ("link_key", usize::from(record.link_key.is_some())),
        ] {
            if count > 0 {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let always = own().count();
    let (whole, part): (Vec<_>, Vec<_>) = counts.iter().partition(|(_, count)| **count == always);
    let whole: Vec<&str> = whole.iter().map(|(name, _)| **name).collect();
    let part: Vec<String> = part
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    format!(
        "  always {}\n  often  {}\n",
        whole.join(" "),
        part.join(" ")
    )
}

#[test]
fn every_real_table_fills_its_columns() {
    let mut text = String::new();
    each(|name, form, all| {
        let Read {
            records,
            states,
            rejects,
            ..
        } = all;
        writeln!(
            text,
            "{name} [{form}] events {} states {} rejects {}",
            records.len(),
            states.len(),
            rejects.len()
        )
        .expect("text grows");
        if !records.is_empty() {
            text.push_str(&filled(all));
        }
        let reasons: BTreeSet<&str> = rejects.iter().map(|it| it.reason.as_str()).collect();
        for reason in reasons {
            writeln!(text, "  reject {reason}").expect("text grows");
        }
    });
    if !text.is_empty() {
        insta::assert_snapshot!(text);
    }
}

#[test]
fn a_real_row_of_each_table() {
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    each(|name, form, all| {
        let Some(record) = all.records.first() else {
            return;
        };
        if seen.insert(form.to_owned()) {
            writeln!(text, "== {name}\n{}", show_record(record)).expect("text grows");
        }
    });
    if !text.is_empty() {
        insta::assert_snapshot!(text);
    }
}

#[test]
fn ids_of_microsoft_are_unique_but_for_revisions() {
    each(|name, form, all| {
        if matches!(form, "securityalert" | "securityincident" | "emailevents") {
            return;
        }
        let mut ids = BTreeSet::new();
        for record in &all.records {
            let fresh = ids.insert(record.record_id.as_str());
            assert!(fresh, "{name}: {} twice", record.record_id);
        }
    });
}

/// The same alert in Sentinel's and in Defender's tables is joined by `AlertId`.
#[test]
fn alerts_of_both_tables_share_their_alert_id() {
    let mut info = BTreeSet::new();
    let mut sentinel = BTreeSet::new();
    let mut seen = false;
    each(|name, form, all| {
        if !name.starts_with("excytin_166/") {
            return;
        }
        seen = true;
        for record in &all.records {
            for id in record.parameter("AlertId") {
                match form {
                    "alertinfo" => info.insert(id.to_owned()),
                    "securityalert" => sentinel.insert(id.to_owned()),
                    _ => false,
                };
            }
        }
    });
    assert!(!seen || info.intersection(&sentinel).count() > 0);
}

/// Row by row the union of tables is told apart: devices, a directory, an application's audit record.
#[test]
fn a_union_of_tables_is_told_apart() {
    each(|_, form, all| {
        if form != "devicehunting" {
            return;
        }
        let logs: Vec<&str> = all.records.iter().map(|it| it.log.name()).collect();
        insta::assert_snapshot!(logs.join(" "));
    });
}
