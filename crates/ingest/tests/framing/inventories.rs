//! The inventory names every path that any record has, and values are found under its paths.

use hourzero_ingest::{raw_value, values_at};
use hourzero_model::Form;
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
