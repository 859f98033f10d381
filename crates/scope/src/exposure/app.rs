//! Whether a person's mail program or an application read a mailbox.

use hourzero_model::{ActorKind, Record};

/// Microsoft's own mail programs: what reads with them is a person, or whoever holds his token.
/// (`facts/auth.md` §3; Microsoft's list of first-party applications, 2026-08.)
const MAIL_PROGRAMS: &[&str] = &[
    // Exchange Online itself: Outlook on the web in older records.
    "00000002-0000-0ff1-ce00-000000000000",
    // Outlook on the web.
    "9199bf20-a13f-4107-85dc-02114787ef48",
    // Outlook on the desktop.
    "5d661950-3475-41cd-a2c3-d671a3162bc1",
    // Microsoft Office, which signs in for Outlook.
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    // Outlook on phones.
    "27922004-5251-4030-b22d-91ecd9a37ea4",
];

/// Whether an application read: the log names one as the actor, or the client is an interface for programs
/// and the application none of Microsoft's own mail programs. A client string alone does not do: Microsoft's
/// back end uses the same interface.
pub(super) fn reads(record: &Record) -> bool {
    if record.actor.kind == ActorKind::App {
        return true;
    }
    let client = record
        .user_agent
        .as_deref()
        .or(record.client_app.as_deref())
        .unwrap_or_default();
    let for_programs =
        client.starts_with("Client=REST") || client.starts_with("Client=WebServices");
    for_programs
        && record
            .app_id
            .as_deref()
            .is_some_and(|app| !MAIL_PROGRAMS.contains(&app))
}
