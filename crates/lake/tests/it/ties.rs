//! Who speaks for whom.

use hourzero_detect::ir::Expr;
use hourzero_model::{Log, Record};

use crate::fixture::{Case, artefact, record, with_actor, with_id, with_link};

/// Every record of the case as `artefact.position`, with its speaker where that is another.
fn shown(case: &Case) -> String {
    let mut lines = Vec::new();
    let ties = case.lake.query(
        "SELECT artefact, position, speaker_artefact, speaker_position, kind FROM ties ORDER BY artefact, position",
        hourzero_lake::QueryLimits::default(),
    );
    for row in ties.expect("ties").rows {
        let short = |index: usize| {
            row[index]
                .as_str()
                .unwrap()
                .split_at(2)
                .0
                .trim_start_matches('0')
                .to_owned()
        };
        lines.push(format!(
            "{}.{} -> {}.{} {}",
            short(0),
            row[1],
            short(2),
            row[3],
            row[4].as_str().unwrap()
        ));
    }
    lines.join("\n")
}

/// Holds in every order of import.
fn check(artefacts: &[Vec<Record>], expected: &str) {
    let forwards = Case::with(artefacts);
    let mut reversed = artefacts.to_vec();
    reversed.reverse();
    let backwards = Case::with(&reversed);
    assert_eq!(shown(&forwards), expected);
    assert_eq!(shown(&backwards), expected);
    assert_eq!(forwards.lake.ties(), backwards.lake.ties());
    // Records, events and ties balance.
    let ties = forwards.lake.ties().expect("settled");
    let tied: u64 = ties
        .by_artefact
        .values()
        .map(hourzero_lake::TieCounts::total)
        .sum();
    let mut speaking = 0;
    let all = forwards.lake.records(&Expr::Const(true), &mut |hit| {
        speaking += u64::from(hit.speaks);
    });
    assert_eq!(all.expect("records").records, speaking + tied);
}

#[test]
fn the_same_record_in_two_artefacts_is_a_duplicate() {
    let one = with_id(record(1, 1, Log::UnifiedAudit, 0), "a");
    let two = with_id(record(2, 7, Log::UnifiedAudit, 0), "a");
    check(&[vec![one], vec![two]], "2.7 -> 1.1 duplicate");
}

#[test]
fn the_richer_revision_speaks() {
    let poor = with_id(record(1, 1, Log::UnifiedAudit, 0), "a");
    let rich = with_actor(
        with_id(record(2, 1, Log::UnifiedAudit, 0), "a"),
        "a@contoso.example",
    );
    let mut again = poor.clone();
    again.provenance.position = 2;
    check(
        &[vec![poor, again], vec![rich]],
        "1.1 -> 2.1 revision\n1.2 -> 2.1 duplicate",
    );
}

#[test]
fn another_log_with_the_same_id_is_a_witness() {
    let sign_in = with_id(record(3, 1, Log::SignIn, 1), "s");
    let audit = with_id(record(1, 1, Log::UnifiedAudit, 0), "s");
    let audit_again = with_id(record(2, 1, Log::UnifiedAudit, 0), "s");
    let cloud = with_id(record(4, 1, Log::CloudAppEvents, 0), "s");
    check(
        &[vec![audit], vec![audit_again], vec![sign_in], vec![cloud]],
        "1.1 -> 3.1 witness\n2.1 -> 3.1 duplicate\n4.1 -> 3.1 witness",
    );
}

#[test]
fn a_link_joins_different_logs_within_two_seconds() {
    let directory = with_link(with_id(record(1, 1, Log::DirectoryAudit, 10), "d"), "l");
    let audit = with_link(with_id(record(2, 1, Log::UnifiedAudit, 12), "u"), "l");
    let audit_again = with_link(with_id(record(3, 1, Log::UnifiedAudit, 12), "u"), "l");
    check(
        &[vec![directory], vec![audit], vec![audit_again]],
        "2.1 -> 1.1 witness\n3.1 -> 1.1 duplicate",
    );
}

#[test]
fn a_link_joins_nothing_beyond_two_seconds_or_within_a_log() {
    let directory = with_link(with_id(record(1, 1, Log::DirectoryAudit, 10), "d"), "l");
    let other = with_link(with_id(record(1, 2, Log::DirectoryAudit, 10), "e"), "l");
    let mut late = with_link(with_id(record(2, 1, Log::UnifiedAudit, 12), "u"), "l");
    late.event_time = hourzero_model::Timestamp::from_micros(late.event_time.micros() + 1);
    check(&[vec![directory, other], vec![late]], "");
}

#[test]
fn a_link_joins_the_nearest_in_time() {
    let first = with_link(with_id(record(1, 1, Log::DirectoryAudit, 10), "d"), "l");
    let second = with_link(with_id(record(1, 2, Log::DirectoryAudit, 12), "e"), "l");
    let audit = with_link(with_id(record(2, 1, Log::UnifiedAudit, 12), "u"), "l");
    let other = with_link(with_id(record(2, 2, Log::UnifiedAudit, 11), "v"), "l");
    check(
        &[vec![first, second], vec![audit, other]],
        "2.1 -> 1.2 witness\n2.2 -> 1.1 witness",
    );
}

#[test]
fn without_an_id_the_same_content_pairs_between_artefacts_only() {
    let twice = |number| {
        vec![
            record(number, 1, Log::Alert, 0),
            record(number, 2, Log::Alert, 0),
        ]
    };
    let once = vec![
        record(3, 5, Log::Alert, 0),
        with_actor(record(3, 6, Log::Alert, 0), "b@contoso.example"),
    ];
    check(
        &[twice(1), twice(2), once],
        "2.1 -> 1.1 duplicate\n2.2 -> 1.2 duplicate\n3.5 -> 1.1 duplicate",
    );
}

#[test]
fn ties_are_known_until_the_next_artefact() {
    let case = Case::with(&[vec![record(1, 1, Log::Alert, 0)]]);
    assert!(case.lake.ties().is_some());
    case.import(&[record(2, 1, Log::Alert, 0)]);
    assert_eq!(case.lake.ties(), None);
    let ties = case.lake.settle().expect("ties");
    assert_eq!(ties.by_artefact[&artefact(2)].duplicates, 1);
    assert_eq!(case.lake.ties(), Some(ties));
}
