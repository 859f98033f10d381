//! Who is cut and how, which administrator is the way back, what else is the attacker's.
//!
//! Reads the situation once and gives what the stages work from. Here lie the refusals: the responder's own
//! identity, the last door, the synchronisation account, the break-glass account, the victim's own machine.

use std::collections::BTreeMap;

use hourzero_model::{Foothold, FootholdState, Verdict};

use super::kind::Kind;
use crate::plan::HeldBack;
use crate::situation::{
    Account, AccountKind, Administrator, Device, HostileApp, Situation, holds_the_keys,
};

/// How an account is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Disabled, then revoked.
    Disable,
    /// It stays enabled: reset and revoked in the same second (the only exception of the order).
    StaysEnabled(Stays),
}

/// Why an account stays enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// It is the only administrator who can let anybody in.
    LastDoor,
    /// Somebody said that it cannot be disabled.
    Needed,
    /// Directory synchronisation runs as it.
    Synchronisation,
    /// It is kept for emergencies.
    BreakGlass,
}

/// An account with how it is cut.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) account: Account,
    pub(super) how: How,
}

/// What the stages work from; every list is sorted.
pub(super) struct Targets {
    pub(super) accounts: Vec<Target>,
    /// Administrators outside the target set who can let anybody in, the proven ones first.
    pub(super) doors: Vec<Administrator>,
    /// An account among the targets that holds the keys of the tenant.
    pub(super) keys_at_stake: bool,
    pub(super) footholds: Vec<(Kind, Foothold)>,
    pub(super) removed: Vec<(Kind, Foothold)>,
    pub(super) apps: Vec<HostileApp>,
    pub(super) devices: Vec<Device>,
    pub(super) held_back: Vec<HeldBack>,
}

impl Targets {
    pub(super) fn of(situation: &Situation) -> Self {
        let mut held_back = Vec::new();
        let (removed, footholds): (Vec<_>, Vec<_>) = kinds(situation)
            .into_iter()
            .partition(|(_, foothold)| foothold.state == FootholdState::Removed);
        let accounts = accounts(situation, &footholds, &mut held_back);
        let given: Vec<&str> = footholds
            .iter()
            .filter(|(kind, _)| matches!(kind, Kind::Role | Kind::Group | Kind::Account))
            .flat_map(|(kind, foothold)| {
                let made = (*kind == Kind::Account).then_some(foothold.target.as_str());
                [Some(foothold.account.as_str()), made]
            })
            .flatten()
            .collect();
        let doors = doors(situation, &accounts, &given);
        let own_keys = |account: &Account| {
            holds_the_keys(&account.roles)
                && !account.made_by_attacker
                && account.kind != AccountKind::Synchronisation
                && !given.iter().any(|one| same(one, &account.upn))
        };
        let keys_at_stake = accounts
            .iter()
            .any(|account| holds_the_keys(&account.roles));
        let last_door = doors
            .is_empty()
            .then(|| {
                accounts
                    .iter()
                    .filter(|account| own_keys(account))
                    .min_by_key(|account| {
                        let compromised = account.verdict == Some(Verdict::Compromised);
                        (compromised, account.kind, account.upn.clone())
                    })
                    .map(|account| account.upn.clone())
            })
            .flatten();
        let accounts = accounts
            .into_iter()
            .map(|account| {
                let how = how(&account, last_door.as_deref());
                Target { account, how }
            })
            .collect();
        Self {
            accounts,
            doors,
            keys_at_stake,
            apps: apps(situation, &footholds, &mut held_back),
            devices: devices(situation, &footholds, &mut held_back),
            footholds,
            removed,
            held_back,
        }
    }

    /// Standing footholds of a kind, in their order.
    pub(super) fn of_kind(&self, wanted: Kind) -> impl Iterator<Item = &Foothold> {
        self.footholds
            .iter()
            .filter(move |(kind, _)| *kind == wanted)
            .map(|(_, foothold)| foothold)
    }

    /// Ids of the findings behind an account's cut.
    pub(super) fn is_target(&self, upn: &str) -> bool {
        self.accounts
            .iter()
            .any(|target| same(&target.account.upn, upn))
    }
}

pub(super) fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && one.eq_ignore_ascii_case(other)
}

fn kinds(situation: &Situation) -> Vec<(Kind, Foothold)> {
    let mut found: BTreeMap<(String, String, String, String), (Kind, Foothold)> = BTreeMap::new();
    for foothold in &situation.footholds {
        let key = (
            foothold.kind.clone(),
            foothold.account.to_lowercase(),
            foothold.target.clone(),
            foothold.id.clone(),
        );
        let said = (Kind::of(&foothold.kind), foothold.clone());
        // Of two descriptions of one thing, the one by which it stands is taken.
        let rank = |one: &Foothold| (one.state == FootholdState::Removed, format!("{one:?}"));
        match found.get_mut(&key) {
            Some(known) if rank(foothold) < rank(&known.1) => *known = said,
            Some(_) => {}
            None => {
                found.insert(key, said);
            }
        }
    }
    found.into_values().collect()
}

fn accounts(
    situation: &Situation,
    footholds: &[(Kind, Foothold)],
    held_back: &mut Vec<HeldBack>,
) -> Vec<Account> {
    let mut found: BTreeMap<String, Account> = BTreeMap::new();
    for account in situation.accounts.iter().filter(|one| one.is_target()) {
        found
            .entry(account.upn.to_lowercase())
            .and_modify(|known| known.take_in(account))
            .or_insert_with(|| account.clone());
    }
    for (_, foothold) in footholds.iter().filter(|(kind, _)| *kind == Kind::Account) {
        let upn = if foothold.target.contains('@') {
            &foothold.target
        } else {
            &foothold.account
        };
        if upn.is_empty() {
            continue;
        }
        let made = found.entry(upn.to_lowercase()).or_insert_with(|| Account {
            upn: upn.to_lowercase(),
            object_id: foothold.object_id.clone(),
            verdict: Some(Verdict::Likely),
            ..Account::default()
        });
        made.made_by_attacker = true;
    }
    // Who administers is known from the list of administrators as well: a target's keys count wherever they
    // are said.
    for administrator in &situation.administrators {
        for account in found.values_mut().filter(|account| {
            same(&account.upn, &administrator.upn)
                || same(&account.object_id, &administrator.object_id)
        }) {
            account.roles.extend(administrator.roles.iter().cloned());
            account.roles.sort();
            account.roles.dedup();
        }
    }
    for (_, foothold) in footholds
        .iter()
        .filter(|(kind, _)| *kind == Kind::RestrictedUnit)
    {
        if let Some(account) = found.get_mut(&foothold.account.to_lowercase()) {
            account.restricted = true;
        }
    }
    let (own, others): (Vec<Account>, Vec<Account>) = found.into_values().partition(|account| {
        let is = |one: &String| same(one, &account.upn) || same(one, &account.object_id);
        situation.responders.iter().any(is)
    });
    held_back.extend(own.into_iter().map(|account| HeldBack {
        object: account.upn,
        why: "this is a responder's own identity: no plan touches it. Another person with another administrator account makes a plan for it, from another computer".to_owned(),
    }));
    others
}

/// Administrators outside the target set whose keys are their own: the attacker gave them none, made none of
/// them, and no program signs in as them.
fn doors(situation: &Situation, accounts: &[Account], given: &[&str]) -> Vec<Administrator> {
    let no_door = |one: &Administrator| {
        one.kind == AccountKind::Synchronisation
            || situation.accounts.iter().any(|account| {
                (same(&account.upn, &one.upn) || same(&account.object_id, &one.object_id))
                    && (account.made_by_attacker || account.kind == AccountKind::Synchronisation)
            })
    };
    let mut doors: Vec<Administrator> = situation
        .administrators
        .iter()
        .filter(|one| one.opens_everything() && !no_door(one))
        .filter(|one| !given.iter().any(|given| same(given, &one.upn)))
        .filter(|one| {
            !accounts.iter().any(|account| {
                same(&account.upn, &one.upn) || same(&account.object_id, &one.object_id)
            })
        })
        .cloned()
        .collect();
    doors.sort_by_key(|one| {
        let emergency = one.kind == AccountKind::BreakGlass;
        (
            !one.proven,
            emergency,
            one.upn.clone(),
            one.object_id.clone(),
        )
    });
    doors.dedup_by(|one, other| same(&one.upn, &other.upn));
    doors
}

fn how(account: &Account, last_door: Option<&str>) -> How {
    if account.kind == AccountKind::Synchronisation {
        How::StaysEnabled(Stays::Synchronisation)
    } else if account.made_by_attacker {
        How::Disable
    } else if last_door.is_some_and(|one| same(one, &account.upn)) {
        How::StaysEnabled(Stays::LastDoor)
    } else if account.kind == AccountKind::BreakGlass {
        How::StaysEnabled(Stays::BreakGlass)
    } else if account.cannot_be_disabled.is_some() {
        How::StaysEnabled(Stays::Needed)
    } else {
        How::Disable
    }
}

/// Applications by any of their names: the given ones, and those that a foothold gives a grant or a role.
fn apps(
    situation: &Situation,
    footholds: &[(Kind, Foothold)],
    held_back: &mut Vec<HeldBack>,
) -> Vec<HostileApp> {
    let mut found: Vec<HostileApp> = Vec::new();
    let known = |found: &[HostileApp], app: &HostileApp| {
        found.iter().any(|one| {
            same(&one.app_id, &app.app_id)
                || same(&one.principal_id, &app.principal_id)
                || same(&one.app_id, &app.principal_id)
                || same(&one.principal_id, &app.app_id)
                || (one.app_id.is_empty() || app.app_id.is_empty()) && one.name == app.name
        })
    };
    let mut given = situation.apps.clone();
    given.sort_by(|a, b| {
        (&a.name, &a.app_id, &a.principal_id, a.owner, &a.findings).cmp(&(
            &b.name,
            &b.app_id,
            &b.principal_id,
            b.owner,
            &b.findings,
        ))
    });
    for app in given {
        if !known(&found, &app) {
            found.push(app);
        }
    }
    for (_, foothold) in footholds
        .iter()
        .filter(|(kind, _)| matches!(kind, Kind::Grant | Kind::AppRole))
    {
        // A grant names the service principal; an application's own record has its application id among the
        // facts (a grant's record has there that of the resource).
        let own = foothold.kind == "app";
        let app_id = foothold
            .detail
            .split("; ")
            .find_map(|fact| fact.strip_prefix("AppId="))
            .filter(|_| own);
        let app = HostileApp {
            name: foothold.target.clone(),
            app_id: app_id.unwrap_or_default().to_owned(),
            principal_id: if own {
                String::new()
            } else {
                foothold.object_id.clone()
            },
            ..HostileApp::default()
        };
        let named = [&app.name, &app.app_id, &app.principal_id]
            .iter()
            .any(|one| !one.is_empty());
        if named && !known(&found, &app) {
            found.push(app);
        }
    }
    let (microsofts, found): (Vec<HostileApp>, Vec<HostileApp>) = found
        .into_iter()
        .partition(|app| is_microsofts(&app.app_id));
    held_back.extend(microsofts.into_iter().map(|app| HeldBack {
        object: if app.name.is_empty() { app.app_id } else { app.name },
        why: "this is a program or a service of Microsoft's that the attacker used like everybody: disabling it cuts off the tenant. His sessions in it end with the revocation".to_owned(),
    }));
    found
}

/// Clients of Microsoft's that attackers use (`facts/attack-traces.md` §1).
const MICROSOFTS: [&str; 18] = [
    "00b41c95-dab0-4487-9791-b9d2c32c80f2",
    "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "04f0c124-f2bc-4f59-8241-bf6df9866bbd",
    "12128f48-ec9e-42f0-b203-ea49fb6af367",
    "14d82eec-204b-4c2f-b7e8-296a70dab67e",
    "1950a258-227b-4e31-a9cf-717495945fc2",
    "1b730954-1685-4b74-9bfd-dac224a7b894",
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "27922004-5251-4030-b22d-91ecd9a37ea4",
    "29d9ed98-a469-4536-ade2-f981bc1d605e",
    "4765445b-32c6-49b0-83e6-1d93765276ca",
    "872cd9fa-d31f-45e0-9eab-6e460a02d1f1",
    "9199bf20-a13f-4107-85dc-02114787ef48",
    "aebc6443-996d-45c2-90f0-388ff96faa56",
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    "de8bc8b5-d9f9-48b1-a8ad-b748da725064",
];

/// Whether an application is Microsoft's own: its services have ids of one shape.
fn is_microsofts(app_id: &str) -> bool {
    let id = app_id.to_lowercase();
    let service = id.starts_with("0000000")
        && (id.ends_with("-0000-c000-000000000000") || id.ends_with("-0ff1-ce00-000000000000"));
    service || MICROSOFTS.contains(&id.as_str())
}

/// Devices that the attacker registered. One that is also named as somebody's own is never touched.
fn devices(
    situation: &Situation,
    footholds: &[(Kind, Foothold)],
    held_back: &mut Vec<HeldBack>,
) -> Vec<Device> {
    let made = footholds
        .iter()
        .filter(|(kind, _)| *kind == Kind::Device)
        .map(|(_, foothold)| Device {
            device_id: foothold.object_id.clone(),
            name: foothold.target.clone(),
            account: foothold.account.clone(),
            registered_by_attacker: true,
            ..Device::default()
        });
    let mut found: Vec<Device> = Vec::new();
    let matches = |one: &Device, other: &Device| {
        same(&one.device_id, &other.device_id)
            || same(&one.object_id, &other.object_id)
            || (one.device_id.is_empty() || other.device_id.is_empty()) && one.name == other.name
    };
    let mut given = situation.devices.clone();
    given.sort_by(|a, b| {
        (&a.device_id, &a.name, &a.account).cmp(&(&b.device_id, &b.name, &b.account))
    });
    for device in given.iter().cloned().chain(made) {
        let own = given
            .iter()
            .any(|one| !one.registered_by_attacker && matches(one, &device));
        if own {
            let name = if device.name.is_empty() {
                &device.device_id
            } else {
                &device.name
            };
            held_back.push(HeldBack {
                object: name.clone(),
                why: "no registration of this device lies in a hostile session, so it is its owner's own: a stolen token names the machine that it was stolen from. Isolate and image it; do not disable or delete its entry in Entra".to_owned(),
            });
        } else if device.registered_by_attacker && !found.iter().any(|one| matches(one, &device)) {
            found.push(device);
        }
    }
    held_back.sort();
    held_back.dedup();
    found
}
