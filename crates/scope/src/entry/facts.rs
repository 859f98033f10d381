//! What the records of one account say about the way in.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ActorKind, Attribution, Log, Outcome, Record, Timestamp};

use super::EntryInput;
use crate::Event;
use crate::attribution::{
    RESET_SECONDS, SELF_SERVICE, SLACK_SECONDS, consented_app, is_given_reset, prefix,
};
use crate::recipient::Carried;

/// The record of a click on a threat in the unified audit log.
const THREAT_CLICK: &str = "TIUrlClickData";

/// So long before the entry a lure or a reset counts as its cause.
const LURE_SECONDS: i64 = 72 * 3_600;

/// So long a code or a prompt lives, with some slack (`facts/attack-traces.md` §1).
pub(super) const CODE_SECONDS: i64 = 20 * 60;

/// So long before an act a log that has sign-ins reaches back for a sign-in that is missing from it to mean anything.
const REACHES_BACK_SECONDS: i64 = 3 * 86_400;

/// A sign-in may be logged so long after the first act.
const LATE_SECONDS: i64 = 120;

/// Refusals of a guessed password.
const GUESSED: &[&str] = &["50126", "50053", "50034", "50055", "50056", "50057"];

/// The facts of one account.
pub(super) struct AccountFacts<'a> {
    /// UPN in lower case.
    pub(super) account: &'a str,
    /// The attacker's first successful act in it.
    pub(super) start: Timestamp,
    /// His events in it, by time.
    pub(super) acts: Vec<&'a Event>,
    /// His first sign-in that succeeded.
    pub(super) first_logon: Option<&'a Event>,
    /// Every row of his first session, whoever's it is, by time.
    pub(super) session: Vec<&'a Event>,
    /// Devices that the owner had used before.
    pub(super) owners_devices: BTreeSet<&'a str>,
    /// The owner's rows of that session before the attacker's first.
    pub(super) owners_before: Vec<&'a Event>,
    /// His refused guesses at this account before he came in.
    pub(super) guesses: Vec<&'a Event>,
    /// His refused guesses at any account in the two days before.
    pub(super) sprayed: BTreeSet<&'a str>,
    /// Prompts that the owner refused or left alone, one of a second.
    pub(super) denials: Vec<&'a Event>,
    /// Resets and temporary passes of the two days before, those of the attacker's own first.
    pub(super) resets: Vec<&'a Event>,
    /// Mails that the attacker sent to it before.
    pub(super) lures: Vec<&'a Event>,
    /// Clicks on addresses that the protection of mail took for a threat, where all of them came after the attacker's first act.
    pub(super) late_clicks: Vec<&'a Event>,
    /// Chats that the attacker opened with it before.
    pub(super) chats: Vec<&'a Event>,
    /// The consent that let an application in with which the attacker began, if the owner gave it.
    pub(super) consent: Option<&'a Event>,
    /// Whether sign-ins of that time are in the evidence at all.
    pub(super) logons_covered: bool,
    /// Whether a log that has sign-ins, the unified audit log among them, reaches back days before.
    reaches_back: bool,
}

impl<'a> AccountFacts<'a> {
    /// The facts; nothing where no successful act of the attacker concerns the account.
    pub(super) fn of(account: &'a str, input: &EntryInput<'a>) -> Option<Self> {
        let mut own: Vec<&Event> = input
            .events
            .iter()
            .filter(|event| concerns(event, account))
            .collect();
        own.sort_by_key(|event| (event.record.event_time, event.record.log));
        let acts: Vec<&Event> = own.iter().copied().filter(|event| is_his(event)).collect();
        let succeeded = |event: &&&Event| event.record.result == Outcome::Success;
        let begun = acts
            .iter()
            .filter(succeeded)
            .find(|event| acts_as(event, account))?;
        let start = begun.record.event_time;
        let first_logon = acts
            .iter()
            .copied()
            .find(|event| is_logon(&event.record) && event.record.result == Outcome::Success);
        let session = first_session(&own, &acts);
        let owners_before = owners_before(&session, start);
        let owners_devices = own
            .iter()
            .copied()
            .filter(|event| !is_his(event) && event.record.event_time <= start)
            .filter_map(|event| event.record.device_id.as_deref())
            .filter(|device| !device.is_empty())
            .collect();
        let before = |event: &Event, seconds: i64| {
            let ahead = start.seconds_since(event.record.event_time);
            (0..=seconds).contains(&ahead) && event.record.event_time <= start
        };
        let linked = guessed_right(input, &acts, start);
        let tried: Vec<&Event> = input
            .events
            .iter()
            .filter(|event| is_his(event) && is_guess(&event.record) && before(event, LURE_SECONDS))
            .filter(|_| linked)
            .collect();
        Some(Self {
            account,
            start,
            first_logon,
            session,
            owners_devices,
            owners_before,
            guesses: tried
                .iter()
                .copied()
                .filter(|event| concerns(event, account))
                .collect(),
            sprayed: tried.iter().filter_map(|event| event.account()).collect(),
            denials: denials(&acts, start),
            resets: resets(input, account, start),
            lures: lures(input, account, start),
            late_clicks: late_clicks(&own, start),
            chats: own
                .iter()
                .copied()
                .chain(
                    input
                        .events
                        .iter()
                        .filter(|event| is_member(event, account)),
                )
                .filter(|event| is_chat_from_outside(event) && before(event, LURE_SECONDS))
                .collect(),
            consent: consent(&own, &acts, start),
            logons_covered: input.spans.iter().any(|span| {
                span.log == Log::SignIn && span.first <= start.plus_seconds(-CODE_SECONDS)
            }),
            reaches_back: input.spans.iter().any(|span| {
                matches!(span.log, Log::SignIn | Log::UnifiedAudit)
                    && span.first <= start.plus_seconds(-REACHES_BACK_SECONDS)
            }),
            acts,
        })
    }

    /// Whether his first session is one that the owner had begun.
    pub(super) fn shares_session(&self) -> bool {
        !self.owners_before.is_empty()
    }

    /// The attacker's first row in his first session, where no sign-in to that session comes before it although a log that
    /// would have it reaches back: the session was made elsewhere.
    pub(super) fn unbegun(&self) -> Option<&'a Event> {
        let first = self.session.iter().copied().find(|event| is_his(event))?;
        let until = first.record.event_time.plus_seconds(LATE_SECONDS);
        let begun = self.session.iter().any(|event| {
            let record = &event.record;
            is_logon(record)
                && record.result != Outcome::Failure
                && record.event_time <= until
                && !renews(record)
        });
        (self.reaches_back && !begun && first.record.actor.kind != ActorKind::App).then_some(first)
    }

    /// The first row in the session that bears a mark.
    pub(super) fn marked(&self, mark: impl Fn(&Record) -> bool) -> Option<&'a Event> {
        self.session
            .iter()
            .chain(&self.acts)
            .copied()
            .find(|event| mark(&event.record))
    }

    /// Every act of his is an application's.
    pub(super) fn only_by_apps(&self) -> bool {
        self.acts
            .iter()
            .filter(|event| event.record.result == Outcome::Success)
            .all(|event| event.record.actor.kind == ActorKind::App)
    }
}

/// Every row of the attacker's first session.
fn first_session<'a>(own: &[&'a Event], acts: &[&'a Event]) -> Vec<&'a Event> {
    let first = acts
        .iter()
        .filter(|event| event.record.result != Outcome::Failure)
        .find_map(|event| event.record.session_id.as_deref());
    own.iter()
        .copied()
        .filter(|event| first.is_some() && event.record.session_id.as_deref() == first)
        .collect()
}

/// The rows of a session that are not the attacker's and lie before his first.
fn owners_before<'a>(session: &[&'a Event], start: Timestamp) -> Vec<&'a Event> {
    let his_first = session
        .iter()
        .find(|event| is_his(event))
        .map_or(start, |event| event.record.event_time);
    session
        .iter()
        .copied()
        .filter(|event| {
            !is_his(event)
                && event.record.event_time <= his_first
                && event.record.result != Outcome::Failure
        })
        .collect()
}

/// Whether an event is the attacker's.
pub(super) fn is_his(event: &Event) -> bool {
    event.attribution() == Attribution::Attacker
}

fn concerns(event: &Event, account: &str) -> bool {
    !crate::recipient::is_mail_log(&event.record)
        && (acts_as(event, account)
            || event.record.owner.as_deref() == Some(account)
            || event.record.target.name.as_deref() == Some(account))
}

fn acts_as(event: &Event, account: &str) -> bool {
    event.record.actor.upn.as_deref() == Some(account)
        || (event.record.actor.upn.is_none() && event.record.owner.as_deref() == Some(account))
}

/// Whether a record is a sign-in, as the sign-in log or the unified audit log tells it.
pub(super) fn is_logon(record: &Record) -> bool {
    record.log == Log::SignIn
        || matches!(
            record.operation.as_str(),
            "UserLoggedIn" | "UserLoginFailed"
        )
}

/// Whether a sign-in only renewed a session with the refresh token of an earlier one (`incomingTokenType` of Microsoft
/// Graph's `signIn`): it began nothing, and nobody was asked for a factor.
pub(super) fn renews(record: &Record) -> bool {
    has(record, "IncomingTokenType", &["refreshToken"])
}

pub(super) fn has(record: &Record, name: &str, words: &[&str]) -> bool {
    record
        .parameters
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .any(|(_, value)| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
}

pub(super) fn eq(value: Option<&str>, word: &str) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case(word))
}

fn is_guess(record: &Record) -> bool {
    is_logon(record)
        && record.result == Outcome::Failure
        && record
            .result_code
            .as_deref()
            .is_some_and(|code| GUESSED.contains(&code))
}

/// Whether the attacker's sign-ins to the account up to his first success share a network or a client with guesses of
/// his. Where several attackers are at work, one guesses at everybody, and the account may have fallen to another.
fn guessed_right(input: &EntryInput<'_>, acts: &[&Event], start: Timestamp) -> bool {
    let mut networks: BTreeSet<String> = BTreeSet::new();
    let mut clients: BTreeSet<&str> = BTreeSet::new();
    let mut untold = false;
    let guesses = input.events.iter().filter(|event| {
        is_his(event) && is_guess(&event.record) && event.record.event_time <= start
    });
    for event in guesses {
        networks.extend(event.record.ip.map(prefix));
        clients.extend(event.record.user_agent.as_deref());
        untold |= event.record.ip.is_none() && event.record.user_agent.is_none();
    }
    let until = start.plus_seconds(CODE_SECONDS);
    untold
        || acts.iter().any(|event| {
            let record = &event.record;
            let client = record.user_agent.as_deref();
            is_logon(record)
                && !is_guess(record)
                && record.event_time <= until
                && (record.ip.is_some_and(|ip| networks.contains(&prefix(ip)))
                    || client.is_some_and(|client| clients.contains(client)))
        })
}

/// Prompts for a second factor that were not met, told by one log or two: one of each second.
fn denials<'a>(acts: &[&'a Event], start: Timestamp) -> Vec<&'a Event> {
    let mut seconds = BTreeMap::new();
    for event in acts.iter().copied() {
        let record = &event.record;
        let refused = is_logon(record) && record.result_code.as_deref() == Some("500121");
        if refused && record.event_time <= start {
            seconds
                .entry(record.event_time.in_whole_seconds())
                .or_insert(event);
        }
    }
    seconds.into_values().collect()
}

/// Whether a record gives an account a new password or a temporary pass.
fn is_reset(record: &Record) -> bool {
    let reason = record.result_reason.as_deref().unwrap_or_default();
    is_given_reset(record)
        || matches!(
            record.operation.as_str(),
            SELF_SERVICE | "Self-service password reset flow activity progress"
        )
        || record.operation == "User registered security info"
            && reason.to_lowercase().contains("temporary access pass")
}

fn resets<'a>(input: &EntryInput<'a>, account: &str, start: Timestamp) -> Vec<&'a Event> {
    let mut resets: Vec<&Event> = input
        .events
        .iter()
        .filter(|event| {
            let record = &event.record;
            let ahead = start.seconds_since(record.event_time);
            let window = if is_his(event) {
                LURE_SECONDS
            } else {
                RESET_SECONDS
            };
            is_reset(record)
                && record.result != Outcome::Failure
                && record.target.name.as_deref() == Some(account)
                && (-SLACK_SECONDS..=window).contains(&ahead)
        })
        .collect();
    resets.sort_by_key(|event| (!is_his(event), event.record.event_time));
    resets
}

fn lures<'a>(input: &EntryInput<'a>, account: &str, start: Timestamp) -> Vec<&'a Event> {
    let mut lures: Vec<&Event> = input
        .events
        .iter()
        .filter(|event| {
            let record = &event.record;
            let ahead = start.seconds_since(record.event_time);
            is_his(event)
                && input.paths.carried(event) == Some(Carried::Arrived)
                && record
                    .parameter("Recipient")
                    .chain(record.owner.as_deref())
                    .any(|to| to == account)
                && (0..=LURE_SECONDS).contains(&ahead)
        })
        .collect();
    lures.sort_by_key(|event| event.record.event_time);
    lures
}

/// Clicks of the owner's that Defender for Office 365 reports as clicks on a threat, unless one came before the attacker.
fn late_clicks<'a>(own: &[&'a Event], start: Timestamp) -> Vec<&'a Event> {
    let clicks = own.iter().copied();
    let clicks: Vec<&Event> = clicks
        .filter(|event| !is_his(event) && is_threat_click(&event.record))
        .collect();
    let is_late = |event: &&Event| event.record.event_time > start;
    if clicks.iter().all(is_late) {
        clicks
    } else {
        Vec::new()
    }
}

/// A click on an address with a verdict: `TIUrlClickData` of the unified audit log is written for those alone, a row of
/// `UrlClickEvents` names the threat.
fn is_threat_click(record: &Record) -> bool {
    let names_threat = || {
        record
            .parameter("ThreatTypes")
            .any(|threat| !threat.trim().is_empty())
    };
    record.operation == THREAT_CLICK || record.operation.starts_with("Click") && names_threat()
}

fn is_member(event: &Event, account: &str) -> bool {
    event.record.parameter("Members").any(|one| one == account)
}

fn is_chat_from_outside(event: &Event) -> bool {
    let record = &event.record;
    matches!(
        record.operation.as_str(),
        "ChatCreated" | "MessageSent" | "MessageCreatedHasLink" | "MemberAdded"
    ) && record
        .parameter("ParticipantInfo.HasForeignTenantUsers")
        .any(|value| value.eq_ignore_ascii_case("true"))
}

/// The owner's consent to the application by which the attacker's first act was done.
fn consent<'a>(own: &[&'a Event], acts: &[&'a Event], start: Timestamp) -> Option<&'a Event> {
    const CONSENT_SECONDS: i64 = 14 * 86_400;
    let app = acts
        .iter()
        .filter(|event| event.record.result == Outcome::Success)
        .find_map(|event| event.record.app_id.as_deref())?;
    own.iter().copied().find(|event| {
        let record = &event.record;
        let ahead = start.seconds_since(record.event_time);
        !is_his(event)
            && (0..=CONSENT_SECONDS).contains(&ahead)
            && consented_app(record).is_some_and(|consented| consented == app)
    })
}
