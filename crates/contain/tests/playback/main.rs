//! Plans are played on the simulated tenant: the attacker is out, nobody else is cut, nobody is locked out.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of tests that fails has found what the test is for"
)]

mod stage;

use hourzero_contain::{peers, plan};
use hourzero_simulator::judge::Eviction;
use stage::Stage;

/// Scenarios that differ in what has to be done; `examples/compare_orders.rs` plays all of them.
const SCENARIOS: [&str; 7] = [
    "admin-restricted-unit",
    "admin-role",
    "consent-look-alike-app",
    "delegate-shared-mailbox",
    "device-code-kit",
    "on-premises-synchronisation",
    "primary-refresh-token-theft",
];

#[test]
fn every_attacker_is_out_and_nobody_else_is_cut() {
    for name in SCENARIOS {
        let mut stage = Stage::of(name, 1);
        let situation = stage.situation();
        let plan = plan(&situation);
        let tables = stage.known_things_only(&plan).text();
        let played = stage.played(&tables);
        assert!(played.inside > 0, "{name}: nobody got in");
        assert_eq!(played.evicted, played.inside, "{name}: {tables}");
        assert_eq!(
            played.innocents_cut,
            Vec::<String>::new(),
            "{name}: {tables}"
        );
        assert_eq!(
            played.footholds_left,
            Vec::<String>::new(),
            "{name}: {tables}"
        );
        assert_eq!(played.locked_out, Vec::<String>::new(), "{name}: {tables}");
    }
}

/// What makes the order matter: the same tenant, the order that is printed most.
#[test]
fn a_published_order_leaves_a_device_and_its_key() {
    let mut stage = Stage::of("device-code-kit", 1);
    let situation = stage.situation();
    let order = peers::ORDERS
        .iter()
        .find(|order| order.id == "petra")
        .unwrap();
    let tables = peers::tables(order, &situation, stage.from());
    let Eviction {
        inside, evicted, ..
    } = stage.played(&tables.text());
    assert_eq!((inside, evicted), (1, 0));
}
