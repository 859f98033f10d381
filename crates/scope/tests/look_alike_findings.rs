//! Which look-alikes become findings, and how grave they are.

#[cfg(test)]
mod tests {
    use hourzero_model::{
        ArtefactId, Confidence, EvidenceRef, Form, Log, Provenance, Record, Severity, Timestamp,
    };
    use hourzero_scope::{
        Correspondent, Event, LookAlike, Window, is_suspect, look_alike_finding, look_alike_row,
        look_alikes, money_threads,
    };

    const OWN: &str = "contoso.example";

    fn at(day: i64) -> Timestamp {
        Timestamp::from_micros(1_772_000_000_000_000).plus_seconds(day * 86_400)
    }

    fn mail(day: i64, from: &str, to: &str, subject: &str) -> Event {
        let provenance = Provenance {
            artefact: ArtefactId::from_bytes([7; 32]),
            position: u64::try_from(day + 1).unwrap(),
            offset: 0,
            length: 0,
        };
        let mut record = Record::new(provenance, Form("x"), Log::MessageTrace, at(day));
        record.actor.upn = Some(from.to_owned());
        record.owner = Some(to.to_owned());
        record.subject = Some(subject.to_owned());
        Event {
            evidence: EvidenceRef {
                record_id: format!("{from}:{day}"),
                file: "trace.csv".to_owned(),
                sha256: provenance.artefact,
                position: provenance.position,
            },
            witnesses: Vec::new(),
            findings: Vec::new(),
            network_class: None,
            label: None,
            record,
        }
    }

    fn pair(original: &str, other: &str, (first, received, sent): (i64, u64, u64)) -> LookAlike {
        let mut correspondents = vec![Correspondent {
            domain: other.to_owned(),
            sent,
            received,
            first: at(first),
            last: at(first + 1),
        }];
        if original != OWN {
            correspondents.push(Correspondent {
                domain: original.to_owned(),
                sent: 5,
                received: 5,
                first: at(0),
                last: at(60),
            });
        }
        let pairs = look_alikes(&[OWN.to_owned()], &correspondents);
        pairs.into_iter().next().expect("a pair")
    }

    fn judged(
        pair: &LookAlike,
        window: &Window,
        mail: &[Event],
        threads: &[Event],
    ) -> Option<(Severity, Confidence)> {
        if !is_suspect(pair, window) {
            return None;
        }
        let own = [OWN.to_owned()];
        let finding = look_alike_finding(pair, window, (mail, threads), &own)?;
        assert_eq!(finding.accounts, ["pat@contoso.example"]);
        assert_eq!(finding.targets, std::slice::from_ref(&pair.domain));
        assert!(!finding.innocent.is_empty());
        Some((finding.severity, finding.confidence))
    }

    #[test]
    fn what_is_a_finding_and_how_grave() {
        let window = Window::of(None, at(0), at(60));
        let likely = |severity| Some((severity, Confidence::Likely));
        let possible = |severity| Some((severity, Confidence::Possible));
        for (original, other, traffic, subject, expected) in [
            (
                "fabrikam.example",
                "fabr1kam.example",
                (50, 1, 0),
                "Invoice 4711",
                likely(Severity::Medium),
            ),
            (
                "fabrikam.example",
                "fabr1kam.example",
                (50, 1, 1),
                "Invoice 4711",
                likely(Severity::High),
            ),
            (
                "fabrikam.example",
                "fabrikkam.example",
                (50, 1, 0),
                "AW: Neue Bankverbindung",
                possible(Severity::Medium),
            ),
            (
                "fabrikam.example",
                "fabrikam-billing.example",
                (50, 3, 2),
                "Facture n° 12",
                possible(Severity::Low),
            ),
            (
                "contoso.example",
                "c0ntoso.example",
                (50, 1, 0),
                "Überweisung heute",
                likely(Severity::Medium),
            ),
            // Money is not the topic; the domain was there before the window; a provider's customers.
            (
                "fabrikam.example",
                "fabr1kam.example",
                (50, 1, 0),
                "Team meeting",
                None,
            ),
            (
                "fabrikam.example",
                "fabr1kam.example",
                (2, 9, 9),
                "Invoice 4711",
                None,
            ),
            (
                "gmail.example",
                "mail.example",
                (50, 1, 0),
                "Invoice 4711",
                None,
            ),
        ] {
            let pair = pair(original, other, traffic);
            let from = format!("kim@{}", pair.domain);
            let mail = [mail(traffic.0, &from, "pat@contoso.example", subject)];
            assert_eq!(
                judged(&pair, &window, &mail, &[]),
                expected,
                "{other} {subject}"
            );
        }
    }

    #[test]
    fn words_of_accounting_are_about_money() {
        let window = Window::of(None, at(0), at(60));
        let pair = pair("fabrikam.example", "fabr1kam.example", (50, 1, 0));
        for subject in [
            "Credit note 680536",
            "WG: Offene Posten September",
            "Relevé de compte",
        ] {
            let mail = [mail(
                50,
                "kim@fabr1kam.example",
                "pat@contoso.example",
                subject,
            )];
            assert_eq!(
                judged(&pair, &window, &mail, &[]),
                Some((Severity::Medium, Confidence::Likely)),
                "{subject}"
            );
        }
    }

    #[test]
    fn mail_that_begins_with_the_look_alike_cannot_say_that_it_is_new() {
        let window = Window::of(None, at(49), at(60));
        let pair = pair("contoso.example", "c0ntoso.example", (50, 1, 0));
        let mail = [mail(
            50,
            "kim@c0ntoso.example",
            "pat@contoso.example",
            "Payment",
        )];
        assert_eq!(
            judged(&pair, &window, &mail, &[]),
            Some((Severity::Medium, Confidence::Possible))
        );
    }

    /// Mail of some days and threads about money with people of the tenant.
    fn dealings(from: &str, days: i64, people: i64, threads: i64) -> Vec<Event> {
        let people = move |day: i64| match day % people {
            0 => "pat@contoso.example".to_owned(),
            other => format!("kim{other}@contoso.example"),
        };
        (0..days)
            .flat_map(|day| {
                let to = people(day);
                let subject = format!("Invoice {}", day % threads);
                [
                    mail(day, from, &to, &subject),
                    mail(day, &to, from, &subject),
                ]
            })
            .collect()
    }

    #[test]
    fn a_company_of_a_like_name_with_many_dealings_is_no_fraud() {
        let own = [OWN.to_owned()];
        let grades = |other: &str, first: i64, days, people, threads, sent| {
            let pair = pair("fabrikam-oil.example", other, (first, 4, sent));
            let window = Window::of(None, at(0), at(25));
            let from = format!("lee@{}", pair.domain);
            let mail = dealings(&from, days, people, threads);
            let finding = look_alike_finding(&pair, &window, (&mail, &[]), &own).expect("money");
            (finding.severity, finding.title.contains("dealings"))
        };
        let company = (Severity::Low, true);
        // What any two companies write of is no thread that was taken over; one with a number is.
        let beside = |subject: &str| {
            let pair = pair("fabrikam-oil.example", "fabrikam-ore.example", (0, 4, 4));
            let window = Window::of(None, at(0), at(25));
            let from = format!("lee@{}", pair.domain);
            let mut all = dealings(&from, 12, 6, 12);
            all.push(mail(20, &from, "pat@contoso.example", subject));
            let before = [mail(
                -1,
                "kim@fabrikam-oil.example",
                "pat@contoso.example",
                subject,
            )];
            let finding = look_alike_finding(&pair, &window, (&all, &before), &own);
            finding.expect("money").severity
        };
        assert_eq!(beside("Statement of account September"), Severity::Low);
        assert_eq!(beside("Statement of account 4711"), Severity::High);
        let fraud = (Severity::High, false);
        assert_eq!(grades("fabrikam-ore.example", 0, 12, 6, 12, 4), company);
        // It is new; few people; few days; one thread.
        assert_eq!(grades("fabrikam-ore.example", 12, 12, 6, 12, 4), fraud);
        assert_eq!(grades("fabrikam-ore.example", 0, 12, 3, 12, 4), fraud);
        assert_eq!(grades("fabrikam-ore.example", 0, 6, 6, 12, 4), fraud);
        assert_eq!(grades("fabrikam-ore.example", 0, 12, 6, 2, 4), fraud);
        // Nobody answers it; letters that read the same have no such reading.
        assert_eq!(
            grades("fabrikam-ore.example", 0, 12, 6, 12, 0),
            (Severity::Medium, false)
        );
        assert_eq!(grades("fabrikam-0il.example", 0, 12, 6, 12, 4), fraud);
    }

    #[test]
    fn the_window_begins_thirty_days_before_the_first_grave_finding() {
        let pair = pair("fabrikam.example", "fabr1kam.example", (20, 1, 0));
        for (grave, suspect) in [(Some(at(45)), true), (Some(at(55)), false), (None, false)] {
            let window = Window::of(grave, at(0), at(60));
            assert_eq!(is_suspect(&pair, &window), suspect, "{grave:?}");
        }
    }

    #[test]
    fn a_thread_that_was_taken_over_is_grave_whatever_the_likeness() {
        let window = Window::of(None, at(0), at(60));
        let pair = pair("fabrikam.example", "fabrikam-billing.example", (50, 1, 0));
        let theirs = |subject: &str| {
            [mail(
                50,
                "kim@fabrikam-billing.example",
                "pat@contoso.example",
                subject,
            )]
        };
        let before =
            |day, from: &str, subject: &str| [mail(day, from, "pat@contoso.example", subject)];
        let high = Some((Severity::High, Confidence::Likely));
        let low = Some((Severity::Low, Confidence::Possible));
        for (subject, threads, expected) in [
            (
                "RE: Invoice 4711",
                before(40, "kim@fabrikam.example", "Invoice 4711"),
                high,
            ),
            (
                "[EXTERNAL] Fwd: AW: Invoice 4711",
                before(40, "kim@ap.fabrikam.example", "Re: Invoice 4711"),
                high,
            ),
            // Somebody else's thread, a later one, and a subject that any mail can have.
            (
                "RE: Invoice 4711",
                before(40, "lee@northwind.example", "Invoice 4711"),
                low,
            ),
            (
                "RE: Invoice 4711",
                before(51, "kim@fabrikam.example", "Invoice 4711"),
                low,
            ),
            (
                "RE: Invoice",
                before(40, "kim@fabrikam.example", "Invoice"),
                low,
            ),
        ] {
            assert_eq!(
                judged(&pair, &window, &theirs(subject), &threads),
                expected,
                "{subject}"
            );
        }
        assert_eq!(
            money_threads(&theirs("Re: AW: Invoice 4711"))
                .into_iter()
                .collect::<Vec<_>>(),
            ["invoice 4711"]
        );
    }

    #[test]
    fn a_row_says_hint_or_finding() {
        let pair = pair("fabrikam.example", "fabr1kam.example", (50, 1, 0));
        let hint = look_alike_row(&pair, None);
        assert_eq!((hint.verdict.as_str(), hint.finding.as_str()), ("hint", ""));
        assert_eq!(hint.original_received, Some(5));
        let found = look_alike_row(&pair, Some("00ff"));
        assert_eq!(
            (found.verdict.as_str(), found.finding.as_str()),
            ("finding", "00ff")
        );
    }
}
