//! Statistics of ordinary life, and that it meets the state.

use std::collections::BTreeMap;

use crate::attacker::Play;
use crate::engine::{self, Sink};
use crate::happening::{Act, Happening};
use crate::logs::LogRecord;
use crate::world::{Licence, Settings, World};

#[derive(Default)]
struct Count {
    kinds: BTreeMap<String, u64>,
    records: u64,
}

impl Sink for Count {
    fn take(&mut self, _number: u64, happening: &Happening, records: &[LogRecord]) {
        *self.kinds.entry(name(happening)).or_default() += 1;
        self.records += records.len() as u64;
    }
}

/// What a happening is, in a word.
fn name(happening: &Happening) -> String {
    match &happening.act {
        Act::SignIn(one) => format!("sign-in {:?} {}", one.kind, one.error),
        Act::Mail(act) => format!("mail {:?}", act)
            .chars()
            .take_while(|sign| *sign != '{')
            .collect(),
        Act::File(act) => act.operation.to_owned(),
        Act::Share(act) => act.operation.to_owned(),
        Act::Site(act) => act.operation.to_owned(),
        Act::Chat(act) => format!("teams {}", act.operation),
        Act::Directory(act) => format!("directory {:?}", act).chars().take(24).collect(),
        Act::Cmdlet(act) => act.name.to_owned(),
        Act::Noise(act) => act.operation.to_owned(),
        other => format!("{other:?}").chars().take(12).collect(),
    }
}

#[test]
fn prints() {
    let world = World::build(&Settings {
        accounts: 60,
        days: 14,
        licence: Licence::E3,
        ..Settings::default()
    });
    let mut count = Count::default();
    engine::run(&world, &Play::quiet(&world), &mut count);
    let people = world.people().count() as u64;
    for (kind, many) in &count.kinds {
        println!(
            "{:8} {:6.2} {kind}",
            many,
            *many as f64 / (people * 10) as f64
        );
    }
    println!("{people} people {} records", count.records);
}
