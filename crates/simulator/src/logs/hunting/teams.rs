//! Messages in Teams that Defender looked at: `MessageEvents`, `MessageUrlInfo`. Only messages with links or
//! from outside are listed. No real row of these tables was at hand: their columns are unverified.

use super::{empty, host, number_of};
use crate::happening::ChatAct;
use crate::json;
use crate::logs::Writing;
use crate::logs::stamp::seconds;

/// Adds the rows of a message.
pub(super) fn write(writing: &mut Writing<'_, '_>, chat: &ChatAct) {
    let message = matches!(chat.operation, "MessageSent" | "MessageCreatedHasLink");
    if !message || (chat.urls.is_empty() && chat.foreign.is_empty()) {
        return;
    }
    let world = writing.world;
    let report = writing.stream.guid();
    let latency = writing.stream.between(300, 1_800);
    let team = chat.team.map(|(team, channel)| {
        let team = world.team(team);
        (team, team.channels.get(channel))
    });
    let thread = match (&chat.thread, team) {
        (Some(thread), _) => thread.as_str(),
        (None, Some((_, Some((_, thread))))) => thread,
        (None, Some((team, None))) => &team.thread,
        (None, None) => "",
    };
    let id = chat.message_id.clone().unwrap_or_default();
    let (name, address, object) = match (writing.happening.account, chat.foreign.first()) {
        (Some(account), _) => {
            let account = world.account(account);
            (
                account.display_name.clone(),
                account.upn.clone(),
                account.id.to_string(),
            )
        }
        (None, Some((name, address, _))) => (name.clone(), address.clone(), String::new()),
        (None, None) => (String::new(), String::new(), String::new()),
    };
    let text = json::object(|row| {
        row.shown("Timestamp", seconds(writing.happening.at))
            .text("TeamsMessageId", format!("{thread}:{id}"))
            .null("LastEditedTime")
            .text("SenderEmailAddress", address)
            .text("SenderDisplayName", name)
            .text("SenderObjectId", object)
            .text("SenderType", "User")
            .text("RecipientDetails", recipients(writing, chat))
            .flag("IsOwnedThread", chat.foreign.is_empty())
            .text("MessageId", &id)
            .text("ParentMessageId", &id)
            .text(
                "GroupId",
                team.map_or_else(String::new, |(team, _)| {
                    world.group(team.group).id.to_string()
                }),
            )
            .text("GroupName", team.map_or("", |(team, _)| team.name.as_str()))
            .text("ThreadId", thread)
            .text(
                "ThreadName",
                team.and_then(|(_, channel)| channel)
                    .map_or("", |(name, _)| name.as_str()),
            )
            .text("ThreadType", if team.is_some() { "space" } else { "chat" })
            .text("ThreadSubType", "")
            .flag("IsExternalThread", !chat.foreign.is_empty())
            .text("MessageType", "RichText/Html")
            .text("MessageSubtype", "")
            .text("MessageVersion", &id)
            .text("Subject", "");
        empty(row, &["ThreatTypes", "DetectionMethods", "ConfidenceLevel"]);
        row.text("DeliveryAction", "Delivered")
            .text("DeliveryLocation", "Teams")
            .shown("ReportId", report);
    });
    writing.row("MessageEvents", report.to_string(), latency, text);
    for url in &chat.urls {
        let row_id = format!("{report}-{}", number_of(url));
        let text = json::object(|row| {
            row.shown("Timestamp", seconds(writing.happening.at))
                .text("TeamsMessageId", format!("{thread}:{id}"))
                .text("Url", url)
                .text("UrlDomain", host(url))
                .text("ReportId", &row_id);
        });
        writing.row("MessageUrlInfo", row_id, latency, text);
    }
}

/// `RecipientDetails`: a list inside a text.
fn recipients(writing: &Writing<'_, '_>, chat: &ChatAct) -> String {
    let members: Vec<String> = chat
        .members
        .iter()
        .map(|number| {
            let account = writing.world.account(*number);
            json::object(|member| {
                member
                    .text("RecipientSmtpAddress", &account.upn)
                    .text("RecipientDisplayName", &account.display_name)
                    .shown("RecipientObjectId", account.id)
                    .text("RecipientType", "User");
            })
        })
        .collect();
    format!("[{}]", members.join(","))
}
