//! The inventory names every path that any record has, and values are found under its paths.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_ingest::{raw_value, values_at};
use hourzero_model::Form;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{audit, read_bytes};

#[test]
fn every_path_of_every_record_is_counted_once_a_record() {
    let rare = audit("two").replace(
        "\"UserKey\":\"k\"",
        "\"UserKey\":\"{\\\"a\\\":{\\\"b\\\":1}}\",\"Deep\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":1}}}}}}",
    );
    let text = format!("{}\n{rare}\n{}\n", audit("one"), audit("three"));
    let done = read_bytes("x.json", text.as_bytes());
    let paths = &done.summary.inventory[&Form("ual-json")];
    insta::assert_snapshot!(
        paths
            .iter()
            .map(|(path, count)| format!("{count} {path}"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    let row = raw_value(&done.raw(&done.items[1])).unwrap();
    for path in paths.keys().filter(|path| !path.is_empty()) {
        assert!(!values_at(&row, path).is_empty(), "{path}");
    }
}

#[test]
fn values_stand_under_their_paths() {
    let row = json!({"a": [{"b": 1}, {"b": 2}], "t": "[{\"c\":{\"d\":\"x\"}}]", "s": [1, 2]});
    assert_eq!(values_at(&row, "a[].b"), [json!(1), json!(2)]);
    assert_eq!(values_at(&row, "t[].c.d"), [json!("x")]);
    assert_eq!(values_at(&row, "s"), [json!([1, 2])]);
    assert_eq!(values_at(&row, "a.b"), Vec::<serde_json::Value>::new());
}

#[test]
fn the_number_of_paths_is_bounded() {
    let keys: Vec<String> = (0..10_000).map(|n| format!("\"k{n}\":1")).collect();
    let wide = audit("wide").replace("\"UserType\":0", &keys.join(","));
    let done = read_bytes("x.json", format!("{}\n{wide}", audit("one")).as_bytes());
    let paths = &done.summary.inventory[&Form("ual-json")];
    assert!(paths.len() <= 4_200);
    assert_eq!(paths["…"], 1);
}

/// What a member of a made row holds, with the paths below its name.
const HELD: [(&str, &[&str]); 6] = [
    ("1", &[]),
    ("\"text\"", &[]),
    ("{\"x\":1,\"y\":{\"z\":2}}", &[".x", ".y", ".y.z"]),
    ("[{\"x\":1},{\"w\":2}]", &["[].x", "[].w"]),
    ("\"{\\\"x\\\":1}\"", &[".x"]),
    ("\"[{\\\"v\\\":1}]\"", &["[].v"]),
];

fn row(members: &[(usize, usize)]) -> String {
    let mut row = audit("x");
    row.pop();
    for (name, held) in members {
        row.push_str(&format!(",\"m{name}\":{}", HELD[*held].0));
    }
    row + "}"
}

/// The paths of a made row, each once.
fn paths_of(members: &[(usize, usize)]) -> BTreeSet<String> {
    let paths = |(name, held): &(usize, usize)| {
        let below = HELD[*held].1.iter().copied();
        let name = *name;
        let paths = [""].into_iter().chain(below);
        paths.map(move |path| format!("m{name}{path}"))
    };
    members.iter().flat_map(paths).collect()
}

proptest! {
    /// Rows of the same names are counted by their names as a whole: whatever they hold, in whatever order they come, and
    /// where a name stands in a row twice.
    #[test]
    fn rows_of_the_same_names_are_counted_like_any_others(
        lists in prop::collection::vec(prop::collection::vec(0..6_usize, 0..6), 1..4),
        rows in prop::collection::vec((0..4_usize, prop::collection::vec(0..HELD.len(), 6)), 1..24),
    ) {
        let made: Vec<Vec<(usize, usize)>> = rows
            .iter()
            .map(|(list, held)| {
                let names = lists[list % lists.len()].iter().copied();
                names.zip(held.iter().copied()).collect()
            })
            .collect();
        let mut expected = BTreeMap::new();
        for path in made.iter().flat_map(|row| paths_of(row)) {
            *expected.entry(path).or_insert(0_u64) += 1;
        }
        let text: Vec<String> = made.iter().map(|members| row(members)).collect();
        let mut done = read_bytes("x.json", text.join("\n").as_bytes());
        let found = done.summary.inventory.remove(&Form("ual-json")).unwrap();
        let found: BTreeMap<String, u64> =
            found.into_iter().filter(|(path, _)| path.starts_with('m')).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_is_beyond_the_limits_is_counted_in_every_row_that_holds_it() {
    let lists: Vec<String> = (0..5_000).map(|n| row(&[(n, 0)])).collect();
    let text = [lists.join("\n"), lists.join("\n")].join("\n");
    let done = read_bytes("x.json", text.as_bytes());
    let paths = &done.summary.inventory[&Form("ual-json")];
    assert_eq!(paths["m0"], 2);
    assert_eq!(paths["Operation"], 10_000);
    let beyond = 5_000 - paths.keys().filter(|path| path.starts_with('m')).count();
    assert_eq!(paths["…"], 2 * u64::try_from(beyond).unwrap());
}
