//! What was reached for each account, as counts, with what the logs cannot tell (`answers.accessed`).

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Attribution, Log, Outcome};
use serde::Serialize;

use super::{ExposureProof, ExposureRow};
use crate::Event;

/// What the attacker reached of one account. A count is a count of different things, not of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessedRow {
    /// Whose.
    pub account: String,
    /// Messages that a record names, read by a person or a program.
    pub messages: u64,
    /// Messages that a rule, a forwarding or a flow brought out.
    pub forwarded: u64,
    /// Folders that were synchronised, by name: everything in them counts as reached.
    pub folders: Vec<String>,
    /// Files.
    pub files: u64,
    /// Searches.
    pub searches: u64,
    /// Chats and channels.
    pub chats: u64,
    /// Applications that read.
    pub apps: Vec<String>,
    /// Other systems that were signed in to with the account, by name.
    pub systems: Vec<String>,
    /// What the logs cannot tell of it, as sentences.
    pub unknown: Vec<String>,
}

/// Everything that the attacker reached, taken in row by row in any order.
#[derive(Debug, Clone, Default)]
pub struct Accessed {
    accounts: BTreeMap<String, Things>,
    mailboxes: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Clone, Default)]
struct Things {
    forwarded: BTreeSet<String>,
    read: u64,
    folders: BTreeSet<String>,
    files: BTreeSet<String>,
    searches: u64,
    chats: BTreeSet<String>,
    throttled: u64,
    apps: BTreeSet<String>,
    systems: BTreeSet<String>,
}

/// Programs of Microsoft's by which mail, files and the account itself are used: no other systems.
const OWN_SYSTEMS: &[&str] = &[
    "outlook",
    "office",
    "microsoft",
    "exchange",
    "sharepoint",
    "onedrive",
    "teams",
    "azure",
    "windows",
    "my ",
    "onenote",
    "edge",
];

impl Accessed {
    /// Takes in a row of `exposure.csv`; those of others than the attacker count for nothing here.
    pub fn take(&mut self, row: &ExposureRow) {
        if row.attribution != Attribution::Attacker.name() {
            return;
        }
        let things = self.accounts.entry(row.account.clone()).or_default();
        match row.proof {
            ExposureProof::Bind | ExposureProof::App => {
                let ids = self.mailboxes.entry(row.account.clone()).or_default();
                things.read += u64::from(ids.insert(row.message_id.clone()));
                if row.proof == ExposureProof::App && !row.app_id.is_empty() {
                    things.apps.insert(row.app_id.clone());
                }
            }
            ExposureProof::Forwarded => {
                things.forwarded.insert(row.message_id.clone());
                if !row.message_id.is_empty() {
                    let ids = self.mailboxes.entry(row.account.clone()).or_default();
                    ids.insert(row.message_id.clone());
                }
            }
            ExposureProof::SyncFolder => drop(things.folders.insert(row.folder.clone())),
            ExposureProof::Throttled => things.throttled += 1,
            ExposureProof::File => drop(things.files.insert(row.file.clone())),
            ExposureProof::Search => things.searches += 1,
            ExposureProof::Chat => drop(things.chats.insert(row.file.clone())),
        }
    }

    /// Takes in an event of the attacker's: a sign-in to a system that is none of Microsoft's.
    pub fn see(&mut self, event: &Event) {
        let record = &event.record;
        if record.log != Log::SignIn || record.result != Outcome::Success {
            return;
        }
        let (Some(account), Some(system)) = (event.account(), record.app_name.as_deref()) else {
            return;
        };
        let lower = system.to_lowercase();
        if OWN_SYSTEMS.iter().any(|own| lower.starts_with(own)) {
            return;
        }
        let things = self.accounts.entry(account.to_owned()).or_default();
        things.systems.insert(system.to_owned());
    }

    /// The message ids by mailbox.
    pub const fn mailboxes(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.mailboxes
    }

    /// A row for each of the accounts, and for each other whose things were reached, by name. `reads_are_logged`
    /// says whether the evidence holds any record of reading mail.
    pub fn rows(&self, accounts: &[String], reads_are_logged: bool) -> Vec<AccessedRow> {
        let all: BTreeSet<&String> = accounts.iter().chain(self.accounts.keys()).collect();
        let nothing = Things::default();
        all.into_iter()
            .map(|account| {
                let things = self.accounts.get(account).unwrap_or(&nothing);
                let list = |set: &BTreeSet<String>| set.iter().cloned().collect();
                AccessedRow {
                    account: account.clone(),
                    messages: things.read,
                    forwarded: things.forwarded.len() as u64,
                    folders: list(&things.folders),
                    files: things.files.len() as u64,
                    searches: things.searches,
                    chats: things.chats.len() as u64,
                    apps: list(&things.apps),
                    systems: list(&things.systems),
                    unknown: unknown(things, reads_are_logged),
                }
            })
            .collect()
    }
}

fn unknown(things: &Things, reads_are_logged: bool) -> Vec<String> {
    let mut unknown = Vec::new();
    if !reads_are_logged {
        unknown.push(
            "No record of reading mail is in the evidence: which messages were read cannot be seen.".to_owned(),
        );
    }
    if things.throttled > 0 {
        unknown.push(format!(
            "{} records say that single messages were no longer logged or name none: more was read than is listed.",
            things.throttled
        ));
    }
    if !things.folders.is_empty() {
        unknown.push(format!(
            "{} folders were synchronised: the log does not say what they held.",
            things.folders.len()
        ));
    }
    unknown
}
