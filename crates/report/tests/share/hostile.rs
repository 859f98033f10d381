//! Values that attackers choose stay data in every form.

use hourzero_model::Timestamp;
use hourzero_report::base::{CaseFacts, FactBase, Statement};
use hourzero_report::{kql, misp, navigator, neutral, statements_csv, stix, timesketch};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{Piece, empty, kql_pieces, one, small, stix_value, technique};

/// What has broken out of something before.
const HOSTILE: &[&str] = &[
    "\"]); union *; let x = dynamic([\"",
    "\\\"; .drop table SigninLogs //",
    "\\",
    "\\\\\"",
    "' OR '1' = '1",
    "'] OR [ipv4-addr:value = '0.0.0.0",
    "\\'",
    "a\nlet ips = dynamic([]);\n",
    "\r\n\r\nSigninLogs | take 1",
    "\u{0}\u{1}\u{7}\u{1b}[31m\u{7f}\u{85}\u{9b}",
    "\u{2028}SigninLogs\u{2029}",
    "\u{202e}moc.elpmaxe@tap\u{2066}",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "{{7*7}} ${x} %s {} {0}",
    "</script><script>alert(1)</script>",
    "```",
    "\u{1f980}\u{fe0f}",
    "x@y.z'\\",
    "drop'\"\\@mail.example",
];

/// The kinds of traits, and one that nobody knows.
const KINDS: &[&str] = &[
    "ip",
    "session",
    "device",
    "app",
    "user-agent",
    "recipient",
    "new",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(HOSTILE).prop_map(str::to_owned),
        any::<String>(),
        prop::collection::vec(
            prop::sample::select(vec![
                '"', '\'', '\\', '\n', '\r', '\u{2028}', '\u{202e}', '/', '*', '@', '.', 'u', 'a',
                ']', '\u{0}'
            ]),
            0..12,
        )
        .prop_map(|chars| chars.into_iter().collect()),
    ]
}

prop_compose! {
    /// A case in which everything that can be chosen is.
    fn facts()(
        words in prop::collection::vec(text(), 6),
        values in prop::collection::vec((prop::sample::select(KINDS), text(), 0_u64..3, any::<(i64, i64)>()), 0..8),
        until in any::<Option<i64>>(),
    ) -> FactBase {
        let indicators = values.into_iter().map(|(kind, value, shared, (first, last))| {
            let mut one = one(kind, &value, shared);
            one.context.clone_from(&words[0]);
            one.first = Timestamp::from_micros(first);
            one.last = Timestamp::from_micros(last);
            one
        });
        let mut base = FactBase {
            case: CaseFacts {
                name: words[1].clone(),
                tenant: words[2].clone(),
                evidence: words[3].clone(),
                until: until.map(Timestamp::from_micros),
                ..empty().case
            },
            indicators: indicators.collect(),
            techniques: vec![technique("T1078", 1, 1, &words[4]), technique(&words[5], 2, 3, &words[0])],
            ..empty()
        };
        base.statements = small().statements.into_iter().zip(&words).map(|(statement, text)| Statement {
            text: text.clone(),
            decision: Some(text.clone()),
            ..statement
        }).collect();
        base
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The values of these kinds, once each, without the empty ones.
fn values(base: &FactBase, kinds: &[&str]) -> Vec<String> {
    let mut values: Vec<String> = base
        .indicators
        .iter()
        .filter(|one| kinds.contains(&one.kind.as_str()) && !one.value.is_empty())
        .map(|one| one.value.clone())
        .collect();
    values.sort();
    values.dedup();
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn stix_keeps_values_as_data(base in facts()) {
        let bundle = json_of(&stix(&base).unwrap());
        let objects = bundle["objects"].as_array().unwrap();
        let mut agents: Vec<String> = Vec::new();
        for object in objects {
            if let Some(pattern) = object["pattern"].as_str() {
                let value = stix_value(pattern);
                if pattern.starts_with("[network-traffic:") {
                    agents.push(value);
                } else {
                    prop_assert!(values(&base, &["ip", "recipient"]).contains(&value));
                }
            }
            for key in ["created", "published", "valid_from", "first_seen"] {
                let spelled = object[key].as_str();
                prop_assert!(spelled.is_none_or(|time| time.len() == 24 && time.ends_with('Z')), "{spelled:?}");
            }
        }
        agents.sort();
        prop_assert_eq!(agents, values(&base, &["user-agent"]));
        let told = |kind: &str| objects.iter().filter(|object| object["type"] == kind).count();
        let kinds: usize = KINDS.iter().map(|kind| values(&base, &[kind]).len()).sum();
        prop_assert_eq!(told("indicator") + told("note"), kinds);
    }

    #[test]
    fn misp_keeps_values_as_data(base in facts()) {
        let event = json_of(&misp(&base).unwrap());
        let attributes = event["Event"]["Attribute"].as_array().unwrap();
        let mut told: Vec<&str> = attributes
            .iter()
            .filter(|attribute| attribute["type"] != "link")
            .map(|attribute| attribute["value"].as_str().unwrap())
            .collect();
        told.sort_unstable();
        let mut meant: Vec<String> = KINDS.iter().flat_map(|kind| values(&base, &[kind])).collect();
        meant.sort();
        prop_assert_eq!(told, meant);
    }

    #[test]
    fn kql_is_the_same_query_whatever_the_values(base in facts()) {
        let text = kql(&base);
        let pieces = kql_pieces(&text);
        // Names of the case stay in their comments.
        if let Some(Piece::Text(before)) = pieces.first() {
            let before = before.trim_start();
            prop_assert!(before.is_empty() || before.starts_with("let window_start"), "{before:?}");
        }
        let strings: Vec<&String> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Str(value) => Some(value),
                Piece::Text(_) => None,
            })
            .collect();
        for value in values(&base, &["ip", "session", "device", "app", "user-agent", "recipient"]) {
            prop_assert!(strings.contains(&&value), "{value:?}");
        }
        // With harmless values in the place of these, all but the strings is the same.
        let mut tame = base.clone();
        for (number, one) in tame.indicators.iter_mut().enumerate().filter(|(_, one)| !one.value.is_empty()) {
            let same = base.indicators.iter().position(|other| other.kind == one.kind && other.value == one.value);
            one.value = format!("v{}", same.unwrap_or(number));
        }
        let around = |pieces: &[Piece]| -> Vec<String> {
            pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    Piece::Str(_) => None,
                })
                .collect()
        };
        prop_assert_eq!(around(&kql_pieces(&kql(&tame))), around(&pieces));
    }

    #[test]
    fn the_navigator_reads_it_back(base in facts()) {
        let layer = json_of(&navigator(&base).unwrap());
        let techniques = layer["techniques"].as_array().unwrap();
        prop_assert!(techniques.iter().any(|technique| technique["techniqueID"] == "T1078"));
        for technique in techniques {
            let comment = technique["comment"].as_str().unwrap();
            prop_assert!(!comment.chars().any(char::is_control));
        }
    }

    #[test]
    fn statements_are_read_back_and_are_no_formulas(base in facts()) {
        let text = statements_csv(&base).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), base.statements.len());
        for (row, statement) in rows.iter().zip(&base.statements) {
            prop_assert_eq!(&row[3], neutral(&statement.text));
            prop_assert_eq!(&row[4], neutral(&statement.text));
            prop_assert_eq!(&row[6], statement.evidence.len().to_string());
        }
    }

    #[test]
    fn a_line_for_timesketch_is_one_line(action in text(), micros in any::<i64>()) {
        let time = Timestamp::from_micros(micros).to_string();
        let row = json!({ "time": time, "action": action, "user_agent": action });
        let Ok(line) = timesketch(&row) else {
            prop_assert!(Timestamp::parse(&time).is_err());
            return Ok(());
        };
        prop_assert_eq!(line.matches('\n').count(), 1);
        let back = json_of(&line);
        prop_assert_eq!(back["user_agent"].as_str(), Some(action.as_str()));
        let read = Timestamp::parse(back["datetime"].as_str().unwrap()).unwrap();
        prop_assert_eq!(back["timestamp"].as_i64(), Some(read.micros()));
    }
}

/// The literals of the whole list, to be seen as they are written.
#[test]
fn the_hostile_list_as_literals() {
    let agents = HOSTILE.iter().map(|value| one("user-agent", value, 0));
    let base = FactBase {
        indicators: agents.collect(),
        ..empty()
    };
    let bundle = json_of(&stix(&base).unwrap());
    let patterns: Vec<&str> = bundle["objects"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|object| object["pattern"].as_str())
        .collect();
    let mut read: Vec<String> = patterns.iter().map(|pattern| stix_value(pattern)).collect();
    read.sort();
    assert_eq!(read, values(&base, &["user-agent"]));
    insta::assert_debug_snapshot!("hostile_patterns", patterns);
    let queries = kql(&base);
    insta::assert_snapshot!("hostile_query", queries.split("\n\n").nth(1).unwrap());
}
