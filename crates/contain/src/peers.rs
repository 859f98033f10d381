//! The orders that others publish, as `[[done]]` tables for a situation: for comparison, never for use.
//!
//! Each is what the tool ships or the page prints, for every account of the situation, one account after the
//! other, as an operator goes through them. What a source leaves open is left out.

use hourzero_model::{ActionKind, Channel, ResponderAction, Timestamp};

use crate::as_done::{Tables, time};
use crate::situation::{AppOwner, Situation};

/// A published order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// A short name.
    pub id: &'static str,
    /// Where it is published.
    pub source: &'static str,
    /// Whether it exports before it deletes.
    pub exports_first: bool,
    steps: &'static [Step],
}

/// A step of such an order, for one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset(Channel),
    Disable,
    Revoke,
    AllMethods,
    AllRules,
    Forwarding,
    Delegates,
    Grants,
    DisableApps,
    TransportRules,
    /// Every device that the account's hostile events name, whoever registered it.
    Devices,
    Roles,
    Enable,
}

use Step::{
    AllMethods, AllRules, Delegates, Devices, Disable, DisableApps, Enable, Forwarding, Grants,
    Reset, Revoke, Roles, TransportRules,
};

/// The orders of `peers.md` §3.1 that name their steps.
pub const ORDERS: &[Order] = &[
    Order {
        id: "microsoft-mailbox",
        source: "Microsoft, Respond to a compromised email account",
        exports_first: false,
        steps: &[Reset(Channel::M365), Forwarding, AllRules, Disable, Roles],
    },
    Order {
        id: "microsoft-revoke",
        source: "Microsoft, Revoke user access in an emergency",
        exports_first: false,
        steps: &[Disable, Revoke, Devices],
    },
    Order {
        id: "cipp-shipped",
        source: "CIPP, Invoke-ExecBECRemediate",
        exports_first: false,
        steps: &[Reset(Channel::Graph), Disable, Revoke, AllMethods, AllRules],
    },
    Order {
        id: "cipp-case",
        source: "CIPP, Invoke-CIPPBecContainment, all actions",
        exports_first: false,
        steps: &[
            Reset(Channel::Graph),
            Disable,
            Revoke,
            AllMethods,
            Grants,
            DisableApps,
            AllRules,
            Forwarding,
            Delegates,
            TransportRules,
            Devices,
        ],
    },
    Order {
        id: "m365-scripts",
        source: "M365IRScripts, 25-Lockdown-Account",
        exports_first: false,
        steps: &[Disable, Reset(Channel::Graph), Revoke],
    },
    Order {
        id: "o365aes",
        source: "O365AES, RemediateBreachedAccount",
        exports_first: true,
        steps: &[Reset(Channel::Unknown), Revoke, Delegates, Forwarding],
    },
    Order {
        id: "petra",
        source: "Petra, as published",
        exports_first: false,
        steps: &[
            Revoke,
            Disable,
            AllRules,
            DisableApps,
            Reset(Channel::Unknown),
            Enable,
        ],
    },
    Order {
        id: "huntress",
        source: "Huntress ITDR, as published",
        exports_first: false,
        steps: &[Revoke, Disable, AllRules, Forwarding],
    },
    Order {
        id: "cisa",
        source: "CISA COUN7ER: forwarding, password, second factor",
        exports_first: false,
        steps: &[Forwarding, Reset(Channel::Unknown), AllMethods],
    },
];

/// Whether an act destroys or overwrites what an investigator would read.
pub const fn destroys(action: ActionKind) -> bool {
    matches!(
        action,
        ActionKind::RulesDeleted
            | ActionKind::MfaRemoved
            | ActionKind::ForwardingRemoved
            | ActionKind::DelegateRemoved
            | ActionKind::AppRemoved
            | ActionKind::AccountDeleted
            | ActionKind::MailPurged
            | ActionKind::DeviceWiped
            | ActionKind::LicenceRemoved
            | ActionKind::FootholdRemoved
    )
}

/// An order's acts for a situation, from a time on: seconds between the steps of an account, minutes between
/// two accounts.
pub fn tables(order: &Order, situation: &Situation, from: Timestamp) -> Tables {
    let mut tables = Tables::default();
    let mut at = from.in_whole_seconds();
    let mut accounts: Vec<&str> = situation
        .accounts
        .iter()
        .filter(|account| account.is_target())
        .map(|account| account.upn.as_str())
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    for upn in accounts {
        for step in order.steps {
            for (action, channel, target) in acts(*step, situation, upn) {
                tables.done.push(ResponderAction {
                    action,
                    channel,
                    target: Some(target),
                    at: Some(time(at)),
                    by: Some(order.id.to_owned()),
                });
            }
            at = at.plus_seconds(30);
        }
        at = at.plus_seconds(600);
    }
    tables
}

fn acts(
    step: Step,
    situation: &Situation,
    upn: &str,
) -> Vec<(ActionKind, Option<Channel>, String)> {
    use ActionKind as Kind;
    let one = |kind| vec![(kind, None, upn.to_owned())];
    let apps = || {
        situation
            .apps
            .iter()
            .filter(|app| app.owner == AppOwner::Attacker)
            .map(|app| app.app_id.clone())
    };
    let of_kind = |kinds: &'static [&'static str]| {
        situation
            .footholds
            .iter()
            .filter(move |foothold| kinds.contains(&foothold.kind.as_str()))
    };
    let mut found = match step {
        Reset(channel) => vec![(Kind::PasswordReset, Some(channel), upn.to_owned())],
        Disable => one(Kind::AccountDisabled),
        Revoke => one(Kind::SessionsRevoked),
        AllMethods => one(Kind::MfaRemoved),
        AllRules => one(Kind::RulesDeleted),
        Forwarding => one(Kind::ForwardingRemoved),
        Delegates => one(Kind::DelegateRemoved),
        Enable => one(Kind::AccountEnabled),
        Grants => apps().map(|app| (Kind::AppRemoved, None, app)).collect(),
        DisableApps => apps().map(|app| (Kind::AppDisabled, None, app)).collect(),
        TransportRules => of_kind(&["transport-rule"])
            .map(|foothold| (Kind::FootholdRemoved, None, foothold.target.clone()))
            .collect(),
        Devices => situation
            .devices
            .iter()
            .filter(|device| device.account.eq_ignore_ascii_case(upn))
            .map(|device| (Kind::DeviceDisabled, None, device.device_id.clone()))
            .collect(),
        Roles => of_kind(&["role"])
            .filter(|foothold| foothold.account.eq_ignore_ascii_case(upn))
            .map(|foothold| {
                let target = format!("{upn}\\{}", foothold.target);
                (Kind::FootholdRemoved, None, target)
            })
            .collect(),
    };
    found.sort_by(|a, b| a.2.cmp(&b.2));
    found.retain(|(_, _, target)| !target.is_empty());
    found
}
