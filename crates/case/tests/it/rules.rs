//! The built-in rules: each on its samples, each with its innocent twin and what would confirm it; and
//! other people's rules, which load completely and say whether they could fire.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_case::{CheckedRule, check_rules, list_rules, test_rules};

use crate::support;

#[test]
fn every_rule_fires_on_its_samples_and_stays_quiet_on_their_twins() {
    let run = test_rules().unwrap();
    assert!(run.failed.is_empty(), "{:#?}", run.failed);
    assert!(run.rules >= 100, "only {} rules", run.rules);
}

#[test]
fn every_rule_has_samples_of_both_kinds() {
    let mut kinds: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for sample in hourzero_case::samples() {
        kinds.entry(sample.rule).or_default().insert(sample.fires);
    }
    let lame: Vec<_> = kinds.iter().filter(|(_, kinds)| kinds.len() < 2).collect();
    assert!(lame.is_empty(), "{lame:?}");
}

#[test]
fn every_rule_names_its_technique_the_innocent_reading_and_what_would_confirm_it() {
    let lame: Vec<String> = list_rules()
        .unwrap()
        .into_iter()
        .filter(|rule| !rule.id.starts_with("microsoft"))
        .filter(|rule| {
            rule.innocent.is_empty() || rule.confirm.is_empty() || rule.attack.is_empty()
        })
        .map(|rule| rule.id)
        .collect();
    assert!(lame.is_empty(), "{lame:?}");
}

#[test]
fn the_public_cloud_rules_of_sigma_load_completely_and_say_whether_they_live() {
    let Some(samples) = support::samples() else {
        return;
    };
    let folder = samples.join("sigma/rules");
    let rules = check_rules(std::slice::from_ref(&folder)).unwrap();
    let failed: Vec<&CheckedRule> = rules.iter().filter(|rule| !rule.compiled).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let root = tempfile::tempdir().unwrap();
    let mut case = support::case(root.path());
    case.import(&[samples.join("excytin_166")]).unwrap();
    let rules = case.check_rules(&[folder]).unwrap();
    let live = rules.iter().filter(|rule| rule.live.is_some()).count();
    assert!(live >= 142, "{live}");
    // They name Graph's fields, the evidence is Log Analytics': one rule, every dialect.
    let hits: u64 = rules
        .iter()
        .filter(|rule| rule.file.contains("signin_logs"))
        .filter_map(|rule| rule.hits)
        .sum();
    assert!(hits > 0, "no sign-in rule of others hits a real incident");
    for rule in rules
        .iter()
        .filter(|rule| rule.live.as_deref() == Some("dead"))
    {
        assert!(
            !rule.dead_fields.is_empty(),
            "{} does not say why it is dead",
            rule.id
        );
    }
}
