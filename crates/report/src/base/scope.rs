//! Accounts: a sentence and its reasons for each, the time he was there, from where.

use hourzero_model::{AccountVerdict, EvidenceRef, Verdict};

use super::make::{Draft, Material, listed, numbers, row, span, time, words};
use super::{Ground, Section, Table};

/// Accounts of one verdict that were not entered have one sentence where they are more than these.
const APART: usize = 5;

/// So many records of an account stand behind such a sentence and behind a row.
const BEHIND: usize = 25;

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    verdicts(material, draft);
    dwell(material, draft);
    links(material, draft);
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
    for one in verdicts.iter().filter(|one| one.verdict.is_found()) {
        for (number, reason) in one.reasons.iter().enumerate() {
            let head = match number {
                0 => format!(
                    "{}: {}{}. ",
                    one.account,
                    sureness(one),
                    span_of(one, material)
                ),
                _ => format!("{}: ", one.account),
            };
            draft.opinion(
                Section::Scope,
                format!("{head}{}", reason.text),
                Ground::records_or(&reason.evidence, "all"),
            );
        }
    }
    for verdict in [
        Verdict::TargetedOnly,
        Verdict::NotAssessable,
        Verdict::Cleared,
    ] {
        let these: Vec<&AccountVerdict> = verdicts
            .iter()
            .filter(|one| one.verdict == verdict)
            .collect();
        not_entered(&these, verdict, material, draft);
    }
    reasons(material, draft);
}

/// Accounts with a verdict that says that they were not entered: a sentence each where they are few, else one for all.
fn not_entered(
    these: &[&AccountVerdict],
    verdict: Verdict,
    material: &Material<'_>,
    draft: &mut Draft,
) {
    if these.len() > APART {
        let all: Vec<Vec<EvidenceRef>> = these.iter().map(|one| records(one)).collect();
        let is_cut = all.iter().any(|records| records.len() > BEHIND);
        let cited = all.into_iter().flat_map(|one| one.into_iter().take(BEHIND));
        let cited: Vec<EvidenceRef> = cited.collect();
        draft.opinion(
            Section::Scope,
            format!(
                "{} accounts: {verdict} ({}). scope.json has the reasons for each.",
                these.len(),
                listed(these.iter().map(|one| one.account.as_str()))
            ),
            Ground::cited(cited, is_cut, "all"),
        );
        return;
    }
    for one in these {
        draft.opinion(
            Section::Scope,
            format!(
                "{}: {}{}. {}",
                one.account,
                sureness(one),
                span_of(one, material),
                short(one)
            ),
            Ground::records_or(&records(one), "all"),
        );
    }
}

/// The verdict, and how sure it is where it does not say so itself.
fn sureness(one: &AccountVerdict) -> String {
    let (verdict, confidence) = (one.verdict.to_string(), one.confidence.to_string());
    if verdict == confidence {
        verdict
    } else {
        format!("{verdict}, {confidence}")
    }
}

fn span_of(one: &AccountVerdict, material: &Material<'_>) -> String {
    let span = one.first.zip(one.last);
    span.map_or_else(String::new, |(first, last)| {
        format!(", {}", material.between(first, last))
    })
}

/// Every account that has a verdict.
fn reasons(material: &Material<'_>, draft: &mut Draft) {
    draft.table(Table {
        id: "verdicts".to_owned(),
        section: Section::Scope,
        caption: "Every account with a verdict, and why".to_owned(),
        columns: vec![
            words("account", 4),
            words("verdict", 3),
            words("how sure", 3),
            words("first (UTC)", 2),
            words("last (UTC)", 2),
            words("why", 9),
        ],
        rows: material
            .told
            .verdicts
            .iter()
            .map(|one| {
                let mut records = records(one);
                records.truncate(BEHIND);
                row(
                    vec![
                        one.account.clone(),
                        one.verdict.to_string(),
                        one.confidence.to_string(),
                        time(one.first),
                        time(one.last),
                        short(one),
                    ],
                    &records,
                )
            })
            .collect(),
        left_out: 0,
        whole: "scope.json".to_owned(),
    });
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
        let thing = match (link.from.as_str(), link.to.as_str()) {
            ("", account) => format!("that {account} is the attacker's"),
            (from, "") => format!("that the {} {from} is the attacker's", link.kind),
            (from, account) => format!("the link from {from} to {account}"),
        };
        draft.say(
            Section::Scope,
            super::StatementKind::Told,
            format!(
                "{} {verb} {thing} at {}: {}",
                word.by,
                material.at(word.at),
                word.why
            ),
            Ground::Decision(format!("scope-decision/{}", link.id)),
        );
    }
}
