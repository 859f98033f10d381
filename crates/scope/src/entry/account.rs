//! The ways into one account, weighed.

use hourzero_model::{ActorKind, EntryHypothesis, EntryId, Log, Outcome, Record};

use super::facts::{AccountFacts, eq, has, is_logon, renews};
use super::{Weighed, password, taken};
use crate::Event;

/// Where the kits of session thieves sign in first: the start page, or the broker.
const KIT_TARGETS: &[&str] = &[
    "4765445b-32c6-49b0-83e6-1d93765276ca",
    "29d9ed98-a469-4536-ade2-f981bc1d605e",
];

/// User agents of programs, in lower case.
const PROGRAMS: &[&str] = &[
    "axios", "node", "undici", "python", "go-http", "fasthttp", "curl",
];

/// Every way into the account that something speaks for.
pub(super) fn hypotheses(facts: &AccountFacts<'_>) -> Vec<EntryHypothesis> {
    let mut all: Vec<EntryHypothesis> = [
        guest(facts),
        partner(facts),
        on_premises(facts),
        taken::device_code(facts),
        taken::code_phishing(facts),
        consent(facts),
        taken::token_theft(facts),
        password::reset(facts),
        password::mfa_fatigue(facts),
        password::legacy(facts),
        password::guessing(facts),
        remote_help(facts),
        delegate(facts),
        app_only(facts),
        aitm(facts),
    ]
    .into_iter()
    .flatten()
    .map(Weighed::done)
    .collect();
    let best = all.iter().map(|one| one.score).max().unwrap_or(0);
    all.push(unknown(facts, best).done());
    all
}

fn guest(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let row = facts.first_logon.or_else(|| facts.acts.first().copied());
    let by_name = facts.account.contains("#ext#");
    let crossed = facts.marked(|record| {
        has(record, "CrossTenantAccessType", &["b2bCollaboration"])
            || record.actor.kind == ActorKind::Guest
    });
    if !by_name && crossed.is_none() {
        return None;
    }
    let evidence: Vec<&Event> = crossed.or(row).into_iter().collect();
    Some(
        weigh(
            facts,
            EntryId::Guest,
            95,
            "The sign-in log of the guest's own tenant, asked for there.",
        )
        .supported(
            0,
            "The account is a guest: its password, factors and sessions belong to another tenant.",
            &evidence,
        )
        .missing("How the guest's own tenant was entered: its logs are not ours."),
    )
}

fn partner(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let row = facts.marked(|record| {
        has(record, "CrossTenantAccessType", &["serviceProvider"])
            || record.actor.kind == ActorKind::Partner
    });
    let row = row.or_else(|| {
        facts
            .first_logon
            .filter(|row| other_tenants(&row.record) && !facts.account.contains("#ext#"))
    });
    let row = row?;
    Some(
        weigh(
            facts,
            EntryId::Partner,
            94,
            "The partner's own sign-in log and ticket system.",
        )
        .supported(
            0,
            "The sign-in came from a partner's tenant by delegated administration.",
            &[row],
        )
        .missing("How the partner was entered: its logs are not ours."),
    )
}

fn on_premises(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let synchronises = facts.account.starts_with("sync_");
    let federated = facts
        .first_logon
        .filter(|row| has(&row.record, "TokenIssuerType", &["ADFederationServices"]));
    if !synchronises && federated.is_none() {
        return None;
    }
    let evidence: Vec<&Event> = federated.or(facts.first_logon).into_iter().collect();
    let weighed = weigh(
        facts,
        EntryId::OnPremises,
        if synchronises { 96 } else { 70 },
        "Logs of the domain controllers and of the synchronisation server.",
    )
    .missing("What happened on the premises: no log of it is here.");
    Some(if synchronises {
        weighed.supported(0, "The account is that of the directory synchronisation, which signs in from one server only.", &evidence)
    } else {
        weighed.supported(0, "A federation server vouched for the sign-in.", &evidence)
    })
}

fn consent(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let given = facts.consent?;
    Some(with_lures(
        facts,
        weigh(facts, EntryId::Consent, 93, "The application's reply addresses and publisher, and what the owner says of the prompt.")
            .supported(0, "The owner consented to the application with which the attacker's first act was done.", &[given]),
        2,
    ))
}

fn remote_help(facts: &AccountFacts<'_>) -> Option<Weighed> {
    if facts.chats.is_empty() {
        return None;
    }
    Some(
        weigh(
            facts,
            EntryId::RemoteHelp,
            45,
            "The endpoint: a remote tool that was started, and what the owner says of a call.",
        )
        .supported(
            10,
            "Somebody of another tenant opened a chat with the owner before.",
            &facts.chats,
        )
        .missing("The call itself and the endpoint are in no log here."),
    )
}

/// Somebody with rights on the mailbox, where nobody signed in as its owner.
fn delegate(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let by_others: Vec<&Event> = facts
        .acts
        .iter()
        .copied()
        .filter(|event| {
            event.record.owner.as_deref() == Some(facts.account)
                && event
                    .record
                    .actor
                    .upn
                    .as_deref()
                    .is_some_and(|upn| upn != facts.account)
        })
        .collect();
    let first = by_others.first()?;
    let score = if facts.first_logon.is_none() && first.record.event_time <= facts.start {
        55
    } else {
        10
    };
    Some(
        weigh(
            facts,
            EntryId::DelegateInsider,
            score,
            "Who was given rights on this mailbox, by whom and why.",
        )
        .supported(
            0,
            "Somebody else with rights on the mailbox acted in it.",
            &by_others,
        ),
    )
}

/// Nobody signed in: an application with rights of its own reached the mailbox.
fn app_only(facts: &AccountFacts<'_>) -> Option<Weighed> {
    let by_app = facts
        .acts
        .iter()
        .copied()
        .find(|event| event.record.actor.kind == ActorKind::App)?;
    if !facts.only_by_apps() || facts.consent.is_some() {
        return None;
    }
    Some(
        weigh(
            facts,
            EntryId::AppCredential,
            88,
            "The sign-in log of the application: by which key, from where, and who made that key.",
        )
        .supported(
            0,
            "Only an application acted on this account, with rights of its own.",
            &[by_app],
        ),
    )
}

/// The usual reading of a new session with its second factor met, where nothing tells another way.
fn aitm(facts: &AccountFacts<'_>) -> Option<Weighed> {
    if facts.only_by_apps() {
        return None;
    }
    let mut weighed = weigh(
        facts,
        EntryId::Aitm,
        45,
        "The lure and its address; the owner's browser history at the time of the sign-in.",
    );
    let Some(logon) = facts.first_logon else {
        weighed = weighed.missing("The attacker's own sign-in: no record of it is here.");
        weighed.score -= 10;
        return Some(with_lures(facts, weighed, 12));
    };
    if facts.shares_session() {
        weighed = weighed.opposed(
            25,
            "The session is one that the owner had begun, not one that a proxy made.",
            &facts.owners_before,
        );
    } else if let Some(row) = facts.unbegun() {
        weighed = weighed.opposed(
            10,
            "The attacker was in the session before any sign-in that began it.",
            &[row],
        );
    } else {
        weighed = weighed.supported(
            5,
            "The session is a new one, made at the attacker's address.",
            &[logon],
        );
    }
    if let Some(row) = facts
        .session
        .iter()
        .copied()
        .find(|event| met_second_factor(&event.record))
    {
        weighed = weighed.supported(18, "A second factor was asked for and met in it.", &[row]);
    }
    if kit(&logon.record) {
        weighed = weighed.supported(
            10,
            "Client and target are those of the kits that steal sessions.",
            &[logon],
        );
    }
    if !facts.guesses.is_empty() {
        weighed = weighed.opposed(25, "Passwords were guessed before.", &facts.guesses);
    }
    if facts.denials.len() >= 2 {
        weighed = weighed.opposed(25, "Prompts were refused before.", &facts.denials);
    }
    if !facts.resets.is_empty() {
        weighed = weighed.opposed(15, "The password was reset shortly before.", &facts.resets);
    }
    if facts.consent.is_some() {
        weighed = weighed.opposed(15, "The owner let the application in.", &[]);
    }
    if !facts.late_clicks.is_empty() {
        let address = |event: &&Event| event.record.object_path.clone();
        let address = facts.late_clicks.iter().find_map(address);
        let address = address.unwrap_or_else(|| "an address".to_owned());
        weighed = weighed
            .opposed(
                0,
                format!("Clicks on {address}, a threat to Defender, are recorded, all of them after the attacker's first act: they are not how he came in."),
                &facts.late_clicks,
            )
            .missing("A click on a lure before the attacker's first act.");
    }
    Some(with_lures(facts, weighed, 14))
}

fn met_second_factor(record: &Record) -> bool {
    is_logon(record)
        && !renews(record)
        && (matches!(
            record.result_code.as_deref(),
            Some("50074" | "50076" | "50079" | "50072" | "50140")
        ) || record.result == Outcome::Success
            && (record
                .mfa_detail
                .as_deref()
                .is_some_and(|detail| !detail.is_empty())
                || eq(
                    record.auth_requirement.as_deref(),
                    "multiFactorAuthentication",
                )))
}

fn kit(record: &Record) -> bool {
    let agent = record
        .user_agent
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    PROGRAMS.iter().any(|program| agent.starts_with(program))
        || record
            .app_id
            .as_deref()
            .is_some_and(|app| KIT_TARGETS.contains(&app))
}

/// The way in that the evidence does not show: first where no sign-in of the attacker's is in it because the
/// logs do not reach back, or where nothing else fits well.
fn unknown(facts: &AccountFacts<'_>, best: u32) -> Weighed {
    let weighed = weigh(
        facts,
        EntryId::Unknown,
        20,
        "Logs that reach further back: a SIEM, a diagnostic export, the mail gateway.",
    );
    let is_shown = facts.first_logon.is_some() && facts.unbegun().is_none();
    if is_shown || best >= 80 {
        return weighed;
    }
    if facts.logons_covered {
        return weighed
            .supported(15, "No sign-in of the attacker's is in the evidence, although the log covers the time.", &[])
            .missing("A sign-in that brought the attacker in.");
    }
    weighed
        .supported(
            40,
            "The attacker's first act lies before the first record of the sign-in log.",
            &[],
        )
        .missing("The sign-in log of that time: the true beginning may be earlier still.")
}

pub(super) fn weigh(
    facts: &AccountFacts<'_>,
    id: EntryId,
    score: i32,
    decided_by: &str,
) -> Weighed {
    Weighed::new(id, facts.account, score, decided_by)
}

pub(super) fn with_lures(facts: &AccountFacts<'_>, weighed: Weighed, weight: i32) -> Weighed {
    let weighed = if facts.lures.is_empty() {
        weighed
    } else {
        weighed.supported(
            weight,
            "A mail of the attacker's reached the owner before.",
            &facts.lures,
        )
    };
    if facts.chats.is_empty() {
        weighed
    } else {
        weighed.supported(
            weight / 2,
            "Somebody of another tenant wrote to the owner in Teams before.",
            &facts.chats,
        )
    }
}

/// The actor's tenant is another than the one that was entered.
fn other_tenants(record: &Record) -> bool {
    if record.log != Log::UnifiedAudit {
        return false;
    }
    let of = |name: &str| {
        record
            .parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    match (of("ActorContextId"), of("TargetContextId")) {
        (Some(actor), Some(target)) => !actor.eq_ignore_ascii_case(target),
        _ => false,
    }
}
