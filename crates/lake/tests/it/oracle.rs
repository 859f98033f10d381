//! The scan gives what the plain evaluator gives.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hourzero_detect::evaluate;
use hourzero_detect::ir::{Check, Comparison, Expr, Field, Pattern, Piece, Side, Test};
use hourzero_lake::{Among, Counting, Hit, LakeError, Options, ScanRule, Wanted};
use hourzero_model::{
    ActorKind, Change, Column, Form, HappeningKey, Log, Outcome, Provenance, Record, Timestamp,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture::{Case, OPTIONS, artefact, record};

/// Few words, so that conditions and records meet; with case, beyond ASCII, empty, numbers, addresses.
fn word() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "a",
        "A",
        "ab",
        "AB",
        "abc",
        "Übung",
        "übung",
        "ΣΑΣ",
        "192.0.2.7",
        "::1",
        "7",
        "-1.5",
        "true",
        "a\nb",
        "MailItemsAccessed",
        "New-InboxRule",
        "K",
        // Longer than what a shape tells.
        "a value of so many words that no shape of a record ever tells it, abc",
    ])
    .prop_map(str::to_owned)
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(word())
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (0_u8..4, 0_u8..4).prop_map(|(a, b)| IpAddr::V4(Ipv4Addr::new(192, 0, a, b))),
        (0_u16..4).prop_map(|a| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, a, 0, 0, 0, 0, 1))),
    ]
}

pub(crate) fn any_record() -> impl Strategy<Value = Record> {
    let head = (
        select(vec!["ual-json", "graph-signins"]),
        select(Log::ALL.to_vec()),
        -4_i64..4,
        word(),
        select(vec![
            Outcome::Success,
            Outcome::Failure,
            Outcome::Interrupted,
            Outcome::Unknown,
        ]),
        select(vec![ActorKind::User, ActorKind::App, ActorKind::Unknown]),
    );
    let optional = prop::collection::vec(maybe(), 31);
    let network = (
        prop::option::of(address()),
        any::<Option<u16>>(),
        prop::option::of(0_u32..20),
    );
    let keys = (any::<Option<u128>>(), any::<Option<u128>>());
    let lists = (
        prop::collection::vec((word(), word()), 0..4),
        prop::collection::vec((word(), maybe(), maybe()), 0..3),
    );
    (head, optional, network, keys, lists).prop_map(|(head, optional, network, keys, lists)| {
        let (form, log, time, operation, result, kind) = head;
        let provenance = Provenance {
            artefact: artefact(1),
            position: 1,
            offset: 3,
            length: 4,
        };
        let time = Timestamp::from_micros(time * 1_500_000);
        let mut record = Record::new(provenance, Form(form), log, time);
        record.record_id = operation.clone() + "-id";
        record.operation = operation;
        record.result = result;
        record.actor.kind = kind;
        (record.ip, record.ip_port, record.asn) = network;
        record.id_key = keys.0.map(HappeningKey);
        record.link_key = keys.1.map(HappeningKey);
        let fact = |(name, value): (String, String)| (name.into(), value.into());
        record.parameters = lists.0.into_iter().map(fact).collect();
        let change = |(name, old, new)| Change { name, old, new };
        record.changed = lists.1.into_iter().map(change).collect();
        fill(&mut record, optional);
        record
    })
}

fn fill(record: &mut Record, values: Vec<Option<String>>) {
    let mut values = values.into_iter();
    for column in Column::ALL {
        if let Some(place) = column.text_mut(record) {
            *place = values.next().expect("a value for every column");
        }
    }
    assert!(values.next().is_none());
}

fn field() -> impl Strategy<Value = Field> {
    let side = select(vec![Side::Name, Side::Old, Side::New]);
    prop_oneof![
        4 => select(Column::ALL.to_vec()).prop_map(Field::Column),
        1 => word().prop_map(Field::Parameter),
        1 => Just(Field::ParameterName),
        1 => Just(Field::AnyParameter),
        1 => (maybe(), side).prop_map(|(name, side)| Field::Changed { name, side }),
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let piece = prop_oneof![
        word().prop_map(Piece::Literal),
        Just(Piece::One),
        Just(Piece::Many),
    ];
    prop_oneof![
        3 => word().prop_map(Pattern::Exact),
        1 => word().prop_map(Pattern::Prefix),
        1 => word().prop_map(Pattern::Suffix),
        1 => word().prop_map(Pattern::Contains),
        1 => prop::collection::vec(piece, 0..4).prop_map(Pattern::Glob),
    ]
}

fn folded(pattern: Pattern) -> Pattern {
    match pattern {
        Pattern::Exact(text) => Pattern::Exact(text.to_lowercase()),
        Pattern::Prefix(text) => Pattern::Prefix(text.to_lowercase()),
        Pattern::Suffix(text) => Pattern::Suffix(text.to_lowercase()),
        Pattern::Contains(text) => Pattern::Contains(text.to_lowercase()),
        Pattern::Glob(pieces) => Pattern::Glob(
            pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => Piece::Literal(text.to_lowercase()),
                    other => other,
                })
                .collect(),
        ),
    }
}

fn check() -> impl Strategy<Value = Check> {
    let order = select(vec![
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let matches = (prop::collection::vec(pattern(), 0..7), any::<bool>());
    prop_oneof![
        4 => matches.prop_map(|(patterns, cased)| Check::Matches {
            patterns: if cased { patterns } else { patterns.into_iter().map(folded).collect() },
            cased,
        }),
        1 => select(vec!["a", "^[ab]+$", "(?i)übung", r"\d", ""]).prop_map(|r| Check::Regex(r.to_owned())),
        1 => prop::collection::vec((address(), 0_u8..=128), 0..3).prop_map(Check::Cidr),
        1 => (order, -3_i8..20).prop_map(|(order, number)| Check::Compare { order, number: number.into() }),
        1 => Just(Check::Present),
        1 => Just(Check::Absent),
        1 => field().prop_map(Check::SameAs),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Expr::Const),
        9 => (field(), check()).prop_map(|(field, check)| Expr::Test(Test { field, check })),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            many.clone().prop_map(Expr::All),
            many.prop_map(Expr::Any),
            inner.prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

fn wanted() -> impl Strategy<Value = Wanted> {
    prop_oneof![
        1 => Just(Wanted::Whole),
        3 => prop::collection::vec(field(), 0..4).prop_map(Wanted::Fields),
    ]
}

/// Few or many records in a row group, one or several threads.
pub(crate) fn options() -> impl Strategy<Value = Options> {
    (1_usize..80, 1_usize..4).prop_map(|(group_rows, threads)| Options {
        group_rows,
        threads,
        ..OPTIONS
    })
}

/// Whether a hit has what its rule wants of the record.
fn holds(hit: &Hit, whole: &Record, wanted: &Wanted) -> bool {
    let record = &hit.record;
    let place = (record.provenance.artefact, record.provenance.position);
    if (record.event_time, place)
        != (
            whole.event_time,
            (whole.provenance.artefact, whole.provenance.position),
        )
    {
        return false;
    }
    match wanted {
        _ if hit.is_whole => record == whole,
        Wanted::Whole | Wanted::Later => false,
        Wanted::Fields(fields) => fields.iter().all(|field| match field {
            Field::Column(column) => column.of(record) == column.of(whole),
            Field::Parameter(_) | Field::ParameterName | Field::AnyParameter => {
                record.parameters == whole.parameters
            }
            Field::Changed { .. } => record.changed == whole.changed,
            Field::Raw(_) | Field::Text => true,
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_scan_gives_what_the_evaluator_gives(
        mut records in prop::collection::vec(any_record(), 1..60),
        rules in prop::collection::vec((expr(), wanted()), 1..24),
        options in options(),
    ) {
        for (position, record) in (1..).zip(&mut records) {
            record.provenance.position = position;
        }
        let case = Case::in_groups(std::slice::from_ref(&records), options);
        let rules: Vec<ScanRule> = rules
            .into_iter()
            .map(|(expr, wanted)| ScanRule { expr, wanted })
            .collect();
        let (mut found, mut lacking) = (Vec::new(), Vec::new());
        case.lake
            .scan(&rules, &mut |rule, hit| {
                let position = hit.record.provenance.position;
                found.push((position, rule));
                let whole = records.iter().find(|one| one.provenance.position == position);
                let wanted = rules.get(rule).map(|rule| &rule.wanted);
                if !whole.zip(wanted).is_some_and(|(whole, wanted)| holds(hit, whole, wanted)) {
                    lacking.push((position, rule));
                }
            })
            .expect("a scan");
        prop_assert_eq!(lacking, []);
        let mut expected = Vec::new();
        for record in &records {
            for (rule, ScanRule { expr, .. }) in rules.iter().enumerate() {
                if evaluate(expr, record, None) {
                    expected.push((record.provenance.position, rule));
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}

/// The key of a record, spelt out plainly.
fn key_of(record: &Record, by: &[Vec<Field>]) -> Option<String> {
    let parts: Option<Vec<String>> = by
        .iter()
        .map(|fields| {
            let mut values = fields.iter().flat_map(|field| values(record, field));
            let value = values.find(|value| !value.is_empty());
            value.map(|value| value.to_lowercase())
        })
        .collect();
    Some(parts?.join("\u{1f}"))
}

fn values(record: &Record, field: &Field) -> Vec<String> {
    match field {
        Field::Column(column) => column.of(record).map(Into::into).into_iter().collect(),
        Field::Parameter(name) => record.parameter(name).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn part() -> impl Strategy<Value = Vec<Field>> {
    let field = prop_oneof![
        3 => select(Column::ALL.to_vec()).prop_map(Field::Column),
        1 => word().prop_map(Field::Parameter),
    ];
    prop::collection::vec(field, 1..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_that_were_kept_are_counted_and_given_as_the_evaluator_says(
        mut records in prop::collection::vec(any_record(), 1..60),
        rules in prop::collection::vec(expr(), 1..8),
        among in prop::collection::vec((0_usize..8, expr(), wanted()), 0..8),
        countings in prop::collection::vec((0_usize..8, prop::collection::vec(part(), 0..3)), 0..4),
        options in options(),
    ) {
        for (position, record) in (1..).zip(&mut records) {
            record.provenance.position = position;
        }
        let case = Case::in_groups(std::slice::from_ref(&records), options);
        let later = |expr: &Expr| ScanRule { expr: expr.clone(), wanted: Wanted::Later };
        let scanned: Vec<ScanRule> = rules.iter().map(later).collect();
        let mut at_once = Vec::new();
        let (stats, kept) = case
            .lake
            .scan_keeping(&scanned, &mut |rule, _| at_once.push(rule))
            .expect("a scan");
        prop_assert_eq!(at_once, Vec::<usize>::new());
        let meets = |rule: usize, record: &Record| {
            rules.get(rule).is_some_and(|expr| evaluate(expr, record, None))
        };
        let counts: Vec<u64> = (0..rules.len()).map(|rule| kept.count(rule)).collect();
        let of = |rule| records.iter().filter(|record| meets(rule, record)).count() as u64;
        let expected: Vec<u64> = (0..rules.len()).map(of).collect();
        prop_assert_eq!(stats.hits, expected.iter().sum::<u64>());
        prop_assert_eq!(counts, expected);

        let among: Vec<Among> = among
            .into_iter()
            .map(|(rule, expr, wanted)| Among { rule, expr, wanted })
            .collect();
        let (mut found, mut lacking) = (Vec::new(), Vec::new());
        let given = case.lake.among(&kept, &among, &mut |place, hit| {
            let position = hit.record.provenance.position;
            found.push((position, place));
            let whole = records.iter().find(|one| one.provenance.position == position);
            let wanted = among.get(place).map(|among| &among.wanted);
            if !whole.zip(wanted).is_some_and(|(whole, wanted)| holds(hit, whole, wanted)) {
                lacking.push((position, place));
            }
        });
        prop_assert_eq!(lacking, []);
        let mut expected = Vec::new();
        for record in &records {
            for (place, one) in among.iter().enumerate() {
                if meets(one.rule, record) && evaluate(&one.expr, record, None) {
                    expected.push((record.provenance.position, place));
                }
            }
        }
        prop_assert_eq!(given.expect("what was kept"), expected.len() as u64);
        prop_assert_eq!(found, expected);

        let countings: Vec<Counting> = countings
            .into_iter()
            .map(|(rule, by)| Counting { rule, by, stretch: 2_000_000 })
            .collect();
        let mut found = BTreeMap::new();
        case.lake
            .count(&kept, &countings, &mut |place, key, stretch, count| {
                let before = found.insert((place, key.to_owned(), stretch), count);
                assert_eq!(before, None, "each key and stretch once");
            })
            .expect("counts");
        let mut expected = BTreeMap::new();
        for (place, counting) in countings.iter().enumerate() {
            for record in records.iter().filter(|record| meets(counting.rule, record)) {
                if let Some(key) = key_of(record, &counting.by) {
                    let stretch = record.event_time.micros().div_euclid(counting.stretch);
                    *expected.entry((place, key, stretch)).or_insert(0) += 1;
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_hit_names_the_record_that_speaks() {
    use crate::fixture::{key, with_id};
    let sign_in = with_id(record(2, 1, Log::SignIn, 0), "s");
    let audit = with_id(record(1, 3, Log::UnifiedAudit, 0), "s");
    let case = Case::with(&[vec![audit], vec![sign_in]]);
    let mut hits = Vec::new();
    let stats = case.lake.records(&Expr::Const(true), &mut |hit| {
        hits.push((hit.record.log, hit.speaker, hit.speaks));
    });
    let speaker = key(2, 1);
    assert_eq!(
        hits,
        [
            (Log::UnifiedAudit, speaker, false),
            (Log::SignIn, speaker, true),
        ]
    );
    assert_eq!(stats.expect("a scan").hits, 2);
}

#[test]
fn a_rule_on_the_raw_record_is_refused() {
    let case = Case::with(&[vec![record(1, 1, Log::SignIn, 0)]]);
    let columnar = Expr::Const(true);
    let raw = Expr::Test(Test {
        field: Field::Text,
        check: Check::Present,
    });
    let answer = case
        .lake
        .scan(&[columnar, raw].map(ScanRule::whole), &mut |_, _| {});
    assert!(
        matches!(answer, Err(LakeError::NotColumnar { rule: 1 })),
        "{answer:?}"
    );
}
