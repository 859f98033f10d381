//! Reads `[[done]]` tables and finds what they name in the tenant.

use std::net::IpAddr;
use std::ops::Range;

use hourzero_model::{ActionKind, ActionTime, ResponderAction};
use serde::Deserialize;
use toml::Spanned;

use crate::attacker::Play;
use crate::id::{AccountNo, AppNo, DeviceNo};
use crate::world::World;

/// An act of responders, ready to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    /// The table as given.
    pub action: ResponderAction,
    /// What it names.
    pub target: Target,
    /// The line of its table, from 1.
    pub line: usize,
}

/// What an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nothing in the tenant.
    Nothing,
    /// An account.
    Account(AccountNo),
    /// An application.
    App(AppNo),
    /// A device.
    Device(DeviceNo),
    /// A rule of a mailbox, by name or number; of any mailbox when none is named.
    Rule(Option<AccountNo>, String),
    /// A right of the second account on the first one's mailbox.
    Delegate(AccountNo, AccountNo),
    /// Addresses: the first one and the length of the prefix.
    Addresses(IpAddr, u8),
    /// Something that an attacker makes, by name or id, in lower case.
    Named(String),
    /// Words.
    Text(String),
}

/// An intervention cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterventionError {
    /// The text is no list of `[[done]]` tables.
    #[error("line {line}: {problem}")]
    Text {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A value cannot be played.
    #[error("line {line}, key `{key}`: {problem}")]
    Value {
        /// Line, from 1.
        line: usize,
        /// Key.
        key: &'static str,
        /// What is wrong and what to write.
        problem: String,
    },
}

#[derive(Deserialize)]
struct Tables {
    #[serde(default)]
    done: Vec<Spanned<ResponderAction>>,
}

/// Reads interventions for a prepared play. Other tables of the file, such as the answers of a first call,
/// are left alone.
///
/// # Errors
/// When the text is no TOML, a table is none of the contract's, a time is missing or lies outside the logs, or
/// a target is unknown; the error names line and key.
pub fn parse(
    text: &str,
    world: &World,
    play: &Play,
) -> Result<Vec<Intervention>, InterventionError> {
    let tables: Tables = toml::from_str(text).map_err(|error| InterventionError::Text {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        problem: error.message().to_owned(),
    })?;
    let mut found = Vec::new();
    for table in tables.done {
        let span = table.span();
        let action = table.into_inner();
        check_time(text, &span, world, &action)?;
        let target = resolve(world, play, &action).map_err(|problem| InterventionError::Value {
            line: key_line(text, &span, "target"),
            key: "target",
            problem,
        })?;
        found.push(Intervention {
            action,
            target,
            line: line_of(text, span.start),
        });
    }
    Ok(found)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .map_or(1, |before| before.matches('\n').count() + 1)
}

/// The line of a key in a table, or that of the table.
fn key_line(text: &str, span: &Range<usize>, key: &str) -> usize {
    let first = line_of(text, span.start);
    text.lines()
        .enumerate()
        .skip(first.saturating_sub(1))
        .take_while(|(at, line)| at + 1 == first || !line.trim_start().starts_with('['))
        .find(|(_, line)| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        })
        .map_or(first, |(at, _)| at + 1)
}

fn check_time(
    text: &str,
    span: &Range<usize>,
    world: &World,
    action: &ResponderAction,
) -> Result<(), InterventionError> {
    let fail = |problem: String| {
        Err(InterventionError::Value {
            line: key_line(text, span, "at"),
            key: "at",
            problem,
        })
    };
    match &action.at {
        None => fail("a played act needs its time, such as 2026-03-06T15:30:00+01:00 or +3d4h after the attacker's first success".to_owned()),
        Some(ActionTime::At { utc, original }) => {
            let first = world.first_day.midnight();
            let last = world.first_day.plus(world.days + 360).midnight();
            if *utc < first || *utc > last {
                return fail(format!("{original} lies outside the simulated time, {first} to {last}"));
            }
            Ok(())
        }
        Some(ActionTime::AfterFirstSuccess { seconds, original }) if *seconds > 360 * 86_400 => {
            fail(format!("{original} is more than 360 days"))
        }
        Some(ActionTime::AfterFirstSuccess { .. }) => Ok(()),
    }
}

fn resolve(world: &World, play: &Play, action: &ResponderAction) -> Result<Target, String> {
    use ActionKind as Kind;
    let text = action
        .target
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let optional = matches!(
        action.action,
        Kind::CaChanged
            | Kind::MailPurged
            | Kind::SecurityDefaults
            | Kind::AuditEnabled
            | Kind::ClientsNotified
            | Kind::StaffMailed
            | Kind::VendorPaidAgain
            | Kind::Police
            | Kind::Insurer
            | Kind::Other
    );
    let Some(text) = text else {
        return if optional {
            Ok(Target::Nothing)
        } else {
            Err(format!("{} needs a target", action.action))
        };
    };
    let (found, wanted) = find(world, play, action.action, text);
    found.ok_or_else(|| format!("`{text}` is no {wanted} of this tenant"))
}

/// What a text names for a kind of act, and what it should name.
fn find(
    world: &World,
    play: &Play,
    action: ActionKind,
    text: &str,
) -> (Option<Target>, &'static str) {
    use ActionKind as Kind;
    match action {
        Kind::PasswordReset
        | Kind::SessionsRevoked
        | Kind::AccountDisabled
        | Kind::AccountDeleted
        | Kind::AccountEnabled
        | Kind::MfaRemoved
        | Kind::ForwardingRemoved
        | Kind::LicenceRemoved
        | Kind::MailboxConverted
        | Kind::Restored => (account(world, text).map(Target::Account), "account"),
        Kind::DelegateRemoved => (
            delegate(world, text),
            "mailbox (or mailbox and user as `mailbox\\user`)",
        ),
        Kind::AppDisabled | Kind::AppRemoved => (app(world, text).map(Target::App), "application"),
        Kind::DeviceDisabled => (device(world, text).map(Target::Device), "device"),
        Kind::DeviceWiped | Kind::DeviceScanned | Kind::RemoteSession => {
            let owned = || account(world, text).and_then(|one| world.computer(one));
            (
                device(world, text).or_else(owned).map(Target::Device),
                "device, or account with a device,",
            )
        }
        Kind::RulesDeleted => (rule(world, play, text), "mailbox or rule"),
        Kind::IpBlocked => (
            addresses(text),
            "address or prefix, such as 198.18.0.9 or 198.18.0.0/24,",
        ),
        Kind::FootholdRemoved => (
            anything(world, play, text),
            "account, application, device, rule, policy, domain, flow, id or other foothold",
        ),
        Kind::CaChanged => (
            policy(world, play, text),
            "policy or kind of policy (second factor, device code, legacy)",
        ),
        Kind::MailPurged => {
            let words = || Target::Text(text.to_owned());
            (
                Some(account(world, text).map_or_else(words, Target::Account)),
                "mail",
            )
        }
        _ => (Some(Target::Text(text.to_owned())), "words"),
    }
}

fn is(text: &str, candidates: &[&dyn std::fmt::Display]) -> bool {
    candidates
        .iter()
        .any(|one| one.to_string().eq_ignore_ascii_case(text))
}

fn account(world: &World, text: &str) -> Option<AccountNo> {
    world
        .numbered_accounts()
        .find(|(_, account)| is(text, &[&account.upn, &account.id]))
        .map(|(number, _)| number)
}

fn app(world: &World, text: &str) -> Option<AppNo> {
    let found = world.apps.iter().position(|app| {
        is(text, &[&app.id, &app.principal, &app.name])
            || app.object_id.is_some_and(|id| is(text, &[&id]))
    })?;
    u32::try_from(found).ok().map(AppNo)
}

fn device(world: &World, text: &str) -> Option<DeviceNo> {
    let found = world
        .devices
        .iter()
        .position(|device| is(text, &[&device.id, &device.object_id, &device.name]))?;
    u32::try_from(found).ok().map(DeviceNo)
}

fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('\\').or_else(|| text.split_once(": "))
}

fn delegate(world: &World, text: &str) -> Option<Target> {
    if let Some(mailbox) = account(world, text) {
        return Some(Target::Account(mailbox));
    }
    let (mailbox, user) = split(text)?;
    Some(Target::Delegate(
        account(world, mailbox)?,
        account(world, user)?,
    ))
}

fn rule(world: &World, play: &Play, text: &str) -> Option<Target> {
    if let Some(mailbox) = account(world, text) {
        return Some(Target::Account(mailbox));
    }
    if let Some((mailbox, name)) = split(text) {
        let by_alias = world.numbered_accounts().find(|(_, account)| {
            account
                .upn
                .split('@')
                .next()
                .is_some_and(|alias| alias.eq_ignore_ascii_case(mailbox))
        });
        let mailbox = account(world, mailbox).or(by_alias.map(|(number, _)| number))?;
        return Some(Target::Rule(Some(mailbox), name.to_owned()));
    }
    let planned = play
        .attackers
        .iter()
        .any(|one| is(text, &[&one.rule_name, &one.rule]));
    planned.then(|| Target::Rule(None, text.to_owned()))
}

fn addresses(text: &str) -> Option<Target> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length: u8 = if length.is_empty() {
        most
    } else {
        length.parse().ok()?
    };
    (length <= most).then_some(Target::Addresses(address, length))
}

fn policy(world: &World, play: &Play, text: &str) -> Option<Target> {
    let known = world
        .policies
        .iter()
        .any(|one| is(text, &[&one.id, &one.name]))
        || play
            .attackers
            .iter()
            .any(|one| is(text, &[&one.policy.0, &one.policy.1]));
    if known {
        return Some(Target::Named(text.to_lowercase()));
    }
    let lower = text.to_lowercase();
    ["mfa", "factor", "device code", "legacy", "authentication"]
        .iter()
        .any(|word| lower.contains(word))
        .then_some(Target::Text(lower))
}

/// Whatever a foothold can be called by.
fn anything(world: &World, play: &Play, text: &str) -> Option<Target> {
    let named = play.attackers.iter().any(|one| {
        let group = world.groups.get(one.group.index());
        is(
            text,
            &[
                &one.key,
                &one.unit,
                &one.flow,
                &one.transport_rule,
                &one.federated,
                &one.policy.0,
                &one.policy.1,
                &one.drop,
            ],
        ) || group.is_some_and(|group| is(text, &[&group.id, &group.name]))
    });
    if named || at_account(world, text) {
        return Some(Target::Named(text.to_lowercase()));
    }
    account(world, text)
        .map(Target::Account)
        .or_else(|| app(world, text).map(Target::App))
        .or_else(|| device(world, text).map(Target::Device))
        .or_else(|| rule(world, play, text))
        .or_else(|| elsewhere(world, text))
}

/// A role or a group of an account, as `account\role`.
fn at_account(world: &World, text: &str) -> bool {
    let Some((upn, what)) = split(text) else {
        return false;
    };
    let role = || {
        world
            .accounts
            .iter()
            .flat_map(|one| &one.roles)
            .any(|role| is(what, &[role]))
            || is(what, &[&"Global Administrator"])
    };
    let group = || {
        world
            .groups
            .iter()
            .any(|group| is(what, &[&group.id, &group.name]))
    };
    account(world, upn).is_some() && (role() || group())
}

/// Something of the tenant that no attacker made: taking it away changes nothing that is played. An
/// analysis names such a thing when it took an innocent act for a hostile one.
fn elsewhere(world: &World, text: &str) -> Option<Target> {
    let tenants = world
        .groups
        .iter()
        .any(|group| is(text, &[&group.id, &group.name]))
        || world
            .policies
            .iter()
            .any(|policy| is(text, &[&policy.id, &policy.name]))
        || is(
            text,
            &[
                &world.tenant.domain,
                &world.tenant.first_domain,
                &world.tenant.id,
            ],
        );
    // Ids of things that are made while the days are lived cannot be known before.
    let id = text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    (tenants || id).then(|| Target::Text(text.to_owned()))
}
