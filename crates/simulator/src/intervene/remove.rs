//! Taking footholds away.

use crate::happening::Actor;
use crate::id::{AccountNo, AppNo, DeviceNo};
use crate::state::{Artefact, FootholdKind, State};
use crate::world::World;

/// An application and what was granted to it.
pub(super) fn app(state: &mut State, app: AppNo) {
    state.footholds.retain(|foothold| !matches!(foothold.what, FootholdKind::App(one) | FootholdKind::AppKey(one, _) if one == app));
    for account in &mut state.accounts {
        account.sessions.retain(|session| {
            !(session.artefact == Artefact::ConfidentialToken && is_attacker(session.holder))
        });
    }
}

/// A registered device.
pub(super) fn device(state: &mut State, device: DeviceNo) {
    state
        .footholds
        .retain(|foothold| foothold.what != FootholdKind::Device(device));
}

/// Rules of one mailbox or all: by name or number, or (without one) those that can be seen.
pub(super) fn rules(
    world: &World,
    state: &mut State,
    mailbox: Option<AccountNo>,
    name: Option<&str>,
) {
    for (number, _) in world.numbered_accounts() {
        if mailbox.is_some_and(|one| one != number) {
            continue;
        }
        state.account_mut(number).rules.retain(|rule| {
            let hit = match name {
                Some(name) => {
                    rule.id.to_string() == name
                        || rule
                            .name
                            .as_deref()
                            .is_some_and(|own| own.eq_ignore_ascii_case(name))
                        || (rule.name.is_none()
                            && matches!(name.to_lowercase().as_str(), "hidden" | "(hidden)"))
                }
                None => rule.visible,
            };
            !hit
        });
    }
}

/// Everything that attackers left at one account.
pub(super) fn of_account(world: &World, state: &mut State, account: AccountNo) {
    let subject = state.account_mut(account);
    subject.rules.retain(|rule| !is_attacker(rule.by));
    subject.foreign_methods.clear();
    subject.delegates.retain(|(_, by)| !is_attacker(*by));
    subject.app_password = None;
    if subject
        .forwarding
        .as_ref()
        .is_some_and(|(_, by)| is_attacker(*by))
    {
        subject.forwarding = None;
    }
    state
        .flows
        .retain(|(_, of, _, by)| *of != account || !is_attacker(*by));
    let mut own = Vec::new();
    state.footholds.retain(|foothold| {
        let hit = match foothold.what {
            FootholdKind::Role(_, of)
            | FootholdKind::Group(_, of)
            | FootholdKind::Flow(_, of)
            | FootholdKind::RestrictedUnit(_, of)
            | FootholdKind::Account(of) => of == account,
            FootholdKind::Device(device) => world.device(device).owner == Some(account),
            _ => false,
        };
        if hit {
            own.push(foothold.what.clone());
        }
        !hit
    });
    for what in own {
        undo(state, &what);
    }
}

/// Everything that attackers made under a name or id, given in lower case.
pub(super) fn named(world: &World, state: &mut State, name: &str) {
    let mut hits = Vec::new();
    state.footholds.retain(|foothold| {
        let hit = names(world, &foothold.what)
            .iter()
            .any(|one| one.to_lowercase() == name);
        if hit {
            hits.push(foothold.what.clone());
        }
        !hit
    });
    for what in hits {
        undo(state, &what);
    }
    // A forwarding or a forwarding rule is named by its address.
    for account in &mut state.accounts {
        if account
            .forwarding
            .as_ref()
            .is_some_and(|(to, _)| to.eq_ignore_ascii_case(name))
        {
            account.forwarding = None;
        }
        account.rules.retain(|rule| {
            !rule
                .forwards_to
                .as_deref()
                .is_some_and(|to| to.eq_ignore_ascii_case(name))
        });
    }
}

fn undo(state: &mut State, what: &FootholdKind) {
    match what {
        FootholdKind::TransportRule(rule) => state.transport_rules.retain(|one| one.name != *rule),
        FootholdKind::Flow(flow, _) => state.flows.retain(|(id, _, _, _)| id != flow),
        FootholdKind::RestrictedUnit(_, account) => state.account_mut(*account).restricted = false,
        FootholdKind::Account(account) => state.account_mut(*account).disabled = true,
        _ => {}
    }
}

/// By what a foothold can be called.
pub(super) fn names(world: &World, what: &FootholdKind) -> Vec<String> {
    match what {
        FootholdKind::App(app) => {
            vec![world.app(*app).id.to_string(), world.app(*app).name.clone()]
        }
        FootholdKind::AppKey(_, key) => vec![key.to_string()],
        FootholdKind::Device(device) => vec![
            world.device(*device).id.to_string(),
            world.device(*device).name.clone(),
        ],
        // A role alone would name everybody who has it.
        FootholdKind::Role(role, account) => {
            vec![format!("{}\\{role}", world.account(*account).upn)]
        }
        FootholdKind::Group(group, account) => {
            let (group, upn) = (world.group(*group), &world.account(*account).upn);
            vec![
                group.id.to_string(),
                group.name.clone(),
                format!("{upn}\\{}", group.id),
                format!("{upn}\\{}", group.name),
            ]
        }
        FootholdKind::Account(account) => vec![
            world.account(*account).upn.clone(),
            world.account(*account).id.to_string(),
        ],
        FootholdKind::TransportRule(name) | FootholdKind::Federation(name) => vec![name.clone()],
        FootholdKind::Policy(id, name) => vec![id.to_string(), name.clone()],
        FootholdKind::Flow(id, _) | FootholdKind::RestrictedUnit(id, _) => vec![id.to_string()],
    }
}

/// Mail that came from attackers' hands: what they sent inside, out of one mailbox or all.
pub(super) fn hostile_mail(state: &mut State, mailbox: Option<AccountNo>) {
    let hostile = state.hostile_mail.clone();
    for (number, account) in (0_u32..).map(AccountNo).zip(&mut state.accounts) {
        if mailbox.is_none_or(|one| one == number) {
            account
                .mail
                .retain(|stored| !hostile.contains(&stored.message.item));
        }
    }
}

pub(super) const fn is_attacker(actor: Actor) -> bool {
    matches!(actor, Actor::Attacker(_))
}
