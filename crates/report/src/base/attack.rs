//! What he left behind, what betrays him.

use hourzero_model::{EvidenceRef, Foothold};

use super::make::{Draft, Material, listed, numbers, row, time, words};
use super::{Ground, Section, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    footholds(material, draft);
    indicators(material, draft);
}

/// The records that footholds name.
pub(super) fn records_of(footholds: &[Foothold], material: &Material<'_>) -> Vec<EvidenceRef> {
    footholds
        .iter()
        .flat_map(|one| &one.evidence)
        .filter_map(|id| material.records.get(id))
        .cloned()
        .collect()
}

fn footholds(material: &Material<'_>, draft: &mut Draft) {
    let all = material.told.footholds;
    if all.is_empty() {
        draft.fact(
            Section::Footholds,
            "Nothing is known that the attacker left behind.",
            Ground::Coverage("all".to_owned()),
        );
    }
    for one in all {
        let name = if one.target.is_empty() {
            &one.object_id
        } else {
            &one.target
        };
        let account = if one.account.is_empty() {
            "the tenant".to_owned()
        } else {
            one.account.clone()
        };
        let detail = match telling(&one.detail) {
            detail if detail.is_empty() => detail,
            detail => format!(" ({detail})"),
        };
        let by = if one.by.is_empty() {
            String::new()
        } else {
            format!(" by {}", one.by)
        };
        draft.fact(
            Section::Footholds,
            format!(
                "{} “{name}”{detail} of {account}, {} {}{by}: {} as of {}.",
                one.kind,
                // Of a key that was only used no record says when it was made.
                if one.kind == "app-key" {
                    "used since"
                } else {
                    "made at"
                },
                material.at(one.created),
                one.state,
                material.at(one.as_of)
            ),
            Ground::records_or(&records_of(std::slice::from_ref(one), material), "all"),
        );
    }
}

/// What a parameter's name says about the call that set it rather than about the foothold.
const NOISE: &[&str] = &[
    "AlwaysDeleteOutlookRulesBlob",
    "Confirm",
    "DomainController",
    "Force",
    "Identity",
    "Item.Id",
    "Item.ParentFolder.Id",
    "Item.ParentFolder.MemberSid",
    "Mailbox",
    "RuleId",
    "RuleOperation",
    "RuleProvider",
    "extendedAuditEventCategory",
];

/// What a sentence says of a foothold's parameters; `footholds.csv` has them whole.
const TELLING: usize = 240;

/// The parameters that a reader can use: no ids of the call, no structures, and not more than fit in a sentence. What
/// else there is, is said to be in the list.
fn telling(detail: &str) -> String {
    let parts: Vec<&str> = detail.split("; ").filter(|one| !is_noise(one)).collect();
    let is_plain = |one: &&&str| one.contains('=') && !one.contains(['{', '[', '\n', '\r']);
    let told: Vec<&str> = parts.iter().filter(is_plain).copied().collect();
    let is_whole = told.len() == parts.len();
    let mut told = told.join("; ");
    let cut = told.char_indices().nth(TELLING).map(|(end, _)| end);
    if let Some(end) = cut {
        told.truncate(end);
        told.push('…');
    }
    if cut.is_some() || !is_whole {
        let comma = if told.is_empty() { "" } else { "; " };
        told = format!("{told}{comma}more in footholds.csv");
    }
    told
}

/// Whether a part says nothing, or nothing about the foothold.
fn is_noise(part: &str) -> bool {
    let (name, value) = part.split_once('=').unwrap_or(("", part));
    value.trim().is_empty() || NOISE.contains(&name.trim())
}

fn indicators(material: &Material<'_>, draft: &mut Draft) {
    let all = &material.facts.indicators;
    draft.figure("indicators", all.len() as u64);
    draft.table(Table {
        id: "indicators".to_owned(),
        section: Section::Indicators,
        caption: "What betrays the attacker; a value that innocent accounts use too must not be blocked unseen"
            .to_owned(),
        columns: vec![
            words("type", 2),
            words("value", 5),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
            words("confidence", 3),
            words("accounts", 4),
            numbers("innocent users", 2),
        ],
        rows: all
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.kind.clone(),
                        one.value.clone(),
                        time(Some(one.first)),
                        time(Some(one.last)),
                        one.confidence.to_string(),
                        listed(one.accounts.iter().map(String::as_str)),
                        one.shared_with_innocents.to_string(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: "indicators.csv".to_owned(),
    });
    if all.is_empty() {
        draft.fact(
            Section::Indicators,
            "No address, session, application or device is known to be the attacker's.",
            Ground::Coverage("all".to_owned()),
        );
    }
}
