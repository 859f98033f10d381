//! What the answers amount to: named facts, which the playbook's conditions ask for.
//!
//! Takes the answers, the time of the call and what the retention clocks say, and gives a set of
//! words. It must never decide who has to do what; that is the playbook's.

use std::collections::BTreeSet;

use hourzero_model::{ActionKind, Channel, Timestamp};

use crate::answers::Answers;
use crate::cover;
use crate::schema::{self, Kind};

/// The facts without a parameter, each with its meaning.
const FIXED: &[(&str, &str)] = &[
    ("active", "the attacker is active now"),
    ("admin-involved", "an administrator is involved"),
    ("admin-unreachable", "no administrator can sign in"),
    ("app-involved", "an application was disabled or removed"),
    ("can-vanish", "a log or a state can still vanish"),
    (
        "clock-open",
        "a notification clock is conditional, past, or runs already",
    ),
    ("confirmed", "a person was reasonably certain of a breach"),
    (
        "cut-off-ahead",
        "the payment is not executed and the time is known",
    ),
    (
        "deleted-mail-running",
        "purged mail or a deleted mailbox can still be had back",
    ),
    ("deleted-object", "an account or an application was deleted"),
    ("device-in-play", "a device is in play"),
    ("ended", "the attacker is known to be out"),
    ("hold-possible", "the licence allows a hold"),
    ("hybrid", "accounts come from a directory on the premises"),
    ("insured-or-unknown", "there is an insurer, or nobody knows"),
    ("known-accounts", "accounts are named"),
    ("lure-touched", "a lure was opened, clicked or typed into"),
    (
        "mailbox-may-be-read",
        "somebody else may read a mailbox of the client",
    ),
    ("more", "there is more than a suspicion"),
    ("outsider-may-pay", "somebody outside may be paying now"),
    ("payment", "a payment is suspected, instructed or sent"),
    ("payment-unexecuted", "the payment is not executed yet"),
    ("places-known", "the jurisdictions are known"),
    ("reset-before", "a password was reset before the sweep"),
    (
        "retention-urgent",
        "a retention clock is past or ends within two days",
    ),
    ("revoked", "sessions are known to be revoked"),
    ("signins-by-api", "the sign-in log can be read by programs"),
    (
        "soft-delete-running",
        "something deleted can still be had back",
    ),
    (
        "soft-delete-soon",
        "what was deleted is gone for good within three days",
    ),
    ("suspicion-only", "there is nothing but a suspicion"),
];

/// Keys whose words are facts, as `prefix:word`.
const WORDS: &[(&str, &str)] = &[
    ("state", "payment.state"),
    ("kind", "payment.kind"),
    ("payer", "payment.payer"),
    ("route", "payment.route"),
    ("did", "credentials.user_did"),
    ("engaged", "client.engaged_by"),
    ("log", "tenant.other_logs"),
    ("place", "client.jurisdictions"),
    ("regulated", "client.regulated"),
];

/// The countries of the Union, for facts that hold in all of them.
pub(crate) const EUROPEAN_UNION: &str =
    "EU AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// Whether a fact of this name exists.
pub(crate) fn exists(name: &str) -> bool {
    if FIXED.iter().any(|(fact, _)| *fact == name) {
        return true;
    }
    let Some((prefix, word)) = name.split_once(':') else {
        return false;
    };
    if prefix == "done" {
        return ActionKind::from_name(word).is_ok();
    }
    if prefix == "reset" {
        return Channel::from_name(word).is_ok();
    }
    if prefix == "entra" {
        return matches!(word, "free" | "p1" | "p2");
    }
    let key = WORDS.iter().find(|(one, _)| *one == prefix);
    match key
        .and_then(|(_, path)| schema::find(path))
        .map(|key| key.kind)
    {
        Some(Kind::Word(words) | Kind::Words(words)) => word == "unknown" || words.contains(&word),
        Some(_) => true,
        None => false,
    }
}

/// The facts that hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts(BTreeSet<String>);

impl Facts {
    /// Whether a fact holds; `!` before it turns the question round.
    pub(crate) fn holds(&self, fact: &str) -> bool {
        match fact.strip_prefix('!') {
            Some(bare) => !self.0.contains(bare),
            None => self.0.contains(fact),
        }
    }

    /// Whether one of the alternatives holds in full.
    pub(crate) fn meet(&self, condition: &[Vec<String>]) -> bool {
        condition
            .iter()
            .any(|all| all.iter().all(|fact| self.holds(fact)))
    }

    pub(crate) fn add(&mut self, fact: &str, holds: Holds) {
        if holds.0 {
            self.0.insert(fact.to_owned());
        }
    }
}

/// Whether a fact holds, so that a call reads as a sentence.
#[derive(Clone, Copy)]
pub(crate) struct Holds(pub(crate) bool);

/// The facts of the answers alone; clocks and deletions add theirs later.
pub(crate) fn of(answers: &Answers, call: Timestamp) -> Facts {
    let mut facts = Facts::default();
    words(answers, &mut facts);
    payment(answers, call, &mut facts);
    let payment = facts.holds("payment");
    let did = !answers.list("credentials.user_did").is_empty();
    let confirmed = answers.time("noticed.confirmed_at").is_some();
    let admin = answers.is("accounts.admin_involved", "yes");
    let active = answers.is("activity.still", "yes");
    let more = confirmed || payment || admin || active || did || !answers.done().is_empty();
    let known = answers.list("accounts.known");
    let plain = [
        ("active", active),
        ("admin-involved", admin),
        (
            "admin-unreachable",
            answers.is("accounts.admin_reachable", "no"),
        ),
        ("confirmed", confirmed),
        ("ended", answers.is("activity.still", "no")),
        ("hybrid", answers.is("tenant.hybrid", "yes")),
        ("insured-or-unknown", !answers.is("client.insurer", "no")),
        ("known-accounts", !known.is_empty()),
        ("more", more),
        ("suspicion-only", !more),
        (
            "places-known",
            !answers.list("client.jurisdictions").is_empty(),
        ),
        ("revoked", revoked(answers)),
    ];
    for (fact, holds) in plain {
        facts.add(fact, Holds(holds));
    }
    acts(answers, &mut facts);
    facts.add("mailbox-may-be-read", Holds(may_be_read(answers, &facts)));
    facts.add(
        "outsider-may-pay",
        Holds(outsider_may_pay(answers, &facts) && !over(answers, call)),
    );
    facts
}

fn words(answers: &Answers, facts: &mut Facts) {
    for (prefix, path) in WORDS {
        let list = answers.list(path);
        for word in list {
            facts.add(&format!("{prefix}:{word}"), Holds(true));
        }
        if list.is_empty() {
            let word = answers.text(path).unwrap_or("unknown");
            facts.add(&format!("{prefix}:{word}"), Holds(true));
        }
    }
    for place in answers.list("client.jurisdictions") {
        let country = place.split('-').next().unwrap_or(place);
        facts.add(&format!("place:{country}"), Holds(true));
        let union = EUROPEAN_UNION.split(' ').any(|code| code == country);
        facts.add("place:EU", Holds(union));
    }
}

fn payment(answers: &Answers, call: Timestamp, facts: &mut Facts) {
    let state = answers.text("payment.state");
    let executes = answers.time("payment.executes_at");
    let unexecuted = match (state, executes) {
        (Some("instructed"), None) => true,
        (Some("instructed" | "suspected"), Some(time)) => time > call,
        _ => false,
    };
    facts.add("payment", Holds(answers.has_payment_in_play()));
    facts.add("payment-unexecuted", Holds(unexecuted));
    facts.add("cut-off-ahead", Holds(unexecuted && executes.is_some()));
}

fn acts(answers: &Answers, facts: &mut Facts) {
    for act in answers.done() {
        facts.add(&format!("done:{}", act.action), Holds(true));
        if act.action == ActionKind::PasswordReset {
            let channel = act.channel.unwrap_or(Channel::Unknown);
            facts.add(&format!("reset:{channel}"), Holds(true));
        }
    }
    let any = |facts: &Facts, names: &[&str]| names.iter().any(|name| facts.holds(name));
    let derived: [(&str, &[&str]); 5] = [
        (
            "device-in-play",
            &[
                "done:device-wiped",
                "done:device-scanned",
                "done:device-disabled",
                "done:remote-session",
                "did:took-call",
                "did:opened-attachment",
            ],
        ),
        ("app-involved", &["done:app-disabled", "done:app-removed"]),
        (
            "deleted-object",
            &["done:account-deleted", "done:app-removed"],
        ),
        (
            "lure-touched",
            &[
                "did:clicked",
                "did:typed-password",
                "did:entered-code",
                "did:pasted-address",
                "did:opened-attachment",
            ],
        ),
        ("reset-before", &["done:password-reset"]),
    ];
    for (fact, causes) in derived {
        let holds = any(facts, causes);
        facts.add(fact, Holds(holds));
    }
    facts.add(
        "reset-before",
        Holds(answers.is("credentials.passwords_changed", "yes")),
    );
}

/// Whether sessions are known to be revoked, for every account that is named.
fn revoked(answers: &Answers) -> bool {
    answers.is("credentials.sessions_revoked", "yes")
        || answers.is_open("credentials.sessions_revoked")
            && cover::all_known(answers, ActionKind::SessionsRevoked)
}

/// Whether somebody outside may be paying now: one is named as the payer, or a payment is in play and
/// nobody knows whose, or the caller was asked and cannot say whether there is a payment while a
/// mailbox from which forged bills could go may be in other hands. A question nobody has asked yet is
/// no reason to telephone.
fn outsider_may_pay(answers: &Answers, facts: &Facts) -> bool {
    let named = facts.holds("payer:customer") || facts.holds("payer:vendor");
    let asked_in_vain = answers.is_open("payment.state") && answers.was_asked("payment.state");
    named && !answers.is("payment.state", "none")
        || facts.holds("payment") && facts.holds("payer:unknown")
        || asked_in_vain
            && facts.holds("payer:unknown")
            && facts.holds("more")
            && facts.holds("mailbox-may-be-read")
}

/// Whether the affair is long over: the attacker is out and the money went more than 30 days ago.
fn over(answers: &Answers, call: Timestamp) -> bool {
    answers.is("activity.still", "no")
        && answers
            .time("payment.at")
            .is_some_and(|paid| call.seconds_since(paid) > 30 * 86_400)
}

/// Whether somebody else may read a mailbox of the client. An attacker who is known to be out does
/// not, and where the caller says that no account is concerned, a payment alone proves nothing.
fn may_be_read(answers: &Answers, facts: &Facts) -> bool {
    if facts.holds("ended") {
        return false;
    }
    let given_away = [
        "did:typed-password",
        "did:approved-mfa",
        "did:entered-code",
        "did:pasted-address",
        "did:took-call",
        "did:opened-attachment",
    ];
    let on_accounts = [
        "done:password-reset",
        "done:sessions-revoked",
        "done:account-disabled",
        "done:mfa-removed",
        "done:rules-deleted",
        "done:forwarding-removed",
        "done:delegate-removed",
        "done:app-disabled",
        "done:app-removed",
        "done:foothold-removed",
    ];
    let cleared = !answers.is_open("accounts.known") && !facts.holds("known-accounts");
    facts.holds("active")
        || facts.holds("admin-involved")
        || facts.holds("known-accounts")
        || given_away
            .iter()
            .chain(&on_accounts)
            .any(|fact| facts.holds(fact))
        || (facts.holds("confirmed") || facts.holds("payment")) && !cleared
}
