//! What came of acts against the attackers: who is out, what still stands, whom the acts hit.

use std::collections::BTreeSet;

use hourzero_model::Timestamp;

use crate::attacker::Play;
use crate::engine::{self, Sink};
use crate::happening::Happening;
use crate::id::AccountNo;
use crate::logs::LogRecord;
use crate::outcome::{AttackerOutcome, Outcome};
use crate::world::{AccountKind, World};

/// How a tenant stands after acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eviction {
    /// Attackers that got in.
    pub inside: usize,
    /// How many of them have no way in at the end.
    pub evicted: usize,
    /// Since when the last of them has none; nothing while one still has.
    pub since: Option<Timestamp>,
    /// What of theirs still stands: kind and name.
    pub footholds_left: Vec<String>,
    /// Accounts that nobody had taken and that are disabled or deleted, and devices of owners.
    pub innocents_cut: Vec<String>,
    /// Accounts of people that were taken and that their owners cannot use at the end.
    pub locked_out: Vec<String>,
}

/// Plays without writing anything.
struct Nothing;

impl Sink for Nothing {
    fn take(&mut self, _number: u64, _happening: &Happening, _records: &[LogRecord]) {}

    fn wants_records(&self) -> bool {
        false
    }
}

impl Eviction {
    /// Lives the days with the acts that `play` holds and says what came of them.
    pub fn of_play(world: &World, play: &Play) -> Self {
        Self::of(world, play, &engine::run(world, play, &mut Nothing))
    }

    /// What came of the acts in a simulation that has ended.
    pub fn of(world: &World, play: &Play, outcome: &Outcome) -> Self {
        let inside: Vec<&AttackerOutcome> = outcome
            .attackers
            .iter()
            .filter(|one| is_inside(one))
            .collect();
        let ends: Option<Vec<Timestamp>> = inside.iter().map(|one| one.evicted).collect();
        Self {
            inside: inside.len(),
            evicted: inside.iter().filter(|one| one.evicted.is_some()).count(),
            since: ends.and_then(|ends| ends.into_iter().max()),
            footholds_left: outcome
                .attackers
                .iter()
                .flat_map(|one| &one.standing)
                .map(|one| format!("{} {}", one.kind, one.name))
                .collect(),
            innocents_cut: innocents(world, play, outcome),
            locked_out: taken(outcome)
                .iter()
                .filter(|number| is_shut(outcome, **number) && !stays_shut(world, play, **number))
                .map(|number| world.account(*number).upn_lower())
                .collect(),
        }
    }
}

/// Who writes from outside entered nothing that he could be put out of.
fn is_inside(one: &AttackerOutcome) -> bool {
    let outside = ["counterparty", "look-alike-domain", "spoof"];
    one.first_success.is_some() && !outside.contains(&one.entry)
}

fn taken(outcome: &Outcome) -> BTreeSet<AccountNo> {
    let all = outcome.attackers.iter().flat_map(|one| &one.compromised);
    all.map(|(account, _)| *account).collect()
}

/// Whether it is shut, and not because its owner has left the company.
fn is_shut(outcome: &Outcome, number: AccountNo) -> bool {
    let now = outcome.state.account(number);
    (now.disabled || now.deleted) && !now.is_ownerless
}

/// Nobody signs in to a shared mailbox's account; a guest waits for his home tenant; what the attacker made is
/// nobody's.
fn stays_shut(world: &World, play: &Play, number: AccountNo) -> bool {
    let made = play.attackers.iter().any(|one| one.account == number);
    made || matches!(
        world.account(number).kind,
        AccountKind::Guest | AccountKind::Shared
    )
}

fn innocents(world: &World, play: &Play, outcome: &Outcome) -> Vec<String> {
    let taken = taken(outcome);
    let accounts = world
        .numbered_accounts()
        .filter(|(number, _)| !taken.contains(number) && is_shut(outcome, *number))
        .map(|(_, account)| account.upn_lower());
    let made: BTreeSet<String> = play
        .attackers
        .iter()
        .filter(|one| one.has_device(world))
        .map(|one| world.device(one.device).name.clone())
        .collect();
    let devices = outcome
        .state
        .disabled_devices
        .iter()
        .map(|device| world.device(*device).name.clone())
        .filter(|name| !made.contains(name));
    accounts.chain(devices).collect()
}
