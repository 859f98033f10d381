//! What an intervention does to the tenant, and after how long (`facts/contain.md`, `facts/auth.md` §2.4).

use std::net::IpAddr;

use hourzero_model::{ActionKind, Channel, Timestamp};

use super::remove;
use super::target::{Intervention, Target};
use crate::id::AccountNo;
use crate::law::Blow;
use crate::random::Stream;
use crate::state::State;
use crate::world::{NetworkKind, World};

/// Seconds until an act takes effect.
pub(super) fn delay(one: &Intervention, stream: &mut Stream) -> i64 {
    use ActionKind as Kind;
    let (least, most) = match one.action.action {
        Kind::PasswordReset if one.action.channel == Some(Channel::OnPremises) => (120, 300),
        Kind::SessionsRevoked => (60, 300),
        Kind::ForwardingRemoved => (60, 600),
        Kind::DelegateRemoved => (300, 3_600),
        Kind::LicenceRemoved => (1_800, 7_200),
        Kind::FootholdRemoved => (20, 1_800),
        Kind::CaChanged | Kind::SecurityDefaults => (30, 300),
        _ => (5, 60),
    };
    stream.between(least, most)
}

/// Takes effect.
pub(super) fn take(world: &World, state: &mut State, one: &Intervention, now: Timestamp) {
    match &one.target {
        Target::Account(account) => on_account(world, state, one, (*account, now)),
        Target::App(app) => {
            if !state.disabled_apps.contains(app) {
                state.disabled_apps.push(*app);
            }
            if matches!(
                one.action.action,
                ActionKind::AppRemoved | ActionKind::FootholdRemoved
            ) {
                remove::app(state, *app);
            }
        }
        Target::Device(device) => match one.action.action {
            ActionKind::DeviceDisabled | ActionKind::FootholdRemoved => {
                if !state.disabled_devices.contains(device) {
                    state.disabled_devices.push(*device);
                }
                state.strike_device(*device, now);
                remove::device(state, *device);
            }
            ActionKind::DeviceWiped => state.infected_devices.retain(|(one, _)| one != device),
            _ => {}
        },
        Target::Rule(mailbox, name) => remove::rules(world, state, *mailbox, Some(name)),
        Target::Delegate(mailbox, user) => {
            state
                .account_mut(*mailbox)
                .delegates
                .retain(|(to, _)| to != user);
        }
        Target::Addresses(address, length) => block(world, state, (*address, *length), now),
        Target::Named(name) => remove::named(world, state, name),
        Target::Text(text) if one.action.action == ActionKind::CaChanged => switch_on(state, text),
        Target::Text(_) | Target::Nothing => on_tenant(state, one.action.action),
    }
}

fn on_tenant(state: &mut State, action: ActionKind) {
    match action {
        ActionKind::CaChanged => state.defences.second_factor = true,
        ActionKind::SecurityDefaults => {
            state.defences.second_factor = true;
            state.defences.no_legacy = true;
        }
        ActionKind::MailPurged => remove::hostile_mail(state, None),
        _ => {}
    }
}

fn switch_on(state: &mut State, text: &str) {
    if text.contains("device code") {
        state.defences.no_device_code = true;
    } else if text.contains("legacy") {
        state.defences.no_legacy = true;
    } else {
        state.defences.second_factor = true;
    }
}

fn on_account(world: &World, state: &mut State, one: &Intervention, about: (AccountNo, Timestamp)) {
    use ActionKind as Kind;
    let (account, now) = about;
    match one.action.action {
        Kind::PasswordReset => {
            let channel = one.action.channel.unwrap_or(Channel::Unknown);
            let subject = state.account_mut(account);
            subject.password += 1;
            subject.password_known_to.clear();
            state.strike(account, Blow::PasswordReset(channel), now);
        }
        Kind::SessionsRevoked => state.strike(account, Blow::Revoked, now),
        Kind::AccountDisabled => {
            state.account_mut(account).disabled = true;
            state.strike(account, Blow::AccountDisabled, now);
        }
        Kind::AccountDeleted => {
            state.account_mut(account).deleted = true;
            state.strike(account, Blow::AccountDisabled, now);
            remove::of_account(world, state, account);
        }
        Kind::AccountEnabled => state.account_mut(account).disabled = false,
        Kind::Restored => state.account_mut(account).deleted = false,
        Kind::MfaRemoved => state.account_mut(account).foreign_methods.clear(),
        Kind::RulesDeleted => remove::rules(world, state, Some(account), None),
        Kind::ForwardingRemoved => state.account_mut(account).forwarding = None,
        Kind::DelegateRemoved => state.account_mut(account).delegates.clear(),
        Kind::LicenceRemoved => state.account_mut(account).mailbox_closed = true,
        Kind::MailPurged => remove::hostile_mail(state, Some(account)),
        Kind::FootholdRemoved => remove::of_account(world, state, account),
        _ => {}
    }
}

/// Blocks every address of a prefix that anybody hostile could have: those of rented networks.
fn block(world: &World, state: &mut State, prefix: (IpAddr, u8), now: Timestamp) {
    let (address, length) = prefix;
    state.blocked_addresses.insert(address, now);
    let IpAddr::V4(first) = address else {
        return;
    };
    let mask = u32::MAX
        .checked_shl(32 - u32::from(length.min(32)))
        .unwrap_or(0);
    let kinds = [
        NetworkKind::Hosting,
        NetworkKind::AzureHosting,
        NetworkKind::ResidentialProxy,
        NetworkKind::PublicVpn,
        NetworkKind::Mobile,
    ];
    for network in world
        .networks
        .iter()
        .filter(|network| kinds.contains(&network.kind))
    {
        for host in 1..=network.in_use.min(4_096) {
            let host = network.v4.0.to_bits().wrapping_add(host);
            if host & mask == first.to_bits() & mask {
                state.blocked_addresses.insert(IpAddr::V4(host.into()), now);
            }
        }
    }
}
