//! What an account was known for before a place, and what only came later, are two things.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use hourzero_model::{Attribution as Who, Log, Outcome, Record};
    use hourzero_scope::attribution::{Attribution, Trace};

    use crate::common::{self, at, record_of};

    const PAT: &str = "pat@contoso.example";
    const OFFICE: &str = "192.0.2.10";
    const RENTED: &str = "203.0.113.9";
    const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
    const WORD: &str = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Word 16.0.20533; Pro)";
    const PHONE: &str = "Dalvik/2.1.0 (Linux; U; Android 16; SM-S931B)";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const CHROME: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36";

    /// A place of Pat's on some days: session and address, client and device.
    fn place(at: (&str, &str), by: (&str, &str), days: std::ops::Range<i64>) -> Vec<Trace> {
        common::place(PAT, at, by, days)
    }

    fn found(parts: &[Vec<Trace>]) -> Attribution {
        common::attributed(&parts.concat())
    }

    fn label(found: &Attribution, session: &str, from: &str, agent: &str) -> Option<Who> {
        let label = found.label(&record(session, from, agent), |_| false);
        label.map(|label| label.attribution)
    }

    fn record(session: &str, from: &str, agent: &str) -> Record {
        let mut record = record_of(PAT, Log::SignIn, at(12, 0));
        record.session_id = (!session.is_empty()).then(|| session.to_owned());
        record.ip = from.parse().ok();
        record.user_agent = Some(agent.to_owned());
        record
    }

    /// A telephone that lies at home for ten days is no history of the computer on the second day.
    #[test]
    fn a_long_lived_place_is_no_history_for_the_first_days() {
        let on_the_way = |day: i64| {
            let from = format!("198.18.{day}.7");
            place(("mac", &from), (SAFARI, ""), day..day + 1)
        };
        let mut parts = vec![place(("phone", "198.51.100.7"), (PHONE, "phone"), 0..10)];
        parts.extend((0..5).map(on_the_way));
        let early = found(&parts);
        assert!(early.hostile.is_empty(), "{:?}", early.hostile);
        // After ten days the same is strange.
        parts.truncate(1);
        parts.extend((10..15).map(on_the_way));
        assert_eq!(found(&parts).accounts.keys().collect::<Vec<_>>(), [PAT]);
    }

    /// Programs that show no device go where the computer goes that shows one.
    #[test]
    fn networks_in_which_the_account_shows_a_device_are_no_leaps() {
        let trip = |shows_device: bool| {
            let mut parts = vec![place(("mac", OFFICE), (SAFARI, "mac"), 0..10)];
            for day in 10..16 {
                let from = format!("198.18.{day}.7");
                if shows_device {
                    parts.push(place(("browser", &from), (SAFARI, "mac"), day..day + 1));
                }
                parts.push(place(("mac", &from), (WORD, ""), day..day + 1));
            }
            found(&parts)
        };
        assert!(trip(true).hostile.is_empty(), "{:?}", trip(true).hostile);
        assert!(!trip(false).hostile.is_empty());
    }

    /// A guest of whom nothing is known takes a mass of files, and the session goes on in other networks, one of them of rented
    /// machines. Who has a place or a device of their own may do that on a journey.
    #[test]
    fn who_is_nowhere_at_home_and_takes_files_on_the_way_is_strange() {
        let guest = |rented: bool, home: &[Trace]| {
            let mut parts = vec![
                place(("session", "198.18.4.7"), (CHROME, ""), 10..11),
                place(("session", "198.19.5.7"), (CHROME, ""), 11..12),
                place(("session", RENTED), (CHROME, ""), 12..13),
                home.to_vec(),
            ];
            for trace in &mut parts[0] {
                trace.taken = 60;
            }
            for trace in parts[2].iter_mut().filter(|_| rented) {
                trace.asn = Some(24_940);
            }
            found(&parts).accounts.contains_key(PAT)
        };
        assert!(guest(true, &[]));
        assert!(!guest(false, &[]), "no machine is rented");
        let office = place(("", OFFICE), (CHROME, ""), 10..14);
        assert!(!guest(true, &office), "an address of her own");
        let laptop = place(("", OFFICE), (CHROME, "laptop"), 13..14);
        assert!(!guest(true, &laptop), "a device of her own");
    }

    /// A place without a session holds all clients of weeks: his, which came last, does not speak for the owner before.
    #[test]
    fn a_client_that_came_later_is_not_known_before() {
        let mut found = found(&[
            place(("session", OFFICE), (EDGE, "laptop"), 0..12),
            place(("", OFFICE), (EDGE, ""), 0..12),
            place(("", OFFICE), (CHROME, ""), 8..12),
            place(("session", OFFICE), (CHROME, ""), 8..12),
        ]);
        assert_eq!(
            label(&found, "session", OFFICE, CHROME),
            Some(Who::Attacker)
        );
        assert_eq!(label(&found, "session", OFFICE, EDGE), None);
        // What names no session there is told by the client, once it is known when he was there.
        found.learn(&record("session", OFFICE, CHROME), |_| false);
        found.settle();
        assert_eq!(label(&found, "", OFFICE, CHROME), Some(Who::Attacker));
        assert_eq!(label(&found, "", OFFICE, EDGE), None);
    }

    /// In a session that he shares with the owner his client leads him on, refused or not; the owner's leads nowhere.
    #[test]
    fn his_client_leads_on_in_a_shared_session() {
        let elsewhere = "198.18.7.7";
        let refused = |agent: &str| {
            let mut traces = place(("session", elsewhere), (agent, ""), 13..14);
            for trace in &mut traces {
                trace.result = Outcome::Failure;
                trace.code = "50173".to_owned();
            }
            traces
        };
        let mut taken = place(("session", RENTED), (CHROME, ""), 11..12);
        for trace in &mut taken {
            trace.asn = Some(24_940);
            trace.country = "RO".to_owned();
        }
        let led = |further: Vec<Trace>, agent: &str| {
            let owner = place(("session", OFFICE), (EDGE, "laptop"), 0..14);
            let found = found(&[owner, taken.clone(), further]);
            assert_eq!(
                label(&found, "session", RENTED, CHROME),
                Some(Who::Attacker)
            );
            label(&found, "session", elsewhere, agent)
        };
        assert_eq!(led(refused(CHROME), CHROME), Some(Who::Attacker));
        assert_eq!(led(refused(EDGE), EDGE), None);
    }

    /// Who stole what signs a device in shows the device: where his client is, it does not speak for the owner.
    #[test]
    fn a_device_that_he_shows_too_does_not_hold_him_back() {
        let elsewhere = "198.18.7.7";
        let mut taken = place(("session", RENTED), (CHROME, "laptop"), 11..12);
        for trace in &mut taken {
            trace.asn = Some(24_940);
            trace.country = "RO".to_owned();
        }
        let led = |agent: &str| {
            let found = found(&[
                place(("session", OFFICE), (EDGE, "laptop"), 0..14),
                taken.clone(),
                place(("session", elsewhere), (agent, "laptop"), 13..14),
                place(
                    ("session", elsewhere),
                    ("Client=OWA;Action=ViaProxy", "laptop"),
                    13..14,
                ),
            ]);
            let read = "Client=OWA;Action=ViaProxy";
            [agent, read].map(|agent| label(&found, "session", elsewhere, agent))
        };
        assert_eq!(led(CHROME), [Some(Who::Attacker); 2]);
        assert_eq!(led(EDGE), [None; 2]);
    }

    /// What tells no client goes with what does in the same session next door, not with the attacker of a later week.
    #[test]
    fn a_record_without_client_goes_with_its_session_in_the_same_network() {
        let (near, untold) = ("198.18.7.142", "198.18.7.139");
        let rented =
            |(session, from): (&str, &str), agent: &str, day, (asn, country): (u32, &str)| {
                let mut away = place((session, from), (agent, ""), day..day + 1);
                for trace in &mut away {
                    trace.asn = Some(asn);
                    trace.country = country.to_owned();
                }
                away
            };
        let (france, romania) = ((16_276, "FR"), (24_940, "RO"));
        let led = |session: &str| {
            let found = found(&[
                place(("programs", OFFICE), (EDGE, "laptop"), 0..14),
                place(("browser", OFFICE), (EDGE, ""), 0..8),
                rented(("browser", near), EDGE, 8, france),
                rented((session, untold), "", 8, france),
                rented(("stolen", RENTED), CHROME, 11, romania),
            ]);
            assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
            label(&found, session, untold, "")
        };
        assert_eq!(led("browser"), None);
        assert_eq!(led("another"), Some(Who::Attacker));
    }

    /// Programs sign in in sessions of their own: one that appears in a browser's got it from elsewhere.
    #[test]
    fn a_program_in_a_session_of_a_browser_alone_is_strange() {
        const FIREFOX: &str =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:156.0) Gecko/20100101 Firefox/156.0";
        const OUTLOOK: &str =
            "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)";
        let travels = |own: &str| {
            let mut parts = vec![
                place(("programs", OFFICE), (WORD, ""), 0..12),
                place(("browser", OFFICE), (FIREFOX, ""), 8..9),
                place((own, OFFICE), (WORD, ""), 8..9),
            ];
            for day in 9..14 {
                let from = format!("198.18.{day}.7");
                let mut away = place(("browser", &from), (OUTLOOK, ""), day..day + 1);
                away.extend(place(
                    ("browser", &from),
                    ("Client=MSExchangeRPC", ""),
                    day..day + 1,
                ));
                for trace in &mut away {
                    trace.asn = Some(20_115);
                }
                parts.push(away);
            }
            found(&parts)
        };
        let stolen = travels("programs");
        assert_eq!(stolen.accounts.keys().collect::<Vec<_>>(), [PAT]);
        let shared = travels("browser");
        assert!(shared.hostile.is_empty(), "{:?}", shared.hostile);
    }
}
