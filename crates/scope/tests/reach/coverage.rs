//! Days by log and account, horizons, and what to pull next.

use hourzero_model::{Log, Timestamp};
use hourzero_scope::{
    Coverage, CoverageInput, DayCount, Heard, HourCount, LogSpan, LogTerms, ProvenEmpty, coverage,
};

use crate::common::{PAT, at};

const OTHERS: [&str; 2] = ["kim@contoso.example", "max@contoso.example"];

fn day(number: u32) -> Timestamp {
    at(&format!("{number:02}T12:00:00"))
}

fn count(log: Log, account: &str, number: u32, records: u64) -> DayCount {
    DayCount {
        log,
        account: account.to_owned(),
        day: day(number),
        records,
        accounts: usize::from(!account.is_empty()),
    }
}

/// Sign-ins of everybody on some days, of `PAT` on others.
fn counts(all: &[u32], pat: &[u32]) -> Vec<DayCount> {
    let others = all
        .iter()
        .flat_map(|number| OTHERS.map(|other| count(Log::SignIn, other, *number, 50)));
    let pat = pat.iter().map(|number| count(Log::SignIn, PAT, *number, 5));
    others.chain(pat).collect()
}

struct Case {
    counts: Vec<DayCount>,
    terms: Vec<LogTerms>,
    empty: Vec<ProvenEmpty>,
    first_attack: Option<Timestamp>,
}

impl Case {
    fn new(counts: Vec<DayCount>) -> Self {
        Self {
            counts,
            terms: vec![LogTerms {
                log: Log::SignIn,
                retention_days: Some(7),
                licensed: Some(true),
            }],
            empty: Vec::new(),
            first_attack: None,
        }
    }

    fn told(&self) -> Coverage {
        let of = |log: Log| self.counts.iter().filter(move |count| count.log == log);
        let spans: Vec<LogSpan> = Log::ALL
            .into_iter()
            .filter_map(|log| {
                Some(LogSpan {
                    log,
                    first: of(log).map(|count| count.day).min()?,
                    last: of(log).map(|count| count.day).max()?,
                })
            })
            .collect();
        coverage(&CoverageInput {
            counts: &self.counts,
            hours: &[],
            spans: &spans,
            terms: &self.terms,
            empty: &self.empty,
            accounts: &[PAT.to_owned()],
            from: day(10),
            to: day(20),
            taken: day(20),
            first_attack: self.first_attack,
        })
    }
}

/// Hours of a log that has some records in each of the working hours of two weeks, but for those left out.
fn hours(log: Log, records: u64, is_left_out: impl Fn(u32, i64) -> bool) -> Vec<HourCount> {
    let working = (2..16).flat_map(|number| (8..18).map(move |hour| (number, hour)));
    working
        .filter(|(number, hour)| !is_left_out(*number, *hour))
        .map(|(number, hour)| HourCount {
            log,
            hour: day(number).plus_seconds((hour - 12) * 3_600),
            records,
        })
        .collect()
}

fn holes(hours: &[HourCount]) -> Vec<String> {
    let told = coverage(&CoverageInput {
        counts: &[],
        hours,
        spans: &[],
        terms: &[],
        empty: &[],
        accounts: &[],
        from: day(2),
        to: day(15),
        taken: day(15),
        first_attack: None,
    });
    let pulls = told.pulls.len();
    let holes = told.holes.iter();
    holes
        .map(|hole| {
            format!(
                "{} {} to {}: {} ({pulls} to pull)",
                hole.source, hole.from, hole.to, hole.expected
            )
        })
        .collect()
}

#[test]
fn a_record_of_a_far_time_leaves_a_hole_that_is_not_walked_through() {
    for (weeks, expected) in [(1, 840), (3, 2_520), (50_000, 42_000_000)] {
        let mut counts = hours(Log::SignIn, 12, |_, _| false);
        counts.push(HourCount {
            log: Log::SignIn,
            hour: day(16).plus_seconds(weeks * 7 * 86_400 - 4 * 3_600),
            records: 12,
        });
        let missing = holes(&counts);
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert!(
            missing[0].contains(&format!(": {expected} (")),
            "{missing:?}"
        );
    }
}

#[test]
fn hours_without_a_record_in_the_middle_of_a_day_are_a_hole() {
    let morning = |number: u32, hour: i64| number == 11 && (9..13).contains(&hour);
    let missing = holes(&hours(Log::SignIn, 12, morning));
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert!(missing[0].starts_with("sign-in "), "{missing:?}");
    assert!(missing[0].contains("11T09:00:00Z to "), "{missing:?}");
    assert!(missing[0].ends_with("(1 to pull)"), "{missing:?}");
    // Nights are always empty, and a log with few records may have none for some hours.
    assert!(holes(&hours(Log::SignIn, 12, |_, _| false)).is_empty());
    assert!(holes(&hours(Log::SignIn, 2, morning)).is_empty());
}

fn check(case: &Case, expected: &[&str]) {
    let ranges: Vec<String> = case
        .told()
        .ranges
        .iter()
        .map(|range| {
            let day = |text: &str| text.chars().skip(8).collect::<String>();
            format!(
                "{} {} {}-{} {} {}",
                range.source,
                if range.account.is_empty() {
                    "all"
                } else {
                    "pat"
                },
                day(&range.from),
                day(&range.to),
                range.state.name(),
                range.records
            )
        })
        .collect();
    assert_eq!(ranges, expected);
}

#[test]
fn silence_of_one_among_others_is_proven_and_a_day_of_nobody_is_a_hole() {
    check(
        &Case::new(counts(&[13, 14, 15, 16, 18, 19, 20], &[14, 15, 18])),
        &[
            "sign-in all 10-12 out-of-retention 0",
            "sign-in all 13-16 present 410",
            "sign-in all 17-17 absent 0",
            "sign-in all 18-20 present 305",
            "sign-in pat 10-12 out-of-retention 0",
            "sign-in pat 13-13 absent 0",
            "sign-in pat 14-15 present 10",
            "sign-in pat 16-16 proven-empty 0",
            "sign-in pat 17-17 absent 0",
            "sign-in pat 18-18 present 5",
            "sign-in pat 19-20 proven-empty 0",
        ],
    );
}

#[test]
fn an_export_for_one_account_says_nothing_of_its_silent_days() {
    let mut case = Case::new(
        [13, 15, 20]
            .map(|number| count(Log::SignIn, "kim@contoso.example", number, 100))
            .to_vec(),
    );
    check(
        &case,
        &[
            "sign-in all 10-12 out-of-retention 0",
            "sign-in all 13-13 present 100",
            "sign-in all 14-14 absent 0",
            "sign-in all 15-15 present 100",
            "sign-in all 16-19 absent 0",
            "sign-in all 20-20 present 100",
            "sign-in pat 10-12 out-of-retention 0",
            "sign-in pat 13-20 absent 0",
        ],
    );
    case.empty = vec![ProvenEmpty {
        log: Log::SignIn,
        account: Some(PAT.to_owned()),
        from: day(13),
        to: day(20),
    }];
    let last = case.told().ranges.pop().unwrap();
    assert_eq!(
        (last.from.as_str(), last.state.name()),
        ("2026-10-13", "proven-empty")
    );
}

#[test]
fn a_sparse_log_is_quiet_and_one_that_is_not_licensed_is_said_to_be_so() {
    let mut case = Case::new(vec![
        count(Log::DirectoryAudit, "kim@contoso.example", 12, 1),
        count(Log::DirectoryAudit, "kim@contoso.example", 18, 1),
    ]);
    case.terms = vec![
        LogTerms {
            log: Log::DirectoryAudit,
            retention_days: Some(30),
            licensed: None,
        },
        LogTerms {
            log: Log::RiskDetection,
            retention_days: None,
            licensed: Some(false),
        },
    ];
    check(
        &case,
        &[
            "directory-audit all 10-11 absent 0",
            "directory-audit all 12-12 present 1",
            "directory-audit all 13-17 quiet 0",
            "directory-audit all 18-18 present 1",
            "directory-audit all 19-20 absent 0",
            "directory-audit pat 10-11 absent 0",
            "directory-audit pat 12-18 quiet 0",
            "directory-audit pat 19-20 absent 0",
            "risk-detection all 10-20 not-licensed 0",
            "risk-detection pat 10-20 not-licensed 0",
        ],
    );
}

#[test]
fn an_attack_at_the_edge_of_the_logs_has_no_known_beginning() {
    let mut case = Case::new(counts(&[13, 14, 15], &[]));
    case.first_attack = Some(at("13T18:00:00"));
    let told = case.told();
    assert!(told.horizons[0].at_the_edge);
    assert!(told.start_unknown.unwrap().contains("edge"));
    // The unified audit log reaches further back and shows nothing earlier: only the sign-in is unknown.
    case.counts
        .push(count(Log::UnifiedAudit, "kim@contoso.example", 1, 1));
    assert!(case.told().start_unknown.unwrap().contains("No sign-in"));
    case.first_attack = Some(at("15T18:00:00"));
    assert_eq!(case.told().start_unknown, None);
}

#[test]
fn what_vanishes_first_is_pulled_first_and_what_is_gone_is_not_asked_for() {
    let mut case = Case::new(counts(&[13, 14, 20], &[13, 14, 20]));
    case.terms.push(LogTerms {
        log: Log::MessageTrace,
        retention_days: Some(90),
        licensed: Some(true),
    });
    let pulls: Vec<String> = case
        .told()
        .pulls
        .iter()
        .map(|pull| {
            format!(
                "{} {} {}..{} by {}",
                pull.source,
                pull.account,
                pull.from,
                pull.to,
                pull.vanishes.unwrap()
            )
        })
        .collect();
    assert_eq!(
        pulls,
        [
            "sign-in  2026-10-15..2026-10-19 by 2026-10-22T00:00:00Z",
            "message-trace  2026-10-10..2026-10-20 by 2027-01-08T00:00:00Z",
        ]
    );
}

#[test]
fn a_log_is_heard_from_its_first_hour_to_its_last_but_not_in_a_hole() {
    let counts = hours(Log::UnifiedAudit, 12, |number, hour| {
        number == 8 && (10..16).contains(&hour)
    });
    let heard = Heard::of(Log::UnifiedAudit, &counts).unwrap();
    let at = |number, hour: i64| heard.at(day(number).plus_seconds((hour - 12) * 3_600 + 1_800));
    assert!(at(2, 8) && at(8, 9) && at(8, 16) && at(15, 17));
    // Nights are quiet, which is no hole.
    assert!(at(9, 2));
    assert!(!at(8, 10) && !at(8, 15));
    assert!(!at(2, 7) && !at(15, 18));
    assert!(Heard::of(Log::SignIn, &counts).is_none());
}
