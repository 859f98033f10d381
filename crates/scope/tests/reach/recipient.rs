//! Who was written to or given a share, whichever logs told of it.

use hourzero_model::{ActorKind, Attribution, Log, Record};
use hourzero_scope::{Event, MailPaths, recipient_rows};

use crate::common::{PAT, at, attacker, domains, of, record, with};

fn check(events: &[Event], expected: &[&str]) {
    let paths = MailPaths::of(events, &domains());
    let rows: Vec<String> = recipient_rows(events, &domains(), &paths)
        .iter()
        .map(|row| {
            [
                &row.kind,
                &row.subject,
                &row.internet_message_id,
                &row.recipient,
                &row.direction,
                &row.delivered,
                &row.clicked,
                &row.purged,
                &row.attribution,
            ]
            .map(String::as_str)
            .join("|")
        })
        .collect();
    assert_eq!(rows, expected);
}

fn send() -> Record {
    let mut record = record(Log::UnifiedAudit, "Send", at("20T08:00:00"));
    record.message_id = Some("<m@contoso.example>".to_owned());
    record.subject = Some("New bank details".to_owned());
    record
}

fn traced(to: &str) -> Record {
    let mut record = record(Log::MessageTrace, "Message trace", at("20T08:00:02"));
    record.message_id = Some("<m@contoso.example>".to_owned());
    record.network_message_id = Some("net-1".to_owned());
    record.subject = Some("New bank details".to_owned());
    record.owner = Some(to.to_owned());
    record.result_code = Some("Delivered".to_owned());
    with(record, &[("Recipient", to)])
}

#[test]
fn the_trace_names_the_recipients_of_a_mail_that_the_mailbox_says_was_sent() {
    let unknown = |record| of(Attribution::Unknown, record);
    check(
        &[
            attacker(send()),
            unknown(traced("bo@fabrikam.example")),
            unknown(traced("kim@contoso.example")),
        ],
        &[
            "mail|New bank details|<m@contoso.example>|bo@fabrikam.example|external|Delivered|||attacker",
            "mail|New bank details|<m@contoso.example>|kim@contoso.example|internal|Delivered|||attacker",
        ],
    );
    check(
        &[attacker(send())],
        &["mail|New bank details|<m@contoso.example>||||||attacker"],
    );
}

#[test]
fn clicks_and_purges_are_told_of_the_recipient_whom_they_concern() {
    let event = |operation: &str, upn: &str| {
        let mut record = record(Log::EmailHunting, operation, at("20T09:00:00"));
        record.network_message_id = Some("net-1".to_owned());
        record.actor.upn = Some(upn.to_owned());
        record.actor.kind = ActorKind::User;
        record.owner = Some(upn.to_owned());
        of(Attribution::Owner, record)
    };
    check(
        &[
            attacker(send()),
            attacker(traced("kim@contoso.example")),
            attacker(traced("lee@contoso.example")),
            attacker(traced("max@contoso.example")),
            event("ClickAllowed", "kim@contoso.example"),
            event("ClickBlocked", "lee@contoso.example"),
            event("Phish ZAP", "max@contoso.example"),
        ],
        &[
            "mail|New bank details|<m@contoso.example>|kim@contoso.example|internal|Delivered|yes||attacker",
            "mail|New bank details|<m@contoso.example>|lee@contoso.example|internal|Delivered|blocked||attacker",
            "mail|New bank details|<m@contoso.example>|max@contoso.example|internal|Delivered||yes|attacker",
        ],
    );
}

#[test]
fn a_lure_from_outside_and_a_forged_sender_are_no_sending() {
    let mut lure = traced(PAT);
    lure.actor.upn = Some("x@evil.example".to_owned());
    let mut forged = traced(PAT);
    forged.ip = Some("198.51.100.7".parse().unwrap());
    check(&[attacker(lure), attacker(forged)], &[]);
}

#[test]
fn shares_name_the_file_and_each_person_and_a_link_before_its_members_is_no_row() {
    let share = |operation: &str, to: Option<&str>| {
        let mut record = record(Log::UnifiedAudit, operation, at("20T08:00:00"));
        record.workload = Some("OneDrive".to_owned());
        record.object_path = Some("https://contoso.example/lure.pdf".to_owned());
        match to {
            Some(to) => with(record, &[("TargetUserOrGroupName", to)]),
            None => record,
        }
    };
    check(
        &[
            attacker(share("SecureLinkCreated", None)),
            attacker(share("AddedToSecureLink", Some("Bo@Fabrikam.example"))),
            attacker(share("SharingSet", None)),
            attacker(share("AnonymousLinkCreated", None)),
        ],
        &[
            "share|https://contoso.example/lure.pdf||anyone with the link|||||attacker",
            "share|https://contoso.example/lure.pdf||bo@fabrikam.example|external||||attacker",
        ],
    );
}
