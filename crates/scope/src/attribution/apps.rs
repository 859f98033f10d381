//! What applications tell: those that the attacker made, and those with which only he signed in.

use std::collections::BTreeSet;

use hourzero_model::{ActorKind, Log, Outcome, Record, Timestamp};

use super::grow::Attribution;
use super::label::account_of;
use super::seat::SeatKey;

/// When an application was used, with which token (empty where the log has none), and whether it is a sign-in of the
/// attacker's.
pub(crate) type Seen = (Timestamp, String, bool);

/// A program that has just got a token uses it within so many seconds.
const AT_ONCE: i64 = 60;

/// Who used an application with an account.
#[derive(Debug, Default)]
pub(crate) struct AppUse {
    /// The attacker's first sign-in.
    his: Option<Timestamp>,
    /// Anybody else's last sign-in.
    others: Option<Timestamp>,
    /// The first read through it.
    read: Option<Timestamp>,
}

impl Attribution {
    /// Notes who signed in with which application.
    pub(super) fn note_app(&mut self, record: &Record, hostile: bool) {
        if record.result == Outcome::Failure {
            return;
        }
        let Some(app) = &record.app_id else { return };
        let used = || (account_of(record), app.clone());
        let time = record.event_time;
        self.note_moment(record, app, hostile);
        if record.log == Log::SignIn {
            let used = self.app_use.entry(used()).or_default();
            if hostile {
                used.his = Some(used.his.map_or(time, |first| first.min(time)));
            } else {
                used.others = used.others.max(Some(time));
            }
        } else if is_through_interface(record) {
            let used = self.app_use.entry(used()).or_default();
            used.read = Some(used.read.map_or(time, |first| first.min(time)));
        }
    }

    /// Ends the learning of applications: only now is known with which of them nobody else signed in since he does. The
    /// owner's sign-in before is how he was made to consent. Where one read before the attacker signed in with it,
    /// somebody else has it whose sign-ins are not in the evidence.
    pub(super) fn settle_apps(&mut self) {
        self.his_apps = std::mem::take(&mut self.app_use)
            .into_iter()
            .filter_map(|(key, used)| {
                let since = used.his?;
                let alone = used.others.is_none_or(|last| last < since);
                (alone && used.read.is_none_or(|read| read >= since)).then_some((key, since))
            })
            .collect();
        let seen = std::mem::take(&mut self.app_seen);
        for (app, mut seen) in seen {
            seen.sort_unstable();
            let reads = first_uses(&seen).into_iter();
            self.app_reads.extend(reads.map(|time| (app.clone(), time)));
        }
    }

    /// Notes when an application that the attacker has a key of was used, with which token.
    fn note_moment(&mut self, record: &Record, app: &str, hostile: bool) {
        let signed_in = record.log == Log::SignIn;
        let told = signed_in && hostile || !signed_in && is_through_interface(record);
        if told && record.actor.kind == ActorKind::App && self.keyed.contains(app) {
            let token = record.token_id.clone().unwrap_or_default();
            let seen = self.app_seen.entry(app.to_owned()).or_default();
            seen.push((record.event_time, token, signed_in));
        }
    }

    /// Why an act of an application is the attacker's, if it is. Where the address is one of Microsoft's (the seat has
    /// none), the application alone tells.
    pub(super) fn by_app(&self, record: &Record, key: &SeatKey) -> Option<&'static str> {
        let app = record.app_id.as_ref()?;
        let (through, placed) = (is_through_interface(record), key.ip.is_some());
        let his = || {
            let used = (key.account.to_string(), app.clone());
            let since = self.his_apps.get(&used);
            since.is_some_and(|since| record.event_time >= *since)
        };
        let refused = record.log == Log::SignIn && record.result == Outcome::Failure;
        if self.made.contains(app) && (through || record.actor.kind == ActorKind::App) {
            Some("an application that the attacker made")
        } else if through && !placed && record.actor.kind != ActorKind::App && his() {
            Some("an application with which only the attacker signed in")
        } else if refused && !self.home.contains(key) && his() {
            Some("a refused sign-in with an application with which only the attacker signed in")
        } else if through
            && !placed
            && record.actor.kind == ActorKind::App
            && record.token_id.is_none()
            && self.app_reads.contains(&(app.clone(), record.event_time))
        {
            Some(
                "the first use of the application after the attacker signed in as it, and no record has the token that he got",
            )
        } else {
            self.by_known_app(record, key)
                .then_some("an application that is known for the attacker's")
        }
    }
}

/// The reads without a token that come first after a sign-in of the attacker's of which no record has the token. One
/// sign-in explains one read. `seen` is in the order of time.
fn first_uses(seen: &[Seen]) -> Vec<Timestamp> {
    let used: BTreeSet<&str> = seen
        .iter()
        .filter(|(_, token, signed_in)| !signed_in && !token.is_empty())
        .map(|(_, token, _)| token.as_str())
        .collect();
    let mut waiting: Option<Timestamp> = None;
    let mut reads = Vec::new();
    for (time, token, signed_in) in seen {
        if *signed_in {
            waiting = (!used.contains(token.as_str())).then_some(*time);
        } else if token.is_empty()
            && let Some(since) = waiting.take()
            && time.seconds_since(since) <= AT_ONCE
        {
            reads.push(*time);
        }
    }
    reads
}

/// Whether a mailbox was used through an interface for programs.
pub(super) fn is_through_interface(record: &Record) -> bool {
    let agent = record.user_agent.as_deref().unwrap_or_default();
    agent.starts_with("Client=REST") || agent.starts_with("Client=WebServices")
}

/// A value of a directory record without the quotation marks and brackets around it.
pub(super) fn bare(value: &str) -> String {
    value.trim_matches(['"', '[', ']', ' ']).to_lowercase()
}

/// Whether a text has the form of an application's id.
pub(super) fn is_app_id(text: &str) -> bool {
    const LENGTH: usize = 36;
    text.len() == LENGTH
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
