//! Ways that enter no account: an application's own key, forged and look-alike senders, the other side's mailbox,
//! and nobody at all.

use std::collections::BTreeSet;

use hourzero_model::{ActorKind, EntryHypothesis, EntryId, Outcome, Timestamp};

use super::facts::{AccountFacts, is_his, is_logon};
use super::{EntryInput, Weighed};
use crate::Event;
use crate::recipient::Carried;

/// The hypotheses; `first` is the account that was entered first, if one was.
pub(super) fn hypotheses(
    input: &EntryInput<'_>,
    first: Option<&AccountFacts<'_>>,
) -> Vec<EntryHypothesis> {
    let mut all: Vec<Weighed> = app_credential(input, first.map(|facts| facts.start))
        .into_iter()
        .collect();
    if first.is_none() {
        all.extend(mails(input));
        if !all
            .iter()
            .any(|one| one.hypothesis.id == EntryId::Counterparty)
        {
            all.push(unseen_counterparty(input, all.is_empty()));
        }
        let best = all.iter().map(|one| one.score).max().unwrap_or(0);
        all.push(nobody(input, best));
        all.push(
            Weighed::new(
                EntryId::Unknown,
                "",
                15,
                "Logs that reach further back: a SIEM, a diagnostic export, the mail gateway.",
            )
            .missing("Anything that shows how the attacker came to know what he knew."),
        );
    }
    all.into_iter().map(Weighed::done).collect()
}

/// An application signed in by itself as the attacker's, before any account was entered.
fn app_credential(input: &EntryInput<'_>, entered: Option<Timestamp>) -> Option<Weighed> {
    let mut apps: Vec<&Event> = input
        .events
        .iter()
        .filter(|event| {
            is_his(event)
                && event.record.actor.kind == ActorKind::App
                && event.record.result == Outcome::Success
                && is_logon(&event.record)
        })
        .collect();
    apps.sort_by_key(|event| event.record.event_time);
    let first = apps.first()?;
    let before = entered.is_none_or(|entered| first.record.event_time < entered);
    let mut weighed = Weighed::new(
        EntryId::AppCredential,
        "",
        if before { 93 } else { 15 },
        "Where the application's key lay: code, pipelines, a developer's computer; and who made it.",
    )
    .supported(
        0,
        "An application signed in with its own key from an address of the attacker's.",
        &apps,
    );
    if !before {
        weighed = weighed.opposed(
            0,
            "An account had been entered before; the key is more likely its fruit.",
            &[],
        );
    }
    let added: Vec<&Event> = input
        .events
        .iter()
        .filter(|event| {
            event.record.operation.contains("Certificates and secrets")
                && event.record.event_time <= first.record.event_time
        })
        .collect();
    Some(if added.is_empty() {
        weighed.missing(
            "When the key was made: no record of it is here, so it is an old one that leaked.",
        )
    } else {
        weighed.supported(2, "A key was added to an application before.", &added)
    })
}

/// Mail that the attacker sent without a mailbox of the tenant.
fn mails(input: &EntryInput<'_>) -> Vec<Weighed> {
    let (mut forged, mut alike, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let look_alikes: BTreeSet<String> = input
        .look_alikes
        .iter()
        .map(|domain| domain.to_lowercase())
        .collect();
    for event in input.events.iter().filter(|event| is_his(event)) {
        if input.paths.carried(event) != Some(Carried::Arrived) {
            continue;
        }
        let sender = event.record.actor.upn.as_deref().unwrap_or_default();
        let domain = sender.rsplit_once('@').map_or("", |(_, domain)| domain);
        if input.paths.is_own(sender) {
            forged.push(event);
        } else if look_alikes.contains(domain) {
            alike.push(event);
        } else {
            others.push(event);
        }
    }
    let mut all = Vec::new();
    if !forged.is_empty() {
        all.push(
            Weighed::new(EntryId::Spoof, "", 90, "The headers of such a mail: who handed it in, and what authentication said.")
                .supported(0, "Mail claims a sender of the tenant, was handed in from outside, and no mailbox sent it.", &forged),
        );
    }
    if !alike.is_empty() {
        all.push(
            Weighed::new(
                EntryId::LookAlikeDomain,
                "",
                90,
                "The registration of the domain, and which of the two sides knew the thread.",
            )
            .supported(
                0,
                "Mail came from a domain that looks like a true one.",
                &alike,
            )
            .missing(
                "Whose mailbox the thread was read in: one of the two sides may have been entered.",
            ),
        );
    }
    if alike.is_empty() && !others.is_empty() {
        all.push(
            Weighed::new(
                EntryId::LookAlikeDomain,
                "",
                30,
                "The domains of the hostile mail, letter by letter, beside those of the true correspondents.",
            )
            .supported(0, "The hostile mail came from outside.", &others)
            .missing("A correspondent whose domain it resembles: none is in the evidence."),
        );
    }
    if !others.is_empty() {
        let score = if alike.is_empty() && forged.is_empty() {
            85
        } else {
            40
        };
        all.push(
            Weighed::new(
                EntryId::Counterparty,
                "",
                score,
                "The other side's sign-in log, and a call to a number from before.",
            )
            .supported(
                0,
                "The hostile mail came from the true domain of somebody outside.",
                &others,
            )
            .missing("The other side's logs."),
        );
    }
    all
}

/// Somebody in the other side's mailbox writes true mail from there: no record of this tenant tells it from other mail.
/// Where money was diverted and nothing else explains it, it is what is left.
fn unseen_counterparty(input: &EntryInput<'_>, nothing_else: bool) -> Weighed {
    let weighed = Weighed::new(
        EntryId::Counterparty,
        "",
        10,
        "The other side's sign-in log, and a call to a number from before.",
    )
    .missing("The other side's logs: a mailbox that was entered there leaves no record here.");
    if input.diverted && nothing_else {
        weighed.supported(
            65,
            "The client says that a payment was diverted, and neither an account of the tenant nor a forged or look-alike sender explains it.",
            &[],
        )
    } else {
        weighed
    }
}

/// Nobody came in.
fn nobody(input: &EntryInput<'_>, best: i32) -> Weighed {
    let tried: Vec<&Event> = input
        .events
        .iter()
        .filter(|event| is_his(event) && event.record.result == Outcome::Failure)
        .collect();
    let weighed = Weighed::new(
        EntryId::None,
        "",
        if best >= 50 { 30 } else { 70 },
        "The logs of the time, complete.",
    );
    if tried.is_empty() {
        weighed.supported(5, "No act of an attacker is in the evidence.", &[])
    } else {
        weighed.supported(10, "Attempts were refused, and none succeeded.", &tried)
    }
}
