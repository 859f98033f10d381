//! Messages, folders, files and searches that a record proves.

use hourzero_model::{ActorKind, Log, Record};
use hourzero_scope::{Accessed, Event, ExposureRow, IdBatches, MailPaths, exposures, id_batches};

use crate::common::{PAT, at, attacker, domains, record, with};

fn mail(facts: &[(&str, &str)]) -> Record {
    let mut record = record(Log::UnifiedAudit, "MailItemsAccessed", at("20T08:00:00"));
    record.owner = Some(PAT.to_owned());
    with(record, facts)
}

fn batches(rows: &[ExposureRow]) -> Vec<IdBatches> {
    let mut accessed = Accessed::default();
    rows.iter().for_each(|row| accessed.take(row));
    id_batches(accessed.mailboxes())
}

/// The rows in short: proof, account, and whatever the row names.
fn check(record: Record, expected: &[&str]) {
    check_all(&[attacker(record)], expected);
}

fn check_all(events: &[Event], expected: &[&str]) {
    let paths = MailPaths::of(events, &domains());
    let rows: Vec<String> = exposures(events, &paths)
        .iter()
        .map(|row| {
            let named = [&row.message_id, &row.subject, &row.folder, &row.file];
            let named: Vec<&str> = named
                .into_iter()
                .map(String::as_str)
                .filter(|word| !word.is_empty())
                .collect();
            format!("{} {}: {}", row.proof.name(), row.account, named.join(", "))
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn each_bound_message_has_its_own_folder_and_subject() {
    check(
        mail(&[
            ("MailAccessType", "Bind"),
            ("Folder", r"\Inbox"),
            ("InternetMessageId", "<a@x.example>"),
            ("Item.Subject", "Invoice"),
            ("InternetMessageId", " b@x.example "),
            ("Folder", r"\Sent Items"),
            ("InternetMessageId", "<c@x.example>"),
            ("Item.Subject", "RE: Invoice"),
        ]),
        &[
            r"bind pat@contoso.example: <a@x.example>, Invoice, \Inbox",
            r"bind pat@contoso.example: <b@x.example>, \Inbox",
            r"bind pat@contoso.example: <c@x.example>, RE: Invoice, \Sent Items",
        ],
    );
}

#[test]
fn a_synchronised_folder_counts_whole() {
    let mut synced = mail(&[("MailAccessType", "Sync")]);
    synced.object_path = Some(r"\Inbox\Boards".to_owned());
    check(synced, &[r"sync-folder pat@contoso.example: \Inbox\Boards"]);
}

#[test]
fn a_throttled_record_says_that_more_was_read() {
    check(
        mail(&[
            ("MailAccessType", "Bind"),
            ("IsThrottled", "True"),
            ("InternetMessageId", "<a@x.example>"),
        ]),
        &[
            "bind pat@contoso.example: <a@x.example>",
            "throttled pat@contoso.example: ",
        ],
    );
    check(
        mail(&[("MailAccessType", "Bind")]),
        &["throttled pat@contoso.example: "],
    );
}

#[test]
fn an_application_reads_by_its_id_not_by_the_interface_alone() {
    let read = |app: Option<&str>, client: &str, kind| {
        let mut record = mail(&[
            ("MailAccessType", "Bind"),
            ("InternetMessageId", "<a@x.example>"),
        ]);
        record.app_id = app.map(str::to_owned);
        record.user_agent = Some(client.to_owned());
        record.actor.kind = kind;
        record
    };
    let app = &["app pat@contoso.example: <a@x.example>"];
    let bind = &["bind pat@contoso.example: <a@x.example>"];
    let stranger = Some("6b3e0207-6150-4a45-ad2c-3f896687ca81");
    let own = Some("27922004-5251-4030-b22d-91ecd9a37ea4");
    check(read(stranger, "Client=REST;;", ActorKind::User), app);
    check(read(stranger, "Client=WebServices;x", ActorKind::User), app);
    check(read(None, "", ActorKind::App), app);
    check(read(own, "Client=REST;;", ActorKind::User), bind);
    check(read(stranger, "Client=OWA;x", ActorKind::User), bind);
    check(
        read(None, "Client=REST;Client=RESTSystem;;", ActorKind::User),
        bind,
    );
}

#[test]
fn files_searches_and_chats_have_rows_and_other_acts_have_none() {
    let act = |operation: &str, path: &str| {
        let mut record = record(Log::UnifiedAudit, operation, at("20T09:00:00"));
        record.object_path = Some(path.to_owned());
        record
    };
    let url = "https://contoso.example/sites/x/plan.xlsx";
    let file = &["file pat@contoso.example: https://contoso.example/sites/x/plan.xlsx"];
    for operation in [
        "FileDownloaded",
        "FileAccessed",
        "FilePreviewed",
        "FileSyncDownloadedFull",
    ] {
        check(act(operation, url), file);
    }
    check(
        with(
            record(
                Log::UnifiedAudit,
                "SearchQueryInitiatedExchange",
                at("20T09:00:00"),
            ),
            &[("QueryText", "password")],
        ),
        &["search pat@contoso.example: password"],
    );
    check(
        with(
            record(Log::UnifiedAudit, "MessagesListed", at("20T09:00:00")),
            &[("ChatThreadId", "19:abc@thread.v2")],
        ),
        &["chat pat@contoso.example: 19:abc@thread.v2"],
    );
    for quiet in ["FileUploaded", "FileDeleted", "MoveToDeletedItems", "Send"] {
        check(act(quiet, url), &[]);
    }
    check(
        record(Log::SignIn, "Sign-in activity", at("20T09:00:00")),
        &[],
    );
}

fn traced(message: &str, from: &str, to: &str, time: &str) -> Record {
    let mut record = record(Log::MessageTrace, "Message trace", at(time));
    record.actor.upn = Some(from.to_owned());
    record.message_id = Some(message.to_owned());
    record.owner = Some(to.to_owned());
    with(record, &[("Recipient", to)])
}

#[test]
fn mail_that_a_rule_brings_out_is_reached_and_mail_that_was_sent_is_not() {
    let rule = with(
        record(Log::UnifiedAudit, "New-InboxRule", at("20T08:00:00")),
        &[("ForwardTo", "Drop <smtp:Drop@evil.example>")],
    );
    let exchange = "<A@AM0PR01.eurprd01.prod.outlook.com>";
    let out = traced(exchange, PAT, "drop@evil.example", "21T08:00:00");
    let sent = traced(
        "<B@AM0PR01.eurprd01.prod.outlook.com>",
        PAT,
        "drop@evil.example",
        "21T09:00:00",
    );
    let mut send = record(Log::UnifiedAudit, "Send", at("21T09:00:00"));
    send.message_id = sent.message_id.clone();
    check_all(
        &[
            attacker(rule),
            attacker(out),
            attacker(sent),
            attacker(send),
        ],
        &["forwarded pat@contoso.example: <A@AM0PR01.eurprd01.prod.outlook.com>"],
    );
}

#[test]
fn a_flow_names_no_address_but_the_message_had_arrived() {
    let exchange = "<A@AM0PR01.eurprd01.prod.outlook.com>";
    let arrival = traced(exchange, "bo@fabrikam.example", PAT, "21T08:00:00");
    let copy = traced(exchange, PAT, "x@mail.example", "21T08:00:20");
    let next = traced(
        "<B@AM0PR01.eurprd01.prod.outlook.com>",
        PAT,
        "x@mail.example",
        "22T08:00:00",
    );
    check_all(
        &[attacker(arrival), attacker(copy), attacker(next)],
        &[
            "forwarded pat@contoso.example: <A@AM0PR01.eurprd01.prod.outlook.com>",
            "forwarded pat@contoso.example: <B@AM0PR01.eurprd01.prod.outlook.com>",
        ],
    );
}

#[test]
fn a_search_takes_every_batch_and_no_id_is_lost() {
    let ids: Vec<String> = (0..950)
        .map(|number| format!("<{number:0>40}@mail.fabrikam.example>"))
        .collect();
    let facts: Vec<(&str, &str)> = ids
        .iter()
        .map(|id| ("InternetMessageId", id.as_str()))
        .collect();
    let events = [attacker(mail(&facts))];
    let rows = exposures(&events, &MailPaths::default());
    let batches = batches(&rows);
    assert_eq!(batches.len(), 1);
    let queries: Vec<&str> = batches[0].text.lines().collect();
    assert!(queries.len() >= 10);
    let mut found = Vec::new();
    for query in &queries {
        assert!(query.chars().count() <= 10_000);
        let terms: Vec<&str> = query.split(" OR ").collect();
        assert!(terms.len() <= 100);
        found.extend(terms.iter().map(|term| {
            term.strip_prefix("internetmessageid:\"")
                .and_then(|rest| rest.strip_suffix('"'))
                .unwrap()
                .to_owned()
        }));
    }
    assert_eq!(found, ids);
}

#[test]
fn file_names_of_batches_are_safe_and_differ() {
    let names: Vec<String> = [
        "con@contoso.example",
        "a/../b@x.example",
        "a:..:b@x.example",
    ]
    .iter()
    .flat_map(|owner| {
        let mut record = mail(&[("InternetMessageId", "<a@x.example>")]);
        record.owner = Some((*owner).to_owned());
        let rows = exposures(&[attacker(record)], &MailPaths::default());
        batches(&rows)
    })
    .map(|batch| batch.file_name)
    .collect();
    assert_eq!(
        names,
        [
            "mailbox-con_at_contoso.example.txt",
            "mailbox-a_.._b_at_x.example.txt",
            "mailbox-a_.._b_at_x.example.txt",
        ]
    );
    let both: Vec<_> = ["a/b@x.example", "a:b@x.example"]
        .iter()
        .flat_map(|owner| {
            let mut record = mail(&[("InternetMessageId", "<a@x.example>")]);
            record.owner = Some((*owner).to_owned());
            exposures(&[attacker(record)], &MailPaths::default())
        })
        .collect();
    let names: Vec<String> = batches(&both)
        .into_iter()
        .map(|batch| batch.file_name)
        .collect();
    assert_eq!(
        names,
        [
            "mailbox-a_b_at_x.example.txt",
            "mailbox-a_b_at_x.example-2.txt"
        ]
    );
}
