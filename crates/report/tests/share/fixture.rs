//! A small fact base, and readers for the string literals of KQL and of STIX patterns.

use hourzero_model::{ArtefactId, Confidence, EvidenceRef, Timestamp};
use hourzero_report::base::{
    CaseFacts, Charts, FactBase, Section, SharedTrait, Statement, StatementKind, Technique,
};

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Nothing was read and nothing found.
pub(crate) fn empty() -> FactBase {
    FactBase {
        case: CaseFacts {
            name: String::new(),
            tenant: String::new(),
            zone: "UTC".to_owned(),
            version: "0.1.0".to_owned(),
            evidence: String::new(),
            rules: String::new(),
            decisions: String::new(),
            names: String::new(),
            from: None,
            until: None,
        },
        statements: Vec::new(),
        figures: Default::default(),
        tables: Vec::new(),
        indicators: Vec::new(),
        techniques: Vec::new(),
        charts: Charts::default(),
    }
}

pub(crate) fn one(kind: &str, value: &str, shared: u64) -> SharedTrait {
    SharedTrait {
        kind: kind.to_owned(),
        value: value.to_owned(),
        first: at("2026-03-02T08:15:00.25Z"),
        last: at("2026-03-06T16:40:00Z"),
        confidence: Confidence::Likely,
        context: "Inbox rule that hides mail".to_owned(),
        shared_with_innocents: shared,
    }
}

/// A case with a trait of each kind, one that innocents share, and a sentence of each ground.
pub(crate) fn small() -> FactBase {
    let record = |id: &str, position| EvidenceRef {
        record_id: id.to_owned(),
        file: "export.zip!ual.jsonl".to_owned(),
        sha256: ArtefactId::from_bytes([7; 32]),
        position,
    };
    let says = |id: &str, section, kind, text: &str| Statement {
        id: id.to_owned(),
        section,
        kind,
        text: text.to_owned(),
        evidence: Vec::new(),
        evidence_truncated: false,
        decision: None,
        coverage: None,
    };
    let confirmed = |kind: &str, value: &str, shared| SharedTrait {
        confidence: Confidence::Confirmed,
        context: "214 events of the attacker".to_owned(),
        ..one(kind, value, shared)
    };
    FactBase {
        case: CaseFacts {
            name: "Fabrikam".to_owned(),
            tenant: "fabrikam.example".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            version: "0.1.0".to_owned(),
            evidence: "3f".repeat(32),
            rules: "a1".repeat(32),
            decisions: String::new(),
            names: String::new(),
            from: Some(at("2026-02-01T00:00:00Z")),
            until: Some(at("2026-03-07T09:30:00.5Z")),
        },
        statements: vec![
            Statement {
                evidence: vec![record("r-1", 12), record("r-2", 40)],
                evidence_truncated: true,
                ..says(
                    "scope-1",
                    Section::Scope,
                    StatementKind::Fact,
                    "pat was used.",
                )
            },
            Statement {
                decision: Some("answers/noticed.by".to_owned()),
                ..says(
                    "asked-1",
                    Section::Asked,
                    StatementKind::Told,
                    "+49 was called, \"twice\".",
                )
            },
            Statement {
                coverage: Some("log/message-trace".to_owned()),
                ..says(
                    "payments-1",
                    Section::Payments,
                    StatementKind::Opinion,
                    "=No payment\nwas seen.",
                )
            },
        ],
        indicators: vec![
            confirmed("ip", "198.51.100.7", 0),
            confirmed("ip", "203.0.113.9", 4),
            one("ip", "2001:db8::7", 0),
            confirmed("session", "0042c1e8-aa11-4c1e-9d0e-77d0a1f0b2c3", 0),
            one("device", "5d0e6d5c-1f2a-4b3c-8d4e-5f60718293a4", 0),
            one("app", "eM Client", 0),
            one("user-agent", "axios/1.7.2", 0),
            one("recipient", "drop@mail.example", 0),
        ],
        techniques: vec![
            technique("T1098.002", 1, 2, "Delegate added"),
            technique("T1564.008", 3, 41, "Inbox rule that hides mail"),
        ],
        ..empty()
    }
}

pub(crate) fn technique(id: &str, findings: u64, events: u64, title: &str) -> Technique {
    Technique {
        id: id.to_owned(),
        findings,
        events,
        titles: vec![title.to_owned()],
    }
}

/// A piece of a query: a string as the program reads it, or the text around strings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Str(String),
}

/// A query cut into strings and what is around them, by the rules of Kusto: `"…"` with escapes, `@"…"` without, and
/// comments to the end of the line, which are left out. Fails on a string that a line ends, or nothing.
pub(crate) fn kql_pieces(query: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = query.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                for c in chars.by_ref() {
                    if matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
                        text.push('\n');
                        break;
                    }
                }
            }
            '"' => {
                let is_verbatim = text.ends_with('@');
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                let mut value = String::new();
                loop {
                    match chars.next().expect("the string ends") {
                        '"' => break,
                        '\\' if !is_verbatim => value.push(escaped(&mut chars)),
                        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                            panic!("a string over the end of a line: {value:?}")
                        }
                        c => value.push(c),
                    }
                }
                pieces.push(Piece::Str(value));
            }
            '\'' | '`' => panic!("the queries have no other quotes"),
            c => text.push(c),
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

fn escaped(chars: &mut impl Iterator<Item = char>) -> char {
    match chars.next().expect("something is escaped") {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let digits: String = chars.take(4).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
        }
        c @ ('"' | '\\') => c,
        c => panic!("no escape of both Kusto and JSON: {c:?}"),
    }
}

/// The value of the one comparison that a pattern of ours is: `[path = 'value']`, where the path may have quoted
/// names. Fails where the literal ends anywhere but before the closing bracket.
pub(crate) fn stix_value(pattern: &str) -> String {
    let (_, literal) = pattern.split_once(" = '").unwrap();
    let mut chars = literal.chars();
    let mut value = String::new();
    loop {
        match chars.next().expect("the literal ends") {
            '\'' => break,
            '\\' => match chars.next() {
                Some(c @ ('\'' | '\\')) => value.push(c),
                other => panic!("no escape of the grammar: {other:?}"),
            },
            c => value.push(c),
        }
    }
    assert_eq!(chars.as_str(), "]", "nothing stands behind the literal");
    value
}
