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
                "{} said at {}: {} is {}.",
                one.by, one.at, one.key, one.value
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
            words("what starts it", 4),
            words("taken for granted", 4),
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
