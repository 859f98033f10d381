//! What was reached: messages, folders, files, searches, chats (`exposure.csv`).
//!
//! A record that names a message proves that message; one that names a folder proves the folder; one that
//! says that logging stopped proves that more was reached than is listed. Nothing else is claimed.

mod accessed;
mod app;
mod batch;

use hourzero_model::{Record, Timestamp};
use serde::Serialize;

use crate::Event;
use crate::recipient::{Carried, MailPaths, canonical_message_id};
pub use accessed::{Accessed, AccessedRow};
pub use batch::{IdBatches, id_batches};

/// Operations whose records prove access to content by themselves. Mail that a rule brought out is told by
/// the mail logs instead: [`exposures`].
pub const EXPOSING_OPERATIONS: &[&str] = &[
    "MailItemsAccessed",
    "FileDownloaded",
    "FileAccessed",
    "FileAccessedExtended",
    "FilePreviewed",
    "FileCopied",
    "FileSyncDownloadedFull",
    "FileSyncDownloadedPartial",
    "SearchQueryInitiatedExchange",
    "SearchQueryInitiatedSharePoint",
    "SearchQueryPerformed",
    "SearchPreviewed",
    "SearchExported",
    "SearchExportDownloaded",
    "ViewedSearchPreviewed",
    "ViewedSearchExported",
    "PreviewItemDownloaded",
    "PreviewItemListed",
    "PreviewItemRendered",
    "CopilotInteraction",
    "MessagesListed",
    "MessageRead",
    "MessageHostedContentRead",
    "MessageHostedContentsListed",
    "MessagesExported",
    "ChatRetrieved",
    "RecordingExported",
    "TranscriptsExported",
];

/// How the access is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExposureProof {
    /// The record names the message.
    Bind,
    /// The record names the folder; everything in it counts as reached.
    SyncFolder,
    /// Microsoft stopped logging single messages: more was reached than is listed.
    Throttled,
    /// The record names the message, and an application read it.
    App,
    /// A rule, a forwarding or a flow brought the message out of the tenant.
    Forwarded,
    /// A file.
    File,
    /// A search: the words, or the search that was previewed or exported.
    Search,
    /// Messages of a chat or channel.
    Chat,
}

impl ExposureProof {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::SyncFolder => "sync-folder",
            Self::Throttled => "throttled",
            Self::App => "app",
            Self::Forwarded => "forwarded",
            Self::File => "file",
            Self::Search => "search",
            Self::Chat => "chat",
        }
    }
}

/// A row of `exposure.csv`; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExposureRow {
    /// When, UTC.
    pub time: Timestamp,
    /// Whose content.
    pub account: String,
    /// How it is proven.
    pub proof: ExposureProof,
    /// Internet message id.
    pub message_id: String,
    /// Subject, where logged.
    pub subject: String,
    /// Folder.
    pub folder: String,
    /// File path or URL; the words of a search; the id of a chat.
    pub file: String,
    /// Application that read.
    pub app_id: String,
    /// Session.
    pub session: String,
    /// Address.
    pub ip: String,
    /// Who did it.
    pub attribution: String,
}

/// The rows of an event by itself: one a message, folder, file, search or chat. An event that reaches
/// nothing has none.
pub fn exposure(event: &Event) -> Vec<ExposureRow> {
    let record = &event.record;
    let operation = record.operation.as_str();
    if !EXPOSING_OPERATIONS.contains(&operation) {
        return Vec::new();
    }
    match operation {
        "MailItemsAccessed" => mail_rows(event),
        "CopilotInteraction" => copilot_rows(event),
        _ if operation.starts_with("File") => file_rows(event),
        _ if is_chat(operation) => vec![ExposureRow {
            file: first_parameter(
                record,
                &["ChatThreadId", "ChatId", "ChannelGuid", "MessageId"],
            )
            .or_else(|| record.target.name.clone())
            .or_else(|| record.target.id.clone())
            .unwrap_or_default(),
            ..row(event, ExposureProof::Chat)
        }],
        _ => vec![ExposureRow {
            file: searched(record),
            ..row(event, ExposureProof::Search)
        }],
    }
}

/// The rows of all events, sorted, each once: those of each event by itself, and the messages that something
/// of the attacker's brought out. `paths` tells a forwarded message from one that was sent.
pub fn exposures(events: &[Event], paths: &MailPaths) -> Vec<ExposureRow> {
    let mut rows: Vec<ExposureRow> = events
        .iter()
        .flat_map(|event| {
            let mut rows = exposure(event);
            rows.extend(forwarded(event, paths));
            rows
        })
        .collect();
    rows.sort();
    rows.dedup();
    rows
}

/// The message that a trace shows going out by a rule, a forwarding or a flow.
fn forwarded(event: &Event, paths: &MailPaths) -> Option<ExposureRow> {
    if paths.carried(event) != Some(Carried::Forwarded) {
        return None;
    }
    let record = &event.record;
    Some(ExposureRow {
        account: record.actor.upn.clone().unwrap_or_default(),
        message_id: record
            .message_id
            .as_deref()
            .map(canonical_message_id)
            .unwrap_or_default(),
        ..row(event, ExposureProof::Forwarded)
    })
}

fn row(event: &Event, proof: ExposureProof) -> ExposureRow {
    let record = &event.record;
    ExposureRow {
        time: record.event_time,
        account: record
            .owner
            .clone()
            .or_else(|| event.account().map(str::to_owned))
            .unwrap_or_default(),
        proof,
        message_id: String::new(),
        subject: record.subject.clone().unwrap_or_default(),
        folder: String::new(),
        file: String::new(),
        app_id: record.app_id.clone().unwrap_or_default(),
        session: record.session_id.clone().unwrap_or_default(),
        ip: record.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        attribution: event.attribution().name().to_owned(),
    }
}

fn mail_rows(event: &Event) -> Vec<ExposureRow> {
    let record = &event.record;
    let is = |name: &str, word: &str| {
        record
            .parameter(name)
            .any(|value| value.eq_ignore_ascii_case(word))
    };
    let folder = record
        .object_path
        .clone()
        .or_else(|| record.parameter("Folder").next().map(str::to_owned))
        .unwrap_or_default();
    let mut rows = if is("MailAccessType", "Sync") {
        vec![ExposureRow {
            folder: folder.clone(),
            ..row(event, ExposureProof::SyncFolder)
        }]
    } else {
        bound(event, &folder)
    };
    if is("IsThrottled", "True") || rows.is_empty() {
        rows.push(ExposureRow {
            folder,
            ..row(event, ExposureProof::Throttled)
        });
    }
    rows
}

/// The messages that a record binds. Folder, message and subject stand behind one another in the order of
/// the record, so that each message has its own folder and subject.
fn bound(event: &Event, folder: &str) -> Vec<ExposureRow> {
    let record = &event.record;
    let proof = if app::reads(record) {
        ExposureProof::App
    } else {
        ExposureProof::Bind
    };
    let mut folder = folder.to_owned();
    let mut rows: Vec<ExposureRow> = Vec::new();
    for (name, value) in &record.parameters {
        match name.as_str() {
            "Folder" => folder = value.to_string(),
            "InternetMessageId" | "Item.InternetMessageId" => rows.push(ExposureRow {
                message_id: canonical_message_id(value),
                subject: String::new(),
                folder: folder.clone(),
                ..row(event, proof)
            }),
            "Item.Subject" => {
                if let Some(last) = rows.last_mut().filter(|last| last.subject.is_empty()) {
                    last.subject = value.to_string();
                }
            }
            _ => {}
        }
    }
    let own = record.message_id.as_deref().map(canonical_message_id);
    if let Some(id) = own.filter(|id| !rows.iter().any(|row| row.message_id == *id)) {
        rows.push(ExposureRow {
            message_id: id,
            folder,
            ..row(event, proof)
        });
    }
    rows.retain(|row| !row.message_id.is_empty());
    rows.sort();
    rows.dedup_by(|a, b| a.message_id == b.message_id && a.folder == b.folder);
    rows
}

fn file_rows(event: &Event) -> Vec<ExposureRow> {
    let record = &event.record;
    let path = record
        .object_path
        .clone()
        .or_else(|| record.target.name.clone())
        .unwrap_or_default();
    if path.is_empty() {
        return Vec::new();
    }
    vec![ExposureRow {
        folder: String::new(),
        subject: String::new(),
        file: path,
        ..row(event, ExposureProof::File)
    }]
}

/// What an assistant opened for whoever asked. An empty list is not "nothing": it is a search of which the
/// log does not say what it found.
fn copilot_rows(event: &Event) -> Vec<ExposureRow> {
    let mut rows: Vec<ExposureRow> = event
        .record
        .parameters
        .iter()
        .filter(|(name, _)| {
            name.contains("AccessedResources")
                && ["SiteUrl", "Id", "ID", "Name"]
                    .iter()
                    .any(|end| name.ends_with(end))
        })
        .map(|(_, value)| ExposureRow {
            file: value.to_string(),
            ..row(event, ExposureProof::File)
        })
        .collect();
    if rows.is_empty() {
        rows.push(row(event, ExposureProof::Search));
    }
    rows
}

fn is_chat(operation: &str) -> bool {
    ["Message", "Chat", "Recording", "Transcript"]
        .iter()
        .any(|start| operation.starts_with(start))
}

/// The words of a search, else what was searched.
fn searched(record: &Record) -> String {
    first_parameter(
        record,
        &["QueryText", "SearchQueryText", "Query", "CaseName"],
    )
    .or_else(|| record.object_path.clone())
    .or_else(|| record.target.name.clone())
    .unwrap_or_default()
}

fn first_parameter(record: &Record, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| record.parameter(name).find(|value| !value.is_empty()))
        .map(str::to_owned)
}
