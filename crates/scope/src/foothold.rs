//! What lets somebody back in: rules, forwarding, delegates, grants, credentials, roles, methods,
//! devices, trust (`footholds.csv`).
//!
//! From records alone only two things can be said: it was made, and a later record removes it or none
//! does. Whether it stands today needs the state of the tenant; until that is in the evidence the
//! answer is `unknown`.

use std::collections::BTreeMap;

use hourzero_model::{Foothold, FootholdState, HappeningKey, Outcome};

use crate::Event;

/// Which operation makes which kind of foothold, the facts that describe it, and what removes it.
const MAKING: &[(&str, &str, &[&str])] = &[
    (
        "New-InboxRule",
        "inbox-rule",
        &["Remove-InboxRule", "Disable-InboxRule"],
    ),
    (
        "Set-InboxRule",
        "inbox-rule",
        &["Remove-InboxRule", "Disable-InboxRule"],
    ),
    ("UpdateInboxRules", "inbox-rule", &[]),
    ("Set-Mailbox", "forwarding", &[]),
    (
        "Add-MailboxPermission",
        "delegate",
        &["Remove-MailboxPermission"],
    ),
    (
        "Add-RecipientPermission",
        "delegate",
        &["Remove-RecipientPermission"],
    ),
    (
        "Add-MailboxFolderPermission",
        "delegate",
        &["Remove-MailboxFolderPermission"],
    ),
    (
        "AddFolderPermissions",
        "delegate",
        &["RemoveFolderPermissions"],
    ),
    (
        "ModifyFolderPermissions",
        "delegate",
        &["RemoveFolderPermissions"],
    ),
    (
        "New-TransportRule",
        "transport-rule",
        &["Remove-TransportRule", "Disable-TransportRule"],
    ),
    (
        "Set-TransportRule",
        "transport-rule",
        &["Remove-TransportRule", "Disable-TransportRule"],
    ),
    (
        "New-InboundConnector",
        "connector",
        &["Remove-InboundConnector"],
    ),
    (
        "New-OutboundConnector",
        "connector",
        &["Remove-OutboundConnector"],
    ),
    (
        "Consent to application",
        "oauth-grant",
        &[
            "Remove delegated permission grant",
            "Remove service principal",
        ],
    ),
    (
        "Add delegated permission grant",
        "oauth-grant",
        &["Remove delegated permission grant"],
    ),
    (
        "Add app role assignment to service principal",
        "app-role",
        &["Remove app role assignment from service principal"],
    ),
    (
        "Add service principal credentials",
        "app-credential",
        &["Remove service principal credentials"],
    ),
    (
        "Update application - Certificates and secrets management",
        "app-credential",
        &[],
    ),
    (
        "Add owner to application",
        "app-owner",
        &["Remove owner from application"],
    ),
    ("Add member to role", "role", &["Remove member from role"]),
    (
        "Add eligible member to role",
        "role",
        &["Remove eligible member from role"],
    ),
    ("Add user", "account", &["Delete user"]),
    (
        "User registered security info",
        "authentication-method",
        &["User deleted security info", "Admin deleted security info"],
    ),
    (
        "Admin registered security info",
        "authentication-method",
        &["User deleted security info", "Admin deleted security info"],
    ),
    (
        "Register device",
        "device",
        &["Unregister device", "Delete device"],
    ),
    (
        "Add registered owner to device",
        "device",
        &["Delete device"],
    ),
    ("Set domain authentication", "federation", &[]),
    ("Set federation settings on domain", "federation", &[]),
    (
        "Add unverified domain",
        "domain",
        &["Remove unverified domain"],
    ),
    ("Add verified domain", "domain", &["Remove verified domain"]),
    (
        "Create application password for user",
        "app-password",
        &["Delete application password for user"],
    ),
];

/// Operations that remove a foothold: the case reads these too, beside the events behind findings.
pub const REMOVING_OPERATIONS: &[&str] = &[
    "Remove-InboxRule",
    "Disable-InboxRule",
    "Remove-MailboxPermission",
    "Remove-RecipientPermission",
    "Remove-MailboxFolderPermission",
    "RemoveFolderPermissions",
    "Remove-TransportRule",
    "Disable-TransportRule",
    "Remove-InboundConnector",
    "Remove-OutboundConnector",
    "Remove delegated permission grant",
    "Remove service principal",
    "Remove app role assignment from service principal",
    "Remove service principal credentials",
    "Remove owner from application",
    "Remove member from role",
    "Remove eligible member from role",
    "Delete user",
    "User deleted security info",
    "Admin deleted security info",
    "Unregister device",
    "Delete device",
    "Remove unverified domain",
    "Remove verified domain",
    "Delete application password for user",
];

/// Whether an event may have made a foothold.
pub fn may_be_foothold(event: &Event) -> bool {
    MAKING
        .iter()
        .any(|(operation, _, _)| *operation == event.record.operation)
}

/// The footholds that the events behind findings made; `removals` are events of
/// [`REMOVING_OPERATIONS`]. Sorted by time, then id.
pub fn footholds(events: &[Event], removals: &[Event]) -> Vec<Foothold> {
    let mut found: BTreeMap<String, Foothold> = BTreeMap::new();
    let mut removals_of: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    for removal in removals {
        let target = target_of(removal);
        if !target.is_empty() {
            removals_of.entry(bare(&target)).or_default().push(removal);
        }
    }
    for event in events {
        let record = &event.record;
        let Some((_, kind, removed_by)) = MAKING
            .iter()
            .find(|(operation, _, _)| *operation == record.operation)
        else {
            continue;
        };
        let forwards = record
            .parameters
            .iter()
            .any(|(name, value)| name.starts_with("Forwarding") && !value.trim().is_empty());
        if record.result == Outcome::Failure || (*kind == "forwarding" && !forwards) {
            continue;
        }
        let target = target_of(event);
        let id = identity(kind, &target, event.account().unwrap_or_default());
        let same_thing = removals_of.get(&bare(&target)).into_iter().flatten();
        let removal = same_thing
            .filter(|removal| removed_by.contains(&removal.record.operation.as_str()))
            .find(|removal| removal.record.event_time > record.event_time);
        let made = Foothold {
            id: id.clone(),
            kind: (*kind).to_owned(),
            target,
            object_id: record.target.id.clone().unwrap_or_default(),
            account: record
                .owner
                .clone()
                .or_else(|| event.account().map(str::to_owned))
                .unwrap_or_default(),
            detail: detail(event),
            created: record.event_time,
            by: event.account().unwrap_or_default().to_owned(),
            state: if removal.is_some() {
                FootholdState::Removed
            } else {
                FootholdState::Unknown
            },
            as_of: removal.map_or(record.event_time, |removal| removal.record.event_time),
            evidence: vec![event.evidence.record_id.clone()],
        };
        match found.get_mut(&id) {
            Some(known) => merge(known, made),
            None => {
                found.insert(id, made);
            }
        }
    }
    let mut rows: Vec<Foothold> = found.into_values().collect();
    rows.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.id.cmp(&b.id)));
    rows
}

/// The same object touched again: the first making stays, the last state holds.
fn merge(known: &mut Foothold, again: Foothold) {
    known.created = known.created.min(again.created);
    if again.as_of >= known.as_of {
        known.as_of = again.as_of;
        known.state = again.state;
        known.detail = again.detail;
    }
    known.evidence.extend(again.evidence);
    known.evidence.sort();
    known.evidence.dedup();
}

fn identity(kind: &str, target: &str, account: &str) -> String {
    format!(
        "foothold-{:016x}",
        HappeningKey::of(&[kind, target, account]).0 >> 64
    )
}

fn target_of(event: &Event) -> String {
    let record = &event.record;
    record
        .target
        .name
        .clone()
        .or_else(|| record.parameter("Name").next().map(str::to_owned))
        .or_else(|| record.parameter("RuleName").next().map(str::to_owned))
        .or_else(|| record.target.id.clone())
        .or_else(|| record.object_path.clone())
        .unwrap_or_default()
}

/// What names the same object: Exchange names a rule `alias\name` in one record and `name` in another.
fn bare(target: &str) -> String {
    let last = target.rsplit(['\\', '/']).next();
    last.unwrap_or(target).to_lowercase()
}

fn detail(event: &Event) -> String {
    const SHOWN: usize = 12;
    let record = &event.record;
    let facts = record
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let changes = record.changed.iter().filter_map(|change| {
        change
            .new
            .as_ref()
            .map(|new| format!("{}={new}", change.name))
    });
    facts
        .chain(changes)
        .take(SHOWN)
        .collect::<Vec<_>>()
        .join("; ")
}
