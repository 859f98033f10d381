//! The forms of a small case, and of none.

use hourzero_report::base::{FactBase, SharedTrait};
use hourzero_report::{kql, misp, navigator, statements_csv, stix, timesketch};
use serde_json::{Value, json};

use crate::fixture::{at, empty, one, small, technique};

fn objects(base: &FactBase) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(&stix(base).unwrap()).unwrap();
    bundle["objects"].as_array().unwrap().clone()
}

fn layer(base: &FactBase) -> Value {
    serde_json::from_str(&navigator(base).unwrap()).unwrap()
}

#[test]
fn the_forms_of_a_small_case() {
    let base = small();
    insta::assert_snapshot!("stix", stix(&base).unwrap());
    insta::assert_snapshot!("misp", misp(&base).unwrap());
    insta::assert_snapshot!("navigator", navigator(&base).unwrap());
    insta::assert_snapshot!("kql", kql(&base));
    insta::assert_snapshot!("statements", statements_csv(&base).unwrap());
}

#[test]
fn the_forms_of_nothing() {
    let base = empty();
    insta::assert_snapshot!("stix_empty", stix(&base).unwrap());
    insta::assert_snapshot!("misp_empty", misp(&base).unwrap());
    insta::assert_snapshot!("navigator_empty", navigator(&base).unwrap());
    insta::assert_snapshot!("kql_empty", kql(&base));
    insta::assert_snapshot!("statements_empty", statements_csv(&base).unwrap());
}

#[test]
fn ids_are_version_5_of_evidence_and_value() {
    let base = small();
    let found = objects(&base);
    let ip = found
        .iter()
        .find(|object| object["pattern"] == "[ipv4-addr:value = '198.51.100.7']")
        .unwrap();
    // uuid5(uuid5(NAMESPACE_DNS, "hourzero"), '["3f…","stix","indicator","ip","198.51.100.7"]') by Python's `uuid`.
    assert_eq!(ip["id"], "indicator--a71b4daa-5dd5-5c6b-8bfa-dcedee25d4df");

    let other = FactBase {
        case: hourzero_report::base::CaseFacts {
            evidence: "40".repeat(32),
            ..base.case.clone()
        },
        ..base
    };
    assert!(
        !objects(&other)
            .iter()
            .any(|object| object["id"] == ip["id"])
    );
}

#[test]
fn a_report_refers_to_everything_and_every_reference_leads_somewhere() {
    let found = objects(&small());
    let ids: Vec<&Value> = found.iter().map(|object| &object["id"]).collect();
    let report = found.last().unwrap();
    let refs = report["object_refs"].as_array().unwrap();
    assert_eq!(
        refs.len(),
        found.len() - 2,
        "all but the marking and itself"
    );
    for object in &found {
        for key in ["created_by_ref", "source_ref", "target_ref"] {
            assert!(
                object.get(key).is_none_or(|id| ids.contains(&id)),
                "{object}"
            );
        }
        for key in ["object_refs", "object_marking_refs"] {
            let refs = object.get(key).and_then(Value::as_array);
            assert!(
                refs.into_iter().flatten().all(|id| ids.contains(&id)),
                "{object}"
            );
        }
    }
    let mut distinct: Vec<String> = ids.iter().map(ToString::to_string).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), found.len());
}

#[test]
fn what_innocents_share_is_less_sure_and_never_for_detection() {
    let base = small();
    let found = objects(&base);
    let of = |ip: &str| {
        let pattern = format!("[ipv4-addr:value = '{ip}']");
        found
            .iter()
            .find(|object| object["pattern"] == *pattern)
            .unwrap()
    };
    assert_eq!(of("198.51.100.7")["confidence"], 90);
    assert_eq!(of("203.0.113.9")["confidence"], 50);
    let said = of("203.0.113.9")["description"].as_str().unwrap();
    assert!(
        said.contains("4 accounts that nobody blames use it too"),
        "{said}"
    );

    let event: Value = serde_json::from_str(&misp(&base).unwrap()).unwrap();
    for attribute in event["Event"]["Attribute"].as_array().unwrap() {
        let is_sign = matches!(attribute["type"].as_str(), Some("ip-src" | "email-dst"))
            && attribute["value"] != "203.0.113.9";
        assert_eq!(attribute["to_ids"], is_sign, "{attribute}");
    }

    let queries = kql(&base);
    for query in queries
        .split("\n\n")
        .filter(|query| query.contains("203.0.113.9"))
    {
        assert!(query.contains("let shared_ips = dynamic(["), "{query}");
        assert!(query.contains("Innocents use these values too"), "{query}");
        assert!(!query.contains("198.51.100.7"), "{query}");
        assert!(!query.contains(" in~ (ips)"), "{query}");
    }
}

#[test]
fn only_a_value_whose_context_names_a_finding_indicates_its_technique() {
    let found = objects(&small());
    let name_of = |id: &Value| {
        let object = found.iter().find(|object| object["id"] == *id).unwrap();
        object["name"].as_str().unwrap_or_default().to_owned()
    };
    let mut told: Vec<String> = found
        .iter()
        .filter(|object| object["relationship_type"] == "indicates")
        .filter(|object| name_of(&object["target_ref"]).starts_with('T'))
        .map(|object| {
            let (from, to) = (
                name_of(&object["source_ref"]),
                name_of(&object["target_ref"]),
            );
            format!("{from} -> {to}")
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "ip 2001:db8::7 -> T1564.008",
            "recipient drop@mail.example -> T1564.008",
            "user-agent axios/1.7.2 -> T1564.008",
        ]
    );
}

#[test]
fn a_value_that_is_listed_twice_is_told_once_over_both_spans() {
    let later = SharedTrait {
        first: at("2026-03-05T00:00:00Z"),
        last: at("2026-03-09T00:00:00Z"),
        shared_with_innocents: 2,
        context: "Sign-in".to_owned(),
        ..one("ip", "198.51.100.7", 0)
    };
    let base = FactBase {
        indicators: vec![one("ip", "198.51.100.7", 0), later, one("ip", "", 0)],
        ..empty()
    };
    let event: Value = serde_json::from_str(&misp(&base).unwrap()).unwrap();
    let attributes = event["Event"]["Attribute"].as_array().unwrap();
    assert_eq!(attributes.len(), 1);
    assert_eq!(
        attributes[0]["first_seen"],
        "2026-03-02T08:15:00.250000+00:00"
    );
    assert_eq!(
        attributes[0]["last_seen"],
        "2026-03-09T00:00:00.000000+00:00"
    );
    assert_eq!(attributes[0]["to_ids"], false);
}

#[test]
fn a_value_that_has_not_the_form_of_its_kind_is_told_in_words() {
    let base = FactBase {
        indicators: vec![
            one("ip", "198.51.100.7:443", 0),
            one("recipient", "Pat Doe", 0),
        ],
        ..empty()
    };
    let found = objects(&base);
    assert!(!found.iter().any(|object| object["type"] == "indicator"));
    assert_eq!(
        found
            .iter()
            .filter(|object| object["type"] == "note")
            .count(),
        2
    );
    let event: Value = serde_json::from_str(&misp(&base).unwrap()).unwrap();
    for attribute in event["Event"]["Attribute"].as_array().unwrap() {
        assert_eq!(attribute["type"], "other");
    }
}

#[test]
fn the_navigator_gets_ids_of_techniques_only_and_hears_of_the_others() {
    let base = FactBase {
        techniques: vec![
            technique("T1078", 7, 900, "Odd sign-in"),
            technique("T99", 1, 1, "x"),
        ],
        ..empty()
    };
    let layer = layer(&base);
    assert_eq!(layer["techniques"].as_array().unwrap().len(), 1);
    assert_eq!(layer["techniques"][0]["score"], 7);
    assert_eq!(layer["gradient"]["maxValue"], 7);
    let said = layer["description"].as_str().unwrap();
    assert!(said.ends_with("No technique's id: T99."), "{said}");
}

#[test]
fn a_line_of_the_timeline_keeps_its_fields() {
    let row = json!({
        "time": "2026-03-02T08:15:00.25Z",
        "time_local": "2026-03-02T09:15:00.25+01:00",
        "account": "pat@fabrikam.example",
        "action": "Signed in",
        "operation": "UserLoggedIn",
        "findings": ["a", "b"],
        "asn": null,
        "position": 12,
    });
    let line = timesketch(&row).unwrap();
    insta::assert_snapshot!("timesketch", line);
    let back: Value = serde_json::from_str(&line).unwrap();
    for (name, value) in row.as_object().unwrap() {
        assert_eq!(&back[name], value);
    }

    let message = |row: Value| {
        let line = timesketch(&row).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["message"].clone()
    };
    assert_eq!(
        message(json!({"time": "2026-03-02T08:15:00Z", "action": "", "operation": "Send"})),
        "Send"
    );
    assert_eq!(
        message(json!({"time": "2026-03-02T10:15:00+02:00"})),
        "event"
    );
}

#[test]
fn a_line_without_a_time_is_refused() {
    for row in [
        json!({}),
        json!({"time": "yesterday"}),
        json!({"time": 5}),
        json!([1]),
        json!(null),
    ] {
        assert!(timesketch(&row).is_err(), "{row}");
    }
}
