//! Teams and Power Automate.

use crate::id::{AccountNo, Guid, TeamNo};

/// Something in Teams (record type 25): `MessageSent`, `ChatCreated`, `MemberAdded`, `TeamsSessionStarted` …
#[derive(Debug, Clone)]
pub struct ChatAct {
    /// The operation.
    pub operation: &'static str,
    /// In which team and which of its channels; nothing in chats and calls.
    pub team: Option<(TeamNo, usize)>,
    /// Thread id of a chat.
    pub thread: Option<String>,
    /// Accounts concerned: members added, the others in the chat.
    pub members: Vec<AccountNo>,
    /// Outsiders in the chat: display name, address and directory.
    pub foreign: Vec<(String, String, Guid)>,
    /// Links in the message.
    pub urls: Vec<String>,
    /// Id of the message, milliseconds as text.
    pub message_id: Option<String>,
}

/// A flow (record type 30): `CreateFlow`, `EditFlow`, `PutPermissions`, `DeleteFlow`.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The operation.
    pub operation: &'static str,
    /// Its id.
    pub id: Guid,
    /// Its environment's id.
    pub environment: Guid,
    /// Names of its connectors, such as `Office 365 Outlook, Gmail`.
    pub connectors: &'static str,
    /// With whom it was shared.
    pub shared_with: Option<AccountNo>,
}
