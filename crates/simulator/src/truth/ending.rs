//! What came of it all: the last line of the truth.

use crate::json::{self, List};
use crate::outcome::{AttackerOutcome, Outcome, Standing};
use crate::world::World;

/// Each attacker as an element of a JSON list: entry, account, first success, accounts with the moment since
/// when, footholds that stand, goals, since when he is out, and whether the evidence that was given has any
/// undamaged record of how he got in.
pub fn outcome_json(world: &World, outcome: &Outcome, entry_given: &[bool]) -> String {
    let attackers: Vec<String> = outcome
        .attackers
        .iter()
        .zip(entry_given)
        .map(|(attacker, given)| {
            json::object(|entry| {
                attacker_json(world, attacker, entry);
                entry.flag("entry_given", *given);
            })
        })
        .collect();
    format!("[{}]", attackers.join(","))
}

fn attacker_json(world: &World, attacker: &AttackerOutcome, entry: &mut json::Object<'_>) {
    let name = |number| world.account(number).upn_lower();
    entry
        .text("entry", attacker.entry)
        .maybe("account", attacker.account.map(name))
        .maybe("first_success", attacker.first_success)
        .maybe("evicted", attacker.evicted)
        .maybe("gave_up", attacker.gave_up)
        .list("compromised", |list| {
            for (account, since) in &attacker.compromised {
                list.object(|one| {
                    one.text("account", name(*account)).shown("since", since);
                });
            }
        })
        .list("footholds", |list| {
            for standing in &attacker.standing {
                standing_json(world, standing, list);
            }
        })
        .texts("reached", &attacker.reached)
        .texts("abandoned", &attacker.abandoned);
}

fn standing_json(world: &World, standing: &Standing, list: &mut List<'_>) {
    list.object(|one| {
        one.text("kind", standing.kind)
            .maybe(
                "account",
                standing
                    .account
                    .map(|number| world.account(number).upn_lower()),
            )
            .text("name", &standing.name);
    });
}
