//! Whether the attacker is still active, and whether what was done against him held.

use std::collections::BTreeSet;

use hourzero_model::{Attribution, Change, Log, Outcome, Record, Timestamp};
use hourzero_scope::{
    ActiveVerdict, Acts, Concern, Containment, ContainmentRow, Event, LogSpan, activity,
};

use crate::common::{PAT, at, attacker, of, record, with};

const ADMIN: &str = "adm@contoso.example";

fn spans(end: &str) -> Vec<LogSpan> {
    [Log::SignIn, Log::UnifiedAudit]
        .map(|log| LogSpan {
            log,
            first: at("01T00:00:00"),
            last: at(end),
        })
        .to_vec()
}

fn sign_in(time: &str, result: Outcome, code: &str) -> Record {
    let mut record = record(Log::SignIn, "Sign-in activity", at(time));
    record.result = result;
    record.result_code = Some(code.to_owned());
    record
}

fn by_admin(operation: &str, time: &str) -> Record {
    let mut record = record(Log::DirectoryAudit, operation, at(time));
    record.actor.upn = Some(ADMIN.to_owned());
    record.target.name = Some(PAT.to_owned());
    record
}

fn rows(events: &[Event], attackers: &[Event]) -> Vec<ContainmentRow> {
    let accounts = BTreeSet::from([PAT.to_owned()]);
    let concern = Concern {
        accounts: &accounts,
        footholds: &[],
        since: at("10T00:00:00"),
    };
    let mut seen = Containment::default();
    events.iter().for_each(|event| seen.see(event, concern));
    let mut rows = seen.rows();
    for row in &mut rows {
        attackers.iter().for_each(|event| row.judge(event));
    }
    rows
}

fn check(events: &[Event], attackers: &[Event], expected: &[&str]) {
    let told: Vec<String> = rows(events, attackers)
        .iter()
        .map(|row| {
            format!(
                "{} {} {} by {}: {}",
                row.time,
                row.action,
                row.target,
                row.by,
                row.held.name()
            )
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn the_verdict_goes_by_how_far_the_logs_reach() {
    let acted = [attacker(sign_in("20T08:00:00", Outcome::Success, "0"))];
    let said = |spans: &[LogSpan]| activity(&acted.iter().collect(), spans, &[], &[]).verdict;
    assert_eq!(said(&spans("20T20:00:00")), ActiveVerdict::Yes);
    assert_eq!(said(&spans("22T00:00:00")), ActiveVerdict::NoEvidenceSince);
    assert_eq!(said(&[]), ActiveVerdict::Unknown);
    let only_sign_ins = [spans("22T00:00:00")[0]];
    assert_eq!(said(&only_sign_ins), ActiveVerdict::Unknown);
    let nobody = activity(&Acts::default(), &spans("22T00:00:00"), &[], &[]);
    assert_eq!(nobody.verdict, ActiveVerdict::NoEvidenceSince);
    assert_eq!(nobody.last_event, None);
}

#[test]
fn a_cut_after_the_last_act_ends_it_only_where_the_logs_go_on() {
    let acted = [attacker(sign_in("20T08:00:00", Outcome::Success, "0"))];
    let done = rows(
        &[of(
            Attribution::Administrator,
            by_admin("Disable account", "20T09:00:00"),
        )],
        &acted,
    );
    let said = |end: &str| activity(&acted.iter().collect(), &spans(end), &[], &done).verdict;
    assert_eq!(said("20T12:00:00"), ActiveVerdict::NoEvidenceSince);
    assert_eq!(said("20T08:00:00"), ActiveVerdict::Unknown);
}

#[test]
fn the_time_in_an_account_counts_successes_and_refusals_alone_are_no_dwelling() {
    let mut other = sign_in("19T00:00:00", Outcome::Failure, "50126");
    other.actor.upn = Some("kim@contoso.example".to_owned());
    let told = [
        attacker(other),
        attacker(sign_in("20T08:00:00", Outcome::Success, "0")),
        attacker(sign_in("20T07:00:00", Outcome::Failure, "50126")),
        attacker(record(Log::UnifiedAudit, "Send", at("21T08:00:00"))),
    ];
    let told = told.iter().collect::<Acts>().accounts();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].account, PAT);
    assert_eq!(told[0].dwell_seconds, 86_400);
    assert_eq!((told[0].events, told[0].refused), (2, 1));
}

#[test]
fn records_of_two_logs_are_one_act_and_the_attackers_own_acts_are_none() {
    let mut update = by_admin("Update user", "20T09:00:01");
    update.changed = vec![Change {
        name: "AccountEnabled".to_owned(),
        old: Some("true".to_owned()),
        new: Some("false".to_owned()),
    }];
    let administrator = |record| of(Attribution::Administrator, record);
    let mut other = by_admin("Reset user password", "20T10:00:00");
    other.target.name = Some("max@contoso.example".to_owned());
    check(
        &[
            administrator(update),
            administrator(by_admin("Disable account", "20T09:00:00")),
            administrator(by_admin("Update user", "20T11:00:00")),
            administrator(other),
            administrator(by_admin("Reset user password", "09T10:00:00")),
            attacker(by_admin("Reset user password", "20T12:00:00")),
        ],
        &[],
        &[
            "2026-10-20T09:00:00Z account-disabled pat@contoso.example by adm@contoso.example: quiet",
        ],
    );
}

#[test]
fn a_reset_that_a_person_asked_for_is_his_although_a_service_wrote_it() {
    let mut written = by_admin("Reset user password", "20T09:00:01");
    written.actor.upn = Some("fim_password_service@support.onmicrosoft.com".to_owned());
    let mut asked = by_admin("Reset password (self-service)", "20T09:00:02");
    asked.actor.upn = Some(PAT.to_owned());
    check(
        &[
            of(Attribution::Service, written),
            of(Attribution::Owner, asked),
        ],
        &[],
        &["2026-10-20T09:00:01Z password-reset pat@contoso.example by pat@contoso.example: quiet"],
    );
}

#[test]
fn people_leave_groups_every_day() {
    let leaves = by_admin("Remove member from group", "20T09:00:00");
    check(&[of(Attribution::Administrator, leaves)], &[], &[]);
}

#[test]
fn what_comes_after_says_whether_it_held() {
    let reset = || {
        vec![of(
            Attribution::Administrator,
            by_admin("Reset user password", "20T09:00:00"),
        )]
    };
    let line = |word: &str| {
        format!(
            "2026-10-20T09:00:00Z password-reset pat@contoso.example by adm@contoso.example: {word}"
        )
    };
    let success = |time: &str| attacker(sign_in(time, Outcome::Success, "0"));
    let refused = |code: &str| attacker(sign_in("20T09:30:00", Outcome::Failure, code));
    for (after, word) in [
        (vec![success("20T08:00:00")], "quiet"),
        (vec![success("20T09:20:00")], "old-token"),
        (vec![refused("50173")], "refused"),
        (vec![success("20T09:10:00"), refused("50173")], "refused"),
        (vec![success("20T11:00:00"), refused("50173")], "broken"),
        (vec![refused("50074")], "quiet"),
    ] {
        check(&reset(), &after, &[&line(word)]);
    }
}

#[test]
fn a_mailbox_change_is_read_by_its_parameters() {
    let set = |facts: &[(&str, &str)]| {
        let mut record = with(
            record(Log::UnifiedAudit, "Set-Mailbox", at("20T09:00:00")),
            facts,
        );
        record.actor.upn = Some(ADMIN.to_owned());
        record.target.name = Some(PAT.to_owned());
        vec![of(Attribution::Administrator, record)]
    };
    let time: Timestamp = at("20T09:00:00");
    for (facts, kind) in [
        (("ForwardingSmtpAddress", ""), Some("forwarding-removed")),
        (("ForwardingSmtpAddress", "smtp:x@evil.example"), None),
        (("Type", "Shared"), Some("mailbox-converted")),
        (("AuditEnabled", "True"), Some("audit-enabled")),
        (("AuditEnabled", "False"), None),
    ] {
        let expected: Vec<String> = kind
            .iter()
            .map(|kind| format!("{time} {kind} {PAT} by {ADMIN}: quiet"))
            .collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&set(&[facts]), &[], &expected);
    }
}
