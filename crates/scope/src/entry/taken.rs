//! The ways in by what the owner had already: a code that he handed over, a session or token that was taken from him.

use hourzero_model::EntryId;

use super::Weighed;
use super::account::{weigh, with_lures};
use super::facts::{AccountFacts, CODE_SECONDS, eq, has, is_his, is_logon};
use crate::Event;

/// Clients for which a pasted authorization code is worth something (`facts/attack-traces.md` §1).
const CODE_CLIENTS: &[&str] = &[
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "1950a258-227b-4e31-a9cf-717495945fc2",
    "aebc6443-996d-45c2-90f0-388ff96faa56",
    "04f0c124-f2bc-4f59-8241-bf6df9866bbd",
    "872cd9fa-d31f-45e0-9eab-6e460a02d1f1",
    "12128f48-ec9e-42f0-b203-ea49fb6af367",
    "29d9ed98-a469-4536-ade2-f981bc1d605e",
];

/// A row of the session that bears the mark of a device code.
fn device_code_row<'a>(facts: &AccountFacts<'a>) -> Option<&'a Event> {
    facts.marked(|record| {
        is_logon(record)
            && (eq(record.auth_protocol.as_deref(), "deviceCode")
                || eq(record.auth_protocol.as_deref(), "deviceCodeFlow")
                || has(record, "OriginalTransferMethod", &["deviceCodeFlow"])
                || has(record, "RequestType", &["Cmsi:Cmsi"])
                || record.result_code.as_deref() == Some("50199"))
    })
}

pub(super) fn device_code(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let row = device_code_row(facts)?;
    let weighed = weigh(
        facts,
        EntryId::DeviceCode,
        93,
        "Ask the victim whether a code was typed in at microsoft.com/devicelogin, and who sent it.",
    )
    .supported(
        0,
        "A device code was approved in the session that the attacker used.",
        &[row],
    );
    Some(with_lures(facts, weighed, 2))
}

/// The owner's sign-in to a client whose authorization code is worth stealing, in the session that the attacker
/// went on with.
fn code_given<'a>(facts: &AccountFacts<'a>) -> Option<&'a Event> {
    facts.owners_before.iter().copied().find(|event| {
        is_logon(&event.record)
            && event
                .record
                .app_id
                .as_deref()
                .is_some_and(|app| CODE_CLIENTS.contains(&app))
    })
}

pub(super) fn code_phishing(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let given = code_given(facts)?;
    let his = facts.session.iter().copied().find(|event| is_his(event))?;
    let is_redeemed = redeemed(facts).is_some();
    let weighed = weigh(
        facts,
        EntryId::CodePhishing,
        if is_redeemed { 91 } else { 60 },
        "Ask the victim whether an address from the browser was pasted into a page; the browser's history shows localhost.",
    )
    .supported(0, "The owner signed in to a command-line client, and the same session went on elsewhere.", &[given, his]);
    let weighed = if is_redeemed {
        weighed.supported(
            2,
            "It went on within the life of an authorization code.",
            &[his],
        )
    } else {
        weighed.missing("The row that redeemed the code: it would lie within ten minutes of the owner's sign-in.")
    };
    let weighed = match device_code_row(facts) {
        Some(row) => weighed.opposed(30, "The session bears the mark of a device code.", &[row]),
        None => weighed,
    };
    Some(with_lures(facts, weighed, 2))
}

/// The attacker's row that redeemed an authorization code of the owner's, within the code's life.
fn redeemed<'a>(facts: &AccountFacts<'a>) -> Option<&'a Event> {
    let given = code_given(facts)?;
    let his = facts.session.iter().copied().find(|event| is_his(event))?;
    let after = his.record.event_time.seconds_since(given.record.event_time);
    (after <= CODE_SECONDS).then_some(his)
}

pub(super) fn token_theft(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let primary = facts.acts.iter().copied().find(|event| {
        has(&event.record, "IncomingTokenType", &["primaryRefreshToken"])
            && event
                .record
                .device_id
                .as_deref()
                .is_some_and(|device| facts.owners_devices.contains(device))
    });
    let unbegun = facts.unbegun().filter(|_| !facts.shares_session());
    if !facts.shares_session() && primary.is_none() && unbegun.is_none() {
        return None;
    }
    let mut weighed = weigh(
        facts,
        EntryId::TokenTheft,
        60,
        "The endpoint: its browser profiles, its protection's log, a thief's program.",
    );
    if let Some(first) = facts.owners_before.first() {
        let his = facts.session.iter().copied().find(|event| is_his(event));
        let evidence: Vec<&Event> = std::iter::once(*first).chain(his).collect();
        weighed = weighed.supported(
            28,
            "The attacker went on with a session that the owner had begun: no sign-in of his own.",
            &evidence,
        );
    }
    if let Some(row) = unbegun {
        weighed = weighed
            .supported(
                14,
                "The attacker was in the session before any sign-in that began it, although a log that has sign-ins reaches back days before: it was made elsewhere.",
                &[row],
            )
            .missing("Where the session began.");
    }
    if let Some(row) = primary {
        weighed = weighed.supported(
            28,
            "A primary refresh token with the device's id was used from elsewhere.",
            &[row],
        );
    }
    if !facts.guesses.is_empty() {
        weighed = weighed.opposed(20, "Passwords were guessed before.", &facts.guesses);
    }
    for mark in [device_code_row(facts), redeemed(facts)]
        .into_iter()
        .flatten()
    {
        weighed = weighed.opposed(
            45,
            "The session is shared because the owner himself handed a code over.",
            &[mark],
        );
    }
    Some(weighed.missing("The endpoint's own traces."))
}
