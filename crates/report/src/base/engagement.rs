//! What was asked and told, payments, clocks, the engagement log, our own footprint.

use super::make::{Call, Draft, Material, counted, row, time, words};
use super::{Ground, Section, StatementKind, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    asked(material, draft);
    payments(material.call, draft);
    clocks(material.call, draft);
    log(material, draft);
    draft.fact(
        Section::Footprint,
        "This program did not connect to the tenant: it read exports only, and left nothing in it. The exports themselves were made by others; a search of the audit log leaves an entry in that log.",
        Ground::Coverage("case".to_owned()),
    );
}

fn asked(material: &Material<'_>, draft: &mut Draft) {
    let engagement = &material.facts.engagement;
    draft.figure(
        "answers",
        engagement.said.iter().filter(|one| one.holds).count() as u64,
    );
    if engagement.said.is_empty() {
        draft.fact(
            Section::Asked,
            "No answers of a first call are in the case.",
            Ground::Coverage("case".to_owned()),
        );
    }
    for one in engagement.said.iter().filter(|one| one.holds) {
        draft.say(
            Section::Asked,
            StatementKind::Told,
            format!(
                "{}: {} ({}, {}).",
                label(&one.key),
                plain(&one.value),
                one.by,
                one.at
            ),
            Ground::Decision(format!("answers/{}", one.key)),
        );
    }
    if !engagement.no_incident.is_empty() {
        for section in [Section::Summary, Section::Asked] {
            draft.say(
                section,
                StatementKind::Told,
                format!(
                    "It was decided that this is no incident: {}",
                    engagement.no_incident
                ),
                Ground::Decision("outcome".to_owned()),
            );
        }
    }
}

/// What an answer is about, for people who never saw the form.
fn label(key: &str) -> &str {
    ANSWERS
        .iter()
        .find(|(one, _)| *one == key)
        .map_or(key, |(_, label)| label)
}

/// The keys of a first call in words.
const ANSWERS: &[(&str, &str)] = &[
    ("call.at", "Time of the call"),
    ("call.by", "Called by"),
    ("client.zone", "The client's time zone"),
    (
        "client.jurisdictions",
        "Where the client and the people in its data are",
    ),
    ("client.regulated", "Rules that the client is under"),
    ("client.engaged_by", "Who engaged us"),
    ("client.insurer", "Is there an insurance against this"),
    ("tenant.domain", "Domain of the tenant"),
    ("tenant.licences", "Licences of the tenant"),
    ("tenant.entra", "Licence of Entra ID"),
    (
        "tenant.hybrid",
        "Are accounts synchronised from servers of the client's own",
    ),
    ("tenant.other_logs", "Other logs that the client has"),
    ("noticed.at", "When it was noticed"),
    ("noticed.since", "Since when something was strange"),
    ("noticed.by", "Noticed by"),
    ("noticed.how", "How it was noticed"),
    ("noticed.confirmed_at", "When it was confirmed"),
    ("credentials.passwords_changed", "Were passwords changed"),
    ("credentials.sessions_revoked", "Were sessions revoked"),
    ("credentials.user_did", "What the user did"),
    ("activity.still", "Is the attacker still seen"),
    ("payment.state", "State of a payment"),
    ("payment.kind", "Kind of the payment"),
    ("payment.payer", "Whose money it is"),
    ("payment.at", "When the payment was made"),
    (
        "payment.executes_at",
        "When the payment is to be carried out",
    ),
    ("payment.amount", "Amount"),
    ("payment.currency", "Currency"),
    ("payment.route", "Way of the payment"),
    ("accounts.known", "Accounts known to be concerned"),
    ("accounts.others", "Other accounts that may be concerned"),
    (
        "accounts.admin_involved",
        "Is an administrator's account concerned",
    ),
    (
        "accounts.admin_reachable",
        "Can an administrator be reached",
    ),
];

/// An answer as people write it: the items of a list with commas between.
pub(super) fn plain(value: &str) -> String {
    match serde_json::from_str::<Vec<String>>(value) {
        Ok(items) => items.join(", "),
        Err(_) => value.to_owned(),
    }
}

fn payments(call: &Call, draft: &mut Draft) {
    let word = |key: &str| call.answers.get(key).map(String::as_str);
    let Some(state) = word("payment.state").filter(|state| *state != "none") else {
        draft.fact(
            Section::Payments,
            "The case names no payment.",
            Ground::Coverage("case".to_owned()),
        );
        return;
    };
    draft.say(
        Section::Payments,
        StatementKind::Told,
        format!("State of the payment: {state}."),
        Ground::Decision("answers/payment.state".to_owned()),
    );
    for (key, name) in [
        ("payment.kind", "Kind"),
        ("payment.payer", "Payer"),
        ("payment.at", "Made at"),
        ("payment.executes_at", "To be executed at"),
        ("payment.amount", "Amount"),
        ("payment.currency", "Currency"),
        ("payment.route", "Route"),
    ] {
        if let Some(value) = word(key) {
            draft.say(
                Section::Payments,
                StatementKind::Told,
                format!("{name}: {value}."),
                Ground::Decision(format!("answers/{key}")),
            );
        }
    }
    let recall = call.clocks.iter().filter(|one| one.id.ends_with("recall"));
    for one in recall {
        draft.say(
            Section::Payments,
            StatementKind::Told,
            format!(
                "Time to recall it ({}): {}; from {} to {}. {}",
                one.id,
                one.state,
                time(one.starts),
                time(one.ends),
                one.assumes
            ),
            Ground::Decision("answers/payment.state".to_owned()),
        );
    }
}

fn clocks(call: &Call, draft: &mut Draft) {
    for state in ["running", "past", "conditional"] {
        let count = call.clocks.iter().filter(|one| one.state == state).count();
        draft.figure(&format!("clocks_{state}"), count as u64);
    }
    if call.clocks.is_empty() {
        draft.fact(
            Section::Clocks,
            "No deadline is counted: the case has no answers of a first call.",
            Ground::Coverage("case".to_owned()),
        );
        return;
    }
    draft.say(
        Section::Clocks,
        StatementKind::Told,
        format!(
            "{} counted from what the first call says. Whether a duty exists, and when it began, is for counsel to decide.",
            counted(call.clocks.len() as u64, "deadline is", "deadlines are")
        ),
        Ground::Decision("answers".to_owned()),
    );
    draft.table(Table {
        id: "clocks".to_owned(),
        section: Section::Clocks,
        caption: "Deadlines".to_owned(),
        columns: vec![
            words("clock", 2),
            words("state", 2),
            words("starts (UTC)", 3),
            words("ends (UTC)", 3),
            words("what starts it", 5),
            words("taken for granted", 9),
        ],
        rows: call
            .clocks
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.id.clone(),
                        one.state.clone(),
                        time(one.starts),
                        time(one.ends),
                        one.trigger.clone(),
                        format!("{} {}", one.assumes, one.source).trim().to_owned(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

fn log(material: &Material<'_>, draft: &mut Draft) {
    let engagement = &material.facts.engagement;
    draft.figure("log_entries", engagement.log.len() as u64);
    if engagement.log.is_empty() {
        draft.fact(
            Section::Hours,
            "The engagement log has no entry.",
            Ground::Coverage("case".to_owned()),
        );
        return;
    }
    if !engagement.hours.is_empty() {
        draft.say(
            Section::Hours,
            StatementKind::Told,
            format!("Time in all: {}.", engagement.hours),
            Ground::Decision("log".to_owned()),
        );
    }
    for sum in &engagement.costs {
        draft.say(
            Section::Hours,
            StatementKind::Told,
            format!("Costs in all: {sum}."),
            Ground::Decision("log".to_owned()),
        );
    }
    draft.table(Table {
        id: "log".to_owned(),
        section: Section::Hours,
        caption: "Calls, decisions, notes, hours and costs".to_owned(),
        columns: vec![
            words("time (UTC)", 3),
            words("kind", 2),
            words("by", 2),
            words("what", 6),
            words("beside", 3),
        ],
        rows: engagement
            .log
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.at.clone(),
                        one.kind.clone(),
                        one.author.clone(),
                        one.text.clone(),
                        one.beside.clone(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}
