//! A file of no known form says what it seems to be and what to do.

use crate::support::read_bytes;

#[test]
fn each_unknown_file_has_its_sentence() {
    let portal_columns: Vec<String> = (0..30).map(|n| format!("Colonne {n} é")).collect();
    let guid = "0d2a4b6c-1111-4222-8333-444455556666";
    let mut cells = vec!["x".to_owned(); 30];
    cells[0] = "2026-03-06T10:00:00Z".to_owned();
    cells[1] = guid.to_owned();
    cells[2] = "192.0.2.1".to_owned();
    let portal = format!("{}\n{}\n", portal_columns.join(","), cells.join(","));
    let mut binary = vec![0_u8; 600];
    binary.extend(0..=255);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("blank lines", b"\r\n \r\n".to_vec()),
        ("empty list", b"[]".to_vec()),
        (
            "empty page",
            br#"{"@odata.context":"c","value":[]}"#.to_vec(),
        ),
        ("binary", binary),
        ("zip", b"PK\x03\x04aaaa".to_vec()),
        (
            "web page",
            b"<!DOCTYPE html><html><title>Sign in, please</title>".to_vec(),
        ),
        ("XML", b"<?xml version=\"1.0\"?><Objs>a,b</Objs>".to_vec()),
        (
            "JSON of another log",
            br#"{"eventType":"user.session.start","uuid":"1","actor":{"id":"2"}}"#.to_vec(),
        ),
        (
            "table of another log",
            b"when,who,what\n1,2,3\n4,5,6\n".to_vec(),
        ),
        ("portal in another language", portal.into_bytes()),
        ("script", b"#!/bin/sh\necho a, b\n".to_vec()),
        (
            "prose",
            b"Dear all, please find the logs attached.\nBest regards,\nPat\n".to_vec(),
        ),
        ("one word", b"hello".to_vec()),
        ("like JSON", b"[CmdletBinding()]\nparam($a)\n".to_vec()),
    ];
    let told: Vec<String> = files
        .iter()
        .map(|(what, bytes)| {
            let done = read_bytes("x", bytes);
            assert_eq!(done.summary.records, 0, "{what}");
            format!("{what}: {}", done.summary.unknown.unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
