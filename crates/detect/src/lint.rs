//! What is wrong with a rule that compiles: missing words, tags that ATT&CK does not have, placeholders
//! that nothing fills.
//!
//! Takes a compiled rule and gives sentences. It never decides whether a rule is good.

use crate::finding::placeholders;
use crate::pack::{Origin, Rule, RulePack};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {problem}")]
pub struct Lint {
    /// The rule.
    pub rule: String,
    /// The file.
    pub file: String,
    /// What is wrong, as a sentence without full stop.
    pub problem: String,
}

/// Tactics of ATT&CK for enterprise as Sigma writes them, with the two of version 18 that SigmaHQ uses.
const TACTICS: [&str; 16] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
    "stealth",
    "defense-impairment",
];

/// Placeholders that every finding fills.
const COMMON: [&str; 11] = [
    "count",
    "account",
    "accounts",
    "ip",
    "ips",
    "app",
    "apps",
    "target",
    "targets",
    "first_seen",
    "last_seen",
];

/// Details that follow from records without a rule naming them.
const DETAILS: [&str; 19] = [
    "rule_name",
    "conditions",
    "actions",
    "recipients",
    "subject",
    "internet_message_id",
    "network_message_id",
    "file_name",
    "role",
    "role_as_logged",
    "app_name",
    "app_id",
    "reply_urls",
    "scopes",
    "consent_type",
    "auth_protocol",
    "user_agent",
    "error_codes",
    "operations",
];

/// What is wrong with the rules of a pack, in their order.
pub fn lint(pack: &RulePack) -> Vec<Lint> {
    let mut found = Vec::new();
    for (index, rule) in pack.rules.iter().enumerate() {
        if rule.origin == Origin::Microsoft {
            continue;
        }
        let mut problems = of_rule(rule);
        let earlier = pack
            .rules
            .iter()
            .take(index)
            .find(|other| other.id == rule.id);
        problems
            .extend(earlier.map(|other| format!("has the same id as the rule in {}", other.file)));
        found.extend(problems.into_iter().map(|problem| Lint {
            rule: rule.id.clone(),
            file: rule.file.clone(),
            problem,
        }));
    }
    found
}

fn of_rule(rule: &Rule) -> Vec<String> {
    let mut problems = Vec::new();
    let is_base = rule.alerting == crate::pack::Alerting::Base;
    for (what, text) in [("title", &rule.title), ("description", &rule.description)] {
        if text.is_empty() && !is_base {
            problems.push(format!("has no {what}"));
        }
    }
    if rule.title.chars().count() > 256 {
        problems.push("has a title of more than 256 characters".to_owned());
    }
    for tag in &rule.tags {
        problems.extend(tag_problem(tag));
    }
    if rule.origin == Origin::Ours && !is_base {
        for (what, text) in [
            ("hourzero.innocent", &rule.innocent),
            ("hourzero.confirm", &rule.confirm),
        ] {
            if text.is_empty() {
                problems.push(format!("says nothing under `{what}`"));
            }
        }
        if rule.attack.is_empty() {
            problems.push("has no ATT&CK technique among its tags".to_owned());
        }
    }
    for name in rule
        .assembly
        .sentence
        .iter()
        .flat_map(|sentence| placeholders(sentence))
    {
        let known = COMMON.contains(&name.as_str())
            || DETAILS.contains(&name.as_str())
            || rule.assembly.details.contains_key(&name);
        if !known {
            problems.push(format!("has a placeholder `{{{name}}}` that nothing fills"));
        }
    }
    problems
}

/// What is wrong with a tag: `attack.t1234`, `attack.t1234.001`, a tactic, a group or a software id; other
/// namespaces are free.
fn tag_problem(tag: &str) -> Option<String> {
    let name = tag.trim().to_ascii_lowercase();
    let rest = name.strip_prefix("attack.")?.replace('_', "-");
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_technique = rest
        .strip_prefix('t')
        .is_some_and(|id| match id.split_once('.') {
            Some((main, sub)) => digits(main, 4) && digits(sub, 3),
            None => digits(id, 4),
        });
    let is_other = rest
        .strip_prefix(['g', 's', 'c', 'm'])
        .is_some_and(|id| digits(id, 4))
        || rest.strip_prefix("ds").is_some_and(|id| digits(id, 4));
    let known = is_technique || is_other || TACTICS.contains(&rest.as_str());
    (!known).then(|| {
        format!("has the tag `{tag}`, which names no tactic and has not the form of an ATT&CK id")
    })
}
