//! Who sat where: the attacker is found by what is strange and by what hangs together, the owner is left alone.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::net::IpAddr;

    use hourzero_model::{ActorKind, Attribution as Who, Change, Log, Outcome, Record};
    use hourzero_scope::attribution::{Attribution, Deed, Input, Trace, attribute, deed, link_id};

    use crate::common::{at, record_of, sign_in};

    const PAT: &str = "pat@contoso.example";
    const OFFICE: &str = "192.0.2.10";
    const HOME: &str = "198.51.100.7";
    const RENTED: &str = "203.0.113.9";
    /// A provider of rented machines.
    const HOSTING: u32 = 24_940;
    const CARRIER: u32 = 7_018;
    /// A provider of which no list says what it is.
    const UNKNOWN: u32 = 64_496;
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
    const PHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15";

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// A trace of one day; the first words are who, from where, by what.
    fn trace(
        account: &str,
        session: &str,
        (from, asn): (&str, u32),
        agent: &str,
        day: i64,
    ) -> Trace {
        Trace {
            session: session.to_owned(),
            ip: Some(ip(from)),
            user_agent: agent.to_owned(),
            asn: Some(asn),
            first: at(day, 60),
            last: at(day, 90),
            days: 1 << day,
            ..sign_in(account)
        }
    }

    /// Ten days of an account: a computer with a device in the office and at home.
    fn life(account: &str) -> Vec<Trace> {
        (0..10)
            .flat_map(|day| {
                [(OFFICE, "office"), (HOME, "home")].map(|(from, session)| Trace {
                    device: format!("device-of-{account}"),
                    ..trace(account, session, (from, CARRIER), EDGE, day)
                })
            })
            .collect()
    }

    fn found(traces: &[Trace], deeds: Vec<Deed>) -> Attribution {
        attribute(
            traces.iter().collect(),
            &Input {
                deeds,
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            },
        )
    }

    fn record(account: &str, session: &str, from: Option<&str>, minute: i64) -> Record {
        let mut record = record_of(account, Log::UnifiedAudit, at(11, minute));
        record.session_id = (!session.is_empty()).then(|| session.to_owned());
        record.ip = from.map(ip);
        record
    }

    fn who(found: &Attribution, record: &Record) -> Option<Who> {
        found
            .label(record, |_| false)
            .map(|label| label.attribution)
    }

    fn entered() -> Vec<Trace> {
        let mut traces = life(PAT);
        traces.push(trace(PAT, "stolen", (RENTED, HOSTING), LINUX, 11));
        traces
    }

    #[test]
    fn an_ordinary_life_has_no_attacker() {
        let found = found(&life(PAT), Vec::new());
        assert!(found.hostile.is_empty(), "{:?}", found.hostile);
        assert!(found.accounts.is_empty());
    }

    #[test]
    fn a_foreign_client_on_a_rented_machine_is_the_attacker_and_the_owner_stays_the_owner() {
        let mut traces = entered();
        // Later he goes on in the same session from elsewhere, with a client like the owner's.
        traces.push(trace(PAT, "stolen", ("203.0.113.200", HOSTING), EDGE, 12));
        let found = found(&traces, Vec::new());
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        let stolen = |from| who(&found, &record(PAT, "stolen", Some(from), 0));
        assert_eq!(stolen(RENTED), Some(Who::Attacker));
        assert_eq!(stolen("203.0.113.200"), Some(Who::Attacker));
        assert_eq!(who(&found, &record(PAT, "office", Some(OFFICE), 0)), None);
        assert_eq!(who(&found, &record(PAT, "home", Some(HOME), 0)), None);
        // His address leads to whatever else was done from it.
        let other = record("sam@contoso.example", "", Some(RENTED), 0);
        assert_eq!(who(&found, &other), Some(Who::Attacker));
    }

    #[test]
    fn a_session_in_two_countries_on_one_day_with_two_browsers_is_stolen() {
        const FIREFOX: &str =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let device = format!("device-of-{PAT}");
        let place = |from, country: &str, agent, day| Trace {
            country: country.to_owned(),
            device: device.clone(),
            ..trace(PAT, "bound", (from, CARRIER), agent, day)
        };
        let owner: Vec<Trace> = (0..12)
            .map(|day| place(OFFICE, "DE", FIREFOX, day))
            .collect();
        let with = |agent, day| {
            let traces = [owner.clone(), vec![place("203.0.113.80", "US", agent, day)]].concat();
            found(&traces, Vec::new())
        };
        assert!(
            with(EDGE, 11).accounts.contains_key(PAT),
            "{:?}",
            with(EDGE, 11).points
        );
        assert!(
            with(FIREFOX, 11).accounts.is_empty(),
            "the browser goes along on a journey"
        );
        assert!(
            with(EDGE, 14).accounts.is_empty(),
            "another day is a journey too"
        );
    }

    #[test]
    fn records_without_client_and_session_teach_nothing_where_others_of_the_address_tell() {
        let mut traces = life(PAT);
        let rented = (RENTED, CARRIER + 7);
        // A risk detection, say, a minute before the sign-in that it is about.
        let blind = Trace {
            user_agent: String::new(),
            first: at(11, 30),
            last: at(11, 30),
            ..trace(PAT, "", rented, "", 11)
        };
        let stolen = Trace {
            risk: "high".to_owned(),
            ..trace(PAT, "stolen", rented, LINUX, 11)
        };
        traces.extend([blind, stolen]);
        let found = found(&traces, Vec::new());
        assert!(found.accounts.contains_key(PAT), "{:?}", found.points);
    }

    #[test]
    fn a_new_laptop_and_a_telephone_on_its_way_are_the_owners() {
        let mut traces = life(PAT);
        for day in 11..15 {
            traces.push(Trace {
                device: "new-laptop".to_owned(),
                ..trace(PAT, "new", ("198.51.100.90", CARRIER + 1), LINUX, day)
            });
        }
        traces.extend((0..10).map(|day| trace(PAT, "phone", (HOME, CARRIER), PHONE, day)));
        traces.push(trace(PAT, "phone", ("203.0.113.77", HOSTING), PHONE, 11));
        let registered = Deed {
            account: PAT.to_owned(),
            session: "new".to_owned(),
            ip: Some(ip("198.51.100.90")),
            points: 1,
            text: "a device registered".to_owned(),
            drops: BTreeSet::new(),
        };
        let found = found(&traces, vec![registered]);
        assert!(found.accounts.is_empty(), "{:?}", found.accounts);
    }

    #[test]
    fn refused_passwords_make_nobody_compromised_but_lead_from_the_account_that_fell() {
        let refused = |account: &str, day| Trace {
            result: Outcome::Failure,
            code: "50126".to_owned(),
            count: 6,
            ..trace(
                account,
                "",
                ("203.0.113.5", HOSTING),
                "python-requests/2.32",
                day,
            )
        };
        let others: Vec<String> = (0..9).map(|n| format!("user{n}@contoso.example")).collect();
        let mut traces: Vec<Trace> = others.iter().map(|account| refused(account, 11)).collect();
        traces.push(refused(PAT, 11));
        assert!(
            found(&[life(PAT), traces.clone()].concat(), Vec::new())
                .hostile
                .is_empty()
        );
        traces.extend(life(PAT));
        traces.push(trace(PAT, "fresh", (RENTED, HOSTING), LINUX, 12));
        let found = found(&traces, Vec::new());
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        let mut attempt = record("user3@contoso.example", "", Some("203.0.113.5"), 0);
        attempt.user_agent = Some("python-requests/2.32".to_owned());
        assert_eq!(who(&found, &attempt), Some(Who::Attacker));
    }

    #[test]
    fn a_shared_network_never_spreads_suspicion() {
        let mut traces = entered();
        for account in [
            "sam@contoso.example",
            "kim@contoso.example",
            "lee@contoso.example",
        ] {
            traces.extend(life(account));
            // The attacker comes through the network that all of them use.
        }
        traces.push(Trace {
            risk: "high".to_owned(),
            ..trace(PAT, "stolen", (OFFICE, CARRIER), LINUX, 12)
        });
        let found = found(&traces, Vec::new());
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        assert!(!found.ips.contains(&ip(OFFICE)));
    }

    #[test]
    fn tokens_forwarded_mail_and_the_same_minutes_lead_further() {
        let mut found = found(&entered(), Vec::new());
        let mut sign_in = record(PAT, "stolen", Some(RENTED), 0);
        sign_in.log = Log::SignIn;
        sign_in.token_id = Some("uti-1".to_owned());
        let mut rule = record(PAT, "stolen", Some(RENTED), 5);
        rule.operation = "New-InboxRule".to_owned();
        rule.parameters = vec![("ForwardTo".into(), "drop@elsewhere.example".into())];
        for known in [&sign_in, &rule] {
            found.learn(known, |_| false);
        }
        found.settle();
        let mut by_token = record("sam@contoso.example", "", None, 300);
        by_token.token_id = Some("uti-1".to_owned());
        assert_eq!(who(&found, &by_token), Some(Who::Attacker));
        let mut brought_out = record(PAT, "", Some("192.0.2.200"), 900);
        brought_out.log = Log::MessageTrace;
        brought_out.owner = Some("drop@elsewhere.example".to_owned());
        assert_eq!(who(&found, &brought_out), Some(Who::Attacker));
        let change = |minute| Record {
            log: Log::DirectoryAudit,
            ..record(PAT, "", None, minute)
        };
        assert_eq!(who(&found, &change(6)), Some(Who::Attacker));
        assert_eq!(who(&found, &change(600)), None);
    }

    #[test]
    fn a_program_goes_on_with_its_own_work_beside_him() {
        const SYNC: &str = "sync_srv_1@contoso.example";
        let changed = |account: &str, after: i64| {
            let mut traces = life(account);
            traces.push(trace(account, "stolen", (RENTED, HOSTING), LINUX, 11));
            let mut found = found(&traces, Vec::new());
            found.learn(&record(account, "stolen", Some(RENTED), 0), |_| false);
            found.settle();
            let change = Record {
                log: Log::DirectoryAudit,
                ..record(account, "", None, after)
            };
            who(&found, &change)
        };
        assert_eq!(changed(PAT, 10), Some(Who::Attacker));
        assert_eq!(changed(SYNC, 10), None);
        assert_eq!(changed(SYNC, 1), Some(Who::Attacker));
    }

    #[test]
    fn a_network_in_which_he_moves_about_is_his_whoever_rents_it_out() {
        const SAM: &str = "sam@contoso.example";
        // A provider that no list knows, and in Sam's account a client like Sam's.
        let with = |addresses: usize| {
            let places = ["203.0.113.20", "203.0.113.30", "203.0.113.40"];
            let mut traces = [life(PAT), life(SAM)].concat();
            for (day, from) in places.iter().take(addresses).enumerate() {
                let day = 11 + i64::try_from(day).unwrap();
                let mut seat = trace(PAT, "stolen", (from, UNKNOWN), LINUX, day);
                seat.user_agent = "python-requests/2.32.3".to_owned();
                seat.country = if day % 2 == 0 { "RO" } else { "NG" }.to_owned();
                traces.push(seat);
            }
            traces.push(trace(SAM, "phished", ("203.0.113.50", UNKNOWN), LINUX, 12));
            found(&traces, Vec::new()).accounts.contains_key(SAM)
        };
        assert!(with(3));
        assert!(!with(1));
    }

    #[test]
    fn a_rule_that_hides_mail_weighs_and_a_failed_one_does_not() {
        let mut rule = record(PAT, "s", Some(RENTED), 0);
        rule.operation = "New-InboxRule".to_owned();
        rule.parameters = vec![
            ("Name".into(), "..".into()),
            ("MoveToFolder".into(), "RSS Feeds".into()),
        ];
        assert!(deed(&rule).is_some_and(|(points, _)| points >= 3));
        rule.result = Outcome::Failure;
        assert_eq!(deed(&rule), None);
    }

    /// A person says that the place is the owner's: the account is nobody's victim, and what followed from there
    /// falls too.
    #[test]
    fn a_refused_link_takes_what_hung_on_it_with_it() {
        let mut traces = [life(PAT), life("kim@contoso.example")].concat();
        traces.push(trace(PAT, "stolen", (RENTED, HOSTING), LINUX, 11));
        traces.push(trace(
            "kim@contoso.example",
            "taken",
            (RENTED, HOSTING),
            LINUX,
            11,
        ));
        let with = |refused: &[String]| {
            attribute(
                traces.iter().collect(),
                &Input {
                    domains: vec!["contoso.example".to_owned()],
                    refused: refused.iter().cloned().collect(),
                    ..Input::default()
                },
            )
        };
        let before = with(&[]);
        let links = before.links();
        let accounts: BTreeSet<&str> = links.keys().map(|(_, to)| to.as_str()).collect();
        assert_eq!(
            accounts,
            BTreeSet::from(["kim@contoso.example", PAT]),
            "{links:?}"
        );
        let of = |account: &str| {
            let place = links.keys().find(|(_, to)| to == account).unwrap();
            link_id(place)
        };
        let after = with(&[of(PAT)]);
        assert!(!after.accounts.contains_key(PAT), "{:?}", after.accounts);
        let both = with(&[of(PAT), "kim@contoso.example".to_owned()]);
        assert!(
            both.accounts.is_empty() && both.ips.is_empty(),
            "{:?}",
            both.ips
        );
    }

    #[test]
    fn who_has_mail_sent_to_the_attackers_address_from_a_new_place_is_the_attacker() {
        const DROP: &str = "drop@mail.example";
        let mut traces = life(PAT);
        // A place that by itself is no more than new.
        let elsewhere = "203.0.113.77";
        traces.push(trace(PAT, "new", (elsewhere, CARRIER), EDGE, 11));
        let rule = |from: &str, session: &str| Deed {
            account: PAT.to_owned(),
            session: session.to_owned(),
            ip: Some(ip(from)),
            points: 1,
            text: "a new inbox rule".to_owned(),
            drops: BTreeSet::from([DROP.to_owned()]),
        };
        let given = |deed: Deed, target: &str, from: &str| {
            attribute(
                traces.iter().collect(),
                &Input {
                    deeds: vec![deed],
                    domains: vec!["contoso.example".to_owned()],
                    targets: BTreeMap::from([(
                        target.to_owned(),
                        BTreeSet::from([from.to_owned()]),
                    )]),
                    ..Input::default()
                },
            )
        };
        let with = |deed: Deed, target: &str| given(deed, target, "kim@contoso.example");
        // It is no news where the account's own rule is all that is known of the address.
        assert!(given(rule(elsewhere, "new"), DROP, PAT).accounts.is_empty());
        assert!(
            with(rule(elsewhere, "new"), "other@mail.example")
                .accounts
                .is_empty()
        );
        let found = with(rule(elsewhere, "new"), DROP);
        assert!(found.accounts.contains_key(PAT));
        let links: Vec<&str> = found.links().into_values().collect();
        assert_eq!(links, ["forwarding-target"]);
        // The owner's own rule at the office makes the office nobody else's.
        assert!(with(rule(OFFICE, "office"), DROP).accounts.is_empty());
    }

    #[test]
    fn a_persons_word_on_a_mail_address_marks_its_mail_and_whoever_has_mail_sent_there() {
        const DROP: &str = "drop@mail.example";
        let elsewhere = "203.0.113.77";
        let mut traces = life(PAT);
        traces.push(trace(PAT, "new", (elsewhere, CARRIER), EDGE, 11));
        let told = |accepted: &[&str]| {
            let said = accepted
                .iter()
                .map(|id| ((*id).to_owned(), "she said so".to_owned()));
            attribute(
                traces.iter().collect(),
                &Input {
                    deeds: vec![Deed {
                        account: PAT.to_owned(),
                        session: "new".to_owned(),
                        ip: Some(ip(elsewhere)),
                        points: 1,
                        text: "a new inbox rule".to_owned(),
                        drops: BTreeSet::from([DROP.to_owned()]),
                    }],
                    domains: vec!["contoso.example".to_owned()],
                    accepted: said.collect(),
                    ..Input::default()
                },
            )
        };
        assert!(told(&[]).accounts.is_empty());
        assert!(told(&[DROP]).accounts.contains_key(PAT));
        let mut mail = record("boss@mail.example", "", Some(RENTED), 0);
        mail.log = Log::MessageTrace;
        mail.owner = Some(PAT.to_owned());
        assert_eq!(
            who(&told(&["boss@mail.example"]), &mail),
            Some(Who::Attacker)
        );
        assert_eq!(who(&told(&[DROP]), &mail), None);
    }

    #[test]
    fn a_persons_word_on_an_address_or_a_session_beats_what_speaks_for_the_owner() {
        let traces = [life(PAT), life("kim@contoso.example")].concat();
        let with = |accepted: &str, refused: &str| {
            attribute(
                traces.iter().collect(),
                &Input {
                    domains: vec!["contoso.example".to_owned()],
                    refused: BTreeSet::from([refused.to_owned()]),
                    accepted: BTreeMap::from([(accepted.to_owned(), "A said so: x".to_owned())]),
                    ..Input::default()
                },
            )
        };
        assert!(with("198.51.100.200", "").accounts.is_empty());
        for place in [HOME, "home"] {
            let found = with(place, "");
            assert_eq!(found.accounts.len(), 2, "{place}: {:?}", found.accounts);
            let at_home = record(PAT, "home", Some(HOME), 0);
            assert_eq!(who(&found, &at_home), Some(Who::Attacker));
            let at_office = record(PAT, "office", Some(OFFICE), 0);
            assert_eq!(who(&found, &at_office), None);
            assert!(with(place, place).accounts.is_empty(), "the refusal holds");
        }
    }

    #[test]
    fn an_address_that_another_case_knows_makes_a_new_network_hostile_and_no_home() {
        let mut traces = life(PAT);
        traces.push(trace(PAT, "new", ("203.0.113.77", CARRIER), PHONE, 11));
        let with = |known: &str| {
            attribute(
                traces.iter().collect(),
                &Input {
                    domains: vec!["contoso.example".to_owned()],
                    known: BTreeMap::from([(ip(known), "another case".to_owned())]),
                    ..Input::default()
                },
            )
        };
        assert!(with("198.51.100.200").accounts.is_empty());
        assert!(with("203.0.113.77").accounts.contains_key(PAT));
        assert!(
            with(OFFICE).accounts.is_empty(),
            "where the owner works stays his"
        );
    }

    #[test]
    fn an_act_without_address_goes_to_whose_client_it_is() {
        let mut found = found(&entered(), Vec::new());
        found.learn(&record(PAT, "stolen", Some(RENTED), 60), |_| false);
        found.learn(&record(PAT, "home", Some(HOME), 62), |_| false);
        found.settle();
        let with = |agent: &str, minute| Record {
            user_agent: Some(agent.to_owned()),
            ..record(PAT, "", None, minute)
        };
        // Hours after the last act that has an address, and before the first.
        assert_eq!(who(&found, &with(LINUX, 400)), Some(Who::Attacker));
        assert_eq!(who(&found, &with(LINUX, 10)), None);
        // The owner's client, beside an act of the attacker's.
        assert_eq!(who(&found, &with(EDGE, 60)), None);
        let rule = Record {
            operation: "New-InboxRule".to_owned(),
            ..record(PAT, "", None, 60)
        };
        assert_eq!(who(&found, &rule), Some(Who::Attacker));
    }

    #[test]
    fn addresses_that_take_turns_in_trying_passwords_are_one() {
        const TOOL: &str = "fasthttp";
        let people: Vec<String> = (0..9)
            .map(|number| format!("person{number}@contoso.example"))
            .collect();
        let mut traces: Vec<Trace> = people.iter().flat_map(|name| life(name)).collect();
        let refused = |account: &str, from: &str, minute| Trace {
            result: Outcome::Failure,
            code: "50126".to_owned(),
            session: String::new(),
            first: at(11, minute),
            last: at(11, minute),
            ..trace(account, "", (from, HOSTING), TOOL, 11)
        };
        // Three addresses, one after another; the last one gets in. A stranger is there at the same time and again.
        for (turn, from) in ["203.0.113.20", "203.0.114.30", RENTED].iter().enumerate() {
            for (number, name) in people.iter().enumerate() {
                let minute = i64::try_from(turn * 40 + number).unwrap();
                traces.push(refused(name, from, minute));
            }
        }
        for (name, minute) in [(&people[0], 5), (&people[1], 7), (&people[2], 900)] {
            traces.push(refused(name, "203.0.115.40", minute));
        }
        // Noise that is there once has no turn of its own.
        for (name, minute) in [(&people[0], 6), (&people[1], 44)] {
            traces.push(refused(name, "203.0.116.50", minute));
        }
        // He comes again with an old password.
        traces.push(refused(&people[3], "203.0.113.20", 1_200));
        traces.push(trace(&people[3], "fell", (RENTED, HOSTING), TOOL, 11));
        let found = found(&traces, Vec::new());
        let tried = |from: &str| {
            let mut tried = record(&people[5], "", Some(from), 3);
            tried.user_agent = Some(TOOL.to_owned());
            tried.client_app = Some("Browser".to_owned());
            who(&found, &tried)
        };
        assert_eq!(tried("203.0.113.20"), Some(Who::Attacker));
        assert_eq!(tried("203.0.114.30"), Some(Who::Attacker));
        assert_eq!(tried("203.0.115.40"), None);
        assert_eq!(tried("203.0.116.50"), None);
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [&people[3]]);
    }

    #[test]
    fn what_detections_and_programs_tell_is_not_the_attackers_for_being_near() {
        let mut found = found(&entered(), Vec::new());
        found.learn(&record(PAT, "stolen", Some(RENTED), 60), |_| false);
        found.settle();
        let alert = Record {
            log: Log::Alert,
            ..record(PAT, "", None, 61)
        };
        assert_eq!(who(&found, &alert), None);
        let detection = Record {
            operation: "RiskDetection".to_owned(),
            workload: Some("AzureActiveDirectory".to_owned()),
            ..record(PAT, "", None, 61)
        };
        assert_eq!(who(&found, &detection), None);
        let program = Record {
            user_agent: Some("Client=REST;;".to_owned()),
            ..record(PAT, "", None, 61)
        };
        assert_eq!(who(&found, &program), None);
    }

    #[test]
    fn a_session_that_he_began_stays_his_in_the_owners_own_networks() {
        let mut traces = entered();
        // Two days later the same session and client in the owner's home.
        traces.push(trace(PAT, "stolen", (HOME, CARRIER), LINUX, 13));
        let found = found(&traces, Vec::new());
        let with = |session: &str, agent: &str| Record {
            user_agent: Some(agent.to_owned()),
            client_app: Some("Browser".to_owned()),
            ..record(PAT, session, Some(HOME), 60)
        };
        assert_eq!(who(&found, &with("stolen", LINUX)), Some(Who::Attacker));
        assert_eq!(who(&found, &with("home", EDGE)), None);
        assert!(!found.ips.contains(&ip(HOME)));
    }

    #[test]
    fn the_invitation_to_what_he_shared_is_his() {
        let mut found = found(&entered(), Vec::new());
        let mut share = record(PAT, "stolen", Some(RENTED), 60);
        share.operation = "AddedToSecureLink".to_owned();
        share
            .parameters
            .push(("TargetUserOrGroupName".into(), "kim@contoso.example".into()));
        found.learn(&share, |_| false);
        found.settle();
        let invitation = |to: &str, minute| {
            let mut mail = record("no-reply@sharepointonline.com", "", None, minute);
            mail.log = Log::MessageTrace;
            mail.owner = Some(to.to_owned());
            mail
        };
        let his = |to, minute| who(&found, &invitation(to, minute));
        assert_eq!(his("kim@contoso.example", 61), Some(Who::Attacker));
        assert_eq!(his("kim@contoso.example", 90), None);
        assert_eq!(his("lee@contoso.example", 61), None);
    }

    #[test]
    fn an_application_that_is_nowhere_at_home_is_the_attackers() {
        let app = "57cd1205-2a6d-488b-a3d7-782978511695";
        let seen = |number: usize, asn, country: &str, day| Trace {
            kind: ActorKind::App,
            country: country.to_owned(),
            ..trace(
                app,
                "",
                (&format!("203.0.{number}.9"), asn),
                "python-requests/2.32.3",
                day,
            )
        };
        let moving = |countries: [&str; 2]| -> Vec<Trace> {
            (0..9)
                .map(|number| {
                    let (asn, country) = if number % 2 == 0 {
                        (HOSTING, countries[0])
                    } else {
                        (16_276, countries[1])
                    };
                    seen(number, asn, country, i64::try_from(number).unwrap())
                })
                .collect()
        };
        assert_eq!(found(&moving(["DE", "CA"]), Vec::new()).hostile.len(), 9);
        // In one country it is a service of two clouds.
        assert!(found(&moving(["DE", "DE"]), Vec::new()).hostile.is_empty());
    }

    #[test]
    fn an_owner_behind_a_private_network_service_stays_the_owner() {
        let mut traces = entered();
        let phone = |from, day| trace(PAT, "phone", from, PHONE, day);
        // After the fall: at home, and through a provider in another country.
        traces.push(phone((HOME, CARRIER), 12));
        traces.push(Trace {
            country: "SE".to_owned(),
            // A machine of the same provider, next to the attacker's.
            ..phone(("203.0.113.77", HOSTING), 13)
        });
        traces.push(phone((HOME, CARRIER), 14));
        // What the mail log tells of him there names no client.
        traces.push(Trace {
            log: Log::MessageTrace,
            user_agent: String::new(),
            client_app: String::new(),
            country: "SE".to_owned(),
            ..trace(PAT, "", ("203.0.113.77", HOSTING), "", 13)
        });
        let found = found(&traces, Vec::new());
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        assert!(found.hostile.keys().all(|key| key.session == "stolen"));
    }

    #[test]
    fn a_session_of_a_device_without_the_device_is_stolen() {
        let outlook = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18000; Pro)";
        let elsewhere = ("203.0.117.5", 3_320);
        let at_elsewhere = |device: &str| {
            let mut traces = life(PAT);
            traces.push(Trace {
                device: device.to_owned(),
                ..trace(PAT, "office", elsewhere, outlook, 11)
            });
            found(&traces, Vec::new()).accounts.len()
        };
        assert_eq!(at_elsewhere(""), 1);
        assert_eq!(at_elsewhere(&format!("device-of-{PAT}")), 0);
    }

    #[test]
    fn what_an_application_of_his_reads_is_his() {
        let mut found = found(&entered(), Vec::new());
        let app = |record: Record, id: &str| Record {
            app_id: Some(id.to_owned()),
            ..record
        };
        let sign_in = |session: &str, from: &str, id: &str| Record {
            log: Log::SignIn,
            ..app(record(PAT, session, Some(from), 60), id)
        };
        let read = |id: &str, minute| Record {
            user_agent: Some("Client=REST;;".to_owned()),
            ..app(record(PAT, "", None, minute), id)
        };
        let mut registered = record(PAT, "stolen", Some(RENTED), 61);
        registered.operation = "Add application".to_owned();
        registered.changed.push(Change {
            name: "AppId".to_owned(),
            old: None,
            new: Some("\"app-made\"".to_owned()),
        });
        for known in [
            sign_in("stolen", RENTED, "app-his"),
            sign_in("stolen", RENTED, "app-of-both"),
            sign_in("home", HOME, "app-of-both"),
            // It read before he came: its own sign-ins are not in the evidence.
            sign_in("stolen", RENTED, "app-of-old"),
            read("app-of-old", 10),
            registered,
        ] {
            found.learn(&known, |_| false);
        }
        found.settle();
        assert_eq!(who(&found, &read("app-his", 900)), Some(Who::Attacker));
        assert_eq!(who(&found, &read("app-his", 10)), None);
        assert_eq!(who(&found, &read("app-made", 900)), Some(Who::Attacker));
        assert_eq!(who(&found, &read("app-of-both", 900)), None);
        assert_eq!(who(&found, &read("app-of-old", 900)), None);
        let mut by_itself = app(record("app-made", "", Some("192.0.2.77"), 900), "app-made");
        by_itself.actor.kind = ActorKind::App;
        assert_eq!(who(&found, &by_itself), Some(Who::Attacker));
    }

    #[test]
    fn refused_attempts_are_his_on_the_days_on_which_he_was_at_the_address() {
        let kim = "kim@contoso.example";
        let refused_on = |day| {
            let mut traces = entered();
            traces.extend(life(kim));
            traces.push(Trace {
                result: Outcome::Failure,
                code: "50126".to_owned(),
                ..trace(kim, "", (RENTED, HOSTING), "another client", day)
            });
            let found = found(&traces, Vec::new());
            let mut tried = record(kim, "", Some(RENTED), 60);
            tried.user_agent = Some("another client".to_owned());
            tried.client_app = Some("Browser".to_owned());
            who(&found, &tried)
        };
        assert_eq!(refused_on(11), Some(Who::Attacker));
        assert_eq!(refused_on(4), None);
    }
}
