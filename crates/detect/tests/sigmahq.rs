//! SigmaHQ's cloud rules, which users load beside ours: all are read, compiled and explained.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hourzero_detect::{Mappings, RuleKind, RulePack, field_name};

fn samples() -> PathBuf {
    std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).to_path_buf(),
        PathBuf::from,
    )
}

fn rules(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rules(&path, base, found);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            let name = path.strip_prefix(base).unwrap_or(&path);
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            found.insert(name.display().to_string(), text);
        }
    }
}

#[test]
fn every_rule_compiles_and_says_what_it_reads() {
    let base = samples().join("sigma/rules/cloud");
    let mut texts = BTreeMap::new();
    rules(&base, &base, &mut texts);
    if texts.is_empty() {
        println!("skipped: no Sigma rules below {}", base.display());
        return;
    }
    let mappings = Mappings::built_in().expect("the mappings that the binary brings");
    let pack = RulePack::load(texts, &mappings);
    assert_eq!(pack.failed, Vec::new());
    assert_eq!(pack.predicates().count(), 142 + 1);

    let mut raw = String::new();
    let mut constant = Vec::new();
    for rule in &pack.rules {
        let RuleKind::Predicate(expr) = &rule.kind else {
            continue;
        };
        if expr.fields().is_empty() {
            constant.push(&rule.file);
        }
        if !expr.is_columnar() {
            let fields: Vec<String> = expr
                .fields()
                .into_iter()
                .map(field_name)
                .filter(|name| name.starts_with("raw.") || name == "keywords")
                .collect();
            writeln!(raw, "{}: {}", rule.file, fields.join(", ")).expect("a string");
        }
    }
    assert_eq!(constant, Vec::<&String>::new());
    insta::assert_snapshot!(raw);
    let problems: Vec<String> = hourzero_detect::lint(&pack)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(problems, Vec::<String>::new());
}
