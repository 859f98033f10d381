//! The ways in by a password: guessed, reset, used without a second factor, or with one that was worn down.

use hourzero_model::{EntryId, Outcome, Record};

use super::Weighed;
use super::account::weigh;
use super::facts::{AccountFacts, eq, has, is_his, is_logon};
use crate::Event;

/// Clients that ask for no second factor (`facts/attack-traces.md` §1, legacy and basic auth).
const LEGACY: &[&str] = &[
    "imap",
    "pop3",
    "pop",
    "authenticated smtp",
    "smtp",
    "exchange activesync",
    "other clients",
    "mapi over http",
    "outlook anywhere (rpc over http)",
    "exchange web services",
    "autodiscover",
    "offline address book",
];

pub(super) fn reset(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let first = facts.resets.first().copied()?;
    let pass = facts.acts.iter().copied().find(|event| {
        event
            .record
            .mfa_detail
            .as_deref()
            .is_some_and(|detail| detail.to_lowercase().contains("temporary access pass"))
    });
    let mut weighed = weigh(
        facts,
        EntryId::HelpdeskReset,
        50,
        "Ask the help desk who called and how the caller was recognised; the number in the telephone log.",
    );
    weighed = if is_his(first) {
        weighed.supported(
            45,
            "The attacker himself reset the password.",
            &facts.resets,
        )
    } else {
        weighed.supported(20, "The password was reset, or a temporary pass given, shortly before the attacker signed in.", &facts.resets)
    };
    if let Some(row) = pass {
        weighed = weighed.supported(
            25,
            "The attacker's first sign-in used a temporary pass.",
            &[row],
        );
    }
    if facts.guesses.is_empty() && !facts.shares_session() {
        weighed = weighed.supported(
            15,
            "No password was guessed before, and the session is a new one.",
            &[],
        );
    }
    if facts.shares_session() {
        weighed = weighed.opposed(
            25,
            "The session is one that the owner had begun.",
            &facts.owners_before,
        );
    }
    Some(weighed)
}

pub(super) fn mfa_fatigue(facts: &AccountFacts<'_>) -> Option<Weighed> {
    if facts.denials.is_empty() {
        return None;
    }
    let score = if facts.denials.len() >= 2 { 91 } else { 40 };
    Some(
        weigh(
            facts,
            EntryId::MfaFatigue,
            score,
            "Ask the owner how many prompts came and why one was approved.",
        )
        .supported(
            2,
            format!(
                "{} prompts for the second factor were refused or ran out before one was met.",
                facts.denials.len()
            ),
            &facts.denials,
        )
        .missing("Where the password came from: the attacker had it already."),
    )
}

pub(super) fn legacy(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let row = bare_logon(facts)?;
    let first = is_first(facts, row);
    let named = is_old_protocol(&row.record) || eq(row.record.auth_protocol.as_deref(), "ropc");
    let mut weighed = weigh(
        facts,
        EntryId::LegacyAuth,
        match (first, named) {
            (true, true) => 92,
            // Told by the form of the request alone.
            (true, false) => 78,
            _ => 30,
        },
        "Whether the protocol is still open to this mailbox.",
    )
    .supported(
        2,
        "The attacker signed in by a protocol that asks for no second factor.",
        &[row],
    );
    if !facts.guesses.is_empty() {
        weighed = weighed.supported(1, "Passwords were guessed before.", &facts.guesses);
    }
    Some(weighed)
}

/// The attacker's first sign-in with nothing but a password, with which he went on.
fn bare_logon<'a>(facts: &AccountFacts<'a>) -> Option<&'a Event> {
    let logons = facts
        .acts
        .iter()
        .copied()
        .filter(|event| is_logon(&event.record) && event.record.result == Outcome::Success);
    logons.into_iter().find(|event| {
        is_old_protocol(&event.record)
            || (asks_by_password(&event.record)
                && !facts.shares_session()
                && facts.unbegun().is_none()
                && went_on(facts, event))
    })
}

/// A mail protocol of old, or the agent that signs in for it.
fn is_old_protocol(record: &Record) -> bool {
    let agent = record.user_agent.as_deref().unwrap_or_default();
    let client = record
        .client_app
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    agent.starts_with("BAV2ROPC")
        || agent.starts_with("CBAInPROD")
        || LEGACY.contains(&client.as_str())
        || client.starts_with("imap")
        || client.starts_with("pop")
}

/// A token for a bare password, without a page in between. The unified audit log has no word for it: there it
/// is a request for a token with a password as its only method.
fn asks_by_password(record: &Record) -> bool {
    eq(record.auth_protocol.as_deref(), "ropc")
        || (has(record, "RequestType", &["OAuth2:Token"])
            && has(record, "UserAuthenticationMethod", &["1"]))
}

/// Whether the attacker went on with what that sign-in gave him. A guess that was right is often only noted, and
/// used later in a browser or another program: then the guess was the way in, and not the protocol.
fn went_on(facts: &AccountFacts<'_>, logon: &Event) -> bool {
    let session = logon.record.session_id.as_deref();
    let app = logon.record.app_id.as_deref();
    let other_app = |record: &Record| app.is_some() && record.app_id.as_deref() != app;
    let used = facts.acts.iter().any(|event| {
        session.is_some()
            && event.record.session_id.as_deref() == session
            && !is_logon(&event.record)
            && !other_app(&event.record)
    });
    let another = facts.acts.iter().any(|event| {
        is_logon(&event.record)
            && event.record.result == Outcome::Success
            && (!asks_by_password(&event.record) || other_app(&event.record))
    });
    used || !another
}

pub(super) fn guessing(facts: &AccountFacts<'_>) -> Option<Weighed> {
    if facts.guesses.is_empty() && facts.sprayed.len() < 3 {
        return None;
    }
    let mut weighed = weigh(
        facts,
        EntryId::PasswordGuessing,
        60,
        "The refused sign-ins at the same time for other accounts, and where the password was used before.",
    );
    if !facts.guesses.is_empty() {
        weighed = weighed.supported(
            15,
            format!(
                "{} guesses at this account were refused before one was right.",
                facts.guesses.len()
            ),
            &facts.guesses,
        );
    }
    if facts.sprayed.len() >= 3 {
        weighed = weighed.supported(
            10,
            format!("The attacker guessed at {} accounts.", facts.sprayed.len()),
            &facts.guesses,
        );
    }
    if facts.shares_session() {
        weighed = weighed.opposed(
            40,
            "The session is one that the owner had begun.",
            &facts.owners_before,
        );
    }
    if !facts.lures.is_empty() {
        weighed = weighed.opposed(10, "A lure came to the owner before.", &facts.lures);
    }
    // How he knew the password is one thing; that it was enough is the way in.
    if let Some(row) = bare_logon(facts).filter(|row| is_first(facts, row)) {
        weighed = weighed.opposed(
            10,
            "The sign-in with which he went on was by a protocol that asks for no second factor: the password alone opened it.",
            &[row],
        );
    }
    Some(weighed)
}

fn is_first(facts: &AccountFacts<'_>, row: &Event) -> bool {
    facts
        .first_logon
        .is_some_and(|first| first.record.event_time == row.record.event_time)
}
