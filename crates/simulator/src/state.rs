//! What changes while time goes by: sessions, passwords, rules, grants, devices, what mail lies where.
//!
//! The life of the tenant, the attackers and the interventions read and change it in the order of time.
//! What dies by which act is decided by [`law`](crate::law) alone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::happening::{Actor, Message, Method};
use crate::id::{AccountNo, AppNo, DeviceNo, GroupNo, Guid};
use crate::law::{self, Blow};
use crate::world::World;

/// How a session was won: what the revocation matrix of `facts/auth.md` §2.4 asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Somebody typed the password.
    Password,
    /// Windows Hello, passkey, certificate, temporary pass, phone sign-in.
    NonPassword,
}

/// What holds a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Artefact {
    /// A browser's cookie.
    Cookie,
    /// A refresh token of a public client.
    RefreshToken,
    /// A refresh token of a confidential client.
    ConfidentialToken,
    /// A primary refresh token, bound to a device.
    PrimaryRefreshToken(DeviceNo),
}

/// A session that can still get tokens.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id (`sid`). Owner and attacker can hold the same.
    pub id: Guid,
    /// Whose account.
    pub account: AccountNo,
    /// Who holds this copy of it.
    pub holder: Actor,
    /// How it was won.
    pub basis: Basis,
    /// What holds it.
    pub artefact: Artefact,
    /// When it began.
    pub began: Timestamp,
}

impl Session {
    /// Whether it is the token that an owner's consent gave an application of somebody's.
    pub(crate) fn is_consents_of(&self, holder: Actor) -> bool {
        self.holder == holder && self.artefact == Artefact::ConfidentialToken
    }
}

/// An inbox rule.
#[derive(Debug, Clone)]
pub struct InboxRule {
    /// Its number in the mailbox.
    pub id: u64,
    /// Its name; hidden ones have none.
    pub name: Option<String>,
    /// Who made it.
    pub by: Actor,
    /// Subjects, bodies or senders that hold one of these words; all mail when empty.
    pub words: Vec<String>,
    /// Moves to this folder.
    pub moves_to: Option<String>,
    /// Deletes.
    pub deletes: bool,
    /// Forwards or redirects to this address.
    pub forwards_to: Option<String>,
    /// Can be seen in Outlook and by `Get-InboxRule` without switches.
    pub visible: bool,
    /// Acts only while the owner's desktop Outlook runs.
    pub client_side: bool,
}

/// A message as it lies in a mailbox.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The message.
    pub message: Arc<Message>,
    /// In which folder.
    pub folder: String,
    /// Since when.
    pub at: Timestamp,
}

/// What an account is at present.
#[derive(Debug, Clone, Default)]
pub struct AccountState {
    /// May not sign in.
    pub disabled: bool,
    /// Was deleted.
    pub deleted: bool,
    /// Shut by ordinary life: its owner has left, or has not come yet.
    pub is_ownerless: bool,
    /// Counts resets: who knows an older password does not know this one.
    pub password: u32,
    /// Actors that know the present password beside the owner.
    pub password_known_to: Vec<Actor>,
    /// Methods that somebody else registered.
    pub foreign_methods: Vec<(Actor, Method)>,
    /// Inbox rules.
    pub rules: Vec<InboxRule>,
    /// Forwards all mail to this address, set by whom.
    pub forwarding: Option<(String, Actor)>,
    /// Accounts that may open the mailbox, and who let them.
    pub delegates: Vec<(AccountNo, Actor)>,
    /// Sessions that can get tokens, in the order in which they began.
    pub sessions: Vec<Session>,
    /// The newest messages of the mailbox; older ones are there and no longer listed. Whoever
    /// moves mail keeps this list; the engine adds what was transported and is not yet listed.
    pub mail: VecDeque<Stored>,
    /// The last critical event (reset, revocation, block) that took effect: clients with continuous access
    /// evaluation lose their access tokens after it.
    pub cut: Option<Timestamp>,
    /// The mailbox is gone or closed (licence taken away).
    pub mailbox_closed: bool,
    /// Stands in a restricted-management unit: tenant-wide administrators are refused.
    pub restricted: bool,
    /// An application password that a foreign actor made: survives every reset.
    pub app_password: Option<Actor>,
}

/// A way back in that is not an account's own: what stands until somebody takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foothold {
    /// Who made it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What it is.
    pub what: FootholdKind,
}

/// Kinds of footholds beside rules, forwarding, delegates and methods, which the account's state holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FootholdKind {
    /// An application with granted permissions.
    App(AppNo),
    /// A key added to an application.
    AppKey(AppNo, Guid),
    /// A registered device.
    Device(DeviceNo),
    /// A directory role.
    Role(&'static str, AccountNo),
    /// Membership of a group that gives a role or exempts from a policy.
    Group(GroupNo, AccountNo),
    /// An account made by the attacker.
    Account(AccountNo),
    /// A mail-flow rule by its name.
    TransportRule(String),
    /// A federated domain.
    Federation(String),
    /// A weakened policy by its id and name.
    Policy(Guid, String),
    /// A flow of Power Automate.
    Flow(Guid, AccountNo),
    /// A restricted-management administrative unit around an account.
    RestrictedUnit(Guid, AccountNo),
}

/// A mail-flow rule that copies mail to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportRule {
    /// Its name.
    pub name: String,
    /// Whose mail; everybody's when nobody is named.
    pub account: Option<AccountNo>,
    /// Where the blind copies go.
    pub copies_to: String,
    /// Who made it.
    pub by: Actor,
}

/// A session of an attacker that ended: what its holder is told when he tries it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedSession {
    /// Its id.
    pub id: Guid,
    /// Whose account.
    pub account: AccountNo,
    /// Who held it.
    pub holder: Actor,
    /// The device to which it was bound.
    pub device: Option<DeviceNo>,
    /// The error that a refresh gives: 50173, 50133, 50057, 135011 …
    pub error: u32,
    /// When it ended.
    pub at: Timestamp,
}

/// What administrators switched on while time went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Defences {
    /// Everybody needs a second factor.
    pub second_factor: bool,
    /// Old protocols and passwords sent by clients are refused.
    pub no_legacy: bool,
    /// The device code flow is refused.
    pub no_device_code: bool,
}

/// Everything that changes.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// By account number.
    pub accounts: Vec<AccountState>,
    /// How many of a mailbox's newest messages are remembered.
    pub remembered: usize,
    /// Footholds that stand.
    pub footholds: Vec<Foothold>,
    /// Service principals that are disabled.
    pub disabled_apps: Vec<AppNo>,
    /// Devices that are disabled or deleted.
    pub disabled_devices: Vec<DeviceNo>,
    /// Addresses that Conditional Access refuses.
    pub blocked_addresses: BTreeMap<std::net::IpAddr, Timestamp>,
    /// Sessions of attackers that ended.
    pub ended: Vec<EndedSession>,
    /// Mail-flow rules that copy mail away.
    pub transport_rules: Vec<TransportRule>,
    /// Flows that forward a mailbox's new mail: flow, mailbox, address, who made it.
    pub flows: Vec<(Guid, AccountNo, String, Actor)>,
    /// Computers on which a thief's program sits: the owner's next session there is his as well.
    pub infected_devices: Vec<(DeviceNo, Actor)>,
    /// What was switched on.
    pub defences: Defences,
    /// Items of the mail that attackers sent.
    pub hostile_mail: std::collections::BTreeSet<[u8; 16]>,
}

/// How many messages all mailboxes together remember, so that memory does not grow with the tenant.
const REMEMBERED_IN_ALL: usize = 240_000;

impl State {
    /// The state in which the logs begin.
    pub fn new(world: &World) -> Self {
        Self {
            accounts: vec![AccountState::default(); world.accounts.len()],
            remembered: (REMEMBERED_IN_ALL / world.accounts.len().max(1)).clamp(24, 300),
            ..Self::default()
        }
    }

    /// Every session of the tenant that can get tokens.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.accounts.iter().flat_map(|account| &account.sessions)
    }

    /// The copy of a session that somebody holds, while it lives.
    pub fn session(&self, account: AccountNo, id: Guid, holder: Actor) -> Option<&Session> {
        let sessions = &self.account(account).sessions;
        sessions
            .iter()
            .find(|session| session.id == id && session.holder == holder)
    }

    /// A session begins.
    pub fn begin(&mut self, session: Session) {
        self.account_mut(session.account).sessions.push(session);
    }

    /// Ends the sessions of an account that do not survive an act; continuous access evaluation hears of it.
    pub fn strike(&mut self, account: AccountNo, blow: Blow, at: Timestamp) {
        law::strike_account(self, account, blow, at);
    }

    /// A device is disabled or deleted: the primary refresh tokens on it end, whoever holds them.
    pub fn strike_device(&mut self, device: DeviceNo, at: Timestamp) {
        law::strike_device(self, device, at);
    }

    /// An account's state.
    #[expect(
        clippy::indexing_slicing,
        reason = "numbers are made with their world and never come from input"
    )]
    pub fn account(&self, number: AccountNo) -> &AccountState {
        &self.accounts[number.index()]
    }

    /// An account's state, to be changed.
    #[expect(
        clippy::indexing_slicing,
        reason = "numbers are made with their world and never come from input"
    )]
    pub fn account_mut(&mut self, number: AccountNo) -> &mut AccountState {
        &mut self.accounts[number.index()]
    }

    /// A message comes to lie in a folder of a mailbox.
    pub fn store(
        &mut self,
        mailbox: AccountNo,
        message: Arc<Message>,
        folder: &str,
        at: Timestamp,
    ) {
        let remembered = self.remembered.max(1);
        let mail = &mut self.account_mut(mailbox).mail;
        while mail.len() >= remembered {
            mail.pop_front();
        }
        mail.push_back(Stored {
            message,
            folder: folder.to_owned(),
            at,
        });
    }
}
