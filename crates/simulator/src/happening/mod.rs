//! What happens: one happening, told once, from which every log writes its own record.
//!
//! The life of the tenant and its attackers make happenings and know no log; the log writers know no
//! habits and no attacker. So the traces of one happening agree with each other by construction.

mod admin;
mod directory;
mod file;
mod mail;
mod security;
mod sign_in;
mod team;

pub use admin::{Cmdlet, CmdletService, Noise};
pub use directory::{
    DirectoryAct, DirectoryChange, Initiator, Method, PolicyKind, PropertyChange, TargetKind,
    TargetObject,
};
pub use file::{FileAct, ShareAct, ShareTarget, SiteAct};
pub use mail::{
    Attachment, Authentication, Delivery, Direction, Logon, MailAct, Manner, Message, Recipient,
};
pub use security::{Alert, AlertEntity, Click, RiskDetection};
pub use sign_in::{AuthStep, Protocol, Requirement, SignIn, SignInKind, TokenOrigin, Transfer};
pub use team::{ChatAct, Flow};

use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::id::{AccountNo, AppNo, DeviceNo, Guid, TokenId};
use crate::world::{Client, Place};

/// Who really did it: the truth that no log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The person whose account it is, the mailbox's owner, or an app at work for its owner.
    Owner,
    /// An administrator of the tenant at his work.
    Administrator,
    /// IT or responders who act against the attack.
    Responder,
    /// A partner with delegated administration.
    Partner,
    /// Microsoft's services by themselves, and the tenant's own unattended apps.
    Service,
    /// Strangers on the internet who try passwords at random and never get in: every tenant has them, and
    /// they belong to no incident.
    Background,
    /// An attacker, by number.
    Attacker(u8),
}

/// An access token: what ties an act to the sign-in that issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its id (`uti`).
    pub id: TokenId,
    /// When it was issued.
    pub issued: Timestamp,
}

/// By which way a request reached the service.
#[derive(Debug, Clone)]
pub struct Access {
    /// From where.
    pub place: Place,
    /// With which program.
    pub client: Arc<Client>,
    /// The session (`sid`) that the token belongs to; nothing for app-only access.
    pub session: Option<Guid>,
    /// The token; nothing where the service does not say.
    pub token: Option<Token>,
    /// The registered device.
    pub device: Option<DeviceNo>,
}

/// One happening.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// Who really.
    pub actor: Actor,
    /// As whom: the account in whose name it is done; nothing for services and apps.
    pub account: Option<AccountNo>,
    /// As which application, for app-only access.
    pub app: Option<AppNo>,
    /// By which way; nothing for what services do inside.
    pub access: Option<Access>,
    /// What.
    pub act: Act,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Act {
    /// A request for tokens, granted or refused.
    SignIn(Box<SignIn>),
    /// Something with mail.
    Mail(MailAct),
    /// Something with a file.
    File(FileAct),
    /// A file or site shared, or a share used.
    Share(ShareAct),
    /// A page, list or setting of a site.
    Site(SiteAct),
    /// Something in Teams.
    Chat(ChatAct),
    /// A change of the directory.
    Directory(DirectoryAct),
    /// A cmdlet of Exchange, of Security & Compliance or of Teams.
    Cmdlet(Cmdlet),
    /// An alert of a Microsoft product.
    Alert(Alert),
    /// A risk detection of Entra ID Protection.
    Risk(RiskDetection),
    /// A click on a link that Safe Links saw.
    Click(Click),
    /// A flow of Power Automate made, changed or shared.
    Flow(Flow),
    /// What fills the unified audit log beside all that: portal queries, assessments, label records.
    Noise(Noise),
}
