//! A fact base with names that attackers choose, and a reader of packages that shares nothing with the writer.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use hourzero_model::{ArtefactId, Confidence, EvidenceRef, Timestamp};
use hourzero_report::base::{
    CaseFacts, Charts, Column, DayCount, Edge, FactBase, PlaceCount, Row, Section, SharedTrait,
    Statement, StatementKind, Table,
};
use quick_xml::XmlVersion;
use quick_xml::events::Event;

/// Names and subjects as an attacker would choose them.
pub(crate) const HOSTILE: &[&str] = &[
    "</w:t></w:r><w:r><w:t>&amp;<script>alert(1)</script>",
    "=HYPERLINK(\"https://evil.example\",\"open\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "]]> <!-- & \"quoted\" 'single'",
    "_x0041_ stays as it is",
    "\u{7e9}\u{5d5}\u{5d9}\u{5e8} \u{5d4}\u{5d7}\u{5e9}\u{5d1}\u{5d5}\u{5df}",
    "\u{641}\u{627}\u{62a}\u{648}\u{631}\u{629} \u{661}\u{662}",
    "請求書 漢字 かな 한국어 \u{1f512}",
];

/// What readers must not be steered by, and how it is shown.
pub(crate) const STEERING: &[(&str, &str)] = &[
    ("invoice\u{202e}fdp.exe", "invoiceU+202Efdp.exe"),
    ("a\u{2066}b\u{2069}c\u{200f}d", "aU+2066bU+2069cU+200Fd"),
    ("nul\u{0}esc\u{1b}[31m\u{b}", "nulU+0000escU+001B[31mU+000B"),
    (
        "\u{9b}del\u{7f}\r\u{fffe}\u{ffff}",
        "U+009BdelU+007FU+000DU+FFFEU+FFFF",
    ),
];

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn record(number: u64) -> EvidenceRef {
    EvidenceRef {
        record_id: format!("id-{number}"),
        file: "exports/audit <1>.zip!audit & more.csv".to_owned(),
        sha256: ArtefactId::from_bytes([7; 32]),
        position: number,
    }
}

pub(crate) fn statement(
    section: Section,
    number: usize,
    kind: StatementKind,
    text: &str,
) -> Statement {
    Statement {
        id: format!("{}-{number}", section.name()),
        section,
        kind,
        text: text.to_owned(),
        evidence: Vec::new(),
        evidence_truncated: false,
        decision: None,
        coverage: Some("all".to_owned()),
    }
}

fn column(title: &str, width: u32, is_number: bool) -> Column {
    Column {
        title: title.to_owned(),
        width,
        is_number,
    }
}

/// A table whose id is that of the timeline, and of whose columns one has numbers that are none.
fn table() -> Table {
    let rows = HOSTILE.iter().enumerate().map(|(number, name)| Row {
        cells: vec![(*name).to_owned(), format!("{number}"), "007".to_owned()],
        evidence: Vec::new(),
    });
    Table {
        id: "timeline".to_owned(),
        section: Section::Scope,
        caption: "Accounts <all>".to_owned(),
        columns: vec![
            column("Account", 5, false),
            column("Events", 1, true),
            column("Code", 1, true),
        ],
        rows: rows.collect(),
        left_out: 12,
        whole: "out/accounts.csv".to_owned(),
    }
}

/// A fact base in which everything that can be hostile is.
pub(crate) fn base() -> FactBase {
    let mut statements = Vec::new();
    for (number, text) in HOSTILE.iter().enumerate() {
        let mut one = statement(Section::Summary, number + 1, StatementKind::Fact, text);
        one.coverage = None;
        one.evidence = (1..=number as u64 + 1).map(record).collect();
        one.evidence_truncated = number == 9;
        statements.push(one);
    }
    for (number, (text, _)) in STEERING.iter().enumerate() {
        let mut one = statement(Section::Scope, number + 1, StatementKind::Told, text);
        one.coverage = None;
        one.decision = Some("answers/noticed.by".to_owned());
        statements.push(one);
    }
    let subject = "Überweisung ".repeat(25);
    statements.push(statement(
        Section::Exposure,
        1,
        StatementKind::Opinion,
        &subject,
    ));
    statements.push(statement(
        Section::Recommendations,
        1,
        StatementKind::Advice,
        "Two lines\nand\ta tab.",
    ));
    FactBase {
        case: CaseFacts {
            name: "Müller & Söhne <GmbH>".to_owned(),
            tenant: "mueller.example".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            version: "0.1.0".to_owned(),
            evidence: "ab".repeat(32),
            rules: "cd".repeat(32),
            decisions: String::new(),
            names: String::new(),
            from: Some(at("2026-03-01T00:00:00Z")),
            until: Some(at("2026-03-31T00:00:00Z")),
        },
        statements,
        figures: BTreeMap::from([
            ("artefacts".to_owned(), 3.into()),
            ("records".to_owned(), u64::MAX.into()),
        ]),
        tables: vec![table()],
        indicators: vec![SharedTrait {
            kind: "user-agent".to_owned(),
            value: "=cmd|'/C calc'!A0".to_owned(),
            first: at("2026-03-02T08:00:00Z"),
            last: at("2026-03-04T08:00:00Z"),
            confidence: Confidence::Likely,
            context: "sign-ins".to_owned(),
            shared_with_innocents: 2,
        }],
        techniques: Vec::new(),
        charts: charts(),
    }
}

fn charts() -> Charts {
    Charts {
        days: vec![
            DayCount {
                account: "<a>&b@mueller.example".to_owned(),
                day: "2026-03-02".to_owned(),
                events: 4,
            },
            DayCount {
                account: "c@mueller.example".to_owned(),
                day: "2026-03-09".to_owned(),
                events: 9,
            },
        ],
        places: vec![PlaceCount {
            country: "NG".to_owned(),
            network: "AS64500".to_owned(),
            succeeded: 3,
            refused: 5,
        }],
        hours: Vec::new(),
        spread: vec![Edge {
            from: "192.0.2.1".to_owned(),
            to: "c@mueller.example".to_owned(),
            kind: "session".to_owned(),
        }],
    }
}

/// The parts of a package by name, each read to its end and with its checksum compared.
pub(crate) fn parts(package: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(
            parts
                .insert(file.name().unwrap().into_owned(), bytes)
                .is_none(),
            "a part is there twice"
        );
    }
    parts
}

/// One part as text.
pub(crate) fn part(package: &[u8], name: &str) -> String {
    String::from_utf8(parts(package).remove(name).unwrap()).unwrap()
}

/// Every element of a part, with its attributes and the text directly inside it, in the order of their ends.
pub(crate) fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(String, BTreeMap<String, String>, String)> = Vec::new();
    let mut done = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                    (
                        key,
                        attribute
                            .normalized_value(XmlVersion::Explicit1_0)
                            .unwrap()
                            .into_owned(),
                    )
                });
                let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                open.push((name, attributes.collect(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, _, inside)) = open.last_mut() {
                    inside.push_str(&text.decode().unwrap());
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().unwrap();
                let letter = match reference.resolve_char_ref().unwrap() {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)
                        .unwrap()
                        .to_owned(),
                };
                open.last_mut().unwrap().2.push_str(&letter);
            }
            Event::End(_) => done.push(open.pop().unwrap()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "an element is open");
    done
}
