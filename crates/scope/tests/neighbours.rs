//! What lies beside a place says whose it is: the owner's telephone, other places of the session, other days of a network.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hourzero_model::{ActorKind, Attribution as Who, Log, Outcome};
    use hourzero_scope::attribution::{Attribution, Deed, Input, Trace, attribute};

    use crate::common::{self, at, record_of};

    const PAT: &str = "pat@contoso.example";
    const SAM: &str = "sam@contoso.example";
    const APP: &str = "57cd1205-2a6d-488b-a3d7-782978511695";
    const OFFICE: &str = "192.0.2.10";
    const RENTED: &str = "203.0.113.9";
    const NEXT_DOOR: &str = "203.0.113.20";
    const ELSEWHERE: &str = "198.18.4.4";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const CHROME: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36";
    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
    const PHONE: &str = "Dalvik/2.1.0 (Linux; U; Android 16; SM-S931B)";
    const TOOL: &str = "python-requests/2.32.3";
    /// A provider of which no list says what it is.
    const UNKNOWN: u32 = 64_496;
    const WEB: &str = "Client=OWA;Action=ViaProxy";
    const MAIL: &str = "Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0;";

    /// Traces at a provider in a country.
    fn moved(mut traces: Vec<Trace>, (asn, country): (u32, &str)) -> Vec<Trace> {
        for trace in &mut traces {
            trace.asn = Some(asn);
            trace.country = country.to_owned();
        }
        traces
    }

    /// A place on a rented machine abroad, on one day.
    fn rented(account: &str, at: (&str, &str), by: (&str, &str), day: i64) -> Vec<Trace> {
        moved(common::place(account, at, by, day..day + 1), (24_940, "RO"))
    }

    fn life(account: &str) -> Vec<Trace> {
        common::place(account, ("home", OFFICE), (EDGE, "laptop"), 0..10)
    }

    fn found_with(parts: &[Vec<Trace>], deeds: Vec<Deed>) -> Attribution {
        attribute(
            parts.concat().iter().collect(),
            &Input {
                deeds,
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            },
        )
    }

    fn found(parts: &[Vec<Trace>]) -> Attribution {
        common::attributed(&parts.concat())
    }

    fn is_his(found: &Attribution, (session, from): (&str, &str), agent: &str) -> bool {
        let mut record = record_of(PAT, Log::UnifiedAudit, at(12, 0));
        record.session_id = (!session.is_empty()).then(|| session.to_owned());
        record.ip = from.parse().ok();
        record.user_agent = (!agent.is_empty()).then(|| agent.to_owned());
        let label = found.label(&record, |_| false);
        label.is_some_and(|label| label.attribution == Who::Attacker)
    }

    /// Whoever has the owner's telephone with him goes through a service that hides where he is.
    #[test]
    fn the_owners_telephone_speaks_for_who_is_beside_it() {
        let beside = |phone_at: &str, day: i64| {
            let parts = [
                life(PAT),
                common::place(PAT, ("phone", OFFICE), (PHONE, ""), 0..9),
                rented(PAT, ("phone", phone_at), (PHONE, ""), day),
                rented(PAT, ("new", RENTED), (CHROME, ""), 11),
            ];
            !found(&parts).accounts.contains_key(PAT)
        };
        assert!(beside(RENTED, 11), "at the address");
        assert!(beside(RENTED, 10), "the day before");
        assert!(!beside(ELSEWHERE, 11), "elsewhere");
        assert!(
            beside(NEXT_DOOR, 11),
            "in the next room of the same service"
        );
        // A telephone that came with him is not the owner's.
        let his = [
            life(PAT),
            rented(PAT, ("his phone", RENTED), (PHONE, ""), 11),
            rented(PAT, ("new", RENTED), (CHROME, ""), 11),
        ];
        assert!(found(&his).accounts.contains_key(PAT));
    }

    #[test]
    fn where_nobody_rents_machines_the_telephone_speaks_for_its_address_alone() {
        let beside = |phone_at: &str| {
            let away = [
                common::place(PAT, ("phone", phone_at), (PHONE, ""), 11..12),
                common::place(PAT, ("new", RENTED), (LINUX, ""), 11..12),
            ];
            let away = moved(away.concat(), (UNKNOWN, "DE"));
            let phone = common::place(PAT, ("phone", OFFICE), (PHONE, ""), 0..9);
            let taken = rented(PAT, ("taken", ELSEWHERE), (TOOL, ""), 12);
            let found = found(&[life(PAT), phone, away, taken]);
            !is_his(&found, ("new", RENTED), LINUX)
        };
        assert!(beside(RENTED));
        assert!(!beside(NEXT_DOOR));
    }

    /// She works through a service that hides where she is: one session may be stolen, two with their clients are hers.
    #[test]
    fn several_sessions_of_the_owners_computer_speak_for_who_is_beside_them() {
        let beside = |sessions: &[&str], agent: &str| {
            let mut parts = vec![life(PAT), rented(PAT, ("", RENTED), (CHROME, ""), 11)];
            for session in sessions {
                parts.push(common::place(
                    PAT,
                    (session, OFFICE),
                    (EDGE, "laptop"),
                    0..9,
                ));
                parts.push(rented(PAT, (session, RENTED), (agent, ""), 11));
            }
            !is_his(&found(&parts), ("", RENTED), CHROME)
        };
        assert!(beside(&["browser", "programs"], EDGE));
        assert!(!beside(&["browser"], EDGE), "one may be stolen");
        assert!(!beside(&["browser", "programs"], CHROME), "not her client");
    }

    /// A session whose client nobody can tell, from a rented machine, is strange; her telephone in the next room of the same
    /// service together with another session of her computer says that it is she who went there.
    #[test]
    fn the_telephone_near_by_counts_as_one_of_her_sessions() {
        let beside = |phone: bool, browser: bool| {
            let mut parts = vec![life(PAT)];
            for (session, there, client, goes) in [
                ("mail", RENTED, MAIL, true),
                ("phone", NEXT_DOOR, PHONE, phone),
                ("browser", RENTED, EDGE, browser),
            ] {
                let known = if session == "phone" { PHONE } else { EDGE };
                parts.push(common::place(PAT, (session, OFFICE), (known, ""), 0..9));
                if goes {
                    parts.push(rented(PAT, (session, there), (client, ""), 11));
                }
            }
            // The mail comes first, so that nothing there is known when it does.
            for trace in parts.iter_mut().flatten() {
                if trace.session != "mail" && trace.days == 1 << 11 {
                    (trace.first, trace.last) = (at(11, 120), at(11, 150));
                }
            }
            !is_his(&found(&parts), ("mail", RENTED), MAIL)
        };
        assert!(beside(true, true));
        assert!(!beside(false, true), "one session may be stolen");
        assert!(!beside(true, false), "a telephone that is not quite there");
    }

    #[test]
    fn what_tells_no_client_goes_with_his_session_next_door() {
        let led = |agent: &str| {
            let parts = [
                life(PAT),
                rented(PAT, ("taken", NEXT_DOOR), (WEB, ""), 11),
                rented(PAT, ("taken", RENTED), (agent, ""), 12),
            ];
            is_his(&found(&parts), ("taken", NEXT_DOOR), WEB)
        };
        assert!(led(TOOL));
        assert!(!led(EDGE));
    }

    #[test]
    fn a_refusal_next_door_does_not_speak_for_what_tells_no_client() {
        let led = |outcome| {
            let mut later = rented(PAT, ("home", RENTED), (TOOL, ""), 13);
            for trace in &mut later {
                trace.result = outcome;
            }
            let parts = [
                life(PAT),
                rented(PAT, ("home", NEXT_DOOR), (WEB, ""), 11),
                later,
            ];
            is_his(&found(&parts), ("home", NEXT_DOOR), WEB)
        };
        assert!(led(Outcome::Success));
        assert!(led(Outcome::Failure));
    }

    #[test]
    fn an_act_in_a_session_is_no_act_of_the_places_other_records() {
        let forwarding = |session: &str| Deed {
            account: PAT.to_owned(),
            session: session.to_owned(),
            ip: RENTED.parse().ok(),
            points: 4,
            text: "forwarding of a mailbox".to_owned(),
            drops: BTreeSet::new(),
        };
        let led = |session: &str| {
            let there = [
                common::place(PAT, ("home", RENTED), (EDGE, "laptop"), 11..12),
                common::place(PAT, ("", RENTED), ("", ""), 11..12),
            ];
            let parts = [life(PAT), moved(there.concat(), (UNKNOWN, "US"))];
            let found = found_with(&parts, vec![forwarding(session)]);
            is_his(&found, ("", RENTED), "")
        };
        assert!(!led("home"));
        assert!(led(""));
    }

    /// The proxy's own client began the session, and he went on with it in another at the same place.
    #[test]
    fn what_began_a_session_where_he_goes_on_with_it_is_his() {
        let led = |began_at: &str| {
            let first = common::place(PAT, ("made", began_at), (LINUX, ""), 11..12);
            let mut next = common::place(PAT, ("made", RENTED), (CHROME, ""), 11..12);
            for trace in &mut next {
                trace.first = at(11, 200);
                trace.last = at(11, 230);
            }
            // The company rents machines at this provider, too.
            let own = common::place(PAT, ("desk", "198.51.100.60"), (EDGE, "laptop"), 0..9);
            is_his(
                &found(&[life(PAT), own, first, next]),
                ("made", began_at),
                LINUX,
            )
        };
        assert!(led(RENTED));
        assert!(!led(OFFICE));
    }

    /// She signs in to the company's network from another computer than hers, and the session is taken from there.
    #[test]
    fn what_began_a_session_in_the_companys_network_is_not_his() {
        const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
        let began = |colleagues: usize| {
            let mut parts = vec![
                common::place(PAT, ("own", "198.51.100.60"), (MAC, "mac"), 0..10),
                common::place(PAT, ("new", OFFICE), (EDGE, ""), 11..12),
                rented(PAT, ("new", RENTED), (TOOL, ""), 12),
            ];
            parts.extend((0..colleagues).map(|one| {
                let (name, device) = (format!("{one}@contoso.example"), format!("laptop-{one}"));
                common::place(&name, (&device, OFFICE), (EDGE, &device), 0..10)
            }));
            is_his(&found(&parts), ("new", OFFICE), EDGE)
        };
        assert!(!began(5));
        assert!(began(0), "somebody else's network");
    }

    /// An application that he was let in by shows no client, and moves from provider to provider.
    #[test]
    fn a_session_without_a_client_goes_on_with_him() {
        let led = |session: &str| {
            let later = common::place(PAT, (session, ELSEWHERE), ("", ""), 12..13);
            let parts = [
                life(PAT),
                rented(PAT, ("home", RENTED), ("", ""), 11),
                moved(later, (UNKNOWN, "SC")),
            ];
            is_his(&found(&parts), (session, ELSEWHERE), "")
        };
        assert!(led("home"));
        assert!(!led("another"));
    }

    /// Nothing is known yet of Sam, who begins on a day on which the attacker is in the same network.
    #[test]
    fn an_account_of_which_nothing_is_known_may_begin_with_him() {
        let led = |day: i64| {
            let parts = [
                life(PAT),
                rented(PAT, ("taken", RENTED), (TOOL, ""), 11),
                rented(SAM, ("first", NEXT_DOOR), (LINUX, ""), day),
            ];
            found(&parts).accounts.contains_key(SAM)
        };
        assert!(led(11));
        assert!(!led(13));
    }

    /// A kit has one client for all whom it takes in, wherever it rents its machines.
    #[test]
    fn a_client_that_only_he_uses_leads_to_other_strange_places() {
        let led = |by_others: &[&str]| {
            let second = common::place(SAM, ("second", ELSEWHERE), (LINUX, ""), 12..13);
            let mut parts = vec![
                life(PAT),
                life(SAM),
                rented(PAT, ("taken", RENTED), (LINUX, ""), 11),
                moved(second, (UNKNOWN, "SC")),
            ];
            let others = by_others.iter();
            parts.extend(
                others.map(|name| common::place(name, ("own", OFFICE), (LINUX, ""), 0..10)),
            );
            found(&parts).accounts.contains_key(SAM)
        };
        assert!(led(&[]));
        assert!(!led(&["kim@contoso.example"]));
    }

    #[test]
    fn a_place_that_was_strange_before_he_was_known_is_no_custom_of_the_accounts() {
        let older = EDGE.replace("140", "137");
        let led = |taken: u64| {
            // He shows the device that the session is bound to.
            let first = common::place(PAT, ("home", ELSEWHERE), (&older, "laptop"), 11..12);
            let mut first = moved(first, (UNKNOWN, "SC"));
            for trace in &mut first {
                trace.taken = taken;
            }
            let then = rented(PAT, ("home", RENTED), (&older, "laptop"), 12);
            let parts = [life(PAT), first, then];
            is_his(&found(&parts), ("home", ELSEWHERE), &older)
        };
        assert!(led(200));
        assert!(!led(1));
    }

    /// Where he only tried passwords a program of the company's may run: a provider's address has many tenants.
    #[test]
    fn a_program_at_an_address_from_which_he_only_tried_is_the_companys() {
        let led = |has_success: bool| {
            let mut tried = rented(PAT, ("", RENTED), (TOOL, ""), 11);
            if !has_success {
                for trace in &mut tried {
                    trace.result = Outcome::Failure;
                    trace.code = "50126".to_owned();
                }
            }
            // Another one shows that applications signed in long before.
            let other = common::place("another program", ("", "198.51.100.99"), ("", ""), 0..14);
            let program = common::place(APP, ("", RENTED), ("", ""), 8..14);
            let mut programs = [other, program].concat();
            for trace in &mut programs {
                trace.kind = ActorKind::App;
            }
            let taken = rented(PAT, ("taken", NEXT_DOOR), (TOOL, ""), 11);
            let found = found(&[life(PAT), tried, programs, taken]);
            found.hostile.keys().any(|key| key.account.as_str() == APP)
        };
        assert!(led(true));
        assert!(!led(false));
    }

    /// She let an application in, and it uses her session from machines of several providers without telling a client.
    #[test]
    fn a_session_that_moves_among_three_providers_without_a_client_is_not_hers() {
        let led = |providers: &[u32]| {
            let places: Vec<Trace> = (11..)
                .zip(providers)
                .flat_map(|(day, asn)| {
                    let ip = format!("198.18.{day}.9");
                    let there = common::place(PAT, ("browser", &ip), ("", ""), day..day + 1);
                    moved(there, (*asn, "US"))
                })
                .collect();
            let own = common::place(PAT, ("browser", "198.51.100.60"), (EDGE, ""), 0..11);
            is_his(&found(&[own, places]), ("browser", "198.18.11.9"), "")
        };
        assert!(led(&[20_473, 36_352, 14_061]));
        // One of a provider of rented machines, or two, a relay may be.
        assert!(!led(&[20_473, 36_352]));
        assert!(!led(&[20_473, 36_352, UNKNOWN]));
    }

    /// Sam works behind a seller of anonymity that the attacker uses too, and Pat's mailbox sends on what Sam wrote.
    #[test]
    fn mail_that_is_sent_on_has_the_address_of_whoever_wrote_it() {
        let told = |is_there: bool| {
            let mut sent_on = rented(PAT, ("", NEXT_DOOR), ("", ""), 12);
            for trace in &mut sent_on {
                trace.log = Log::MessageTrace;
            }
            let mut parts = vec![
                life(PAT),
                life(SAM),
                rented(PAT, ("taken", RENTED), (TOOL, ""), 11),
                sent_on,
            ];
            if is_there {
                parts.push(rented(SAM, ("home", NEXT_DOOR), (EDGE, "laptop"), 12));
            }
            let found = found(&parts);
            let mail = is_his(&found, ("", NEXT_DOOR), "");
            (mail, found.accounts.contains_key(SAM))
        };
        assert_eq!(told(true), (false, false));
        assert_eq!(told(false), (true, false));
    }

    #[test]
    fn mail_on_the_web_is_nobodys_tool() {
        let led = |agent: &str| {
            let taken = [TOOL, agent].map(|tool| rented(PAT, ("taken", RENTED), (tool, ""), 11));
            let sam =
                [EDGE, agent].map(|tool| rented(SAM, ("home", NEXT_DOOR), (tool, "laptop"), 12));
            let parts = [vec![life(PAT), life(SAM)], taken.into(), sam.into()].concat();
            found(&parts).accounts.contains_key(SAM)
        };
        assert!(!led(WEB));
        assert!(led(TOOL));
    }

    /// A telephone is everywhere and shows no device; the account's computers do.
    #[test]
    fn a_telephones_many_places_do_not_hide_that_computers_show_a_device() {
        const OUTLOOK: &str =
            "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)";
        const RPC: &str = "Client=MSExchangeRPC";
        let led = |device: &str| {
            let phone = (0..40).flat_map(|place| {
                let (ip, day) = (format!("198.18.{place}.5"), place % 10);
                common::place(PAT, ("phone", &ip), (PHONE, ""), day..day + 1)
            });
            let computers = (20..26).flat_map(|host| {
                let ip = format!("192.0.2.{host}");
                let its = |agent| common::place(PAT, ("desk", &ip), (agent, device), 0..10);
                [its(OUTLOOK), its(RPC)].concat()
            });
            let browser = common::place(PAT, ("browser", OFFICE), (EDGE, ""), 0..10);
            let stolen = (12..17).flat_map(|day| {
                let ip = format!("198.51.{day}.7");
                let older = OUTLOOK.replace("17928", "17800");
                let its =
                    |agent: &str| common::place(PAT, ("browser", &ip), (agent, ""), day..day + 1);
                [its(&older), its(RPC)].concat()
            });
            let parts = [
                phone.collect(),
                computers.collect(),
                browser,
                stolen.collect(),
            ];
            found(&parts).accounts.contains_key(PAT)
        };
        assert!(led("laptop"));
        assert!(!led(""));
    }
}
