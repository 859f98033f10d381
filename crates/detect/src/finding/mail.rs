//! Details of mail: inbox and transport rules, forwarding, messages, shared files.

use hourzero_model::{Log, Record};
use serde_json::Value;

use super::slot::{Slot, Slots};

/// Parameters of cmdlets that say where mail goes.
const RECIPIENTS: [&str; 16] = [
    "ForwardTo",
    "RedirectTo",
    "ForwardAsAttachmentTo",
    "ForwardingSmtpAddress",
    "ForwardingAddress",
    "RedirectMessageTo",
    "BlindCopyTo",
    "CopyTo",
    "AddToRecipients",
    "JournalEmailAddress",
    "Recipient",
    "Recipients",
    "RecipientList",
    "TargetUserOrGroupName",
    "SendTextMessageNotificationTo",
    "EntityRecipient",
];

/// Parameters that are neither a condition nor an action of a rule.
const NEITHER: [&str; 19] = [
    "AlwaysDeleteOutlookRulesBlob",
    "Force",
    "Identity",
    "Mailbox",
    "Name",
    "Priority",
    "Confirm",
    "WhatIf",
    "RuleName",
    "RuleId",
    "RuleState",
    "RuleProvider",
    "RuleOperation",
    "Enabled",
    "Mode",
    "Comments",
    "DomainController",
    "ClientIP",
    "SenderNotificationType",
];

/// What cmdlet parameters of inbox and transport rules do, rather than ask.
const ACTIONS: [&str; 37] = [
    "MoveToFolder",
    "CopyToFolder",
    "DeleteMessage",
    "SoftDeleteMessage",
    "MarkAsRead",
    "MarkImportance",
    "StopProcessingRules",
    "StopRuleProcessing",
    "ForwardTo",
    "RedirectTo",
    "ForwardAsAttachmentTo",
    "SendTextMessageNotificationTo",
    "ApplyCategory",
    "DeleteSystemCategory",
    "ApplySystemCategory",
    "PinMessage",
    "RedirectMessageTo",
    "BlindCopyTo",
    "CopyTo",
    "AddToRecipients",
    "AddManagerAsRecipientType",
    "ModerateMessageByUser",
    "ModerateMessageByManager",
    "RejectMessageReasonText",
    "RejectMessageEnhancedStatusCode",
    "Quarantine",
    "SetSCL",
    "SetHeaderName",
    "SetHeaderValue",
    "RemoveHeader",
    "PrependSubject",
    "ApplyHtmlDisclaimerText",
    "ApplyHtmlDisclaimerLocation",
    "RouteMessageOutboundConnector",
    "RuleAction",
    "Recipient",
    "GenerateIncidentReport",
];

/// Adds what a record says of mail and files.
pub(super) fn add(record: &Record, slots: &mut Slots) {
    let operation = record.operation.to_ascii_lowercase();
    let is_rule = [
        "inboxrule",
        "transportrule",
        "sweeprule",
        "updateinboxrules",
        "journalrule",
    ]
    .iter()
    .any(|word| operation.contains(word));
    if is_rule {
        rule(record, slots);
    }
    for name in RECIPIENTS {
        for value in record.parameter(name) {
            value
                .split([';', ','])
                .for_each(|one| slots.add(Slot::Detail("recipients"), address(one)));
        }
    }
    if matches!(record.log, Log::MessageTrace | Log::EmailHunting) {
        slots.detail("recipients", record.owner.as_ref());
    }
    file(record, slots);
}

/// An address without the prefix and brackets that cmdlets write.
fn address(text: &str) -> &str {
    let text = text.trim().trim_matches(['"', '\'', '[', ']']);
    let bare = text
        .strip_prefix("smtp:")
        .or_else(|| text.strip_prefix("SMTP:"))
        .unwrap_or(text);
    match bare.rsplit_once('<') {
        Some((_, inner)) => inner.trim_end_matches('>'),
        None => bare,
    }
}

fn rule(record: &Record, slots: &mut Slots) {
    let name = record
        .parameter("RuleName")
        .chain(record.parameter("Name"))
        .find(|name| !name.is_empty());
    slots.detail("rule_name", name.or(record.target.name.as_deref()));
    for (name, value) in &record.parameters {
        let listed = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        if name.eq_ignore_ascii_case("RuleActions") {
            rule_actions(value, slots);
        } else if listed(&ACTIONS) || name.starts_with("RuleAction.") {
            slots.add(Slot::Part("actions", name.to_string()), value);
        } else if name.eq_ignore_ascii_case("RuleCondition")
            || is_condition(name) && !listed(&NEITHER)
        {
            slots.add(Slot::Part("conditions", name.to_string()), value);
        }
    }
}

/// Whether a cmdlet parameter asks something of a message.
fn is_condition(name: &str) -> bool {
    const WORDS: [&str; 22] = [
        "Contains",
        "From",
        "SentTo",
        "SentOnly",
        "Subject",
        "Body",
        "Header",
        "HasAttachment",
        "WithImportance",
        "WithinSize",
        "WithSensitivity",
        "Received",
        "MyName",
        "FlaggedForAction",
        "HasClassification",
        "MessageType",
        "AnyOf",
        "Matches",
        "ExceptIf",
        "SenderDomain",
        "RecipientDomain",
        "AttachmentSize",
    ];
    !name.contains('.') && WORDS.iter().any(|word| name.contains(word))
}

/// The actions of `UpdateInboxRules`: JSON in a text.
fn rule_actions(text: &str, slots: &mut Slots) {
    let actions = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => list,
        Ok(Value::Object(one)) => vec![Value::Object(one)],
        _ => {
            slots.add(Slot::Part("actions", "RuleActions".to_owned()), text);
            return;
        }
    };
    for action in actions {
        for recipient in action
            .get("Recipients")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            slots.detail("recipients", recipient.as_str().map(address));
        }
        slots.add(
            Slot::Part("actions", "RuleActions".to_owned()),
            action.to_string(),
        );
    }
}

/// Files, their names decoded.
fn file(record: &Record, slots: &mut Slots) {
    let is_file = record.target.kind.as_deref() == Some("file");
    let name = record
        .parameter("SourceFileName")
        .next()
        .or_else(|| record.target.name.as_deref().filter(|_| is_file));
    let from_path = record
        .object_path
        .as_deref()
        .filter(|_| is_file)
        .and_then(|path| path.rsplit('/').next());
    slots.detail("file_name", name.or(from_path).map(decoded));
}

/// A percent-encoded text in the open; as it is where that gives no UTF-8.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = (byte == b'%').then(|| (hex(ahead.next()), hex(ahead.next())));
        if let Some((Some(high), Some(low))) = digits {
            bytes.push(high * 16 + low);
            rest = ahead;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(byte: Option<u8>) -> Option<u8> {
    let digit = char::from(byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}
