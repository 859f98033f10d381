//! Accounts: a sentence and its reasons for each, the time he was there, from where.

use hourzero_model::{AccountVerdict, EvidenceRef};

use super::make::{Draft, Material, numbers, row, span, time, words};
use super::{Ground, Section, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    verdicts(material, draft);
    dwell(material, draft);
    links(material, draft);
    named(material, draft);
}

fn verdicts(material: &Material<'_>, draft: &mut Draft) {
    let verdicts = material.told.verdicts;
    if verdicts.is_empty() {
        draft.opinion(
            Section::Scope,
            "No account is called compromised, likely or targeted on this evidence.",
            Ground::Coverage("all".to_owned()),
        );
    }
    for one in verdicts {
        let span = match (one.first, one.last) {
            (Some(first), Some(last)) if first == last => format!(", at {}", material.at(first)),
            (Some(first), Some(last)) => {
                format!(", from {} to {}", material.at(first), material.at(last))
            }
            _ => String::new(),
        };
        if !one.verdict.is_found() {
            draft.opinion(
                Section::Scope,
                format!(
                    "{}: {}, {}{span}. {}",
                    one.account,
                    one.verdict,
                    one.confidence,
                    short(one)
                ),
                Ground::records_or(&records(one), "all"),
            );
            continue;
        }
        for (number, reason) in one.reasons.iter().enumerate() {
            let head = if number == 0 {
                format!(
                    "{}: {}, {}{span}. ",
                    one.account, one.verdict, one.confidence
                )
            } else {
                format!("{}: ", one.account)
            };
            draft.opinion(
                Section::Scope,
                format!("{head}{}", reason.text),
                Ground::records_or(&reason.evidence, "all"),
            );
        }
    }
}

/// The first and the last reason of a verdict on an account that was not entered; often each of many findings is one.
fn short(one: &AccountVerdict) -> String {
    match one.reasons.as_slice() {
        [] => String::new(),
        [only] => only.text.clone(),
        [first, last] => format!("{} {}", first.text, last.text),
        [first, between @ .., last] => format!(
            "{} {} {} more reasons are in scope.json.",
            first.text,
            last.text,
            between.len()
        ),
    }
}

/// Every record that a verdict names.
fn records(one: &AccountVerdict) -> Vec<EvidenceRef> {
    let all = one.reasons.iter().flat_map(|reason| &reason.evidence);
    all.cloned().collect()
}

fn dwell(material: &Material<'_>, draft: &mut Draft) {
    let rows = &material.told.activity.accounts;
    draft.figure(
        "attacker_events_succeeded",
        rows.iter().map(|one| one.events).sum(),
    );
    draft.table(Table {
        id: "dwell".to_owned(),
        section: Section::Scope,
        caption: "The attacker's time in each account".to_owned(),
        columns: vec![
            words("account", 4),
            words("first act (UTC)", 3),
            words("last act (UTC)", 3),
            words("time there", 2),
            numbers("acts", 1),
            numbers("refused", 2),
        ],
        rows: rows
            .iter()
            .map(|one| {
                let evidence = material
                    .told
                    .verdicts
                    .iter()
                    .filter(|verdict| verdict.account == one.account)
                    .flat_map(|verdict| &verdict.reasons)
                    .flat_map(|reason| reason.evidence.iter().take(2).cloned())
                    .collect::<Vec<_>>();
                row(
                    vec![
                        one.account.clone(),
                        time(Some(one.first)),
                        time(Some(one.last)),
                        span(one.dwell_seconds),
                        one.events.to_string(),
                        one.refused.to_string(),
                    ],
                    &evidence,
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

fn links(material: &Material<'_>, draft: &mut Draft) {
    draft.figure("links", material.links.len() as u64);
    draft.table(Table {
        id: "links".to_owned(),
        section: Section::Scope,
        caption: "From where each account was used: the links of the investigation".to_owned(),
        columns: vec![
            words("from", 3),
            words("account", 3),
            words("kind", 2),
            words("a person's word", 3),
        ],
        rows: material
            .links
            .iter()
            .map(|link| {
                let word = link.decision.as_ref().map(|word| {
                    let verb = if word.accepted { "accepted" } else { "refused" };
                    format!(
                        "{verb} by {} at {}: {}",
                        word.by,
                        material.at(word.at),
                        word.why
                    )
                });
                row(
                    vec![
                        link.from.clone(),
                        link.to.clone(),
                        link.kind.clone(),
                        word.unwrap_or_default(),
                    ],
                    &link.evidence,
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
    for link in material.links {
        let Some(word) = &link.decision else { continue };
        let verb = if word.accepted { "accepted" } else { "refused" };
        draft.say(
            Section::Scope,
            super::StatementKind::Told,
            format!(
                "{} {verb} the link from {} to {} at {}: {}",
                word.by,
                link.from,
                link.to,
                material.at(word.at),
                word.why
            ),
            Ground::Decision(format!("scope-decision/{}", link.id)),
        );
    }
}

fn named(material: &Material<'_>, draft: &mut Draft) {
    let rows = &material.facts.accounts;
    draft.figure("accounts_named_by_findings", rows.len() as u64);
    draft.table(Table {
        id: "accounts".to_owned(),
        section: Section::Findings,
        caption: "Accounts that findings name; to be named is not to be compromised".to_owned(),
        columns: vec![
            words("account", 4),
            words("gravest finding", 2),
            words("findings", 3),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
        ],
        rows: rows
            .iter()
            .map(|one| {
                let counts: Vec<String> = one
                    .findings
                    .iter()
                    .map(|(severity, count)| format!("{count} {severity}"))
                    .collect();
                row(
                    vec![
                        one.account.clone(),
                        one.severity.to_string(),
                        counts.join(", "),
                        time(Some(one.first)),
                        time(Some(one.last)),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}
