//! What was read, taken and sent, with what cannot be known; whom it concerns.

use hourzero_scope::AccessedRow;

use super::engagement::plain;
use super::make::{Draft, Material, counted, listed, numbers, row, words};
use super::{Ground, Section, StatementKind, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    reached(material, draft);
    sent(material, draft);
    people(material, draft);
}

fn reached(material: &Material<'_>, draft: &mut Draft) {
    let rows = material.told.accessed;
    let sum = |count: fn(&AccessedRow) -> u64| rows.iter().map(count).sum::<u64>();
    draft.figure("messages_accessed", sum(|one| one.messages));
    draft.figure("messages_forwarded", sum(|one| one.forwarded));
    draft.figure("folders_synchronised", sum(|one| one.folders.len() as u64));
    draft.figure("files_accessed", sum(|one| one.files));
    draft.figure("searches", sum(|one| one.searches));
    draft.figure("chats", sum(|one| one.chats));
    draft.figure("stated_unknowns", sum(|one| one.unknown.len() as u64));
    if rows.is_empty() {
        draft.fact(
            Section::Exposure,
            "No record shows that the attacker read, took or sent anything. That holds as far as reading is logged at all; see the section on coverage.",
            Ground::Coverage("all".to_owned()),
        );
    }
    // A read of which the log names no message is a record, too.
    let is_reached =
        |one: &&AccessedRow| has_something(one) || material.reached.contains_key(&one.account);
    let (some, nothing): (Vec<_>, Vec<_>) = rows.iter().partition(is_reached);
    for one in some {
        let evidence = material.reached.get(&one.account);
        draft.fact(
            Section::Exposure,
            proved(one),
            Ground::records_or(evidence.map_or(&[], Vec::as_slice), "all"),
        );
    }
    if !nothing.is_empty() {
        draft.fact(
            Section::Exposure,
            format!(
                "{}: no record proves that anything was read, taken or looked for.",
                listed(nothing.iter().map(|one| one.account.as_str()))
            ),
            Ground::Coverage("all".to_owned()),
        );
    }
    unknown(rows, draft);
    table(material, draft);
}

/// Whether a record proves that anything of the account was reached.
fn has_something(one: &AccessedRow) -> bool {
    let counts = one.messages + one.forwarded + one.files + one.searches + one.chats;
    counts > 0 || !one.folders.is_empty() || !one.systems.is_empty()
}

/// What records prove of an account, as a sentence.
fn proved(one: &AccessedRow) -> String {
    let mut parts = vec![counted(one.messages, "message opened", "messages opened")];
    let mut add = |count: u64, single: &str, many: &str| {
        if count > 0 {
            parts.push(counted(count, single, many));
        }
    };
    add(
        one.forwarded,
        "message brought out by a rule or forwarding",
        "messages brought out by a rule or forwarding",
    );
    add(
        one.folders.len() as u64,
        "folder synchronised",
        "folders synchronised",
    );
    add(one.files, "file", "files");
    add(one.searches, "search", "searches");
    add(one.chats, "chat or channel", "chats or channels");
    let systems = if one.systems.is_empty() {
        String::new()
    } else {
        format!(" Other systems signed in to: {}.", one.systems.join(", "))
    };
    format!(
        "{}: proved by records: {}.{systems}",
        one.account,
        parts.join(", ")
    )
}

/// What the logs cannot show: a sentence for each such thing, with the accounts that it holds for.
fn unknown(rows: &[AccessedRow], draft: &mut Draft) {
    let mut unknowns: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in rows {
        for unknown in &one.unknown {
            match unknowns.iter_mut().find(|(text, _)| text == unknown) {
                Some((_, accounts)) => accounts.push(&one.account),
                None => unknowns.push((unknown, vec![&one.account])),
            }
        }
    }
    for (text, accounts) in unknowns {
        let count = accounts.len();
        let names = listed(accounts);
        let whose = match count {
            1 => names,
            _ => format!("{count} accounts ({names})"),
        };
        draft.fact(
            Section::Exposure,
            format!("{whose}: cannot be known: {text}"),
            Ground::Coverage("log/unified-audit".to_owned()),
        );
    }
}

/// What records prove, by account.
fn table(material: &Material<'_>, draft: &mut Draft) {
    let rows = material.told.accessed;
    draft.table(Table {
        id: "exposure".to_owned(),
        section: Section::Exposure,
        caption: "What records prove was reached, by account; exposure.csv names each message, folder and file".to_owned(),
        columns: vec![
            words("account", 4),
            numbers("messages", 2),
            numbers("brought out", 2),
            words("folders", 3),
            numbers("files", 1),
            numbers("searches", 2),
            words("programs", 2),
            words("other systems", 2),
        ],
        rows: rows
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.account.clone(),
                        one.messages.to_string(),
                        one.forwarded.to_string(),
                        one.folders.join(", "),
                        one.files.to_string(),
                        one.searches.to_string(),
                        one.apps.join(", "),
                        one.systems.join(", "),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: "exposure.csv".to_owned(),
    });
}

fn sent(material: &Material<'_>, draft: &mut Draft) {
    let sent = material.sent;
    draft.figure("messages_sent", sent.messages);
    draft.figure("recipients_inside", sent.inside);
    draft.figure("recipients_outside", sent.outside);
    draft.figure("recipients_clicked", sent.clicked);
    if sent.messages == 0 {
        return;
    }
    draft.fact(
        Section::Exposure,
        format!(
            "{} sent or shared by the attacker, to {} inside and {} outside; {} clicked as far as clicks are logged. recipients.csv names each.",
            counted(sent.messages, "message or item was", "messages or items were"),
            counted(sent.inside, "person", "people"),
            counted(sent.outside, "person", "people"),
            sent.clicked
        ),
        Ground::records_or(&sent.evidence, "all"),
    );
}

fn people(material: &Material<'_>, draft: &mut Draft) {
    let sent = material.sent;
    let concerned = sent.inside + sent.outside;
    draft.figure("people_written_to", concerned);
    if let Some(places) = material.call.answers.get("client.jurisdictions") {
        draft.say(
            Section::People,
            StatementKind::Told,
            format!(
                "The client and the people in its data are in: {}.",
                plain(places)
            ),
            Ground::Decision("answers/client.jurisdictions".to_owned()),
        );
    }
    let accounts = material.told.accessed.len() as u64;
    draft.fact(
        Section::People,
        format!(
            "{} reached, and {} written to by the attacker. How many people the contents of the messages and files concern, and in which jurisdiction each lives, no log tells: it needs a review of the contents, for which exposure.csv and the lists of message ids are made.",
            counted(accounts, "mailbox or account was", "mailboxes or accounts were"),
            counted(concerned, "person was", "people were")
        ),
        Ground::records_or(&sent.evidence, "all"),
    );
    draft.table(Table {
        id: "domains".to_owned(),
        section: Section::People,
        caption: "People whom the attacker wrote to, by the domain of their address".to_owned(),
        columns: vec![words("domain", 4), numbers("people", 1)],
        rows: sent
            .domains
            .iter()
            .map(|(domain, count)| row(vec![domain.clone(), count.to_string()], &[]))
            .collect(),
        left_out: 0,
        whole: "recipients.csv".to_owned(),
    });
}
