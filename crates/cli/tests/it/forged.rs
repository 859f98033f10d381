//! Mail in the tenant's own name that no mailbox of the tenant sent, from a message trace to the timeline.

use std::ops::Range;
use std::path::Path;

use crate::support::{message_trace, rows, run};

/// A trace of three weeks, at the end of which somebody writes to a person in her own name.
fn trace() -> String {
    let (pat, subject) = ("pat@contoso.com", "Voice message");
    let mail = |day| (day, "kim@fabrikam.com", pat, subject, "198.51.100.25");
    let mut mails: Vec<_> = (1..20).map(mail).collect();
    mails.push((20, pat, pat, subject, "203.0.113.40"));
    message_trace(&mails)
}

/// Sign-ins of a person or an application from an address, on days before and after.
fn sign_ins(ip: &str, is_app: bool) -> String {
    let days = 10..24;
    let line = |day: usize| {
        let who = if is_app {
            r#""signInEventTypes":["servicePrincipal"],"servicePrincipalId":"0c1307d4-29d6-4389-a11c-5cbe7f65d7fa","servicePrincipalName":"Archive","userPrincipalName":"""#
        } else {
            r#""signInEventTypes":["interactiveUser"],"userId":"b95ccfa0-c629-4e0b-9aa0-c1fcdc7b558d","userPrincipalName":"pat@contoso.com""#
        };
        format!(
            "{{\"id\":\"00000000-0000-4000-9000-{day:012}\",\"createdDateTime\":\"2026-02-{day:02}T09:00:00Z\",{who},\"appId\":\"57cd1205-2a6d-488b-a3d7-782978511695\",\"appDisplayName\":\"Archive\",\"ipAddress\":\"{ip}\",\"status\":{{\"errorCode\":0}}}}\n"
        )
    };
    days.map(line).collect()
}

/// One record a day of the unified audit log.
fn audit(days: Range<usize>) -> String {
    let line = |day: usize| {
        format!(
            "{{\"CreationTime\":\"2026-02-{day:02}T09:00:00\",\"Id\":\"00000000-0000-4000-9100-{day:012}\",\"Operation\":\"FileAccessed\",\"RecordType\":6,\"UserType\":0,\"Workload\":\"OneDrive\",\"UserId\":\"lee@contoso.com\",\"UserKey\":\"k\",\"ObjectId\":\"plan.docx\",\"ClientIP\":\"198.51.100.7\"}}\n"
        )
    };
    days.map(line).collect()
}

/// Who is said to have written it.
fn writer(folder: &Path, sign_ins: &str) -> String {
    writer_with(folder, sign_ins, "")
}

/// The same with a unified audit log, which tells of no mail.
fn writer_with(folder: &Path, sign_ins: &str, audit: &str) -> String {
    let (files, root) = (folder.join("files"), folder.join("case"));
    std::fs::create_dir_all(&files).unwrap();
    std::fs::write(files.join("trace.csv"), trace()).unwrap();
    std::fs::write(files.join("signins.jsonl"), sign_ins).unwrap();
    if !audit.is_empty() {
        std::fs::write(files.join("audit.jsonl"), audit).unwrap();
    }
    let done = run(&root, &["investigate", &files.to_string_lossy()]);
    assert_eq!(done.status, 0, "{}", done.err);
    let forged = rows(&root.join("out/timeline.jsonl"))
        .into_iter()
        .find(|row| row["account"] == "pat@contoso.com" && row["source"] == "message-trace");
    forged.map_or("nobody".to_owned(), |row| {
        row["attribution"].as_str().unwrap().to_owned()
    })
}

#[test]
fn forged_mail_is_told_beside_a_service_on_the_next_machine_but_not_where_people_are() {
    let folder = tempfile::tempdir().unwrap();
    let told =
        |name: &str, ip: &str, is_app| writer(&folder.path().join(name), &sign_ins(ip, is_app));
    assert_eq!(told("elsewhere", "198.51.100.7", false), "attacker");
    assert_eq!(told("next machine", "203.0.113.80", true), "attacker");
    // The service's own machine, and a network where the tenant's people are, may send in its name.
    assert_ne!(told("same machine", "203.0.113.40", true), "attacker");
    assert_ne!(told("office", "203.0.113.80", false), "attacker");
}

#[test]
fn mail_is_not_called_forged_for_hours_of_which_the_audit_log_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sign_ins = sign_ins("198.51.100.7", false);
    let told = |name: &str, days| writer_with(&folder.path().join(name), &sign_ins, &audit(days));
    assert_eq!(told("heard", 1..24), "attacker");
    assert_ne!(told("begins later", 21..24), "attacker");
    assert_ne!(told("ends before", 1..20), "attacker");
}
