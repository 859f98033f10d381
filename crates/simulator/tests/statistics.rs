//! The life of a simulated tenant lies within the ranges that `docs/simulator.md` shows.

use hourzero_simulator::engine;
use hourzero_simulator::statistics::{Counting, Measures, RANGES};
use hourzero_simulator::world::{EntraPlan, Licence, Settings, World};

fn measured(settings: &Settings) -> Measures {
    let world = World::build(settings);
    let mut counting = Counting::new(&world);
    engine::run(&world, &mut counting);
    counting.tally.measures()
}

/// Whole weeks, so that weekends have their share.
fn weeks(settings: Settings) -> Measures {
    measured(&Settings {
        days: 14,
        ..settings
    })
}

#[test]
fn the_usual_client_lives_within_the_ranges() {
    let all = weeks(Settings::default());
    for range in RANGES {
        let (least, most) = range.usual;
        let value = (range.of)(&all);
        assert!((least..=most).contains(&value), "{}: {value}", range.name);
    }
}

#[test]
fn an_enterprise_lives_within_the_ranges() {
    let all = weeks(Settings {
        accounts: 60,
        licence: Licence::E5,
        entra: EntraPlan::P2,
        ..Settings::default()
    });
    for range in RANGES {
        let (least, most) = range.enterprise;
        let value = (range.of)(&all);
        assert!((least..=most).contains(&value), "{}: {value}", range.name);
    }
}
