//! Mail: what arrives, is read, sent, moved, deleted.

use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::id::{AccountNo, Guid};

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From outside.
    Inbound,
    /// To outside.
    Outbound,
    /// Between accounts of the tenant.
    IntraOrg,
}

/// One who gets a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Address.
    pub address: String,
    /// The account of the tenant, if it is one.
    pub account: Option<AccountNo>,
}

/// A file on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name with its ending.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// What the receiving service found about the sender: `pass`, `fail`, `none` …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// Sender Policy Framework.
    pub spf: &'static str,
    /// DomainKeys Identified Mail.
    pub dkim: &'static str,
    /// DMARC.
    pub dmarc: &'static str,
    /// Composite authentication and its reason, such as `pass reason=100`.
    pub compauth: &'static str,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `Message-ID` with its angle brackets.
    pub internet_id: String,
    /// Network message id, which is the trace's id.
    pub network_id: Guid,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Subject.
    pub subject: String,
    /// About an invoice, an offer or a payment.
    pub money: bool,
    /// Address in `From`.
    pub from: String,
    /// Name in `From`.
    pub from_name: String,
    /// The envelope's sender, where it is another.
    pub envelope_from: Option<String>,
    /// The account that sent it, if it is one.
    pub sender: Option<AccountNo>,
    /// Everyone who gets it.
    pub to: Vec<Recipient>,
    /// Bytes.
    pub size: u64,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// Links in its text.
    pub urls: Vec<String>,
    /// Which way it goes; a message to both inside and outside is `Outbound`.
    pub direction: Direction,
    /// Sender authentication, for what comes from outside.
    pub authentication: Authentication,
    /// The address that handed it in.
    pub from_address: IpAddr,
    /// Bytes of its item ids, drawn once.
    pub item: [u8; 16],
}

/// What became of a message on its way to one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// In the inbox, or handed to the other side.
    Delivered,
    /// In the junk folder.
    Junk,
    /// Held back.
    Quarantined,
    /// Refused.
    Failed,
}

/// In which role a mailbox was opened (`LogonType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Logon {
    /// As its owner.
    Owner,
    /// As an administrator.
    Admin,
    /// As a delegate.
    Delegate,
}

/// As whom a message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manner {
    /// As oneself: `Send`.
    Own,
    /// As another mailbox: `SendAs`.
    SendAs,
    /// On behalf of another mailbox: `SendOnBehalf`.
    OnBehalf,
}

/// Something with mail.
#[derive(Debug, Clone)]
pub enum MailAct {
    /// A message reaches (or does not reach) its recipients; written to the mail-flow logs only.
    Transported {
        /// The message.
        message: Arc<Message>,
        /// What became of it, for each of `message.to`.
        delivery: Delivery,
        /// The mail that was forwarded by a rule or a setting of this mailbox, if it is a copy.
        forwarded_by: Option<AccountNo>,
    },
    /// A message was taken out of a mailbox after its delivery, by the service (zero-hour auto purge) or by an
    /// administrator in Defender.
    Removed {
        /// The message.
        message: Arc<Message>,
        /// The mailbox.
        mailbox: AccountNo,
        /// `Phish ZAP`, `Malware ZAP`, `Spam ZAP` or `Manual remediation`.
        reason: &'static str,
        /// Where it lies now: `Junk` or `Quarantined`.
        to: Delivery,
    },
    /// A mailbox hands in a message (`Send`, `SendAs`, `SendOnBehalf`); its transport is a happening of its own.
    Sent {
        /// The message.
        message: Arc<Message>,
        /// The mailbox it is sent from.
        mailbox: AccountNo,
        /// As whom.
        manner: Manner,
        /// A copy stays in Sent Items.
        saved: bool,
    },
    /// Single messages were opened (`MailItemsAccessed`, Bind).
    Read {
        /// The mailbox.
        mailbox: AccountNo,
        /// In which role.
        logon: Logon,
        /// Folders, as paths such as `\Inbox`, with the messages.
        folders: Vec<(String, Vec<Arc<Message>>)>,
        /// Logging is throttled from here on.
        throttled: bool,
    },
    /// A folder was synchronised (`MailItemsAccessed`, Sync).
    Synced {
        /// The mailbox.
        mailbox: AccountNo,
        /// In which role.
        logon: Logon,
        /// The folder.
        folder: String,
        /// What lay in it, for the truth; the log does not say.
        held: Vec<Arc<Message>>,
    },
    /// Messages were moved or deleted: `Move`, `MoveToDeletedItems`, `SoftDelete`, `HardDelete`.
    Moved {
        /// The operation.
        operation: &'static str,
        /// The mailbox.
        mailbox: AccountNo,
        /// From which folder.
        from: String,
        /// To which folder; nothing for deletions.
        to: Option<String>,
        /// The messages.
        messages: Vec<Arc<Message>>,
    },
    /// An item was made or changed: `Create`, `Update`.
    Item {
        /// The operation.
        operation: &'static str,
        /// The mailbox.
        mailbox: AccountNo,
        /// In which folder, such as `\Drafts` or `\Calendar`.
        folder: String,
        /// Its subject.
        subject: String,
        /// The message, where it is one.
        message: Option<Arc<Message>>,
        /// Names of changed properties, for `Update`.
        changed: Vec<&'static str>,
    },
    /// A right on a folder was given, changed or taken: `AddFolderPermissions`, `ModifyFolderPermissions` …
    FolderRights {
        /// The operation.
        operation: &'static str,
        /// The mailbox.
        mailbox: AccountNo,
        /// The folder.
        folder: String,
        /// To whom: an address, `Everyone` or `Anonymous`.
        member: String,
        /// Rights, such as `ReadAny, Visible`.
        rights: String,
    },
    /// A rule made by a desktop client or MAPI (`UpdateInboxRules`).
    RulesUpdated {
        /// The mailbox.
        mailbox: AccountNo,
        /// `AddMailboxRule`, `ModifyMailboxRule`, `RemoveMailboxRule`.
        operation: &'static str,
        /// Its name; hidden rules have none.
        name: Option<String>,
        /// The condition as the log writes it.
        condition: String,
        /// Actions as JSON, such as `[{"ActionType":"Forward","Recipients":["x@example.com"],"ForwardFlags":"None"}]`.
        actions: String,
    },
    /// Somebody searched a mailbox (`SearchQueryInitiatedExchange`; off by default).
    Searched {
        /// The mailbox.
        mailbox: AccountNo,
        /// What for.
        query: String,
    },
    /// Outlook on the web renewed its token (`GATFRTokenIssue`).
    WebTokenIssued {
        /// The mailbox.
        mailbox: AccountNo,
    },
}
