//! The fact base and the documents: grounds, audiences, what differs, names taken out.

#[cfg(test)]
mod told;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hourzero_report::base::{
        CITED, RedactionKey, Section, StatementKind, differences, redacted,
    };
    use hourzero_report::document::{Audience, Block, Document, compose};
    use hourzero_report::document_html;
    use proptest::prelude::*;

    use super::told::{attack, nothing, record, told};

    fn sentences(document: &Document) -> Vec<&str> {
        let blocks = document.parts.iter().flat_map(|part| &part.blocks);
        blocks
            .filter_map(|block| match block {
                Block::Statement(one) => Some(one.id.as_str()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn no_statement_is_without_a_ground_and_none_has_two() {
        for given in [nothing(), attack()] {
            let base = told(&given);
            let ids: BTreeSet<&str> = base.statements.iter().map(|one| one.id.as_str()).collect();
            assert_eq!(ids.len(), base.statements.len());
            for one in &base.statements {
                let grounds = [
                    !one.evidence.is_empty(),
                    one.decision.is_some(),
                    one.coverage.is_some(),
                ];
                assert_eq!(grounds.iter().filter(|is| **is).count(), 1, "{one:?}");
                assert!(one.id.starts_with(one.section.name()));
            }
        }
    }

    #[test]
    fn a_case_without_an_attack_says_what_was_looked_through() {
        let base = told(&nothing());
        let summary = base
            .statements
            .iter()
            .find(|one| one.section == Section::Summary);
        let summary = summary.unwrap();
        assert!(
            summary
                .text
                .starts_with("No account of the tenant is called compromised")
        );
        assert_eq!(summary.coverage.as_deref(), Some("all"));
        assert_eq!(base.figures["accounts_compromised"], 0.into());
    }

    #[test]
    fn sentences_name_the_zone_of_the_case_beside_utc() {
        let mut given = attack();
        given.facts.zone = "Europe/Berlin".to_owned();
        let base = told(&given);
        let rule = base
            .statements
            .iter()
            .find(|one| one.id == "footholds-1")
            .unwrap();
        assert!(
            rule.text
                .contains("2026-10-20 07:00:00 UTC (2026-10-20 09:00:00 in Europe/Berlin)"),
            "{}",
            rule.text
        );
        assert_eq!(rule.evidence, [record(3)]);
    }

    #[test]
    fn more_records_than_are_cited_are_said_to_be_there() {
        let mut given = attack();
        given.verdicts[0].reasons[0].evidence = (1..=CITED as u64 + 1).map(record).collect();
        let base = told(&given);
        let one = base
            .statements
            .iter()
            .find(|one| one.id == "scope-1")
            .unwrap();
        assert_eq!(one.evidence.len(), CITED);
        assert!(one.evidence_truncated);
    }

    #[test]
    fn counsel_reads_facts_before_opinions_and_the_insurer_no_advice() {
        let base = told(&attack());
        let kind = |id: &str| {
            base.statements
                .iter()
                .find(|one| one.id == id)
                .unwrap()
                .kind
        };
        let counsel = compose(&base, Audience::Counsel, None);
        for part in &counsel.parts {
            let is_opinion = part.id.ends_with("-opinion");
            for block in &part.blocks {
                if let Block::Statement(one) = block {
                    let judged = matches!(
                        kind(&one.id),
                        StatementKind::Opinion | StatementKind::Advice
                    );
                    assert_eq!(judged, is_opinion, "{}", one.id);
                }
            }
        }
        assert_eq!(sentences(&counsel).len(), base.statements.len());
        let insurer = compose(&base, Audience::Insurer, None);
        assert!(
            sentences(&insurer)
                .iter()
                .all(|id| kind(id) != StatementKind::Advice)
        );
        let beside = compose(&base, Audience::Recommendations, None);
        assert!(
            sentences(&beside)
                .iter()
                .any(|id| kind(id) == StatementKind::Advice)
        );
    }

    #[test]
    fn every_statement_with_records_leads_to_the_annex_and_back() {
        let base = told(&attack());
        let full = compose(&base, Audience::Full, None);
        let page = document_html(&full).unwrap();
        for one in base
            .statements
            .iter()
            .filter(|one| !one.evidence.is_empty())
        {
            assert!(
                page.contains(&format!("href=\"#e-{}\"", one.id)),
                "{}",
                one.id
            );
            assert!(page.contains(&format!("id=\"e-{}\"", one.id)), "{}", one.id);
            assert!(
                page.contains(&format!("href=\"#s-{}\"", one.id)),
                "{}",
                one.id
            );
        }
        assert!(page.contains(">DRAFT<"));
        let sealed = document_html(&compose(&base, Audience::Full, Some("entry 7"))).unwrap();
        assert!(!sealed.contains(">DRAFT<") && sealed.contains("entry 7"));
    }

    #[test]
    fn what_differs_is_told_by_what_is_said_not_by_its_number() {
        let before = told(&attack());
        let mut given = attack();
        given.accessed[0].messages = 5;
        let after = told(&given);
        let found = differences(&before, &after);
        let of = |what: &str, name: &str| {
            let mut all = found.iter().filter(|one| one.what == what);
            all.any(|one| one.name == name && one.before != one.after)
        };
        assert!(
            of("figure", "messages_accessed")
                && of("statement", "exposure")
                && of("table", "exposure")
        );
        assert!(!of("statement", "entry"), "{found:?}");
        assert_eq!(differences(&before, &before), []);
    }

    proptest! {
        #[test]
        fn no_address_is_left_where_names_are_taken_out(
            local in "[a-zA-Z0-9._%+'-]{1,12}",
            host in "[a-z]{1,8}(\\.[a-z]{2,6}){1,2}",
            before in "[ -~äöü<>]{0,12} ",
            behind in " [ -~äöü<>]{0,12}",
        ) {
            let address = format!("{local}@{host}");
            let mut given = attack();
            given.verdicts[0].account = address.clone();
            given.verdicts[0].reasons[0].text = format!("{before}{address}{behind}");
            let base = told(&given);
            let mut key = RedactionKey::default();
            key.learn(&base);
            let hidden = redacted(&base, &key);
            let text = serde_json::to_string(&hidden).unwrap();
            // The part in front of the sign may begin with what no address begins with.
            let whole = key.words.keys().find(|known| known.contains(&host));
            prop_assert!(whole.is_some());
            for known in key.words.keys() {
                prop_assert!(!text.to_lowercase().contains(known.as_str()), "{known}");
            }
            // The same person has the same word the next time.
            let mut again = key.clone();
            again.learn(&base);
            prop_assert_eq!(again, key);
        }
    }
}
