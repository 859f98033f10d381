//! Attackers reach their goals, leave their traces, and keep what the law of token death leaves them.

#![expect(
    clippy::unwrap_used,
    reason = "the tests build their own worlds; a failure is a failed test"
)]

use hourzero_model::Timestamp;
use hourzero_simulator::attacker::{Play, Scenario};
use hourzero_simulator::engine::{self, Sink};
use hourzero_simulator::happening::{Actor, Happening};
use hourzero_simulator::logs::LogRecord;
use hourzero_simulator::outcome::Outcome;
use hourzero_simulator::world::{Settings, World};

/// Keeps what attackers, responders and their like do.
#[derive(Default)]
struct Watched {
    happenings: Vec<Happening>,
    last: Option<Timestamp>,
    count: u64,
}

impl Sink for Watched {
    fn take(&mut self, _number: u64, happening: &Happening, _records: &[LogRecord]) {
        assert!(
            self.last.is_none_or(|last| last <= happening.at),
            "time goes back: {happening:?}"
        );
        self.last = Some(happening.at);
        self.count += 1;
        if matches!(happening.actor, Actor::Attacker(_) | Actor::Responder) {
            self.happenings.push(happening.clone());
        }
    }
}

struct Played {
    world: World,
    watched: Watched,
    outcome: Outcome,
}

fn play(name: &str, seed: u64, done: &str) -> Played {
    let scenario = Scenario::named(name).unwrap();
    let settings = scenario.settings(&Settings {
        seed,
        accounts: 25,
        days: 20,
        ..Settings::default()
    });
    let mut world = World::build(&settings);
    let mut play = Play::prepare(&mut world, &scenario).unwrap();
    let prepared = hourzero_simulator::intervene::parse(done, &world, &play).unwrap();
    play.interventions = prepared;
    let mut watched = Watched::default();
    let outcome = engine::run(&world, &play, &mut watched);
    Played {
        world,
        watched,
        outcome,
    }
}

#[test]
fn every_attacker_reaches_his_goals_when_nobody_intervenes() {
    for name in Scenario::names() {
        let played = play(&name, 1, "");
        for attacker in &played.outcome.attackers {
            eprintln!(
                "{name}: {} {:?} first {:?} reached {:?} abandoned {:?} taken {} evicted {:?} acts {} of {}",
                attacker.entry,
                attacker.account,
                attacker.first_success.map(|at| at.to_string()),
                attacker.reached,
                attacker.abandoned,
                attacker.compromised.len(),
                attacker.evicted.map(|at| at.to_string()),
                played.watched.happenings.len(),
                played.watched.count
            );
            assert!(
                attacker.abandoned.is_empty(),
                "{name}: {:?}",
                attacker.abandoned
            );
            assert!(attacker.first_success.is_some(), "{name}");
        }
        let _ = &played.world;
    }
}
