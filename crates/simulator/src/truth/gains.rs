//! What somebody got or gave by an act: the items by which exposure is judged.

use crate::happening::{Act, FileAct, MailAct, ShareAct};
use crate::world::{Site, StoredFile, World};

/// Items of one act, named as the lists of a case name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gains {
    /// Internet message ids of mails that were opened.
    pub read: Vec<String>,
    /// Mailbox and folder that were synchronised.
    pub synced: Option<(String, String)>,
    /// Addresses of files that were opened or taken.
    pub files: Vec<String>,
    /// Internet message ids of mails that were sent.
    pub sent: Vec<String>,
    /// Addresses of files that were shared, with whom.
    pub shared: Vec<(String, String)>,
}

/// The address of a file, as the unified audit log has it in `ObjectId`.
pub fn file_url(site: &Site, file: &StoredFile) -> String {
    let folder = if file.folder.is_empty() {
        String::new()
    } else {
        format!("{}/", file.folder)
    };
    format!("{}/{}/{folder}{}", site.url, site.library.name, file.name)
}

/// File operations by which content leaves or is seen.
const TAKING: &[&str] = &[
    "FileAccessed",
    "FileAccessedExtended",
    "FilePreviewed",
    "FileDownloaded",
    "FileSyncDownloadedFull",
    "FileSyncDownloadedPartial",
    "FileCopied",
];

impl Gains {
    /// What an act gains its actor.
    pub fn of(world: &World, act: &Act) -> Self {
        match act {
            Act::Mail(mail) => Self::of_mail(world, mail),
            Act::File(FileAct {
                operation,
                site,
                file,
                folder: false,
                ..
            }) if TAKING.contains(operation) => Self {
                files: vec![file_url(world.site(*site), file)],
                ..Self::default()
            },
            Act::Share(ShareAct {
                site,
                file: Some(file),
                target: Some(target),
                ..
            }) => Self {
                shared: vec![(file_url(world.site(*site), file), target.name.clone())],
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    fn of_mail(world: &World, mail: &MailAct) -> Self {
        let mut gains = Self::default();
        match mail {
            MailAct::Read { folders, .. } => {
                gains.read = folders
                    .iter()
                    .flat_map(|(_, messages)| messages)
                    .map(|message| message.internet_id.clone())
                    .collect();
            }
            MailAct::Synced {
                mailbox, folder, ..
            } => {
                gains.synced = Some((world.account(*mailbox).upn_lower(), folder.clone()));
            }
            MailAct::Sent { message, .. } => gains.sent.push(message.internet_id.clone()),
            MailAct::Transported {
                message,
                forwarded_by: Some(_),
                ..
            } => gains.read.push(message.internet_id.clone()),
            _ => {}
        }
        gains
    }
}
