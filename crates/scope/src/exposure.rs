//! What was reached: messages, folders, files (`exposure.csv`).

use hourzero_model::{Record, Timestamp};
use serde::Serialize;

use crate::Event;

/// Operations whose records prove access to content.
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
    /// A file.
    File,
    /// A search.
    Search,
}

impl ExposureProof {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::SyncFolder => "sync-folder",
            Self::Throttled => "throttled",
            Self::File => "file",
            Self::Search => "search",
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
    /// File path or URL; the words of a search.
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

/// The rows of an event: one a message, folder, file or search.
pub fn exposure(event: &Event) -> Vec<ExposureRow> {
    let record = &event.record;
    let row = |proof, message_id: String, folder: String, file: String| ExposureRow {
        time: record.event_time,
        account: record
            .owner
            .clone()
            .or_else(|| event.account().map(str::to_owned))
            .unwrap_or_default(),
        proof,
        message_id,
        subject: record.subject.clone().unwrap_or_default(),
        folder,
        file,
        app_id: record.app_id.clone().unwrap_or_default(),
        session: record.session_id.clone().unwrap_or_default(),
        ip: record.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        attribution: event.attribution().name().to_owned(),
    };
    if record.operation == "MailItemsAccessed" {
        return mail_rows(record, row);
    }
    let path = record.object_path.clone().unwrap_or_default();
    if record.operation.starts_with("SearchQuery") {
        let words = record
            .parameter("QueryText")
            .next()
            .unwrap_or_default()
            .to_owned();
        return vec![row(
            ExposureProof::Search,
            String::new(),
            String::new(),
            words,
        )];
    }
    vec![row(ExposureProof::File, String::new(), String::new(), path)]
}

fn mail_rows(
    record: &Record,
    row: impl Fn(ExposureProof, String, String, String) -> ExposureRow,
) -> Vec<ExposureRow> {
    let throttled = record
        .parameter("IsThrottled")
        .any(|value| value.eq_ignore_ascii_case("true"));
    let sync = record
        .parameter("MailAccessType")
        .any(|kind| kind.eq_ignore_ascii_case("sync"));
    let folders: Vec<&str> = record
        .parameter("Folder")
        .chain(record.object_path.as_deref())
        .collect();
    let folder = folders.first().copied().unwrap_or_default();
    let mut rows = Vec::new();
    if sync {
        rows.push(row(
            ExposureProof::SyncFolder,
            String::new(),
            folder.to_owned(),
            String::new(),
        ));
    } else {
        let mut messages: Vec<&str> = record
            .parameter("InternetMessageId")
            .chain(record.message_id.as_deref())
            .collect();
        messages.sort_unstable();
        messages.dedup();
        rows.extend(messages.into_iter().map(|message| {
            row(
                ExposureProof::Bind,
                message.to_owned(),
                folder.to_owned(),
                String::new(),
            )
        }));
    }
    if throttled || rows.is_empty() {
        rows.push(row(
            ExposureProof::Throttled,
            String::new(),
            folder.to_owned(),
            String::new(),
        ));
    }
    rows
}
