//! Applications in other hands: one that the owner was made to consent to, and one whose key leaked.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hourzero_model::{ActorKind, Attribution as Who, Change, Log, Outcome, Record};
    use hourzero_scope::attribution::{
        ADDED_KEY, AppUsed, Attribution, Input, KEY_FACT, Trace, attribute,
    };

    use crate::common::{at, attributed as found, record_of, sign_in};

    const PAT: &str = "pat@contoso.example";
    const HOME: &str = "198.51.100.7";
    const RENTED: &str = "203.0.113.9";
    const ELSEWHERE: &str = "198.18.4.4";
    const APP: &str = "57cd1205-2a6d-488b-a3d7-782978511695";
    const SCRIPT: &str = "python-requests/2.32.3";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";

    fn record(log: Log, (day, minute): (i64, i64), from: Option<&str>) -> Record {
        let mut record = record_of(PAT, log, at(day, minute));
        record.result = Outcome::Success;
        record.ip = from.map(|from| from.parse().unwrap());
        record.app_id = Some(APP.to_owned());
        record
    }

    fn read(at: (i64, i64), token: Option<&str>) -> Record {
        Record {
            user_agent: Some("Client=REST;;".to_owned()),
            token_id: token.map(str::to_owned),
            ..record(Log::UnifiedAudit, at, None)
        }
    }

    fn who(found: &Attribution, record: &Record) -> Option<Who> {
        let label = found.label(record, |_| false);
        label.map(|label| label.attribution)
    }

    /// Pat's ten days at home, and somebody's sign-in from a rented machine.
    fn entered() -> Attribution {
        found(&pats_life())
    }

    fn pats_life() -> Vec<Trace> {
        let mut traces: Vec<Trace> = (0..10)
            .map(|day| Trace {
                session: "home".to_owned(),
                ip: HOME.parse().ok(),
                user_agent: EDGE.to_owned(),
                device: "laptop".to_owned(),
                first: at(day, 60),
                last: at(day, 90),
                days: 1 << day,
                ..sign_in(PAT)
            })
            .collect();
        traces.push(Trace {
            session: "stolen".to_owned(),
            ip: RENTED.parse().ok(),
            user_agent: SCRIPT.to_owned(),
            asn: Some(24_940),
            country: "RO".to_owned(),
            first: at(11, 60),
            last: at(11, 90),
            days: 1 << 11,
            ..sign_in(PAT)
        });
        traces
    }

    fn by_pat(minute: i64) -> Record {
        let mut record = record(Log::SignIn, (11, minute), Some(HOME));
        record.session_id = Some("home".to_owned());
        record.user_agent = Some(EDGE.to_owned());
        record
    }

    fn by_him(minute: i64) -> Record {
        let mut record = record(Log::SignIn, (11, minute), Some(RENTED));
        record.session_id = Some("stolen".to_owned());
        record.user_agent = Some(SCRIPT.to_owned());
        record
    }

    #[test]
    fn the_owners_consent_does_not_make_the_application_the_owners() {
        let told = |known: &[Record]| {
            let mut found = entered();
            for record in known {
                found.learn(record, |_| false);
            }
            found.settle();
            who(&found, &read((12, 0), None))
        };
        assert_eq!(told(&[by_pat(50), by_him(60)]), Some(Who::Attacker));
        // Who goes on signing in uses it: a read without a token may be either's.
        assert_eq!(told(&[by_pat(50), by_him(60), by_pat(300)]), None);
    }

    #[test]
    fn refused_sign_ins_with_his_application_are_his_wherever_he_is() {
        let mut found = entered();
        for known in [by_pat(50), by_him(60)] {
            found.learn(&known, |_| false);
        }
        found.settle();
        let refused = |(day, minute), from| Record {
            result: Outcome::Failure,
            ..record(Log::SignIn, (day, minute), Some(from))
        };
        assert_eq!(
            who(&found, &refused((12, 0), ELSEWHERE)),
            Some(Who::Attacker)
        );
        assert_eq!(
            who(&found, &refused((10, 0), ELSEWHERE)),
            None,
            "before he came"
        );
        let mut at_home = refused((12, 0), HOME);
        at_home.session_id = Some("home".to_owned());
        at_home.user_agent = Some(EDGE.to_owned());
        assert_eq!(who(&found, &at_home), None, "the owner tries too");
    }

    #[test]
    fn an_account_that_he_made_is_his_unless_somebody_else_uses_it() {
        let made = "svc-backup@contoso.example";
        let told = |more: Vec<Trace>| {
            let mut traces = pats_life();
            traces.extend(more);
            let mut found = found(&traces);
            let mut creation = record(Log::DirectoryAudit, (11, 80), Some(RENTED));
            creation.operation = "Add user".to_owned();
            creation.target.name = Some("SVC-Backup@contoso.example".to_owned());
            creation.session_id = Some("stolen".to_owned());
            creation.user_agent = Some(SCRIPT.to_owned());
            for known in [creation, by_him(60)] {
                found.learn(&known, |_| false);
            }
            found.settle();
            let mut tried = record(Log::SignIn, (13, 0), Some("198.18.9.9"));
            tried.actor.upn = Some(made.to_owned());
            tried.result = Outcome::Interrupted;
            (found.accounts.contains_key(made), who(&found, &tried))
        };
        assert_eq!(told(Vec::new()), (true, Some(Who::Attacker)));
        let newcomer = Trace {
            session: "first day".to_owned(),
            ip: HOME.parse().ok(),
            user_agent: EDGE.to_owned(),
            device: "new laptop".to_owned(),
            first: at(12, 60),
            last: at(12, 90),
            days: 1 << 12,
            ..sign_in(made)
        };
        assert_eq!(told(vec![newcomer.clone()]), (false, None));
        let at = |ip: &str, device: &str, agent: &str| Trace {
            ip: ip.parse().ok(),
            device: device.to_owned(),
            user_agent: agent.to_owned(),
            ..newcomer.clone()
        };
        let somewhere = "203.0.113.200";
        // Nobody of the tenant was ever there, and no device is registered.
        assert_eq!(
            told(vec![at(somewhere, "", EDGE)]),
            (true, Some(Who::Attacker))
        );
        // A colleague's network, a new laptop at its owner's home, a telephone.
        let telephone = "Dalvik/2.1.0 (Linux; U; Android 16; SM-S931B)";
        for others in [
            at(HOME, "", EDGE),
            at(somewhere, "new laptop", EDGE),
            at(somewhere, "", telephone),
        ] {
            assert_eq!(told(vec![others]), (false, None));
        }
    }

    #[test]
    fn every_place_of_an_account_that_he_made_is_his_and_leads_on() {
        let made = "svc-backup@contoso.example";
        let elsewhere = "203.0.113.200";
        let by = |account: &str, minute| Trace {
            session: account.to_owned(),
            ip: elsewhere.parse().ok(),
            user_agent: EDGE.to_owned(),
            first: at(12, minute),
            last: at(12, minute),
            days: 1 << 12,
            ..sign_in(account)
        };
        let told = |created: &[&str]| {
            let mut traces = pats_life();
            traces.extend([by(made, 60), by("kim@contoso.example", 61)]);
            let input = Input {
                created: created.iter().map(|one| (*one).to_owned()).collect(),
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            };
            let found = attribute(traces.iter().collect(), &input);
            let named = |account: &str| found.accounts.contains_key(account);
            (named(made), named("kim@contoso.example"))
        };
        assert_eq!(told(&[]), (false, false));
        assert_eq!(told(&[made]), (true, true));
    }

    #[test]
    fn what_entras_token_service_calls_itself_tells_nobodys_client() {
        const SERVICE: &str = "EvoSTS";
        let consent = |(day, minute), agent: &str| Record {
            operation: "Consent to application".to_owned(),
            user_agent: Some(agent.to_owned()),
            ..record(Log::DirectoryAudit, (day, minute), None)
        };
        let told = |agent: &str| {
            let mut traces = pats_life();
            let his = traces.last().unwrap().clone();
            traces.push(Trace {
                user_agent: agent.to_owned(),
                log: Log::DirectoryAudit,
                ..his
            });
            let mut found = found(&traces);
            found.learn(&by_him(60), |_| false);
            found.settle();
            who(&found, &consent((13, 0), agent))
        };
        assert_eq!(told(SERVICE), None);
        assert_eq!(told("another program"), Some(Who::Attacker));
    }

    /// An application that signs in as itself from twelve networks, one day each.
    fn keyed(countries: [&str; 2], systems: [u32; 3]) -> Attribution {
        met_again((countries, systems), 1)
    }

    /// The same, from the first of them on so many days.
    fn met_again((countries, systems): ([&str; 2], [u32; 3]), days: u32) -> Attribution {
        let traces: Vec<Trace> = (0..12)
            .map(|number| {
                // One of them is a provider of rented machines, the other is not known for one.
                let one = usize::try_from(number % 2).unwrap();
                Trace {
                    account: APP.to_owned(),
                    kind: ActorKind::App,
                    ip: format!("203.0.{number}.9").parse().ok(),
                    user_agent: SCRIPT.to_owned(),
                    asn: Some(systems[usize::try_from(number % 3).unwrap()]),
                    country: countries[one].to_owned(),
                    first: at(number, 60),
                    last: at(number, 90),
                    days: if number == 0 {
                        (1 << days) - 1
                    } else {
                        1 << number
                    },
                    ..sign_in(APP)
                }
            })
            .collect();
        found(&traces)
    }

    #[test]
    fn who_meets_one_of_many_addresses_again_is_not_at_home_there() {
        let many = (["RO", "NG"], [24_940, 37_282, 24_940]);
        let told = |days| met_again(many, days).hostile.len();
        // Three of fourteen days; then four of fifteen, which is more than a quarter.
        assert_eq!(told(3), 12);
        assert_eq!(told(4), 0);
    }

    #[test]
    fn a_service_that_has_always_been_at_an_address_of_his_is_no_program_of_his() {
        // Applications sign in from the first day on; this one at the machine from which he comes on the eleventh.
        const OTHER: &str = "0c1307d4-29d6-4389-a11c-5cbe7f65d7fa";
        let told = |days: std::ops::Range<i64>| {
            let by = |app: &str, ip: &str, day: i64| Trace {
                account: app.to_owned(),
                kind: ActorKind::App,
                ip: ip.parse().ok(),
                asn: Some(24_940),
                country: "DE".to_owned(),
                first: at(day, 60),
                last: at(day, 90),
                days: 1 << day,
                ..sign_in(app)
            };
            let mut traces = pats_life();
            traces.extend((0..14).map(|day| by(OTHER, ELSEWHERE, day)));
            traces.extend(days.map(|day| by(APP, RENTED, day)));
            found(&traces).apps()
        };
        let his = BTreeSet::from([APP.to_owned()]);
        assert_eq!(told(0..14), BTreeSet::new());
        // One that came shortly before him, or with him, is.
        assert_eq!(told(5..14), his);
        assert_eq!(told(11..14), his);
    }

    fn by_key(minute: i64, token: &str) -> Record {
        let mut record = record(Log::SignIn, (0, minute), Some("203.0.0.9"));
        record.actor.upn = None;
        record.actor.kind = ActorKind::App;
        record.user_agent = Some(SCRIPT.to_owned());
        record.token_id = Some(token.to_owned());
        record
    }

    fn by_app(minute: i64, token: Option<&str>) -> Record {
        let mut record = read((0, minute), token);
        record.actor.kind = ActorKind::App;
        record
    }

    #[test]
    fn an_application_without_a_home_need_not_be_on_rented_machines() {
        let two = [24_940, 37_282, 24_940];
        assert_eq!(keyed(["RO", "NG"], two).hostile.len(), 12);
        assert!(keyed(["RO", "RO"], two).hostile.is_empty());
        // Three providers of rented machines in one country.
        assert_eq!(
            keyed(["RO", "RO"], [24_940, 14_061, 20_473]).hostile.len(),
            12
        );
    }

    #[test]
    fn a_read_without_a_token_is_his_where_it_follows_on_a_token_that_no_record_has() {
        let mut found = keyed(["RO", "NG"], [24_940, 37_282, 24_940]);
        for known in [
            // Reads may be learnt before the sign-in that they follow on.
            by_app(61, None),
            by_app(62, None),
            by_app(101, Some("seen")),
            by_app(102, None),
            by_app(205, None),
            by_key(60, "unseen"),
            by_key(100, "seen"),
            by_key(200, "unseen too"),
        ] {
            found.learn(&known, |_| false);
        }
        found.settle();
        let read = |minute| who(&found, &by_app(minute, None));
        assert_eq!(read(61), Some(Who::Attacker));
        assert_eq!(read(62), None, "one token, one first use");
        assert_eq!(read(102), None, "the use of that token is known");
        assert_eq!(read(205), None, "too late for a program");
    }

    /// The record by which Pat's account gave the application a key, beside one that it had.
    fn adding(from: (&str, &str, &str)) -> Record {
        let (session, ip, agent) = from;
        let key = |id: &str| format!("[KeyIdentifier={id},KeyType=Password,KeyUsage=Verify]");
        Record {
            operation: "Update application \u{2013} Certificates and secrets management".to_owned(),
            session_id: Some(session.to_owned()),
            user_agent: Some(agent.to_owned()),
            changed: vec![Change {
                name: "KeyDescription".to_owned(),
                old: Some(format!("[\"{}\"]", key("old"))),
                new: Some(format!("[\"{}\",\"{}\"]", key("old"), key("NEW"))),
            }],
            ..record(Log::DirectoryAudit, (11, 70), Some(ip))
        }
    }

    /// The application's sign-in with a key from a place of which nothing else is known.
    fn with_key(key: &str, outcome: Outcome) -> Record {
        let mut record = by_key(300, "token");
        record.ip = ELSEWHERE.parse().ok();
        record.result = outcome;
        record.parameters = vec![(KEY_FACT.into(), key.into())];
        record
    }

    #[test]
    fn a_key_that_he_added_is_known_and_the_owners_is_not() {
        let added = |by: Record| {
            let mut found = entered();
            found.learn(&by_him(60), |_| false);
            found.learn(&by, |_| false);
            found.settle();
            found.added_keys
        };
        let his = added(adding(("stolen", RENTED, SCRIPT)));
        assert_eq!(his, BTreeSet::from(["new".to_owned()]));
        // Records of the directory often name neither place nor session.
        let mut unplaced = adding(("", RENTED, SCRIPT));
        unplaced.ip = None;
        assert_eq!(added(unplaced), his);
        assert!(added(adding(("home", HOME, EDGE))).is_empty());
        let mut refused = adding(("stolen", RENTED, SCRIPT));
        refused.result = Outcome::Failure;
        assert!(added(refused).is_empty());
    }

    #[test]
    fn who_signs_in_with_a_key_that_he_added_is_he_wherever_he_is() {
        let told = |key: &str| {
            let mut traces = pats_life();
            traces.push(Trace {
                account: APP.to_owned(),
                kind: ActorKind::App,
                ip: ELSEWHERE.parse().ok(),
                user_agent: SCRIPT.to_owned(),
                first: at(0, 300),
                last: at(0, 300),
                days: 1,
                ..sign_in(APP)
            });
            let signed_in = with_key("NEW", Outcome::Success);
            let mut found = attribute(
                traces.iter().collect(),
                &Input {
                    domains: vec!["contoso.example".to_owned()],
                    apps: BTreeMap::from([(key.to_owned(), ADDED_KEY.to_owned())]),
                    used: AppUsed::of_key(&signed_in, |_| false).into_iter().collect(),
                    ..Input::default()
                },
            );
            found.learn(&signed_in, |_| false);
            found.settle();
            let read = by_app(301, Some("token"));
            (who(&found, &signed_in), who(&found, &read))
        };
        assert_eq!(told("new"), (Some(Who::Attacker), Some(Who::Attacker)));
        assert_eq!(told("old"), (None, None));
    }

    #[test]
    fn only_a_sign_in_that_succeeds_away_from_the_services_addresses_uses_a_key() {
        let of = |record: &Record, service: bool| AppUsed::of_key(record, |_| service);
        assert!(of(&with_key("new", Outcome::Success), false).is_some());
        assert!(of(&with_key("new", Outcome::Success), true).is_none());
        assert!(of(&with_key("new", Outcome::Failure), false).is_none());
        assert!(of(&with_key("", Outcome::Success), false).is_none());
    }
}
