//! Applications that are known for the attacker's: whom they lead to, and whom not.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hourzero_model::{ActorKind, Attribution as Who, Change, Log, Outcome, Record};
    use hourzero_scope::attribution::{
        AppUsed, Attribution, CONSENTED_APP, HomeUses, Input, attribute, consented_app, link_id,
    };

    use crate::common::{at, place, record_of};

    const MIA: &str = "mia@contoso.example";
    const APP: &str = "57cd1205-2a6d-488b-a3d7-782978511695";
    const HOME: &str = "198.51.100.20";
    const ELSEWHERE: &str = "203.0.113.80";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";

    /// Something done with the application in Mia's name.
    fn record(log: Log, day: i64, from: Option<&str>) -> Record {
        let mut record = record_of(MIA, log, at(day, 60));
        record.result = Outcome::Success;
        record.app_id = Some(APP.to_owned());
        record.ip = from.map(|from| from.parse().unwrap());
        record
    }

    fn read(day: i64) -> Record {
        Record {
            user_agent: Some("Client=REST;;".to_owned()),
            ..record(Log::UnifiedAudit, day, None)
        }
    }

    /// Mia's ten days at home and one sign-in elsewhere, with a browser like hers.
    fn found(used: &[Record], refused: &[String]) -> Attribution {
        let mut traces = place(MIA, ("home", HOME), (EDGE, "laptop"), 0..10);
        traces.extend(place(MIA, ("", ELSEWHERE), (EDGE, ""), 11..12));
        let mut found = attribute(
            traces.iter().collect(),
            &Input {
                domains: vec!["contoso.example".to_owned()],
                apps: BTreeMap::from([(APP.to_owned(), CONSENTED_APP.to_owned())]),
                used: used
                    .iter()
                    .filter_map(|record| AppUsed::of(record, |_| false))
                    .collect(),
                refused: refused.iter().cloned().collect(),
                ..Input::default()
            },
        );
        found.settle();
        found
    }

    fn kinds(found: &Attribution) -> BTreeSet<(String, &'static str)> {
        let links = found.links().into_iter();
        links.map(|((from, _), kind)| (from, kind)).collect()
    }

    fn who(found: &Attribution, record: &Record) -> Option<Who> {
        found
            .label(record, |_| false)
            .map(|label| label.attribution)
    }

    #[test]
    fn what_it_read_from_the_services_addresses_names_the_account() {
        let found = found(&[read(12)], &[]);
        assert!(found.accounts.contains_key(MIA));
        assert_eq!(who(&found, &read(12)), Some(Who::Attacker));
        let link = (format!("application {APP}"), "consented-app");
        assert_eq!(kinds(&found), BTreeSet::from([link]));
        assert_eq!(
            found.app_place(&read(12)),
            Some((format!("application {APP}"), MIA.to_owned()))
        );
        let mut other = read(12);
        other.app_id = Some("00000000-0000-4000-8000-000000000000".to_owned());
        assert_eq!(who(&found, &other), None, "another application");
    }

    #[test]
    fn a_refused_link_names_nobody() {
        let link = link_id(&(format!("application {APP}"), MIA.to_owned()));
        let found = found(&[read(12)], &[link]);
        assert!(!found.accounts.contains_key(MIA));
        assert_eq!(who(&found, &read(12)), None);
        assert!(found.links().is_empty());
    }

    #[test]
    fn elsewhere_its_sign_in_is_his_and_at_home_it_is_the_owners() {
        let elsewhere = [record(Log::SignIn, 11, Some(ELSEWHERE))];
        let away = found(&elsewhere, &[]);
        assert!(away.accounts.contains_key(MIA));
        let places = [
            (format!("application {APP}"), "consented-app"),
            (ELSEWHERE.to_owned(), "strange-place"),
        ];
        assert_eq!(kinds(&away), BTreeSet::from(places));
        // Nothing else speaks so much against that place.
        assert!(!found(&[], &[]).accounts.contains_key(MIA));
        let mut consenting = record(Log::SignIn, 9, Some(HOME));
        consenting.session_id = Some("home".to_owned());
        let home = found(&[consenting], &[]);
        assert!(!home.accounts.contains_key(MIA));
        assert!(home.links().is_empty());
    }

    #[test]
    fn what_is_used_at_home_from_day_to_day_is_the_companys() {
        let found = found(&[], &[]);
        let own = |days: &[i64], from: &str| {
            let mut uses = HomeUses::default();
            for day in days {
                let mut used = record(Log::SignIn, *day, Some(from));
                used.session_id = Some("home".to_owned());
                used.user_agent = Some(EDGE.to_owned());
                uses.take(&used, &found, |_| false);
            }
            uses.is_own(APP)
        };
        assert!(own(&[4, 5], HOME));
        assert!(!own(&[4], HOME), "the day of the consent");
        assert!(!own(&[4, 5], ELSEWHERE));
    }

    #[test]
    fn a_use_is_a_persons_and_has_succeeded() {
        let is_use = |change: fn(&mut Record)| {
            let mut used = read(12);
            change(&mut used);
            AppUsed::of(&used, |_| false).is_some()
        };
        assert!(is_use(|_| ()));
        assert!(!is_use(|used| used.result = Outcome::Failure));
        assert!(!is_use(|used| used.actor.kind = ActorKind::App));
        assert!(!is_use(|used| used.app_id = None));
        assert!(!is_use(|used| used.user_agent = Some(EDGE.to_owned())));
        let sign_in = record(Log::SignIn, 12, Some(ELSEWHERE));
        assert!(AppUsed::of(&sign_in, |_| false).is_some());
        assert!(
            AppUsed::of(&sign_in, |_| true).is_none(),
            "of the service's own"
        );
    }

    #[test]
    fn a_consent_names_its_application_in_either_log() {
        let mut consent = record_of(MIA, Log::DirectoryAudit, at(9, 0));
        consent.operation = "Consent to application".to_owned();
        assert_eq!(consented_app(&consent), None);
        let mut directory = consent.clone();
        directory
            .parameters
            .push(("AppId".into(), APP.to_uppercase().into()));
        assert_eq!(consented_app(&directory).as_deref(), Some(APP));
        let mut unified = consent.clone();
        unified.operation = "Consent to application.".to_owned();
        unified.changed.push(Change {
            name: "TargetId.ServicePrincipalNames".to_owned(),
            old: None,
            new: Some(format!("\"{APP}\"")),
        });
        assert_eq!(consented_app(&unified).as_deref(), Some(APP));
        unified.result = Outcome::Failure;
        assert_eq!(consented_app(&unified), None, "it was refused");
    }
}
