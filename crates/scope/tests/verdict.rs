//! Accounts that were named and not entered: attacked, cleared, or not to be told.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hourzero_model::{
        Attribution as Who, Confidence, Finding, Log, Severity, Timestamp, Verdict,
    };
    use hourzero_scope::attribution::{
        Attribution, Input, Link, LinkDecision, Trace, attribute, link_id,
    };
    use hourzero_scope::{Attempts, Coverage, CoverageRange, DayState, NamedInput, named_verdicts};

    use crate::common::sign_in;

    const SAM: &str = "sam@contoso.example";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-10-{text}Z")).unwrap()
    }

    fn life(account: &str, log: Log) -> Trace {
        Trace {
            log,
            first: at("01T08:00:00"),
            last: at("20T08:00:00"),
            count: 30,
            days: 0xff,
            ..sign_in(account)
        }
    }

    fn range(log: Log, from: &str, to: &str, state: DayState) -> CoverageRange {
        CoverageRange {
            source: log.name().to_owned(),
            account: String::new(),
            from: format!("2026-10-{from}"),
            to: format!("2026-10-{to}"),
            state,
            records: u64::from(state == DayState::Present) * 1_000,
        }
    }

    fn whole(log: Log) -> CoverageRange {
        range(log, "01", "20", DayState::Present)
    }

    /// What names accounts, and what the logs cover; each test changes one thing.
    struct Told {
        traces: Vec<Trace>,
        attempts: BTreeMap<String, Attempts>,
        findings: Vec<Finding>,
        whose: BTreeMap<String, BTreeSet<Who>>,
        called: Vec<String>,
        links: Vec<Link>,
        ranges: Vec<CoverageRange>,
    }

    impl Told {
        fn new() -> Self {
            Self {
                traces: vec![life(SAM, Log::SignIn), life(SAM, Log::UnifiedAudit)],
                attempts: BTreeMap::new(),
                findings: Vec::new(),
                whose: BTreeMap::new(),
                called: Vec::new(),
                links: Vec::new(),
                ranges: vec![whole(Log::SignIn), whole(Log::UnifiedAudit)],
            }
        }

        fn tried(mut self) -> Self {
            let tried = Attempts {
                first: at("10T03:00:00"),
                last: at("11T04:00:00"),
                count: 7,
                evidence: Vec::new(),
            };
            self.attempts.insert(SAM.to_owned(), tried);
            self
        }

        fn names(mut self, severity: Severity, technique: &str, whose: &[Who]) -> Self {
            self.whose
                .insert("f1".to_owned(), whose.iter().copied().collect());
            self.findings.push(Finding {
                id: "f1".to_owned(),
                rule: "r".to_owned(),
                title: "A rule hides mail".to_owned(),
                severity,
                confidence: Confidence::Likely,
                innocent: String::new(),
                attack: vec![technique.to_owned()],
                first_seen: at("12T03:00:00"),
                last_seen: at("12T04:00:00"),
                accounts: vec![SAM.to_owned(), "kim@elsewhere.example".to_owned()],
                ips: Vec::new(),
                apps: Vec::new(),
                sessions: Vec::new(),
                targets: Vec::new(),
                details: BTreeMap::new(),
                count: 1,
                evidence: Vec::new(),
                evidence_truncated: false,
                attribution: Who::Unknown,
            });
            self
        }

        fn verdicts(&self) -> Vec<(String, Verdict, String)> {
            let found: Attribution = attribute(
                self.traces.iter().collect(),
                &Input {
                    domains: vec!["contoso.example".to_owned()],
                    ..Input::default()
                },
            );
            let coverage = Coverage {
                ranges: self.ranges.clone(),
                holes: Vec::new(),
                horizons: Vec::new(),
                start_unknown: None,
                pulls: Vec::new(),
            };
            let verdicts = named_verdicts(&NamedInput {
                found: &found,
                attempts: &self.attempts,
                findings: &self.findings,
                whose: &self.whose,
                called: &self.called,
                links: &self.links,
                users: &found.accounts_by_log(),
                coverage: &coverage,
                attack: Some((at("10T03:00:00"), at("15T03:00:00"))),
            });
            let told = verdicts.into_iter().map(|one| {
                assert!(!one.reasons.is_empty());
                assert!(one.confidence < Confidence::Confirmed);
                let texts: Vec<String> = one.reasons.into_iter().map(|why| why.text).collect();
                (one.account, one.verdict, texts.join(" "))
            });
            told.collect()
        }

        fn verdict(&self) -> (Verdict, String) {
            let mut all = self.verdicts();
            assert_eq!(all.len(), 1, "{all:?}");
            let (account, verdict, why) = all.remove(0);
            assert_eq!(account, SAM);
            (verdict, why)
        }
    }

    #[test]
    fn nobody_is_spoken_of_whom_nothing_names() {
        assert!(Told::new().verdicts().is_empty());
        let low = Told::new().names(Severity::Low, "T1564", &[Who::Owner]);
        assert!(low.verdicts().is_empty());
    }

    #[test]
    fn refused_attempts_that_the_sign_in_log_covers_make_a_target() {
        let (verdict, why) = Told::new().tried().verdict();
        assert_eq!(verdict, Verdict::TargetedOnly, "{why}");
        assert!(why.contains("7 times"), "{why}");
        assert!(why.contains("2026-10-10 to 2026-10-11"), "{why}");
        // One of the two logs is enough for that.
        let mut told = Told::new().tried();
        told.ranges = vec![whole(Log::UnifiedAudit)];
        assert_eq!(told.verdict().0, Verdict::TargetedOnly);
        let by_finding = Told::new().names(Severity::Medium, "T1110.003", &[Who::Unknown]);
        assert_eq!(by_finding.verdict().0, Verdict::TargetedOnly);
    }

    #[test]
    fn a_hole_or_an_absent_log_leaves_it_open() {
        let mut told = Told::new().tried();
        told.ranges = Vec::new();
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::NotAssessable);
        assert!(
            why.contains("The sign-in log is not in the evidence"),
            "{why}"
        );
        let mut told = Told::new().names(Severity::Medium, "T1564", &[Who::Owner]);
        told.ranges = vec![
            whole(Log::SignIn),
            range(Log::UnifiedAudit, "01", "10", DayState::Present),
            range(Log::UnifiedAudit, "11", "12", DayState::Absent),
            range(Log::UnifiedAudit, "13", "20", DayState::Present),
        ];
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::NotAssessable);
        assert!(why.contains("2026-10-11 to 2026-10-12 (absent)"), "{why}");
    }

    #[test]
    fn logs_of_others_alone_say_nothing_of_an_account() {
        let mut told = Told::new().tried();
        told.traces = vec![life("lee@contoso.example", Log::SignIn)];
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::NotAssessable);
        assert!(why.contains("no record of this one"), "{why}");
    }

    #[test]
    fn a_named_account_is_cleared_by_both_logs_and_nothing_open() {
        let explained = Told::new().names(Severity::High, "T1564", &[Who::Owner]);
        let (verdict, why) = explained.verdict();
        assert_eq!(verdict, Verdict::Cleared, "{why}");
        assert!(why.contains("2026-10-10 to 2026-10-15"), "{why}");
        let open = Told::new().names(Severity::High, "T1564", &[Who::Owner, Who::Unknown]);
        assert_eq!(open.verdict().0, Verdict::NotAssessable);
        let medium = Told::new().names(Severity::Medium, "T1564", &[Who::Unknown]);
        assert_eq!(medium.verdict().0, Verdict::NotAssessable);
        let mut called = Told::new();
        called.called = vec![SAM.to_owned()];
        let (verdict, why) = called.verdict();
        assert_eq!(verdict, Verdict::Cleared, "{why}");
        assert!(why.contains("first call"), "{why}");
    }

    #[test]
    fn a_strange_place_leaves_it_open_until_somebody_knows_it() {
        const LINUX: &str =
            "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
        let mut told = Told::new();
        told.called = vec![SAM.to_owned()];
        let from = "203.0.113.77";
        let odd = Trace {
            ip: Some(from.parse().unwrap()),
            user_agent: LINUX.to_owned(),
            asn: Some(7_019),
            first: at("12T08:00:00"),
            days: 1 << 12,
            ..life(SAM, Log::SignIn)
        };
        told.traces.push(odd);
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::NotAssessable);
        assert!(why.contains(from), "{why}");
    }

    #[test]
    fn an_account_without_history_is_not_cleared() {
        let mut told = Told::new();
        told.called = vec![SAM.to_owned()];
        for trace in &mut told.traces {
            trace.days = 1;
        }
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::NotAssessable);
        assert!(why.contains("history is too short"), "{why}");
    }

    #[test]
    fn a_refused_link_names_the_account_with_the_word() {
        let mut told = Told::new();
        let place = ("203.0.113.9".to_owned(), SAM.to_owned());
        told.links.push(Link {
            id: link_id(&place),
            from: place.0,
            to: place.1,
            kind: "address".to_owned(),
            evidence: Vec::new(),
            decision: Some(LinkDecision {
                accepted: false,
                by: "A. Analyst".to_owned(),
                why: "his new office".to_owned(),
                at: at("16T08:00:00"),
            }),
        });
        let (verdict, why) = told.verdict();
        assert_eq!(verdict, Verdict::Cleared, "{why}");
        assert!(
            why.contains("A. Analyst refused the link to it from 203.0.113.9: his new office"),
            "{why}"
        );
    }
}
