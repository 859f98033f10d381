//! What shippers put around a record is taken off, and a file may hold rows of several logs.

use hourzero_ingest::raw_value;
use serde_json::json;

use crate::support::{audit, read_bytes};

#[test]
fn the_record_is_found_inside_of_its_wrapper() {
    let inner = || serde_json::from_str::<serde_json::Value>(&audit("one")).unwrap();
    let wrapped = [
        ("Cribl", json!({"_raw": audit("one"), "_time": 1})),
        (
            "Splunk, parsed",
            json!({"preview": false, "result": inner()}),
        ),
        (
            "Splunk, raw",
            json!({"preview": false, "offset": 1, "result": {"_raw": audit("one"), "host": "h"}}),
        ),
        (
            "Wazuh",
            json!({"integration": "office365", "office365": inner()}),
        ),
        (
            "Wazuh alert",
            json!({"rule": {"id": "1"}, "data": {"integration": "office365", "office365": inner()}}),
        ),
        (
            "Elastic",
            json!({"_index": "i", "_id": "1", "_source": inner()}),
        ),
        (
            "Elastic, original kept",
            json!({"_source": {"@timestamp": "t", "event": {"original": audit("one")}}}),
        ),
        ("as text", json!({"message": audit("one"), "host": "h"})),
    ];
    for (shipper, row) in wrapped {
        for text in [row.to_string(), format!("[{row}]")] {
            let done = read_bytes("x.json", text.as_bytes());
            assert_eq!(done.ids(), ["one"], "{shipper}: {}", done.told());
            assert_eq!(done.summary.form.unwrap().0, "ual-json", "{shipper}");
            let value = raw_value(&done.raw(&done.items[0])).unwrap();
            assert_eq!(value, inner(), "{shipper}");
            done.check_again();
        }
    }
}

#[test]
fn a_cut_record_inside_of_a_wrapper_says_so() {
    let text = [
        json!({"_raw": audit("one")[..60]}).to_string(),
        json!({"_raw": audit("two")}).to_string(),
    ]
    .join("\n");
    insta::assert_snapshot!(read_bytes("x.json", text.as_bytes()).told());
}

#[test]
fn rows_of_several_logs_in_one_file_each_have_their_form() {
    let sign_in = json!({
        "id": "s1", "createdDateTime": "2026-03-06T10:00:00Z", "userPrincipalName": "pat@contoso.example",
        "userId": "0d2a4b6c-1111-4222-8333-444455556666", "appId": "0d2a4b6c-1111-4222-8333-444455556667",
        "appDisplayName": "Portal", "ipAddress": "192.0.2.1", "clientAppUsed": "Browser",
        "correlationId": "0d2a4b6c-1111-4222-8333-444455556668", "conditionalAccessStatus": "success",
        "isInteractive": true, "status": {"errorCode": 0}, "location": {}, "deviceDetail": {}
    });
    let text = format!(
        "{sign_in}\n{}\n{sign_in}\n{}\n{}",
        audit("a"),
        audit("b"),
        audit("c")
    );
    let done = read_bytes("x.json", text.as_bytes());
    let forms: Vec<&str> = done
        .items
        .iter()
        .map(|item| item.form().unwrap().0)
        .collect();
    assert_eq!(
        forms,
        [
            "graph-signins",
            "ual-json",
            "graph-signins",
            "ual-json",
            "ual-json"
        ]
    );
    assert_eq!(done.summary.form.unwrap().0, "ual-json");
    let inventoried: Vec<&str> = done.summary.inventory.keys().map(|form| form.0).collect();
    assert_eq!(inventoried, ["graph-signins", "ual-json"]);
    done.check_again();
}
