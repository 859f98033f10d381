//! Rules as written to their meaning: modifiers, conditions, fields, and what is said of bad ones.

mod common;

use std::fmt::Write as _;

use common::{pack, record};
use hourzero_detect::{
    Inventory, Live, Mappings, RawRecord, RuleIndex, RuleKind, RulePack, evaluate, lint, liveness,
    pruned, raw_literals,
};
use hourzero_model::{Change, Log, Record};
use proptest::prelude::*;

fn rule(detection: &str) -> String {
    format!("title: t\nlogsource: {{product: hourzero}}\ndetection:\n{detection}")
}

fn sample() -> Record {
    let mut sample = record(Log::UnifiedAudit, 1, 0);
    sample.operation = "New-InboxRule".to_owned();
    sample.actor.upn = Some("pat@contoso.example".to_owned());
    sample.ip = "203.0.113.9".parse().ok();
    sample.ip_port = Some(443);
    sample.subject = Some("a*b (50%) C:\\temp".to_owned());
    sample.owner = Some("pat@contoso.example".to_owned());
    sample.parameters = vec![
        ("Name".into(), "..".into()),
        ("Line".into(), "tool /quiet run".into()),
        ("Code".into(), "UwBlAGMAcgBlAHQA".into()),
        ("Inside".into(), "eGZvb2JhcnN0dWZm".into()),
    ];
    sample.changed = vec![Change {
        name: "UserType".to_owned(),
        old: Some("Guest".to_owned()),
        new: Some("Member".to_owned()),
    }];
    sample
}

fn holds(detection: &str) -> bool {
    let pack = pack(&[("r.yml", &rule(detection))]);
    assert_eq!(pack.failed, Vec::new(), "{detection}");
    let Some((_, expr)) = pack.predicates().next() else {
        return false;
    };
    let raw = serde_json::json!({"AuditData": "{\"Deep\": [{\"Key.With.Dots\": \"found\"}]}", "Number": 7});
    let text = raw.to_string();
    evaluate(
        expr,
        &sample(),
        Some(RawRecord {
            value: &raw,
            text: &text,
        }),
    )
}

#[test]
fn searches_mean_what_sigma_says() {
    let cases = [
        ("operation: new-inboxrule", true),
        ("operation: 'New-InboxRule.'", true),
        ("operation|cased: new-inboxrule", false),
        ("operation: New-*", true),
        ("operation: N?w-*rule", true),
        ("operation: N?-*rule", false),
        ("operation|startswith: [Set, New]", true),
        ("operation|endswith: RULE", true),
        ("operation|contains|all: [new, rule]", true),
        ("operation|contains|all: [new, transport]", false),
        ("operation|neq: Set-InboxRule", true),
        ("operation|re: '^New'", true),
        ("operation|re: '^new'", false),
        ("operation|re|i: '^new'", true),
        (r"subject: 'a\*b*'", true),
        (r"subject: 'a\*c*'", false),
        (r"subject|endswith: ':\temp'", true),
        (r"subject|endswith: ':\\temp'", true),
        ("ip|cidr: 203.0.113.0/24", true),
        ("ip|cidr: [192.0.2.0/24, '2001:db8::/32']", false),
        ("ip_port|gte: 443", true),
        ("ip_port|lt: 443", false),
        ("ip_port: 443", true),
        ("session_id: null", true),
        ("session_id: ''", true),
        ("actor: null", false),
        ("actor|exists: true", true),
        ("session_id|exists: false", true),
        ("actor|fieldref: owner", true),
        ("actor|fieldref: operation", false),
        ("actor|fieldref|neq: operation", true),
        ("event_time|hour: 10", true),
        ("event_time|hour|gte: 18", false),
        ("event_time|week: 10", true),
        ("event_time|year|lt: 2026", false),
        ("event_time|day: 6", true),
        ("event_time|month: 3", true),
        ("event_time|minute: 0", true),
        ("param.name: Line", true),
        ("param.NAME|re: '^[.]+$'", true),
        ("param.*: '..'", true),
        ("param.Line|windash|contains: ' -quiet'", true),
        ("param.Code|utf16le|base64: Secret", true),
        ("param.Inside|base64offset|contains: foobar", true),
        ("changed.UserType.old: guest", true),
        ("changed.UserType.new: guest", false),
        ("changed.*.new: member", true),
        ("changed.name: usertype", true),
        ("raw.Deep.Key.With.Dots: found", true),
        ("raw.number: 7", true),
        ("raw.absent|exists: false", true),
    ];
    let wrong: Vec<&str> = cases
        .iter()
        .filter(|(search, expected)| {
            holds(&format!("  s:\n    {search}\n  condition: s")) != *expected
        })
        .map(|(search, _)| *search)
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn conditions_mean_what_sigma_says() {
    let searches = "  yes_a: {operation: New-InboxRule}\n  yes_b: {actor|exists: true}\n  no_a: {operation: x}\n  no_b: {actor: x}\n  _hidden: {actor: x}\n  words: [inside, deep]\n";
    let cases = [
        ("yes_a", true),
        ("not yes_a", false),
        ("yes_a and no_a or yes_b", true),
        ("yes_a and (no_a or no_b)", false),
        ("NOT (no_a OR no_b) AND yes_a", true),
        ("1 of yes_*", true),
        ("all of yes_*", true),
        ("all of them", false),
        ("1 of them", true),
        ("any of no_*", false),
        ("2 of yes_*", true),
        ("3 of them", true),
        ("4 of them", false),
        ("not 1 of no_*", true),
        ("words", true),
        ("[no_a, yes_a]", true),
        ("[no_a, no_b]", false),
    ];
    let wrong: Vec<&str> = cases
        .iter()
        .filter(|(condition, expected)| {
            holds(&format!("{searches}  condition: {condition}")) != *expected
        })
        .map(|(condition, _)| *condition)
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn what_cannot_be_compiled_says_why() {
    let searches = [
        "  s: {colour: red}\n  condition: s",
        "  s: {'param.Name[a, b]': red}\n  condition: s",
        "  s: {operation|expand: '%admins%'}\n  condition: s",
        "  s: {operation|shout: x}\n  condition: s",
        "  s: {operation|re: '(?<=x)y'}\n  condition: s",
        "  s: {operation|cidr: x}\n  condition: s",
        "  s: {operation|gt: x}\n  condition: s",
        "  s: {operation|base64: 'a*'}\n  condition: s",
        "  s: {operation|re|startswith: x}\n  condition: s",
        "  s: {operation|exists: perhaps}\n  condition: s",
        "  s: {operation: []}\n  condition: s",
        "  s: {operation: x}\n  condition: t",
        "  s: {operation: x}\n  condition: 1 of t*",
        "  s: {operation: x}\n  condition: (s",
        "  s: {operation: x}\n  condition: s s",
        "  s: {operation: x}\n  condition: s | near t",
        "  s: {operation: x}",
    ];
    let mut reasons = String::new();
    for text in searches.iter().map(|search| rule(search)).chain([
        "title: t\nlogsource: {product: windows, service: security}\ndetection: {s: {a: b}, condition: s}".to_owned(),
        "title: t\ndetection: {s: {a: b}, condition: s}".to_owned(),
        "title: t\nlogsource: {product: hourzero}".to_owned(),
        "a: [".to_owned(),
        alias_bomb(),
        String::new(),
        "title: t\nlevel: severe\nlogsource: {product: hourzero}\ndetection: {s: {operation: b}, condition: s}".to_owned(),
        "title: t\nhourzero: {colour: red}\nlogsource: {product: hourzero}\ndetection: {s: {operation: b}, condition: s}".to_owned(),
    ]) {
        let pack = pack(&[("r.yml", &text)]);
        for failed in pack.failed {
            writeln!(reasons, "{}", failed.reason).unwrap_or_default();
        }
    }
    insta::assert_snapshot!(reasons);
}

/// Nine lists of nine aliases each: a few hundred bytes that stand for billions of values.
fn alias_bomb() -> String {
    let mut text = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*l{}", level - 1); 9].join(", ");
        writeln!(text, "l{level}: &l{level} [{aliases}]").unwrap_or_default();
    }
    text
}

#[test]
fn lint_names_what_is_missing() {
    let text = "title: t\nlogsource: {product: hourzero}\ndetection: {s: {operation: b}, condition: s}\ntags: [attack.t12, attack.persistance, attack.g0001, cve.2024-1]\nhourzero: {title: '{account} did {deed}'}";
    let pack = pack(&[
        ("a/rule.yml", text),
        (
            "b.yml",
            "title: u\nid: a\nlogsource: {product: hourzero}\ndetection: {s: {operation: b}, condition: s}",
        ),
    ]);
    let problems: Vec<String> = lint(&pack)
        .iter()
        .map(|one| format!("{}: {one}", one.file))
        .collect();
    insta::assert_snapshot!(problems.join("\n"));
}

#[test]
fn a_rule_that_cannot_fire_is_dead_and_says_which_field() {
    let files = [
        (
            "columnar.yml",
            "title: t\nlogsource: {product: hourzero, service: unified-audit}\ndetection: {s: {operation: b}, condition: s}",
        ),
        (
            "dead.yml",
            "title: t\nlogsource: {product: hourzero, service: unified-audit}\ndetection: {s: {operation: b, country: XX}, condition: s}",
        ),
        (
            "either.yml",
            "title: t\nlogsource: {product: hourzero, service: unified-audit}\ndetection: {s: [{operation: b}, {country: XX}], condition: s}",
        ),
        (
            "no_log.yml",
            "title: t\nlogsource: {product: azure, service: signinlogs}\ndetection: {s: {ResultType: 0}, condition: s}",
        ),
        (
            "raw.yml",
            "title: t\nlogsource: {product: m365, service: audit}\ndetection: {s: {Operation: b, Deep.Key: c}, condition: s}",
        ),
        (
            "raw_dead.yml",
            "title: t\nlogsource: {product: m365, service: audit}\ndetection: {s: {Operation: b, Other.Key: c}, condition: s}",
        ),
    ];
    let pack = pack(&files);
    assert_eq!(pack.failed, Vec::new());
    let mut inventory = Inventory::default();
    inventory.add(&sample());
    if let Some(log) = inventory.logs.get_mut(&Log::UnifiedAudit) {
        log.raw.insert("auditdata.deep.key".to_owned());
    }
    let shown: Vec<String> = pack
        .rules
        .iter()
        .enumerate()
        .take(files.len())
        .map(|(index, rule)| {
            let liveness = liveness(&pack, RuleIndex(index), &inventory);
            format!(
                "{} {} {:?}",
                rule.file,
                liveness.live.name(),
                liveness.dead_fields
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(
        liveness(&pack, RuleIndex(0), &Inventory::default()).live,
        Live::Dead
    );
}

#[test]
fn a_search_over_raw_bytes_has_literals_to_look_for() {
    let pack = pack(&[(
        "r.yml",
        "title: t\nlogsource: {product: azure, service: activitylogs}\ndetection: {keywords: [Microsoft.Compute/virtualMachines/write, a-b], condition: keywords}",
    )]);
    let RuleKind::Predicate(expr) = &pack.rules[0].kind else {
        panic!("a predicate")
    };
    assert_eq!(
        raw_literals(expr),
        Some(vec!["microsoft.compute".to_owned(), "a-b".to_owned()])
    );
}

#[test]
fn a_filter_narrows_the_rule_that_it_names() {
    let base = "title: t\nid: 5638f7c0-ac70-491d-8465-2a65075e0d86\nlogsource: {product: hourzero}\ndetection: {s: {operation: New-InboxRule}, condition: s}";
    let filter = "title: f\nlogsource: {product: hourzero}\nfilter: {rules: [5638f7c0-ac70-491d-8465-2a65075e0d86], s: {actor|startswith: pat}, condition: not s}";
    let found = |files: &[(&str, &str)]| common::findings(&pack(files), &[sample()]).len();
    assert_eq!(found(&[("a.yml", base)]), 1);
    assert_eq!(found(&[("a.yml", base), ("f.yml", filter)]), 0);
    let lost = pack(&[("f.yml", filter)]);
    assert_eq!(lost.failed.len(), 1);
}

#[test]
fn one_rule_reads_every_dialect() {
    let text = "title: t\nlogsource: {product: azure, service: signinlogs}\ndetection: {s: {ResultType: 50057, ResultDescription: 'User account is disabled. The account has been disabled by an administrator.'}, condition: s}";
    let pack = pack(&[("r.yml", text)]);
    let mut entra = record(Log::SignIn, 1, 0);
    entra.operation = "Sign-in activity".to_owned();
    entra.result_code = Some("50057".to_owned());
    let mut audit = record(Log::UnifiedAudit, 2, 0);
    audit.operation = "UserLoginFailed".to_owned();
    audit.result_code = Some("50057".to_owned());
    audit.result_reason = Some("UserDisabled".to_owned());
    let mut other = audit.clone();
    other.operation = "FileAccessed".to_owned();
    assert_eq!(
        common::findings(&pack, &[entra, audit, other])
            .iter()
            .map(|finding| finding.count)
            .sum::<u64>(),
        2
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,300}") {
        let mappings = Mappings::built_in().unwrap_or_default();
        let _: RulePack = RulePack::load([("r.yml", text)], &mappings);
    }

    #[test]
    fn no_detection_makes_the_compiler_panic(
        field in "[a-zA-Z.*\\[\\]]{0,12}",
        modifiers in proptest::collection::vec(prop::sample::select(vec![
            "all", "contains", "startswith", "endswith", "re", "i", "cidr", "base64", "base64offset", "utf16", "wide",
            "windash", "cased", "lt", "gte", "exists", "fieldref", "neq", "week", "hour", "expand", "",
        ]), 0..4),
        value in "[ -~äß]{0,20}",
        condition in "[ a-z()0-9*|]{0,30}",
    ) {
        let mappings = Mappings::built_in().unwrap_or_default();
        let quoted = value.replace('\'', "''");
        let key = std::iter::once(field.as_str()).chain(modifiers.iter().copied()).collect::<Vec<_>>().join("|");
        for (product, condition) in [("hourzero", "s"), ("azure, service: auditlogs", "s"), ("hourzero", condition.as_str())] {
            let text = format!("title: t\nlogsource: {{product: {product}}}\ndetection:\n  s:\n    '{key}': '{quoted}'\n  condition: '{condition}'\n");
            let pack = RulePack::load([("r.yml", text)], &mappings);
            for (_, expr) in pack.predicates() {
                evaluate(expr, &sample(), None);
            }
        }
    }

    /// The condition grammar against a plain reading of the same tree.
    #[test]
    fn conditions_are_read_as_they_are_built((text, expected) in condition()) {
        prop_assert_eq!(holds(&format!("  yes: {{actor|exists: true}}\n  no: {{actor: x}}\n  condition: '{text}'")), expected);
    }

    /// Wildcards against a plain recursive matcher.
    #[test]
    fn wildcards_match_as_a_plain_matcher_does(pattern in "[ab*?]{1,8}", value in "[ab]{1,8}") {
        let mut record = sample();
        record.subject = Some(value.clone());
        let pack = pack(&[("r.yml", &rule(&format!("  s: {{subject: '{pattern}'}}\n  condition: s")))]);
        let RuleKind::Predicate(expr) = &pack.rules[0].kind else { panic!("a predicate") };
        let pattern: Vec<char> = pattern.chars().collect();
        let value: Vec<char> = value.chars().collect();
        prop_assert_eq!(evaluate(expr, &record, None), plain_match(&pattern, &value));
    }

    /// Taking out what the evidence lacks changes no answer on that evidence.
    #[test]
    fn pruning_changes_no_answer((text, _) in condition()) {
        let searches = "  yes: {actor|exists: true}\n  no: [{country: XX}, {session_id: null, operation: y}]\n";
        let pack = pack(&[("r.yml", &rule(&format!("{searches}  condition: '{text}'")))]);
        let RuleKind::Predicate(expr) = &pack.rules[0].kind else { panic!("a predicate") };
        let mut inventory = Inventory::default();
        inventory.add(&sample());
        prop_assert_eq!(evaluate(expr, &sample(), None), evaluate(&pruned(expr, &inventory), &sample(), None));
    }
}

/// A condition as text, with its value where `yes` holds and `no` does not.
fn condition() -> impl Strategy<Value = (String, bool)> {
    let leaf = prop::sample::select(vec![
        ("yes", true),
        ("no", false),
        ("1 of them", true),
        ("all of them", false),
        ("all of y*", true),
    ]);
    leaf.prop_map(|(text, value)| (text.to_owned(), value))
        .prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                inner
                    .clone()
                    .prop_map(|(text, value)| (format!("not ({text})"), !value)),
                (inner.clone(), inner.clone())
                    .prop_map(|((a, x), (b, y))| (format!("({a}) and ({b})"), x && y)),
                (inner.clone(), inner)
                    .prop_map(|((a, x), (b, y))| (format!("(({a}) OR ({b}))"), x || y)),
            ]
        })
}

fn plain_match(pattern: &[char], value: &[char]) -> bool {
    match pattern.split_first() {
        None => value.is_empty(),
        Some(('*', rest)) => {
            (0..=value.len()).any(|skip| plain_match(rest, value.get(skip..).unwrap_or_default()))
        }
        Some((first, rest)) => value.split_first().is_some_and(|(next, tail)| {
            (*first == '?' || first == next) && plain_match(rest, tail)
        }),
    }
}
