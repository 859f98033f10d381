//! Records to disk and back.

use std::path::Path;

use hourzero_detect::ir::{Check, Expr, Field, Pattern, Test};
use hourzero_lake::{LakeError, ScanRule};
use hourzero_model::{Change, Column, Form, Log, Provenance, Record, Reject, State, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use crate::fixture::{Case, FORM, artefact, at, key, open, record, with_actor, with_id};
use crate::oracle::{any_record, options};

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

fn all(case: &Case) -> Vec<Record> {
    let mut found = Vec::new();
    case.lake
        .records(&Expr::Const(true), &mut |hit| {
            found.push(hit.record.clone());
        })
        .expect("records");
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(
        mut records in prop::collection::vec(any_record(), 1..40),
        options in options(),
    ) {
        for (position, record) in (1..).zip(&mut records) {
            record.provenance.position = position;
        }
        let case = Case::in_groups(std::slice::from_ref(&records), options);
        prop_assert_eq!(&all(&case), &records);
        let odd: Vec<_> = (1..=records.len() as u64).step_by(2).map(|at| key(1, at)).collect();
        let mut visited = Vec::new();
        case.lake.visit(&odd, &mut |record| visited.push(record)).expect("records");
        let is_odd = |record: &&Record| record.provenance.position % 2 == 1;
        let expected: Vec<Record> = records.iter().filter(is_odd).cloned().collect();
        visited.sort_by_key(|record| record.provenance.position);
        prop_assert_eq!(visited, expected);
        let mut numbered: Vec<(Timestamp, String)> = Vec::new();
        case.lake
            .numbered(&[Column::Operation], &mut |group| {
                let operation = |row| group.text(group.number(row, 0)).to_owned();
                numbered.extend((0..group.len()).map(|row| (group.time(row), operation(row))));
            })
            .expect("numbers");
        let mut expected: Vec<(Timestamp, String)> =
            records.iter().map(|record| (record.event_time, record.operation.clone())).collect();
        numbered.sort();
        expected.sort();
        prop_assert_eq!(numbered, expected);
        let keys = [key(1, records.len() as u64), key(1, 1), key(9, 1)];
        let fetched = case.lake.fetch(&keys).expect("records");
        prop_assert_eq!(fetched, vec![records.last().cloned(), records.first().cloned(), None]);
    }
}

#[test]
fn records_of_several_logs_and_artefacts_come_in_order() {
    let mixed = vec![
        record(2, 1, Log::SignIn, 5),
        record(2, 2, Log::UnifiedAudit, 1),
        record(2, 3, Log::SignIn, 0),
    ];
    let case = Case::with(&[mixed, vec![record(1, 9, Log::Alert, 0)]]);
    let places: Vec<_> = all(&case)
        .iter()
        .map(|record| {
            (
                record.provenance.artefact.short(),
                record.provenance.position,
            )
        })
        .collect();
    let short = |number| artefact(number).short();
    assert_eq!(
        places,
        [(short(1), 9), (short(2), 1), (short(2), 2), (short(2), 3)]
    );
}

#[test]
fn operations_with_many_records_lie_apart_and_all_come_in_order() {
    let many: Vec<Record> = (1..=10_000)
        .map(|position| {
            let mut record = record(1, position, Log::UnifiedAudit, 1);
            let operation = if position % 1_000 == 0 {
                "New-InboxRule"
            } else {
                "UserLoggedIn"
            };
            operation.clone_into(&mut record.operation);
            record
        })
        .collect();
    let case = Case::with(&[many]);
    let names = files(&case.folder.path().join("records/source=unified-audit"));
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names.iter().any(|name| name.contains("-common-")),
        "{names:?}"
    );
    let found = all(&case);
    let positions = found.iter().map(|record| record.provenance.position);
    assert!(positions.eq(1..=10_000));
}

#[test]
fn a_killed_writer_leaves_nothing() {
    let case = Case::new();
    let mut writer = case.lake.writer(artefact(1)).expect("a writer");
    for position in 1..10_000 {
        writer
            .push(record(1, position, Log::SignIn, 0))
            .expect("a record written");
    }
    drop(writer);
    assert_eq!(case.lake.holds(&artefact(1)), None);
    assert_eq!(files(case.folder.path()), Vec::<String>::new());
    assert_eq!(all(&case), Vec::new());
}

#[test]
fn opening_removes_what_no_artefact_names() {
    let case = Case::with(&[vec![record(1, 1, Log::SignIn, 0)]]);
    let folder = case.folder.path().join("records/source=sign-in");
    std::fs::write(folder.join("dead-0.parquet"), b"cut").expect("a file");
    std::fs::write(folder.join("note.txt"), b"mine").expect("a file");
    let lake = open(case.folder.path());
    assert_eq!(
        lake.holds(&artefact(1)).map(|stored| stored.records),
        Some(1)
    );
    let left = files(&folder);
    assert_eq!(left, ["0101010101010101-0.parquet", "note.txt"]);
}

#[test]
fn an_artefact_is_written_once() {
    let case = Case::with(&[vec![record(1, 1, Log::SignIn, 0)]]);
    let again = case.lake.writer(artefact(1)).map(drop);
    assert!(matches!(again, Err(LakeError::AlreadyHeld(id)) if id == artefact(1)));
}

#[test]
fn states_rejects_and_notes_come_back() {
    let place = |position| Provenance {
        artefact: artefact(1),
        position,
        offset: 5,
        length: 6,
    };
    let state = State {
        provenance: place(1),
        form: FORM,
        kind: "inbox-rule".to_owned(),
        id: "r1".to_owned(),
        name: Some(".".to_owned()),
        owner: None,
        as_of: Some(at(0)),
        properties: json!({"ForwardTo": ["x@fabrikam.example"], "Enabled": true})
            .as_object()
            .unwrap()
            .clone(),
    };
    let reject = Reject {
        provenance: place(2),
        reason: "the JSON is cut".to_owned(),
        wrapper: vec![("Operations".to_owned(), "Set-Mailbox".to_owned())],
    };
    let case = Case::new();
    let mut writer = case.lake.writer(artefact(1)).expect("a writer");
    writer.push_state(state.clone()).expect("a state");
    writer.push_reject(reject.clone()).expect("a reject");
    writer.push(record(1, 3, Log::SignIn, 7)).expect("a record");
    let stored = writer
        .finish(json!({"files": ["a.zip!b.json"]}))
        .expect("stored");
    assert_eq!((stored.records, stored.states, stored.rejects), (1, 1, 1));
    assert_eq!(
        (stored.first_event, stored.last_event),
        (Some(at(7)), Some(at(7)))
    );
    let lake = open(case.folder.path());
    assert_eq!(lake.holds(&artefact(1)), Some(stored));
    let mut states = Vec::new();
    lake.states(&mut |state| states.push(state))
        .expect("states");
    assert_eq!(states, [state]);
    let mut rejects = Vec::new();
    lake.rejects(&mut |reject| rejects.push(reject))
        .expect("rejects");
    assert_eq!(rejects, [reject]);
}

#[test]
fn presence_says_what_each_source_has() {
    let mut one = with_actor(
        with_id(record(1, 1, Log::SignIn, 0), "a"),
        "a@contoso.example",
    );
    one.parameters = vec![("Name".into(), "x".into()), ("Name".into(), "y".into())];
    one.form = Form("graph-signins");
    let two = record(1, 2, Log::SignIn, 0);
    let case = Case::with(&[vec![one, two]]);
    let presence = case.lake.presence().expect("presence");
    let source = &presence.sources[&Log::SignIn];
    assert_eq!(source.records, 2);
    assert_eq!(source.columns.get(&Column::Actor), Some(&1));
    assert_eq!(source.columns.get(&Column::Ip), None);
    assert_eq!(source.columns.get(&Column::Operation), Some(&2));
    assert_eq!(source.parameters.get("Name"), Some(&2));
    assert!(source.changed.is_empty() && !source.names_cut);
}

#[test]
fn many_rows_and_long_texts_take_several_row_groups() {
    // Nine texts of 16 MiB are more than a row group holds.
    let long = "x".repeat(16 << 20);
    let mut records: Vec<Record> = (1..=9)
        .map(|position| record(1, position, Log::Mail, 0))
        .collect();
    for one in &mut records {
        one.subject = Some(format!("{long}{}", one.provenance.position));
    }
    let case = Case::with(std::slice::from_ref(&records));
    let ends_with = |text: &str| {
        Expr::Test(Test {
            field: Field::Column(Column::Subject),
            check: Check::Matches {
                patterns: vec![Pattern::Suffix(text.to_owned())],
                cased: true,
            },
        })
    };
    let rules = [
        ends_with("x1"),
        ends_with("x9"),
        Expr::Not(Box::new(ends_with("x5"))),
    ]
    .map(ScanRule::whole);
    let mut found = Vec::new();
    case.lake
        .scan(&rules, &mut |rule, hit| {
            found.push((hit.record.provenance.position, rule));
        })
        .expect("a scan");
    assert_eq!(
        found,
        [
            (1, 0),
            (1, 2),
            (2, 2),
            (3, 2),
            (4, 2),
            (6, 2),
            (7, 2),
            (8, 2),
            (9, 1),
            (9, 2)
        ]
    );
    let fetched = case.lake.fetch(&[key(1, 9)]).expect("a record");
    assert!(fetched == [records.last().cloned()]);
}

#[test]
fn an_artefact_that_is_forgotten_can_be_read_anew() {
    let first = vec![record(1, 1, Log::SignIn, 5)];
    let second = vec![
        record(2, 1, Log::SignIn, 6),
        record(2, 2, Log::UnifiedAudit, 7),
    ];
    let case = Case::with(&[first.clone(), second.clone()]);
    case.lake.settle().expect("ties");
    case.lake.forget(&artefact(2)).expect("it can be removed");
    case.lake.forget(&artefact(2)).expect("it is gone already");
    assert_eq!(all(&case), first);
    assert!(case.lake.holds(&artefact(2)).is_none());
    assert!(case.lake.ties().is_none(), "the ties were of both");
    let mut writer = case.lake.writer(artefact(2)).expect("a way in");
    for record in second.clone() {
        writer.push(record).expect("it is taken");
    }
    writer.finish(json!({})).expect("it is held again");
    assert_eq!(all(&case), [first, second].concat());
}

#[test]
fn columns_as_numbers_tell_what_the_records_have_and_which_of_them_speak() {
    let mut named = with_id(record(1, 1, Log::SignIn, 10), "a");
    named.actor.upn = Some("a@contoso.example".to_owned());
    named.asn = Some(64_500);
    let again = Record {
        provenance: record(1, 2, Log::SignIn, 10).provenance,
        ..named.clone()
    };
    let mut other = record(2, 1, Log::UnifiedAudit, 20);
    other.target.name = Some("a@contoso.example".to_owned());
    let case = Case::with(&[vec![named, again], vec![other]]);
    let columns = [Column::Actor, Column::Target, Column::Asn, Column::Source];
    let mut seen = Vec::new();
    let texts = case
        .lake
        .numbered(&columns, &mut |records| {
            assert!(!records.is_empty());
            for row in 0..records.len() {
                let numbers = [0, 1, 2, 3, 4].map(|place| records.number(row, place));
                let of = |number: u32| records.text(number).to_owned();
                assert_eq!(of(u32::MAX), "");
                let row = (records.time(row), records.speaks(row), numbers.map(of));
                seen.push((row, numbers));
            }
        })
        .expect("numbers");
    let rows: Vec<_> = seen.iter().map(|(row, _)| row.clone()).collect();
    let row = |seconds, speaks, texts: [&str; 5]| (at(seconds), speaks, texts.map(str::to_owned));
    assert_eq!(
        rows,
        [
            row(10, true, ["a@contoso.example", "", "64500", "sign-in", ""]),
            row(10, false, ["a@contoso.example", "", "64500", "sign-in", ""]),
            row(20, true, ["", "a@contoso.example", "", "unified-audit", ""]),
        ]
    );
    // One text has one number, in whichever column and file.
    let (actor, target) = (seen[0].1[0], seen[2].1[1]);
    assert_eq!((actor, texts.text(actor)), (target, "a@contoso.example"));
}

#[test]
fn presence_counts_names_also_of_records_that_are_too_odd_for_a_shape() {
    let ordinary = with_parameters(record(1, 1, Log::UnifiedAudit, 0), ["Identity", "Identity"]);
    let names: Vec<String> = (0..200).map(|number| format!("name{number}")).collect();
    let mut odd = with_parameters(
        record(1, 2, Log::UnifiedAudit, 1),
        names.iter().map(String::as_str),
    );
    odd.changed = vec![Change {
        name: "Role".to_owned(),
        ..Change::default()
    }];
    let case = Case::with(&[vec![ordinary, odd]]);
    let presence = case.lake.presence().expect("presence");
    let source = &presence.sources[&Log::UnifiedAudit];
    assert_eq!(source.parameters.len(), 201);
    assert_eq!(source.parameters.get("Identity"), Some(&2));
    assert_eq!(source.parameters.get("name199"), Some(&1));
    assert_eq!(source.changed.get("Role"), Some(&1));
}

fn with_parameters<'a>(mut record: Record, names: impl IntoIterator<Item = &'a str>) -> Record {
    let parameter = |name: &str| (name.into(), "value".into());
    record.parameters = names.into_iter().map(parameter).collect();
    record
}
