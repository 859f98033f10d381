//! What happened around a sign-in makes it strange, also where it comes from a household beside the owner's.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hourzero_model::{Log, Outcome, Timestamp};
    use hourzero_scope::attribution::{Deed, Input, Reset, Trace, attribute, reset};

    use crate::common::{at, record_of, sign_in};

    const PAT: &str = "pat@contoso.example";
    const SYNC: &str = "sync_srv_1@contoso.example";
    const BESIDE: &str = "203.0.113.9";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const CHROME: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36";

    fn used(account: &str, from: &str, agent: &str, day: i64) -> Trace {
        Trace {
            ip: from.parse().ok(),
            user_agent: agent.to_owned(),
            first: at(day, 60),
            last: at(day, 90),
            days: 1 << day,
            ..sign_in(account)
        }
    }

    /// Ten days on a computer with a device, then somebody with another browser, on a line of the same provider.
    fn life() -> Vec<Trace> {
        let owner = (0..10).map(|day| Trace {
            session: format!("home-{day}"),
            device: "laptop".to_owned(),
            ..used(PAT, "198.51.100.7", EDGE, day)
        });
        let new = Trace {
            session: "new".to_owned(),
            ..used(PAT, BESIDE, CHROME, 11)
        };
        owner.chain([new]).collect()
    }

    /// Whether Pat is found, who registered a new sign-in method in the new session.
    fn is_found(traces: &[Trace], reset: Option<Timestamp>) -> bool {
        is_found_after(traces, reset.map(|time| Reset { time, from: None }))
    }

    fn is_found_after(traces: &[Trace], reset: Option<Reset>) -> bool {
        let method = Deed {
            account: PAT.to_owned(),
            session: "new".to_owned(),
            ip: BESIDE.parse().ok(),
            points: 1,
            text: "a new sign-in method".to_owned(),
            drops: BTreeSet::new(),
        };
        let resets = reset.map(|one| (PAT.to_owned(), BTreeSet::from([one])));
        let found = attribute(
            traces.iter().collect(),
            &Input {
                deeds: vec![method],
                domains: vec!["contoso.example".to_owned()],
                resets: BTreeMap::from_iter(resets),
                ..Input::default()
            },
        );
        found.accounts.contains_key(PAT)
    }

    #[test]
    fn a_new_client_soon_after_a_reset_by_the_help_desk_is_strange() {
        assert!(!is_found(&life(), None));
        assert!(is_found(&life(), Some(at(11, 30))));
        assert!(!is_found(&life(), Some(at(9, 30))), "that was days before");
        // The owner signs in again at home after a reset.
        assert!(!is_found(&life()[..10], Some(at(9, 30))));
    }

    #[test]
    fn a_new_client_where_the_self_service_was_used_is_strange() {
        let after = |traces: &[Trace], day, from: &str| {
            let from = from.parse().ok();
            is_found_after(
                traces,
                Some(Reset {
                    time: at(day, 30),
                    from,
                }),
            )
        };
        assert!(after(&life(), 11, BESIDE));
        assert!(!after(&life(), 9, BESIDE), "that was days before");
        // She forgot the password at home, and signed in on her way.
        assert!(!after(&life(), 11, "198.51.100.7"));
        assert!(!after(&life()[..10], 9, "198.51.100.7"));
    }

    #[test]
    fn a_browser_does_not_grow_younger() {
        let points = |version: u16| {
            let mut traces = life();
            let new = traces.last_mut().unwrap();
            new.user_agent = EDGE.replace("140", &version.to_string());
            let input = Input {
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            };
            let found = attribute(traces.iter().collect(), &input);
            let mut points = found.points.iter();
            let (_, points) = points.find(|(key, _)| key.session == "new").unwrap();
            *points
        };
        assert_eq!(points(120), points(141) + 1);
        assert_eq!(points(139), points(141), "one version behind is nothing");
    }

    #[test]
    fn prompts_that_were_refused_at_an_address_weigh_against_the_sign_in_that_followed() {
        let prompts = |from: &str, count| {
            let mut traces = life();
            traces.push(Trace {
                result: Outcome::Failure,
                code: "500121".to_owned(),
                count,
                ..used(PAT, from, CHROME, 11)
            });
            is_found(&traces, None)
        };
        assert!(prompts(BESIDE, 5));
        assert!(!prompts(BESIDE, 1), "a slip of a finger");
        assert!(!prompts("198.51.100.7", 5), "at the owner's own place");
    }

    #[test]
    fn the_synchronisation_signs_in_from_its_server_alone() {
        let server = |day| used(SYNC, "192.0.2.10", "", day);
        let traces: Vec<Trace> = (0..10).map(server).collect();
        let input = Input {
            domains: vec!["contoso.example".to_owned()],
            ..Input::default()
        };
        assert!(
            attribute(traces.iter().collect(), &input)
                .accounts
                .is_empty()
        );
        let moved = |asn| {
            let elsewhere = Trace {
                asn: Some(asn),
                ..used(SYNC, BESIDE, "", 11)
            };
            let traces = [traces.clone(), vec![elsewhere]].concat();
            let found = attribute(traces.iter().collect(), &input);
            found.accounts.contains_key(SYNC)
        };
        assert!(moved(29_073));
        assert!(!moved(7_018), "its server may move within its provider");
    }

    #[test]
    fn what_another_log_calls_the_server_s_client_in_a_hole_makes_it_no_stranger() {
        let server = Trace {
            days: 0b11_1110_1111,
            last: at(9, 90),
            ..used(SYNC, "192.0.2.10", "", 0)
        };
        // On one day the log of sign-ins has a hole, and only the unified audit log tells of them.
        let in_hole = |day| Trace {
            log: Log::UnifiedAudit,
            client_app: String::new(),
            ..used(SYNC, "192.0.2.10", "BAV2ROPC", day)
        };
        // Its other work shows no address.
        let exports = (0..3).map(|day| Trace {
            log: Log::DirectoryAudit,
            ip: None,
            asn: None,
            country: String::new(),
            code: String::new(),
            ..used(SYNC, "", "", day)
        });
        let exports: Vec<Trace> = exports.collect();
        let stranger = Trace {
            asn: Some(29_073),
            ..used(SYNC, BESIDE, "", 8)
        };
        let hostile = |traces: &[Trace]| -> Vec<String> {
            let input = Input {
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            };
            let found = attribute(traces.iter().collect(), &input);
            let ips = found.hostile.keys().filter_map(|key| key.ip);
            ips.map(|ip| ip.to_string()).collect()
        };
        let life = [exports.clone(), vec![server, in_hole(4)]].concat();
        assert_eq!(hostile(&life), Vec::<String>::new());
        let taken = [life, vec![stranger]].concat();
        assert_eq!(hostile(&taken), vec![BESIDE.to_owned()]);
        // The hole covers the first days: work without an address is no history of networks.
        let late = Trace {
            days: 0b11_1111_0000,
            ..used(SYNC, "192.0.2.10", "", 4)
        };
        let life = [exports, vec![late]].concat();
        assert_eq!(hostile(&life), Vec::<String>::new());
    }

    #[test]
    fn a_reset_tells_who_gave_it_and_from_where() {
        let told = |(operation, by, from): (&str, &str, &str), reason: &str| {
            let mut record = record_of(by, Log::DirectoryAudit, at(1, 1));
            record.operation = operation.to_owned();
            record.target.name = Some("Pat@contoso.example".to_owned());
            record.result = Outcome::Success;
            record.result_reason = Some(reason.to_owned());
            record.ip = from.parse().ok();
            let told = reset(&record, |ip| ip.is_ipv6());
            told.map(|(account, reset)| (account, reset.from))
        };
        let desk = "desk@contoso.example";
        let by_another = Some((PAT.to_owned(), None));
        assert_eq!(told(("Reset user password", desk, BESIDE), ""), by_another);
        assert_eq!(told(("Reset user password", PAT, BESIDE), ""), None);
        let method = |reason| told(("Admin registered security info", desk, BESIDE), reason);
        let pass = "Admin registered temporary access pass method for user";
        assert_eq!(method(pass), by_another);
        assert_eq!(method("Admin registered phone method"), None);
        let own = |from| told(("Reset password (self-service)", PAT, from), "");
        assert_eq!(own(BESIDE), Some((PAT.to_owned(), BESIDE.parse().ok())));
        assert_eq!(own(""), None, "from nowhere");
        assert_eq!(own("2001:db8::1"), None, "the service's own address");
    }
}
