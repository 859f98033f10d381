//! What happened, as a sentence that a board member understands.
//!
//! The sentence says only what the record says. Names stand in quotation marks because attackers
//! choose them.

use hourzero_model::{ActorKind, Log, Outcome, Record};

/// A plain sentence for a record.
pub fn sentence(record: &Record) -> String {
    let who = actor(record);
    let what = match record.log {
        Log::SignIn => sign_in(record),
        Log::RiskDetection => return risk(record),
        Log::Alert => return format!("Microsoft raised the alert {}", quoted(&record.operation)),
        Log::MessageTrace => return trace(record),
        Log::EmailHunting => return mail(record),
        Log::GraphActivity => format!("called Microsoft Graph: {}", record.operation),
        _ => act(record),
    };
    let from = record
        .ip
        .map(|ip| format!(" from {ip}"))
        .unwrap_or_default();
    format!("{who} {what}{from}{}", ending(record))
}

fn actor(record: &Record) -> String {
    let named = record
        .actor
        .upn
        .clone()
        .or_else(|| record.actor.name.clone());
    match (named, record.actor.kind) {
        (Some(name), ActorKind::App) => format!("the application {}", quoted(&name)),
        (Some(name), _) => name,
        (None, _) => match (&record.app_name, &record.actor.id) {
            (Some(app), _) => format!("the application {}", quoted(app)),
            (None, Some(id)) => format!("the object {id}"),
            (None, None) => "an actor that the record does not name".to_owned(),
        },
    }
}

fn ending(record: &Record) -> &'static str {
    match record.result {
        Outcome::Failure if record.log != Log::SignIn => " (it failed)",
        _ => "",
    }
}

fn sign_in(record: &Record) -> String {
    let app = record
        .app_name
        .as_deref()
        .map(|app| format!(" to {app}"))
        .unwrap_or_default();
    let code = record.result_code.as_deref().unwrap_or("no code");
    match record.result {
        Outcome::Success => format!("signed in{app}"),
        Outcome::Failure => format!("was refused a sign-in{app} (error {code})"),
        Outcome::Interrupted => format!("began a sign-in{app} that asked for more (code {code})"),
        Outcome::Unknown => format!("tried to sign in{app}"),
    }
}

fn risk(record: &Record) -> String {
    let whom = record.actor.upn.as_deref().unwrap_or("an account");
    format!(
        "Entra ID Protection saw {} on {whom}",
        quoted(&record.operation)
    )
}

fn trace(record: &Record) -> String {
    let from = record.actor.upn.as_deref().unwrap_or("an unnamed sender");
    let to = recipients(record);
    let state = record.result_code.as_deref().unwrap_or("no status");
    format!(
        "a mail from {from} to {to} with the subject {} was traced ({state})",
        subject(record)
    )
}

fn mail(record: &Record) -> String {
    match record.operation.as_str() {
        "Email received" | "Email sent" | "Email internal" => {
            let from = record.actor.upn.as_deref().unwrap_or("an unnamed sender");
            format!(
                "{from} wrote to {} with the subject {}",
                recipients(record),
                subject(record)
            )
        }
        other => {
            let where_to = record
                .object_path
                .as_deref()
                .map(quoted)
                .unwrap_or_default();
            format!("{} {other} {where_to}", actor(record))
                .trim_end()
                .to_owned()
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one flat match, an operation a line")]
fn act(record: &Record) -> String {
    let target = || {
        record
            .target
            .name
            .as_deref()
            .or(record.object_path.as_deref())
            .or(record.target.id.as_deref())
            .map(quoted)
            .unwrap_or_else(|| "an object that the record does not name".to_owned())
    };
    match record.operation.as_str() {
        "UserLoggedIn" | "UserLoginFailed" => sign_in(record),
        "New-InboxRule" => format!(
            "created the inbox rule {}{}",
            rule(record),
            rule_acts(record)
        ),
        "Set-InboxRule" => format!(
            "changed the inbox rule {}{}",
            rule(record),
            rule_acts(record)
        ),
        "UpdateInboxRules" => format!(
            "changed inbox rules from a mail program{}",
            rule_acts(record)
        ),
        "Remove-InboxRule" | "Disable-InboxRule" => {
            format!("removed or disabled the inbox rule {}", target())
        }
        "Set-Mailbox" => format!(
            "changed the mailbox {}{}",
            target(),
            passed(
                record,
                &[
                    "ForwardingSmtpAddress",
                    "ForwardingAddress",
                    "DeliverToMailboxAndForward",
                    "AuditEnabled",
                    "GrantSendOnBehalfTo"
                ]
            )
        ),
        "Add-MailboxPermission" => format!(
            "gave access to the mailbox {}{}",
            target(),
            passed(record, &["User", "AccessRights"])
        ),
        "Add-RecipientPermission" => format!(
            "gave the right to send as {}{}",
            target(),
            passed(record, &["Trustee", "AccessRights"])
        ),
        "Send" | "SendAs" | "SendOnBehalf" => format!(
            "sent the mail {} to {}",
            subject(record),
            recipients(record)
        ),
        "MailItemsAccessed" => format!(
            "read mail ({})",
            record
                .parameter("MailAccessType")
                .next()
                .unwrap_or("way not logged")
        ),
        "SoftDelete" | "HardDelete" | "MoveToDeletedItems" => {
            format!("deleted the mail {}", subject(record))
        }
        "Move" => format!("moved the mail {}", subject(record)),
        "Consent to application" => format!("consented to the application {}", target()),
        "Add member to role" | "Add eligible member to role" => {
            let role = record
                .changed
                .iter()
                .find(|change| change.name == "Role.DisplayName")
                .and_then(|change| change.new.as_deref())
                .map_or_else(
                    || "a role".to_owned(),
                    |role| format!("the role {}", quoted(role)),
                );
            format!("gave {role} to {}", target())
        }
        "Reset user password" | "Reset password (by admin)" => {
            format!("reset the password of {}", target())
        }
        "Change user password" => "changed the own password".to_owned(),
        "FileDownloaded" => format!("downloaded {}", target()),
        "FileAccessed" => format!("opened {}", target()),
        "FileUploaded" => format!("uploaded {}", target()),
        "FileDeleted" | "FileRecycled" => format!("deleted {}", target()),
        operation => match record
            .target
            .name
            .as_deref()
            .or(record.object_path.as_deref())
        {
            Some(name) => format!("did {} on {}", quoted(operation), quoted(name)),
            None => format!("did {}", quoted(operation)),
        },
    }
}

fn rule(record: &Record) -> String {
    let name = record
        .parameter("Name")
        .next()
        .or(record.target.name.as_deref());
    name.map_or_else(|| "without a name".to_owned(), quoted)
}

fn rule_acts(record: &Record) -> String {
    passed(
        record,
        &[
            "ForwardTo",
            "ForwardAsAttachmentTo",
            "RedirectTo",
            "MoveToFolder",
            "DeleteMessage",
            "SoftDeleteMessage",
            "MarkAsRead",
            "RuleAction",
            "SubjectContainsWords",
            "SubjectOrBodyContainsWords",
            "BodyContainsWords",
            "From",
            "FromAddressContainsWords",
        ],
    )
}

/// The named facts that were passed, as ` with A = x, B = y`.
fn passed(record: &Record, names: &[&str]) -> String {
    let given: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let values: Vec<&str> = record.parameter(name).collect();
            (!values.is_empty()).then(|| format!("{name} = {}", quoted(&values.join("; "))))
        })
        .collect();
    if given.is_empty() {
        String::new()
    } else {
        format!(" with {}", given.join(", "))
    }
}

fn subject(record: &Record) -> String {
    record
        .subject
        .as_deref()
        .map_or_else(|| "without a subject in the log".to_owned(), quoted)
}

fn recipients(record: &Record) -> String {
    let named: Vec<&str> = record.parameter("Recipient").collect();
    match named.len() {
        0 => "recipients that the record does not name".to_owned(),
        1..=3 => named.join(", "),
        many => format!("{many} recipients"),
    }
}

/// In quotation marks, on one line, control characters shown as a replacement sign.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 200;
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(LONGEST)
        .collect();
    let cut = if text.chars().nth(LONGEST).is_some() {
        "…"
    } else {
        ""
    };
    format!("“{clean}{cut}”")
}
