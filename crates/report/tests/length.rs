//! What keeps a document short: one sentence for what happened alike, lists in the annex.

#[cfg(test)]
mod told;

#[cfg(test)]
mod tests {
    use hourzero_model::{Attribution, Confidence, Finding, Reason, Severity, Verdict};
    use hourzero_report::base::{ActCount, FactBase, Section, Statement};
    use hourzero_report::document::{Audience, Block, compose};

    use super::told::{Given, at, attack, record, told};

    fn said(base: &FactBase, section: Section) -> Vec<&Statement> {
        let all = base.statements.iter();
        all.filter(|one| one.section == section).collect()
    }

    fn name(number: u64) -> String {
        format!("user{number:02}@contoso.example")
    }

    /// An attack in which the password of each of so many other accounts was tried twice.
    fn sprayed(accounts: u64) -> Given {
        let mut given = attack();
        let time = at("2026-10-20T06:00:00Z");
        for number in 0..accounts {
            given.acts.push(ActCount {
                account: name(number),
                operation: "UserLoginFailed".to_owned(),
                source: "unified-audit".to_owned(),
                events: 2,
                first: time,
                last: time,
                ends: [record(100 + number), record(100 + number)],
                evidence: vec![record(100 + number)],
            });
            let mut verdict = given.verdicts[0].clone();
            verdict.account = name(number);
            verdict.verdict = Verdict::TargetedOnly;
            verdict.reasons = vec![Reason {
                text: "It was refused.".to_owned(),
                evidence: vec![record(100 + number)],
            }];
            given.verdicts.push(verdict);
        }
        given
    }

    fn finding(number: u64, title: &str, severity: Severity) -> Finding {
        let time = at("2026-10-20T06:00:00Z");
        Finding {
            id: format!("f{number}"),
            rule: title.to_owned(),
            title: title.to_owned(),
            severity,
            confidence: Confidence::Possible,
            innocent: "Somebody mistyped.".to_owned(),
            attack: Vec::new(),
            first_seen: time,
            last_seen: time,
            accounts: vec![name(number)],
            ips: Vec::new(),
            apps: Vec::new(),
            sessions: Vec::new(),
            targets: Vec::new(),
            details: Default::default(),
            count: 3,
            evidence: vec![record(number)],
            evidence_truncated: false,
            attribution: Attribution::Unknown,
        }
    }

    #[test]
    fn what_was_tried_on_many_accounts_is_one_sentence_that_cites_all() {
        let base = told(&sprayed(30));
        let timeline = said(&base, Section::Timeline);
        assert_eq!(timeline.len(), 2, "{timeline:?}");
        let tried = timeline[0];
        assert!(
            tried.text.starts_with(
                "30 accounts that were not entered as far as the logs reach (user00@contoso.example"
            ) && tried.text.contains("UserLoginFailed 60 times"),
            "{}",
            tried.text
        );
        assert_eq!(tried.evidence.len(), 30);
        assert!(tried.evidence_truncated, "60 events, 30 records");
        assert!(!timeline[1].evidence_truncated, "{:?}", timeline[1]);
        let acts = base.tables.iter().find(|table| table.id == "acts").unwrap();
        assert_eq!(acts.rows.len(), 31);
    }

    #[test]
    fn few_accounts_that_were_not_entered_keep_a_sentence_each_and_many_share_one() {
        for (accounts, sentences) in [(3, 4), (30, 2)] {
            let base = told(&sprayed(accounts));
            let scope = said(&base, Section::Scope);
            assert_eq!(scope.len(), sentences, "{scope:?}");
            let verdicts = base.tables.iter().find(|table| table.id == "verdicts");
            assert_eq!(verdicts.unwrap().rows.len() as u64, accounts + 1);
        }
        let base = told(&sprayed(30));
        let last = said(&base, Section::Scope)[1];
        assert!(
            last.text.contains("30 accounts: targeted-only"),
            "{}",
            last.text
        );
        assert_eq!(last.evidence.len(), 30);
    }

    #[test]
    fn findings_of_one_rule_are_one_sentence() {
        let mut given = attack();
        given.facts.findings = (0..20)
            .map(|number| finding(number, "Many refusals", Severity::High))
            .collect();
        given
            .facts
            .findings
            .push(finding(20, "A mail to all", Severity::Critical));
        given
            .facts
            .findings
            .push(finding(21, "A rule was made", Severity::Low));
        let base = told(&given);
        let findings = said(&base, Section::Findings);
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(
            findings[0].text.contains("finding f20"),
            "{}",
            findings[0].text
        );
        assert!(
            findings[1].text.contains("60 events"),
            "{}",
            findings[1].text
        );
        assert!(
            findings[1].text.contains("20 findings"),
            "{}",
            findings[1].text
        );
        assert_eq!(findings[1].evidence.len(), 20);
        let table = base.tables.iter().find(|table| table.id == "findings");
        assert_eq!(table.unwrap().rows.len(), 3);
        assert_eq!(base.figures["findings"], 22.into());
    }

    #[test]
    fn what_cannot_be_known_of_several_accounts_is_said_once() {
        let mut given = attack();
        let mut other = given.accessed[0].clone();
        other.account = name(1);
        (other.messages, other.forwarded) = (0, 0);
        other.folders.clear();
        given.accessed.push(other);
        let texts: Vec<String> = said(&told(&given), Section::Exposure)
            .iter()
            .map(|one| one.text.clone())
            .collect();
        assert_eq!(
            texts,
            [
                "pat@contoso.example: proved by records: 4 messages opened, 1 message brought out by a rule or forwarding, 1 folder synchronised.",
                "user01@contoso.example: no record proves that anything was read, taken or looked for.",
                "2 accounts (pat@contoso.example, user01@contoso.example): cannot be known: 1 folders were synchronised.",
            ]
        );
    }

    #[test]
    fn a_foothold_is_told_without_the_ids_of_the_call_that_made_it() {
        let mut given = attack();
        given.footholds[0].detail = format!(
            "Force=False; Item.Id=LgAAAA; MoveToFolder=RSS; Actions=[{{\"a\":1}}]; Body={}",
            "x".repeat(400)
        );
        let base = told(&given);
        let text = &said(&base, Section::Footholds)[0].text;
        assert!(text.contains("(MoveToFolder=RSS; Body=xxx"), "{text}");
        assert!(text.contains("…; more in footholds.csv)"), "{text}");
        assert!(
            !text.contains("LgAAAA") && !text.contains("Actions"),
            "{text}"
        );
    }

    #[test]
    fn leadership_reads_whether_the_attacker_is_still_there() {
        let document = compose(&told(&sprayed(30)), Audience::Leadership, None);
        let summary = document.parts.iter().find(|part| part.id == "summary");
        let said: Vec<&str> = summary
            .unwrap()
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Statement(one) => Some(one.text.as_str()),
                _ => None,
            })
            .collect();
        for words in [
            "was compromised",
            "still active",
            "left behind",
            "The way in",
        ] {
            assert!(
                said.iter().any(|text| text.contains(words)),
                "{words}: {said:?}"
            );
        }
    }

    #[test]
    fn long_lists_stand_in_the_annex_and_the_section_says_so() {
        let document = compose(&told(&sprayed(30)), Audience::Full, None);
        let lists = document.parts.last().unwrap();
        assert!(lists.is_wide && lists.starts_page, "{}", lists.id);
        let tables: Vec<&str> = lists
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Table(table) => Some(table.id.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(tables, ["verdicts", "acts"]);
        let scope = document
            .parts
            .iter()
            .find(|part| part.id == "scope")
            .unwrap();
        assert!(scope.blocks.iter().any(|block| matches!(
            block,
            Block::Note(text) if text == "In the annex: Every account with a verdict, and why (31 rows)."
        )));
        let short = compose(&told(&sprayed(2)), Audience::Full, None);
        assert!(short.parts.iter().all(|part| part.id != "lists"));
    }
}
