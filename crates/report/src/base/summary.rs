//! The summary: the four questions in a sentence each; who was entered, whether he is still there and money first.

use hourzero_model::{FootholdState, Verdict};
use hourzero_scope::ActiveVerdict;

use super::make::{Draft, Material, counted, listed, span};
use super::{Ground, Section};

/// What a reader must know comes first: who reads only a few sentences reads these.
pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    accounts(material, draft);
    active(material, draft);
    money(material, draft);
    reached(material, draft);
    left_behind(material, draft);
    entry(material, draft);
    others(material, draft);
    unknown(material, draft);
}

fn accounts(material: &Material<'_>, draft: &mut Draft) {
    let of = |verdict: Verdict| {
        material
            .told
            .verdicts
            .iter()
            .filter(move |one| one.verdict == verdict)
    };
    for (name, verdict) in [
        ("accounts_compromised", Verdict::Compromised),
        ("accounts_likely", Verdict::Likely),
        ("accounts_targeted_only", Verdict::TargetedOnly),
        ("accounts_cleared", Verdict::Cleared),
        ("accounts_not_assessable", Verdict::NotAssessable),
    ] {
        draft.figure(name, of(verdict).count() as u64);
    }
    let used: Vec<_> = of(Verdict::Compromised)
        .chain(of(Verdict::Likely))
        .collect();
    if used.is_empty() {
        draft.opinion(
            Section::Summary,
            "No account of the tenant is called compromised or likely compromised on this evidence. This holds as far as the logs reach; the section on coverage says how far that is.",
            Ground::Coverage("all".to_owned()),
        );
        return;
    }
    let certain = of(Verdict::Compromised).count() as u64;
    let likely = used.len() as u64 - certain;
    let mut parts = Vec::new();
    if certain > 0 {
        parts.push(format!(
            "{} compromised ({})",
            counted(certain, "account was", "accounts were"),
            listed(of(Verdict::Compromised).map(|one| one.account.as_str()))
        ));
    }
    if likely > 0 {
        parts.push(format!(
            "{} likely compromised ({})",
            counted(likely, "account was", "accounts were"),
            listed(of(Verdict::Likely).map(|one| one.account.as_str()))
        ));
    }
    let evidence = used
        .iter()
        .flat_map(|one| &one.reasons)
        .flat_map(|reason| reason.evidence.iter().cloned())
        .collect();
    draft.opinion(
        Section::Summary,
        format!("{}.", parts.join("; ")),
        Ground::Records(evidence),
    );
    time_there(material, draft);
}

/// Accounts that were named and are not called entered.
fn others(material: &Material<'_>, draft: &mut Draft) {
    for (verdict, words) in [
        (
            Verdict::TargetedOnly,
            [
                "was attacked and, as far as the logs reach, not entered",
                "were attacked and, as far as the logs reach, not entered",
            ],
        ),
        (
            Verdict::NotAssessable,
            [
                "was named and cannot be assessed: the logs that would tell are not in the evidence",
                "were named and cannot be assessed: the logs that would tell are not in the evidence",
            ],
        ),
        (
            Verdict::Cleared,
            [
                "was named by a finding and is cleared by the logs",
                "were named by findings and are cleared by the logs",
            ],
        ),
    ] {
        let these: Vec<_> = material
            .told
            .verdicts
            .iter()
            .filter(|one| one.verdict == verdict)
            .collect();
        let [one, many] = words;
        if these.is_empty() {
            continue;
        }
        let evidence: Vec<_> = these
            .iter()
            .flat_map(|one| &one.reasons)
            .flat_map(|reason| reason.evidence.iter().take(1).cloned())
            .collect();
        draft.opinion(
            Section::Summary,
            format!(
                "{} ({}).",
                counted(
                    these.len() as u64,
                    &format!("account {one}"),
                    &format!("accounts {many}")
                ),
                listed(these.iter().map(|one| one.account.as_str()))
            ),
            Ground::records_or(&evidence, "all"),
        );
    }
}

/// From the first to the last act, with the records of both.
fn time_there(material: &Material<'_>, draft: &mut Draft) {
    let first = material.acts.iter().min_by_key(|act| act.first);
    let last = material.acts.iter().max_by_key(|act| act.last);
    let (Some(first), Some(last)) = (first, last) else {
        return;
    };
    let seconds = last.last.seconds_since(first.first);
    draft.figure("dwell_days", u64::try_from(seconds / 86_400).unwrap_or(0));
    let [begin, _] = &first.ends;
    let [_, end] = &last.ends;
    draft.fact(
        Section::Summary,
        format!(
            "The first event of the evidence that is attributed to the attacker is of {}, the last of {}: {} lie between them.",
            material.at(first.first),
            material.at(last.last),
            span(seconds)
        ),
        Ground::Records(vec![begin.clone(), end.clone()]),
    );
}

fn entry(material: &Material<'_>, draft: &mut Draft) {
    let Some(best) = material.told.entry.first() else {
        return;
    };
    let evidence: Vec<_> = best
        .supports
        .iter()
        .flat_map(|reason| reason.evidence.iter().cloned())
        .collect();
    let account = if best.account.is_empty() {
        String::new()
    } else {
        format!(", into {}", best.account)
    };
    draft.opinion(
        Section::Summary,
        format!(
            "The way in that fits the evidence best is {}{account} (fit {} of 100). It would be decided by: {}",
            super::entry::meaning(best.id),
            best.score,
            best.decided_by
        ),
        Ground::records_or(&evidence, "all"),
    );
}

fn money(material: &Material<'_>, draft: &mut Draft) {
    let people: std::collections::BTreeSet<&str> = material
        .money
        .iter()
        .map(|row| row.recipient.as_str())
        .collect();
    draft.figure("money_mails", material.money.len() as u64);
    if let (Some(first), Some(last)) = (material.money.first(), material.money.last()) {
        draft.fact(
            Section::Summary,
            format!(
                "The attacker wrote about money: {} to {} between {} and {}, the last with the subject “{}”.",
                counted(material.money.len() as u64, "delivery", "deliveries"),
                counted(people.len() as u64, "recipient", "recipients"),
                material.at(first.time),
                material.at(last.time),
                last.subject
            ),
            Ground::records_or(&material.sent.evidence, "all"),
        );
    }
    let state = material
        .call
        .answers
        .get("payment.state")
        .map(String::as_str);
    if let Some(state @ ("suspected" | "instructed" | "sent")) = state {
        draft.say(
            Section::Summary,
            super::StatementKind::Told,
            format!("A payment is {state}, as the first call says."),
            Ground::Decision("answers/payment.state".to_owned()),
        );
    }
}

fn reached(material: &Material<'_>, draft: &mut Draft) {
    let rows = material.told.accessed;
    let sum = |count: fn(&hourzero_scope::AccessedRow) -> u64| rows.iter().map(count).sum::<u64>();
    let evidence: Vec<_> = material.reached.values().flatten().cloned().collect();
    if rows.is_empty() {
        return;
    }
    draft.fact(
        Section::Summary,
        format!(
            "Proved by records to have been reached by the attacker: {}, {}, {} and {}; {} went out by rules or forwarding. What the logs cannot show is named in the section on exposure.",
            counted(sum(|one| one.messages), "message", "messages"),
            counted(sum(|one| one.folders.len() as u64), "synchronised folder", "synchronised folders"),
            counted(sum(|one| one.files), "file", "files"),
            counted(sum(|one| one.searches), "search", "searches"),
            counted(sum(|one| one.forwarded), "message", "messages"),
        ),
        Ground::records_or(&evidence, "all"),
    );
}

fn left_behind(material: &Material<'_>, draft: &mut Draft) {
    let all = material.told.footholds;
    let standing: Vec<_> = all
        .iter()
        .filter(|one| one.state != FootholdState::Removed)
        .collect();
    draft.figure("footholds", all.len() as u64);
    draft.figure("footholds_standing", standing.len() as u64);
    if all.is_empty() {
        return;
    }
    let evidence = super::attack::records_of(all, material);
    draft.fact(
        Section::Summary,
        format!(
            "{} left behind by the attacker; {} removed as far as the evidence shows ({}).",
            counted(all.len() as u64, "foothold was", "footholds were"),
            match standing.len() {
                0 => "all are".to_owned(),
                1 => "1 is not".to_owned(),
                many => format!("{many} are not"),
            },
            listed(all.iter().map(|one| one.kind.as_str()))
        ),
        Ground::records_or(&evidence, "all"),
    );
}

fn active(material: &Material<'_>, draft: &mut Draft) {
    if !material
        .told
        .verdicts
        .iter()
        .any(|one| one.verdict.is_found())
    {
        return;
    }
    let activity = material.told.activity;
    let horizon = match activity.horizon {
        Some(time) => format!("the logs that would show it reach to {}", material.at(time)),
        None => "a log that would show it is not in the evidence".to_owned(),
    };
    let text = match (activity.verdict, activity.last_event) {
        (ActiveVerdict::Yes, Some(last)) => {
            format!(
                "The attacker is to be taken as still active: the last act was at {}, and {horizon}.",
                material.at(last)
            )
        }
        (ActiveVerdict::NoEvidenceSince, Some(last)) => {
            format!(
                "There is no evidence of the attacker after {}; {horizon}. Silence alone is no proof that access has ended.",
                material.at(last)
            )
        }
        _ => format!("Whether the attacker is still active cannot be said: {horizon}."),
    };
    let evidence: Vec<_> = activity
        .reasons
        .iter()
        .flat_map(|reason| reason.evidence.iter().cloned())
        .collect();
    draft.opinion(Section::Summary, text, Ground::records_or(&evidence, "all"));
}

fn unknown(material: &Material<'_>, draft: &mut Draft) {
    if let Some(text) = &material.told.coverage.start_unknown {
        draft.fact(
            Section::Summary,
            text.clone(),
            Ground::Coverage("all".to_owned()),
        );
    }
}
