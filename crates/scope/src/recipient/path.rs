//! How a message came to stand in a mail log: sent, brought out by a rule, or arrived.

use std::collections::BTreeSet;

use hourzero_model::{Log, Record};

use crate::Event;

/// How a message that a mail log tells of was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Somebody with a mailbox of the tenant sent it.
    Sent,
    /// A rule, a forwarding or a flow passed on what had arrived.
    Forwarded,
    /// It came from outside, or claims a sender whose mailbox did not send it.
    Arrived,
}

/// What the records of a case say about the ways of messages. Three things tell a forwarded message from a
/// sent one, because the trace has the same columns for both: the address that a rule or forwarding names, the
/// same message id arriving before, and a message id that no server of the tenant gives.
#[derive(Debug, Clone, Default)]
pub struct MailPaths {
    domains: BTreeSet<String>,
    /// Message ids that a mailbox record says were sent, with the mailbox.
    sent: BTreeSet<(String, String)>,
    /// Addresses to which rules, forwarding and flows bring mail.
    drops: BTreeSet<String>,
    /// Message ids with the mailbox at which they arrived.
    arrived: BTreeSet<(String, String)>,
}

/// Facts of a rule, a forwarding or a transport rule that name where mail goes.
pub(crate) const DROPS: &[&str] = &[
    "ForwardTo",
    "ForwardAsAttachmentTo",
    "RedirectTo",
    "ForwardingSmtpAddress",
    "ForwardingAddress",
    "RedirectMessageTo",
    "BlindCopyTo",
    "CopyTo",
    "AddToRecipients",
];

/// Whether a record says where a rule, a forwarding or a transport rule brings mail.
pub fn is_drop(record: &Record) -> bool {
    record
        .parameters
        .iter()
        .any(|(name, _)| DROPS.contains(&name.as_str()) || name.starts_with("RuleActions"))
}

impl MailPaths {
    /// From the events of the attacker, and those mail log rows of everybody that carry the same message ids.
    /// `domains` are the tenant's own, lower-case.
    pub fn of(events: &[Event], domains: &[String]) -> Self {
        let mut paths = Self {
            domains: domains.iter().map(|domain| domain.to_lowercase()).collect(),
            ..Self::default()
        };
        for event in events {
            paths.learn(&event.record);
        }
        // A flow names no address in its record; one message that is known to have arrived before gives it.
        let drops: Vec<String> = events
            .iter()
            .filter(|event| paths.carried(event) == Some(Carried::Forwarded))
            .flat_map(|event| recipients_of(&event.record))
            .collect();
        paths.drops.extend(drops);
        paths
    }

    fn learn(&mut self, record: &Record) {
        if matches!(
            record.operation.as_str(),
            "Send" | "SendAs" | "SendOnBehalf"
        ) {
            let senders = [&record.actor.upn, &record.owner].into_iter().flatten();
            let senders = senders
                .map(String::as_str)
                .chain(record.parameter("SendAsUserSmtp"))
                .chain(record.parameter("SendOnBehalfOfUserSmtp"));
            if let Some(id) = record.message_id.as_deref().map(canonical_message_id) {
                self.sent
                    .extend(senders.map(|sender| (id.clone(), sender.to_lowercase())));
            }
        }
        for name in DROPS {
            for value in record.parameter(name) {
                self.drops.extend(addresses(value));
            }
        }
        for (name, value) in &record.parameters {
            if name.starts_with("RuleActions") && name.ends_with("Recipients") {
                self.drops.extend(addresses(value));
            }
            if name == "RuleActions" {
                self.drops.extend(addresses(value));
            }
        }
        let id = record.message_id.as_deref();
        if let Some(id) = id.filter(|_| is_mail_log(record)) {
            let id = canonical_message_id(id);
            // Whoever writes to himself too has received nothing from another.
            let sender = record.actor.upn.as_deref().unwrap_or_default();
            for recipient in recipients_of(record) {
                if recipient != sender {
                    self.arrived.insert((id.clone(), recipient));
                }
            }
        }
    }

    /// Whether an address is of the tenant.
    pub fn is_own(&self, address: &str) -> bool {
        address
            .rsplit_once('@')
            .is_some_and(|(_, domain)| self.domains.contains(domain))
    }

    /// How the message of a mail log row was carried; nothing for a record that is none.
    pub fn carried(&self, event: &Event) -> Option<Carried> {
        let record = &event.record;
        if !is_mail_log(record) {
            return None;
        }
        let sender = record.actor.upn.as_deref().unwrap_or_default();
        if record.operation == "Email received" || !self.is_own(sender) {
            return Some(Carried::Arrived);
        }
        let id = record
            .message_id
            .as_deref()
            .map(canonical_message_id)
            .unwrap_or_default();
        if self.sent.contains(&(id.clone(), sender.to_lowercase())) {
            return Some(Carried::Sent);
        }
        let recipients = recipients_of(record);
        let outside = |to: &String| !self.is_own(to);
        if recipients.iter().any(|to| self.drops.contains(to))
            || self.arrived.contains(&(id.clone(), sender.to_owned()))
            || (recipients.iter().any(outside) && self.is_foreign(&id))
        {
            return Some(Carried::Forwarded);
        }
        if event.network_class != Some("service")
            && record.ip.is_some()
            && !recipients.iter().any(outside)
        {
            // From an own address to own people, handed in from outside, and no mailbox sent it.
            return Some(Carried::Arrived);
        }
        Some(Carried::Sent)
    }

    /// Whether a message id was given by a server of neither the tenant nor Exchange Online.
    fn is_foreign(&self, id: &str) -> bool {
        let Some((_, host)) = id.trim_end_matches('>').rsplit_once('@') else {
            return false;
        };
        let host = host.to_lowercase();
        !host.ends_with(".outlook.com")
            && !self
                .domains
                .iter()
                .any(|own| host == *own || host.ends_with(&format!(".{own}")))
    }
}

/// Whether a record is one of a message's way: message trace, `EmailEvents`.
pub(crate) fn is_mail_log(record: &Record) -> bool {
    match record.log {
        Log::MessageTrace => true,
        Log::EmailHunting => matches!(
            record.operation.as_str(),
            "Email sent" | "Email internal" | "Email received" | "Email"
        ),
        _ => false,
    }
}

/// The recipients that a record names, lower-case.
pub(crate) fn recipients_of(record: &Record) -> Vec<String> {
    record
        .parameter("Recipient")
        .chain(record.parameter("TargetUserOrGroupName"))
        .flat_map(|list| list.split(';'))
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Every address in a text: a list, `smtp:` before it, a display name around it, or JSON.
pub(crate) fn addresses(text: &str) -> Vec<String> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, ';' | ',' | '<' | '>' | '"' | '[' | ']' | '(' | ')')
    })
    .filter_map(|word| {
        let word = word.trim_matches(['\'', '{', '}']).to_lowercase();
        let address = word.strip_prefix("smtp:").unwrap_or(&word);
        let (name, domain) = address.split_once('@')?;
        (!name.is_empty() && domain.contains('.')).then(|| address.to_owned())
    })
    .collect()
}

/// The two forms in which logs write a canonical message id: with its angle brackets, and without.
pub fn message_id_forms(canonical: &str) -> [&str; 2] {
    [canonical, canonical.trim_matches(['<', '>'])]
}

/// A message id in one form for all logs: with its angle brackets, without white space around it. Its letters
/// stay as they are, because case counts in the part before the `@`.
pub fn canonical_message_id(id: &str) -> String {
    let bare = id
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim();
    if bare.is_empty() {
        String::new()
    } else {
        format!("<{bare}>")
    }
}
