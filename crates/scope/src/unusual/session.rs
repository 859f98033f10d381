//! Sessions whose records contradict one another.

use std::collections::BTreeMap;

use hourzero_model::{Attribution, Finding, Log, Outcome, Severity, Timestamp};

use super::{Contradiction, UnusualInput, first_of};
use crate::Event;

/// An act and the row of its sign-in may be written in either order within so long.
const SLACK_SECONDS: i64 = 5 * 60;

/// A token is renewed at least once a day while it is used (`facts/auth.md` §2.4: 28 hours at the longest), so that
/// a session leaves a row in the sign-in log within this time.
const RENEWED_SECONDS: i64 = 28 * 3_600;

/// So long an access token from before a revocation lives.
const TOKEN_LIFE_SECONDS: i64 = 90 * 60;

/// The rows of one session of one account.
#[derive(Default)]
struct Session<'a> {
    acts: Vec<&'a Event>,
    sign_ins: Vec<&'a Event>,
}

type Sessions<'a> = BTreeMap<(&'a str, &'a str), Session<'a>>;

fn sessions<'a>(input: &UnusualInput<'a>) -> Sessions<'a> {
    let mut sessions = Sessions::new();
    for event in input.events {
        let record = &event.record;
        let (Some(account), Some(session)) =
            (record.actor.upn.as_deref(), record.session_id.as_deref())
        else {
            continue;
        };
        if session.is_empty() || !input.accounts.iter().any(|one| one == account) {
            continue;
        }
        let of = sessions.entry((account, session)).or_default();
        if is_sign_in(event) {
            of.sign_ins.push(event);
        } else if record.log == Log::UnifiedAudit && record.result != Outcome::Failure {
            of.acts.push(event);
        }
    }
    for session in sessions.values_mut() {
        session.acts.sort_by_key(|event| event.record.event_time);
        session
            .sign_ins
            .sort_by_key(|event| event.record.event_time);
    }
    sessions
}

fn is_sign_in(event: &Event) -> bool {
    event.record.log == Log::SignIn
        || matches!(
            event.record.operation.as_str(),
            "UserLoggedIn" | "UserLoginFailed"
        )
}

/// Since when sign-ins of an account are in the evidence with their sessions; an export without that column says
/// nothing of sessions.
fn covered_since(input: &UnusualInput<'_>, account: &str) -> Option<Timestamp> {
    let has_sessions = input.events.iter().any(|event| {
        event.record.log == Log::SignIn
            && event.record.actor.upn.as_deref() == Some(account)
            && event.record.session_id.is_some()
    });
    has_sessions
        .then(|| first_of(input.spans, Log::SignIn))
        .flatten()
}

/// Acts before the first sign-in of their session.
pub(super) fn before_sign_in(input: &UnusualInput<'_>) -> Vec<Finding> {
    sessions(input)
        .iter()
        .filter_map(|((account, id), session)| {
            let since = covered_since(input, account)?.plus_seconds(RENEWED_SECONDS);
            let first = session.sign_ins.first()?;
            let early: Vec<&Event> = session
                .acts
                .iter()
                .copied()
                .filter(|act| {
                    let time = act.record.event_time;
                    time >= since
                        && first.record.event_time.seconds_since(time) > SLACK_SECONDS
                })
                .collect();
            if early.is_empty() {
                return None;
            }
            let told: Vec<&Event> = early.iter().copied().chain([*first]).collect();
            Contradiction {
                rule: "unusual/act-before-sign-in",
                key: vec![account, id],
                title: format!(
                    "{} acts of {account} come before the first sign-in of their session",
                    early.len()
                ),
                severity: Severity::Low,
                innocent: "The session began before the log, or its first sign-in is of a kind that was not exported (non-interactive, in another file).",
                account,
            }
            .told_by(&told)
        })
        .collect()
}

/// Sessions with acts and no sign-in at all.
pub(super) fn without_sign_in(input: &UnusualInput<'_>) -> Vec<Finding> {
    sessions(input)
        .iter()
        .filter_map(|((account, id), session)| {
            let since = covered_since(input, account)?.plus_seconds(RENEWED_SECONDS);
            if !session.sign_ins.is_empty() {
                return None;
            }
            let acts: Vec<&Event> = session
                .acts
                .iter()
                .copied()
                .filter(|act| act.record.event_time >= since)
                .collect();
            Contradiction {
                rule: "unusual/session-without-sign-in",
                key: vec![account, id],
                title: format!("A session of {account} acts and has no sign-in in the evidence"),
                severity: Severity::Medium,
                innocent: "The sign-in rows of that kind were not exported; sessions that an application made itself have none.",
                account,
            }
            .told_by(&acts)
        })
        .collect()
}

/// Sessions that were there before a revocation and are used long after it, other than by the owner: he signs in
/// again, and his browser may keep the session's name.
pub(super) fn after_revocation(input: &UnusualInput<'_>) -> Vec<Finding> {
    let sessions = sessions(input);
    let mut findings = Vec::new();
    for cut in input.done.iter().filter(|row| row.cuts_access()) {
        for ((account, id), session) in &sessions {
            if *account != cut.target {
                continue;
            }
            let all = || session.sign_ins.iter().chain(&session.acts).copied();
            let began_before = all().any(|event| {
                event.record.result == Outcome::Success && event.record.event_time < cut.time
            });
            let later: Vec<&Event> = all()
                .filter(|event| {
                    event.record.result == Outcome::Success
                        && !matches!(
                            event.attribution(),
                            Attribution::Owner | Attribution::Administrator
                        )
                        && event.record.event_time.seconds_since(cut.time) > TOKEN_LIFE_SECONDS
                })
                .collect();
            if !began_before {
                continue;
            }
            findings.extend(
                Contradiction {
                    rule: "unusual/session-after-revocation",
                    key: vec![account, id, &cut.time.to_string()],
                    title: format!(
                        "A session of {account} from before the cut of {} is used after it",
                        cut.time
                    ),
                    severity: Severity::High,
                    innocent: "A reset does not end every kind of session; see what kind this one is, and revoke.",
                    account,
                }
                .told_by(&later),
            );
        }
    }
    findings
}
