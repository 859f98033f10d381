//! Plays every scenario with our order and with the orders that others publish, and prints one table.
//!
//! `cargo run --release -p hourzero-contain --example compare_orders [--ours] [--seeds] [SCENARIO…]`; with
//! `--ours` the orders of others are left out, with `--seeds` four tenants are played in place of one.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a table for people; what fails has to be seen"
)]

#[path = "../tests/playback/stage.rs"]
mod stage;

use std::collections::BTreeMap;

use hourzero_contain::{Situation, Tables, peers, plan};
use hourzero_simulator::attacker::Scenario;
use hourzero_simulator::judge::Eviction;
use stage::Stage;

/// Sums over scenarios.
#[derive(Default)]
struct Sum {
    inside: usize,
    evicted: usize,
    innocents: usize,
    left: usize,
    locked_out: usize,
    destroyed: usize,
    missed: Vec<String>,
}

impl Sum {
    fn add(&mut self, scenario: &str, played: &Eviction, destroyed: usize) {
        self.inside += played.inside;
        self.evicted += played.evicted;
        self.innocents += played.innocents_cut.len();
        self.left += played.footholds_left.len();
        self.locked_out += played.locked_out.len();
        self.destroyed += destroyed;
        if played.evicted < played.inside {
            self.missed.push(scenario.to_owned());
        }
    }
}

/// Acts that destroy what was not exported before.
fn destroyed(tables: &Tables, exports_first: bool) -> usize {
    if exports_first {
        return 0;
    }
    let acts = tables.done.iter();
    acts.filter(|one| peers::destroys(one.action)).count()
}

fn tables(id: &str, situation: &Situation, stage: &Stage) -> (Tables, bool) {
    match peers::ORDERS.iter().find(|order| order.id == id) {
        Some(order) => (
            peers::tables(order, situation, stage.from()),
            order.exports_first,
        ),
        None => (stage.known_things_only(&plan(situation)), true),
    }
}

fn main() {
    let (options, wanted): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with("--"));
    let seeds = 1..=if options.iter().any(|one| one == "--seeds") {
        4
    } else {
        1
    };
    let others = if options.iter().any(|one| one == "--ours") {
        &[]
    } else {
        peers::ORDERS
    };
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    let orders: Vec<&str> = std::iter::once("hour-zero")
        .chain(others.iter().map(|order| order.id))
        .collect();
    for scenario in Scenario::names() {
        if !wanted.is_empty() && !wanted.contains(&scenario) {
            continue;
        }
        for seed in seeds.clone() {
            let mut stage = Stage::of(&scenario, seed);
            let situation = stage.situation();
            for id in &orders {
                let (tables, exported) = tables(id, &situation, &stage);
                let played = stage.played(&tables.text());
                let lost = destroyed(&tables, exported);
                println!(
                    "{scenario} {seed} {id}: {} of {} out, cut {:?}, left {:?}, locked out {:?}, destroyed {lost}",
                    played.evicted,
                    played.inside,
                    played.innocents_cut,
                    played.footholds_left,
                    played.locked_out
                );
                sums.entry(id).or_default().add(&scenario, &played, lost);
            }
        }
    }
    println!(
        "\n| order | attackers out | innocents cut | footholds left | owners locked out | destroyed unexported | still in |"
    );
    println!("|---|---|---|---|---|---|---|");
    for id in orders {
        let Some(sum) = sums.get(id) else { continue };
        println!(
            "| {id} | {} of {} | {} | {} | {} | {} | {} |",
            sum.evicted,
            sum.inside,
            sum.innocents,
            sum.left,
            sum.locked_out,
            sum.destroyed,
            sum.missed.join(", ")
        );
    }
}
