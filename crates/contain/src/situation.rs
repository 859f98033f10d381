//! What the plan is made from: who is to be cut, what stands, who is the way back in.
//!
//! Takes nothing and gives only types. A fact that nobody knows has its own word, because the plan must
//! not treat "unknown" as "no".

use std::net::IpAddr;

use hourzero_model::{EntryHypothesis, EntryId, Foothold, ResponderAction, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

/// Everything that decides what is done in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Situation {
    /// The case's tenant domain.
    pub domain: String,
    /// The end of the evidence.
    pub until: Option<Timestamp>,
    /// Accounts that the attacker has, probably has or made. Others are ignored here.
    pub accounts: Vec<Account>,
    /// Administrators that are no targets: the ways back in.
    pub administrators: Vec<Administrator>,
    /// The responder's own identities, by UPN or object id: no plan touches them.
    pub responders: Vec<String>,
    /// What lets the attacker back in.
    pub footholds: Vec<Foothold>,
    /// Applications that the attacker uses.
    pub apps: Vec<HostileApp>,
    /// Devices that hostile events name.
    pub devices: Vec<Device>,
    /// Addresses that the attacker uses.
    pub addresses: Vec<Address>,
    /// Ways in, as far as they are known, the likeliest first.
    pub entries: Vec<EntryId>,
    /// What was already done, and whether the logs show it.
    pub done: Vec<Done>,
    /// Money is or may be moving.
    pub money_in_flight: bool,
    /// Whether the attacker is active now.
    pub active: Active,
}

/// Whether the attacker is active now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Active {
    /// He is.
    Yes,
    /// Nothing of his since a time.
    NoEvidence,
    /// The evidence does not tell.
    #[default]
    Unknown,
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// A person of the tenant.
    #[default]
    Member,
    /// A guest: his sessions live in his home tenant.
    Guest,
    /// The account behind a shared mailbox.
    SharedMailbox,
    /// An account that a program or a device uses.
    Service,
    /// The account of directory synchronisation (`Sync_…`, `ADToAADSyncServiceAccount`).
    Synchronisation,
    /// An administrator for emergencies.
    BreakGlass,
}

/// Where an account is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// In the cloud.
    Cloud,
    /// In Active Directory, synchronised.
    Synced,
    /// At a federated identity provider.
    Federated,
    /// Nobody knows yet.
    #[default]
    Unknown,
}

/// An account to be cut.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// UPN in lower case; the object id where no record has the name.
    pub upn: String,
    /// Object id, where it is known.
    pub object_id: String,
    /// What scope says; only `likely` and `compromised` are cut.
    pub verdict: Option<Verdict>,
    /// What it is.
    pub kind: AccountKind,
    /// Where it is at home.
    pub origin: Origin,
    /// Directory roles that it holds, by today's names.
    pub roles: Vec<String>,
    /// The attacker made it: it is not given back.
    pub made_by_attacker: bool,
    /// It stands in a restricted-management administrative unit.
    pub restricted: bool,
    /// Why it cannot be disabled, where somebody said so (on stage, runs the plant).
    pub cannot_be_disabled: Option<String>,
    /// A program of the attacker's may sit on its computer (stolen cookies or tokens, a remote tool).
    pub computer_suspected: bool,
    /// A person has confirmed the verdict (`scope accept`), by name.
    pub confirmed_by: Option<String>,
    /// Ids of the findings that concern it.
    pub findings: Vec<String>,
}

impl Account {
    /// Adds what a second description of the same account says. Of every fact the one that asks for more care
    /// holds, so the order of the descriptions changes nothing.
    pub(crate) fn take_in(&mut self, other: &Self) {
        let care = |kind: AccountKind| (kind == AccountKind::Synchronisation, kind);
        if care(other.kind) > care(self.kind) {
            self.kind = other.kind;
        }
        if self.origin == Origin::Unknown
            || (other.origin != Origin::Unknown && other.origin > self.origin)
        {
            self.origin = other.origin;
        }
        if other.object_id > self.object_id {
            self.object_id.clone_from(&other.object_id);
        }
        if other.cannot_be_disabled > self.cannot_be_disabled {
            self.cannot_be_disabled
                .clone_from(&other.cannot_be_disabled);
        }
        if other.confirmed_by > self.confirmed_by {
            self.confirmed_by.clone_from(&other.confirmed_by);
        }
        self.verdict = self.verdict.max(other.verdict);
        self.made_by_attacker |= other.made_by_attacker;
        self.restricted |= other.restricted;
        self.computer_suspected |= other.computer_suspected;
        for (known, more) in [
            (&mut self.roles, &other.roles),
            (&mut self.findings, &other.findings),
        ] {
            known.extend(more.iter().cloned());
            known.sort();
            known.dedup();
        }
    }
}

/// An administrator who is no target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Administrator {
    /// UPN in lower case.
    pub upn: String,
    /// Object id, where it is known.
    pub object_id: String,
    /// Directory roles, by today's names.
    pub roles: Vec<String>,
    /// What it is.
    pub kind: AccountKind,
    /// He signed in during this case with a phishing-resistant method, and a person has seen it.
    pub proven: bool,
}

/// Whose application it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppOwner {
    /// The attacker's, or one that nobody here needs.
    #[default]
    Attacker,
    /// The tenant's own: its business depends on it.
    Tenant,
}

/// An application that the attacker uses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostileApp {
    /// Name as logged.
    pub name: String,
    /// Application id (client id).
    pub app_id: String,
    /// Object id of the service principal, where it is known.
    pub principal_id: String,
    /// Whose it is.
    pub owner: AppOwner,
    /// Ids of the findings that concern it.
    pub findings: Vec<String>,
}

/// A device that hostile events name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// Device id as logged in sign-ins.
    pub device_id: String,
    /// Object id, where it is known.
    pub object_id: String,
    /// Display name.
    pub name: String,
    /// Whose it is registered to.
    pub account: String,
    /// A registration event lies in a hostile session. Only then is it the attacker's.
    pub registered_by_attacker: bool,
    /// Ids of the findings that concern it.
    pub findings: Vec<String>,
}

/// An address that the attacker uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// Innocent accounts use it or its network as well (carrier, VPN, office).
    pub shared_with_innocents: bool,
    /// It is a published front end of Microsoft's.
    pub microsoft: bool,
}

/// An act of others before us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The act.
    pub action: ResponderAction,
    /// The logs show it.
    pub in_logs: bool,
}

impl Situation {
    /// Takes in how the attacker came in: which door to close, and whose computer may have a program on it.
    ///
    /// A computer is suspected where theft of a token or help from afar fits nearly as well (four fifths) as
    /// the best way for that account: handing the account back to a computer that steals again undoes the
    /// whole plan, while looking at a clean one costs an hour.
    #[must_use]
    pub fn with_entries(mut self, hypotheses: &[EntryHypothesis]) -> Self {
        let mut ranked: Vec<&EntryHypothesis> = hypotheses.iter().collect();
        ranked.sort_by_key(|one| (std::cmp::Reverse(one.score), one.id, &one.account));
        let best = |account: &str| {
            ranked
                .iter()
                .filter(|one| one.account.eq_ignore_ascii_case(account))
                .map(|one| one.score)
                .max()
                .unwrap_or(0)
        };
        for account in &mut self.accounts {
            let best = best(&account.upn);
            account.computer_suspected |= ranked.iter().any(|one| {
                matches!(one.id, EntryId::TokenTheft | EntryId::RemoteHelp)
                    && one.account.eq_ignore_ascii_case(&account.upn)
                    && one.score > 0
                    && one.score * 5 >= best * 4
            });
        }
        // Only what leads for some account closes a door of the whole tenant.
        for one in &ranked {
            if one.score > 0 && one.score == best(&one.account) && !self.entries.contains(&one.id) {
                self.entries.push(one.id);
            }
        }
        self
    }
}

impl Account {
    /// Whether the plan cuts it.
    pub fn is_target(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Likely | Verdict::Compromised))
            || self.made_by_attacker
    }

    /// By what a call names it.
    pub fn handle(&self) -> &str {
        if self.object_id.is_empty() {
            &self.upn
        } else {
            &self.object_id
        }
    }
}

impl Administrator {
    /// Whether he can undo what happens to any other administrator.
    pub fn opens_everything(&self) -> bool {
        self.kind != AccountKind::Synchronisation && holds_the_keys(&self.roles)
    }
}

/// Global Administrator, or who can reset any administrator.
pub(crate) fn holds_the_keys(roles: &[String]) -> bool {
    roles.iter().any(|role| {
        matches!(
            role.to_lowercase().as_str(),
            "global administrator"
                | "company administrator"
                | "privileged authentication administrator"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hypothesis(id: EntryId, account: &str, score: u32) -> EntryHypothesis {
        EntryHypothesis {
            id,
            account: account.to_owned(),
            score,
            supports: Vec::new(),
            against: Vec::new(),
            missing: Vec::new(),
            decided_by: String::new(),
        }
    }

    #[test]
    fn a_computer_is_suspected_where_theft_fits_nearly_as_well_as_the_best() {
        let account = |upn: &str| Account {
            upn: upn.to_owned(),
            ..Account::default()
        };
        let situation = Situation {
            accounts: ["a@x.example", "b@x.example", "c@x.example"]
                .map(account)
                .to_vec(),
            ..Situation::default()
        }
        .with_entries(&[
            hypothesis(EntryId::Aitm, "a@x.example", 90),
            hypothesis(EntryId::TokenTheft, "A@x.example", 72),
            hypothesis(EntryId::DeviceCode, "b@x.example", 90),
            hypothesis(EntryId::TokenTheft, "b@x.example", 71),
        ]);
        let suspected: Vec<bool> = situation
            .accounts
            .iter()
            .map(|account| account.computer_suspected)
            .collect();
        assert_eq!(suspected, [true, false, false]);
        assert_eq!(situation.entries, [EntryId::Aitm, EntryId::DeviceCode]);
    }
}
