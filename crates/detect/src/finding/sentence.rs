//! The title of a finding: the rule's own, or its sentence with the placeholders filled.

use hourzero_model::Finding;
use serde_json::Value;

use crate::pack::Rule;

/// Names listed in a sentence before the rest is counted.
const NAMED: usize = 3;

/// The title of a finding.
pub(super) fn title(rule: &Rule, finding: &Finding) -> String {
    match &rule.assembly.sentence {
        None => rule.title.clone(),
        Some(sentence) => filled(sentence, &|name| value(name, finding)),
    }
}

/// The placeholders of a sentence.
pub(crate) fn placeholders(sentence: &str) -> Vec<String> {
    let found = std::cell::RefCell::new(Vec::new());
    filled(sentence, &|name| {
        found.borrow_mut().push(name.to_owned());
        String::new()
    });
    found.into_inner()
}

fn filled(sentence: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                text.push_str(&value(name));
                rest = tail;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn value(name: &str, finding: &Finding) -> String {
    match name {
        "count" => finding.count.to_string(),
        "accounts" | "account" => listed(&finding.accounts, "an unnamed account"),
        "ips" | "ip" => listed(&finding.ips, "an unknown address"),
        "apps" | "app" => listed(&finding.apps, "an unnamed application"),
        "targets" | "target" => listed(&finding.targets, "an unnamed object"),
        "first_seen" => finding.first_seen.to_string(),
        "last_seen" => finding.last_seen.to_string(),
        key => match finding.details.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => {
                let texts: Vec<String> = list
                    .iter()
                    .map(|entry| {
                        entry
                            .as_str()
                            .map_or_else(|| entry.to_string(), str::to_owned)
                    })
                    .collect();
                listed(&texts, "unknown")
            }
            Some(other) => other.to_string(),
            None => "unknown".to_owned(),
        },
    }
}

fn listed(names: &[String], nothing: &str) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    match names.len() {
        0 => nothing.to_owned(),
        count if count > NAMED => format!("{} and {} more", shown.join(", "), count - NAMED),
        _ => shown.join(", "),
    }
}
