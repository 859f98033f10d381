//! The life of a simulated tenant lies within the ranges that `docs/simulator.md` shows.

use hourzero_simulator::statistics::{RANGES, measure};
use hourzero_simulator::world::{EntraPlan, Licence, Settings};

#[test]
fn the_usual_client_lives_within_the_ranges() {
    // A whole week, so that the weekend has its share.
    let all = measure(&Settings {
        days: 7,
        ..Settings::default()
    })
    .unwrap();
    for range in RANGES {
        let (least, most) = range.usual;
        let value = (range.of)(&all);
        assert!((least..=most).contains(&value), "{}: {value}", range.name);
    }
}

#[test]
fn an_enterprise_lives_within_the_ranges() {
    let all = measure(&Settings {
        accounts: 60,
        days: 7,
        licence: Licence::E5,
        entra: EntraPlan::P2,
        ..Settings::default()
    })
    .unwrap();
    for range in RANGES {
        let (least, most) = range.enterprise;
        let value = (range.of)(&all);
        assert!((least..=most).contains(&value), "{}: {value}", range.name);
    }
}
