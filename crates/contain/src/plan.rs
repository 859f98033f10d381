//! A plan: stages × ordered actions, immutable, named by its hash.
//!
//! Gives the form in which a plan is shown, kept and compared. It must never decide what is done: that is
//! the planner's, and executing makes no choice either.

use hourzero_model::{ActionKind, Channel};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A stage of the one order (`facts/contain.md` §7). Each is a gate: the next begins when it is verified, or
/// waived in writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// People: money, another channel, a proven way in.
    Prepare,
    /// Pre-images of the objects that will be touched, volatile things first.
    Preserve,
    /// Control of the tenant: federation, units, roles, policies, keys, auditing.
    Tenant,
    /// All accounts at once: disable, then revoke; devices and applications of the attacker.
    Cut,
    /// Indicators, the door that was used, and revoke again.
    Block,
    /// What lets him back in, the reversible form first.
    Persistence,
    /// Flows, links, guests, other systems.
    Collaboration,
    /// Passwords, last of all.
    Passwords,
    /// Revoke once more, and hand the accounts back.
    GiveBack,
    /// Watch, and read everything again.
    Verify,
    /// What cannot be undone.
    CleanUp,
}

impl Stage {
    /// Every stage in its order.
    pub const ALL: [Self; 11] = [
        Self::Prepare,
        Self::Preserve,
        Self::Tenant,
        Self::Cut,
        Self::Block,
        Self::Persistence,
        Self::Collaboration,
        Self::Passwords,
        Self::GiveBack,
        Self::Verify,
        Self::CleanUp,
    ];

    /// Its number in the order.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prepare => "Before touching the tenant",
            Self::Preserve => "Preserve what the next steps change",
            Self::Tenant => "Take back control of the tenant",
            Self::Cut => "Cut all accounts in one wave",
            Self::Block => "Block what he uses, and revoke again",
            Self::Persistence => "Take away what lets him back in",
            Self::Collaboration => "Flows, links, guests, other systems",
            Self::Passwords => "Passwords",
            Self::GiveBack => "Revoke once more, hand the accounts back",
            Self::Verify => "Watch and verify",
            Self::CleanUp => "Irreversible clean-up",
        }
    }

    /// What must be true before the stage after it begins.
    pub const fn gate(self) -> &'static str {
        match self {
            Self::Prepare => "a way in that is no target has been signed in to today",
            Self::Preserve => {
                "the exports are in the case and hashed; what could not be read is written down"
            }
            Self::Tenant => "each object has been read again; go on to the cut within minutes",
            Self::Cut => "every account reads as disabled and its sessionsValidFrom has moved",
            Self::Block => "the block refuses his addresses; the second revocation has been sent",
            Self::Persistence => "each object has been read again, hidden rules included",
            Self::Collaboration => "each object has been read again",
            Self::Passwords => "each account has a password that only its owner was told, by voice",
            Self::GiveBack => {
                "each owner was verified by voice and signed in with a method of his own"
            }
            Self::Verify => "nothing of his succeeded for 24 to 72 hours",
            Self::CleanUp => "counsel agreed; the evidence was verified a second time",
        }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)+) => {
        /// What an action does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Act {
            $($(#[$doc])* $variant,)+
        }

        impl Act {
            /// Its word in files.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

acts! {
    /// Calls the bank.
    RecallMoney = "recall-money",
    /// Talks where the attacker does not listen.
    OutOfBand = "out-of-band",
    /// Signs in with an administrator who is no target.
    ProveWayBack = "prove-way-back",
    /// Makes such an administrator.
    MakeWayBack = "make-way-back",
    /// Exports an object and what hangs on it.
    Export = "export",
    /// Holds a mailbox.
    HoldMailbox = "hold-mailbox",
    /// Takes a computer off the network and images it.
    IsolateComputer = "isolate-computer",
    /// Takes an account out of a restricted-management unit.
    LeaveUnit = "leave-unit",
    /// Takes trust from a federated domain.
    RestoreDomain = "restore-domain",
    /// Puts a policy back.
    RestorePolicy = "restore-policy",
    /// Switches auditing on again.
    RestoreAudit = "restore-audit",
    /// Takes a directory role away.
    RemoveRole = "remove-role",
    /// Takes a member out of a group.
    LeaveGroup = "leave-group",
    /// Disables a service principal.
    DisableApp = "disable-app",
    /// Removes a key or secret.
    RemoveKey = "remove-key",
    /// Takes an owner off an application.
    RemoveOwner = "remove-owner",
    /// Takes an application permission away.
    RemoveAppRole = "remove-app-role",
    /// Takes a partner's or another tenant's access away.
    RemovePartner = "remove-partner",
    /// Disables an account.
    DisableAccount = "disable-account",
    /// Revokes its sessions.
    RevokeSessions = "revoke-sessions",
    /// Resets a password in the same second as the revocation: for an account that stays enabled.
    ResetAtOnce = "reset-at-once",
    /// Disables a device that the attacker registered.
    DisableDevice = "disable-device",
    /// Blocks addresses.
    BlockAddress = "block-address",
    /// Closes the way in that was used.
    CloseEntry = "close-entry",
    /// Switches forwarding off.
    ClearForwarding = "clear-forwarding",
    /// Disables a mail-flow rule.
    DisableTransportRule = "disable-transport-rule",
    /// Disables a connector.
    DisableConnector = "disable-connector",
    /// Disables an inbox or sweep rule.
    DisableRule = "disable-rule",
    /// Takes a right on a mailbox away.
    RemoveDelegate = "remove-delegate",
    /// Takes an add-in away.
    RemoveAddIn = "remove-add-in",
    /// Takes delegated consent away.
    RemoveGrant = "remove-grant",
    /// Deletes application passwords.
    RemoveAppPassword = "remove-app-password",
    /// Deletes methods that the attacker registered.
    RemoveMethod = "remove-method",
    /// Looks through everything of an account.
    Sweep = "sweep",
    /// Looks through the tenant.
    SweepTenant = "sweep-tenant",
    /// Stops a flow.
    StopFlow = "stop-flow",
    /// Takes sharing away.
    RemoveSharing = "remove-sharing",
    /// Blocks a guest whom the attacker invited.
    BlockGuest = "block-guest",
    /// Asks the owners of other systems.
    OtherSystems = "other-systems",
    /// Resets a password.
    ResetPassword = "reset-password",
    /// Installs a computer anew.
    ReinstallComputer = "reinstall-computer",
    /// Lets an account in again.
    EnableAccount = "enable-account",
    /// Lets the tenant's own application in again with a new key.
    RenewApp = "renew-app",
    /// Watches the logs.
    Watch = "watch",
    /// Reads every touched object again.
    ReadAgain = "read-again",
    /// Deletes a rule.
    DeleteRule = "delete-rule",
    /// Deletes a mail-flow rule or connector.
    DeleteMailFlow = "delete-mail-flow",
    /// Deletes an application.
    DeleteApp = "delete-app",
    /// Deletes a device.
    DeleteDevice = "delete-device",
    /// Deletes an account that the attacker made.
    DeleteAccount = "delete-account",
    /// Anything of a kind that has no call of its own here.
    ByHand = "by-hand",
}

/// What an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Object {
    /// `account`, `device`, `application`, `inbox-rule` …
    pub kind: String,
    /// Its name for people, as logged.
    pub name: String,
    /// Its id, where it is known.
    pub id: String,
    /// The account whose thing it is; empty for a thing of the tenant.
    pub account: String,
}

/// How an action is written as a `[[done]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsDone {
    /// The kind.
    pub action: ActionKind,
    /// For resets: the way.
    pub channel: Option<Channel>,
    /// The object.
    pub target: Option<String>,
}

/// One line of the worksheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Stable id: the same act on the same object in the same stage.
    pub id: String,
    /// When.
    pub stage: Stage,
    /// Its place in the whole plan, from 1.
    pub order: u32,
    /// What it does.
    pub act: Act,
    /// To what.
    pub object: Object,
    /// What to do, as a sentence.
    pub what: String,
    /// Why here and why so, where that is not plain.
    pub why: String,
    /// Where in the portals.
    pub portal: String,
    /// The call to Microsoft Graph; empty where there is none.
    pub graph: String,
    /// The cmdlet; empty where there is none.
    pub powershell: String,
    /// What must be in evidence before.
    pub export_first: String,
    /// What the action destroys or overwrites; empty where it destroys nothing.
    pub evidence_destroyed: String,
    /// Who is cut off by it.
    pub who_is_cut_off: String,
    /// How it is undone.
    pub undo: String,
    /// How one sees that it took effect.
    pub how_to_verify: String,
    /// A decision that a named person must make before; empty where none is open.
    pub decision: String,
    /// That it was already done, as far as it was said or logged; empty otherwise.
    pub already: String,
    /// Ids of findings that it answers.
    pub findings: Vec<String>,
    /// Ids of footholds that it takes away.
    pub footholds: Vec<String>,
    /// Seconds until the next action may begin, at the least.
    pub settles: u32,
    /// As a `[[done]]` table, where it changes the tenant or is an act of the contract's list.
    pub as_done: Option<AsDone>,
}

/// Something that was asked for and is not planned, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeldBack {
    /// What.
    pub object: String,
    /// Why not, and what to do instead.
    pub why: String,
}

/// A plan. Nothing in it can be changed; another situation gives another plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    domain: String,
    actions: Vec<Action>,
    held_back: Vec<HeldBack>,
    #[serde(skip)]
    hash: String,
}

impl Plan {
    /// Numbers the actions and names the plan.
    pub(crate) fn new(domain: String, mut actions: Vec<Action>, held_back: Vec<HeldBack>) -> Self {
        // Stable: within a stage the planner's order holds.
        actions.sort_by_key(|action| action.stage);
        for (order, action) in (1_u32..).zip(&mut actions) {
            action.order = order;
        }
        let mut plan = Self {
            domain,
            actions,
            held_back,
            hash: String::new(),
        };
        // A plan of texts, numbers and lists can always be written.
        let text = serde_json::to_vec(&plan).unwrap_or_default();
        plan.hash = hex(&Sha256::digest(&text));
        plan
    }

    /// The SHA-256 of its canonical JSON, 64 hex digits: its name.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The tenant.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The actions, in their order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// What is deliberately not planned.
    pub fn held_back(&self) -> &[HeldBack] {
        &self.held_back
    }

    /// The actions of a stage, in their order.
    pub fn of(&self, stage: Stage) -> impl Iterator<Item = &Action> {
        self.actions
            .iter()
            .filter(move |action| action.stage == stage)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The stable id of an action.
pub(crate) fn action_id(stage: Stage, act: Act, object: &Object) -> String {
    let text = [
        stage.title(),
        act.name(),
        &object.kind,
        &object.name,
        &object.id,
        &object.account,
    ]
    .join("\u{0}");
    let digest = hex(&Sha256::digest(text.as_bytes()));
    format!("action-{}", digest.get(..16).unwrap_or_default())
}
