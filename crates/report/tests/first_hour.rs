//! The page of the first hour: what it says, that it says so little where little is known, and that names stay text.

#[cfg(test)]
mod tests {
    use hourzero_model::{
        AccountVerdict, Confidence, EntryHypothesis, EntryId, Foothold, FootholdState, Reason,
        Timestamp, Verdict,
    };
    use hourzero_report::{Facts, FirstHour, Questions, first_hour};
    use hourzero_scope::{
        ActiveVerdict, Activity, Coverage, Pull, RecipientRow, StepInput, money_thread, next_steps,
    };

    const HOSTILE: &str = "<img src=x onerror=alert(1)>\" onmouseover=\"x' </style>";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn quiet() -> (Activity, Coverage) {
        (
            Activity {
                verdict: ActiveVerdict::NoEvidenceSince,
                last_event: None,
                horizon: None,
                reasons: Vec::new(),
                accounts: Vec::new(),
            },
            Coverage {
                ranges: Vec::new(),
                holes: Vec::new(),
                horizons: Vec::new(),
                start_unknown: None,
                pulls: Vec::new(),
            },
        )
    }

    fn mail(subject: &str) -> RecipientRow {
        RecipientRow {
            time: at("2026-10-20T08:00:00Z"),
            account: "pat@contoso.example".to_owned(),
            kind: "mail".to_owned(),
            subject: subject.to_owned(),
            internet_message_id: "<m@contoso.example>".to_owned(),
            network_message_id: String::new(),
            recipient: "bo@fabrikam.example".to_owned(),
            direction: "external".to_owned(),
            delivered: "Delivered".to_owned(),
            clicked: String::new(),
            purged: String::new(),
            attribution: "attacker".to_owned(),
            records: Vec::new(),
        }
    }

    fn page(facts: FirstHour<'_>) -> String {
        let mut bytes = Vec::new();
        first_hour(facts, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn case() -> Facts {
        Facts {
            name: "case".to_owned(),
            version: "0".to_owned(),
            chain: "0".to_owned(),
            ..Facts::default()
        }
    }

    fn questions<'a>(activity: &'a Activity, coverage: &'a Coverage) -> Questions<'a> {
        Questions {
            verdicts: &[],
            entry: &[],
            footholds: &[],
            accessed: &[],
            activity,
            coverage,
            contained: &[],
        }
    }

    fn empty<'a>(facts: &'a Facts, told: Questions<'a>) -> FirstHour<'a> {
        FirstHour {
            facts,
            told,
            money: &[],
            steps: &[],
        }
    }

    #[test]
    fn a_case_of_nothing_says_so_in_every_section() {
        let (activity, coverage) = quiet();
        let text = page(empty(&case(), questions(&activity, &coverage)));
        for sentence in [
            "no evidence since.",
            "A log that would show him is not in the evidence.",
            "No account is called anything.",
            "No mail of the attacker’s about money",
            "None is known.",
        ] {
            assert!(text.contains(sentence), "{sentence}");
        }
    }

    fn verdicts() -> Vec<AccountVerdict> {
        vec![AccountVerdict {
            account: "pat@contoso.example".to_owned(),
            verdict: Verdict::Compromised,
            confidence: Confidence::Confirmed,
            first: Some(at("2026-10-20T07:00:00Z")),
            last: None,
            reasons: vec![Reason {
                text: "a stolen session was used".to_owned(),
                evidence: Vec::new(),
            }],
        }]
    }

    fn entry() -> Vec<EntryHypothesis> {
        vec![EntryHypothesis {
            id: EntryId::Aitm,
            account: "pat@contoso.example".to_owned(),
            score: 90,
            supports: Vec::new(),
            against: Vec::new(),
            missing: Vec::new(),
            decided_by: "the lure".to_owned(),
        }]
    }

    fn footholds() -> Vec<Foothold> {
        vec![Foothold {
            id: "1".to_owned(),
            kind: "inbox-rule".to_owned(),
            target: "..".to_owned(),
            object_id: String::new(),
            account: "pat@contoso.example".to_owned(),
            detail: String::new(),
            created: at("2026-10-20T07:30:00Z"),
            by: "pat@contoso.example".to_owned(),
            state: FootholdState::Unknown,
            as_of: at("2026-10-20T07:30:00Z"),
            evidence: Vec::new(),
        }]
    }

    #[test]
    fn a_case_says_verdict_way_in_money_foothold_gap_and_steps() {
        let (mut activity, mut coverage) = quiet();
        activity.verdict = ActiveVerdict::Yes;
        activity.horizon = Some(at("2026-10-21T00:00:00Z"));
        coverage.pulls.push(Pull {
            source: "sign-in".to_owned(),
            account: String::new(),
            from: "2026-10-15".to_owned(),
            to: "2026-10-19".to_owned(),
            vanishes: Some(at("2026-10-22T00:00:00Z")),
            why: "who signed in".to_owned(),
        });
        let (verdicts, entry, footholds) = (verdicts(), entry(), footholds());
        let recipients = [mail("New bank details for invoice 7"), mail("Lunch")];
        let money = money_thread(&recipients);
        assert_eq!(money.len(), 1);
        let steps = next_steps(&StepInput {
            verdicts: &verdicts,
            activity: &activity,
            footholds: &footholds,
            recipients: &recipients,
            done: &[],
            coverage: &coverage,
            entry: &entry,
        });
        let begin: Vec<&str> = steps
            .iter()
            .map(|step| step.text.split([' ', ':']).next().unwrap())
            .collect();
        assert_eq!(begin, ["Stop", "Cut", "Read", "Pull", "Warn"]);
        let text = page(FirstHour {
            facts: &case(),
            told: Questions {
                verdicts: &verdicts,
                entry: &entry,
                footholds: &footholds,
                ..questions(&activity, &coverage)
            },
            money: &money,
            steps: &steps,
        });
        for told in [
            "Still active: yes.",
            "reach to 2026-10-21T00:00:00Z",
            "a stolen session was used",
            "<b>aitm</b>",
            "New bank details for invoice 7",
            "inbox-rule",
            "sign-in, 2026-10-15 to 2026-10-19, is not in the evidence",
            "Cut pat@contoso.example in one wave",
        ] {
            assert!(text.contains(told), "{told}");
        }
        assert!(!text.contains("Lunch"));
    }

    #[test]
    fn nothing_to_do_is_said_and_no_step_is_invented() {
        let (activity, coverage) = quiet();
        let steps = next_steps(&StepInput {
            verdicts: &[],
            activity: &activity,
            footholds: &[],
            recipients: &[],
            done: &[],
            coverage: &coverage,
            entry: &[],
        });
        assert_eq!(steps.len(), 1);
        assert!(steps[0].text.starts_with("Nothing in the evidence"));
    }

    #[test]
    fn names_are_text_on_the_page() {
        let (activity, coverage) = quiet();
        let mut rows: Vec<RecipientRow> = (0..20).map(|_| mail(HOSTILE)).collect();
        rows.iter_mut()
            .for_each(|row| HOSTILE.clone_into(&mut row.account));
        let limits = vec![HOSTILE.to_owned()];
        let facts = Facts {
            name: HOSTILE.to_owned(),
            tenant: HOSTILE.to_owned(),
            limits,
            ..case()
        };
        let text = page(FirstHour {
            money: &rows,
            ..empty(&facts, questions(&activity, &coverage))
        });
        assert!(text.contains("onmouseover"), "the name is shown");
        assert!(!text.contains("<img"), "and is text");
        assert!(text.contains("8 more in <code>recipients.csv</code>"));
    }
}
