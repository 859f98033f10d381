//! Whose acts those are that are not the attacker's: told, recognised, at home, or nobody's.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::IpAddr;

    use hourzero_model::{
        ActionKind, ActionTime, ActorKind, ArtefactId, Attribution as Who, Confidence, EvidenceRef,
        Form, Log, Outcome, Provenance, Record, ResponderAction,
    };
    use hourzero_scope::Event;
    use hourzero_scope::attribution::{
        Attribution, Concerned, Input, Others, Tally, Trace, attribute, link_id,
    };

    use crate::common::{at, sign_in};

    const PAT: &str = "pat@contoso.example";
    const ADMIN: &str = "it@contoso.example";
    const TECHNICIAN: &str = "tech@partner.example";
    const OFFICE: &str = "192.0.2.10";
    const RENTED: &str = "203.0.113.9";
    /// A provider of rented machines.
    const HOSTING: u32 = 24_940;
    const CARRIER: u32 = 7_018;
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
    const RESET: &str = "Reset user password";

    fn trace(account: &str, session: &str, (from, asn): (&str, u32), agent: &str) -> Trace {
        Trace {
            session: session.to_owned(),
            ip: Some(from.parse().unwrap()),
            user_agent: agent.to_owned(),
            client_app: String::new(),
            asn: Some(asn),
            ..sign_in(account)
        }
    }

    fn on(trace: &Trace, day: i64) -> Trace {
        Trace {
            first: at(day, 0),
            last: at(day, 30),
            days: 1 << day,
            ..trace.clone()
        }
    }

    /// Ten days of two accounts in the office; then somebody takes Pat's session.
    fn tenant() -> Attribution {
        let mut traces = Vec::new();
        for account in [PAT, ADMIN] {
            let office = trace(account, "office", (OFFICE, CARRIER), EDGE);
            traces.extend((0..10).map(|day| on(&office, day)));
        }
        traces.push(on(&trace(PAT, "stolen", (RENTED, HOSTING), LINUX), 11));
        let found = attribute(
            traces.iter().collect(),
            &Input {
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            },
        );
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        found
    }

    fn record(account: &str, operation: &str, from: Option<&str>, minute: i64) -> Record {
        let provenance = Provenance {
            artefact: ArtefactId::from_bytes([7; 32]),
            position: 1,
            offset: 0,
            length: 0,
        };
        let mut record = Record::new(provenance, Form("x"), Log::DirectoryAudit, at(11, minute));
        operation.clone_into(&mut record.operation);
        record.actor.upn = Some(account.to_owned());
        record.actor.kind = ActorKind::User;
        record.result = Outcome::Success;
        record.ip = from.map(|ip| ip.parse().unwrap());
        record
    }

    fn reset_of(target: &str, by: &str, from: Option<&str>, minute: i64) -> Record {
        let mut record = record(by, RESET, from, minute);
        record.target.name = Some(target.to_owned());
        record
    }

    fn done(action: ActionKind, target: Option<&str>, minute: Option<i64>) -> ResponderAction {
        ResponderAction {
            action,
            channel: None,
            target: target.map(str::to_owned),
            at: minute.map(|minute| ActionTime::At {
                utc: at(11, minute),
                original: at(11, minute).to_string(),
            }),
            by: Some("IT".to_owned()),
        }
    }

    fn others(told: Vec<ResponderAction>) -> Others {
        Others {
            told,
            concern: Some(Concerned {
                accounts: BTreeSet::from([PAT.to_owned()]),
                footholds: Vec::new(),
                since: at(11, 0),
            }),
            ..Others::default()
        }
    }

    type Said = Option<(Who, Confidence)>;

    fn said(others: &Others, found: &Attribution, record: &Record) -> Said {
        let label = others.whose(record, found, |_| false)?;
        assert!(!label.reason.is_empty());
        Some((label.attribution, label.confidence.unwrap()))
    }

    #[test]
    fn what_was_told_is_the_responders_by_kind_target_and_time() {
        let found = tenant();
        let of = |told: ResponderAction| {
            let record = reset_of(PAT, ADMIN, Some("198.51.100.99"), 100);
            said(&others(vec![told]), &found, &record)
        };
        let kind = ActionKind::PasswordReset;
        let sure = Some((Who::Responder, Confidence::Confirmed));
        let likely = Some((Who::Responder, Confidence::Likely));
        assert_eq!(of(done(kind, Some(PAT), Some(95))), sure);
        assert_eq!(of(done(kind, Some(" Pat "), Some(95))), sure);
        assert_eq!(
            of(done(
                kind,
                Some("pat@contoso.example, by telephone"),
                Some(95)
            )),
            sure
        );
        assert_eq!(of(done(kind, Some(PAT), Some(20))), likely);
        assert_eq!(of(done(kind, Some(PAT), None)), likely);
        assert_eq!(of(done(kind, None, Some(95))), likely);
        let label = others(vec![done(kind, Some(PAT), Some(95))])
            .whose(&reset_of(PAT, ADMIN, Some(OFFICE), 100), &found, |_| false)
            .unwrap();
        assert!(
            label
                .reason
                .starts_with("told as done: password-reset of pat@contoso.example at "),
            "{}",
            label.reason
        );
        // None of these is that act: what is left is what the logs show by themselves.
        let unmatched = of(done(ActionKind::Other, None, None));
        for told in [
            done(kind, Some("sam@contoso.example"), Some(95)),
            done(kind, Some(PAT), Some(300)),
            done(kind, None, None),
            done(ActionKind::RulesDeleted, Some(PAT), Some(95)),
        ] {
            assert_eq!(of(told.clone()), unmatched, "{told:?}");
        }
    }

    #[test]
    fn an_act_told_without_a_time_is_none_of_before_the_attack() {
        let found = tenant();
        let told = others(vec![done(ActionKind::PasswordReset, Some(PAT), None)]);
        let before = reset_of(PAT, ADMIN, Some("198.51.100.99"), -600);
        let said = said(&told, &found, &before);
        assert_ne!(said.map(|(who, _)| who), Some(Who::Responder), "{said:?}");
    }

    #[test]
    fn the_attackers_own_act_stays_his_though_somebody_told_the_same() {
        let found = tenant();
        let told = others(vec![done(ActionKind::PasswordReset, Some(PAT), Some(95))]);
        let his = reset_of(PAT, PAT, Some(RENTED), 96);
        assert_eq!(
            said(&told, &found, &his).map(|(who, _)| who),
            Some(Who::Attacker)
        );
    }

    #[test]
    fn what_was_told_goes_before_who_else_was_active_in_these_minutes() {
        let mut found = tenant();
        let mut his = record(PAT, "MailItemsAccessed", Some(RENTED), 100);
        his.session_id = Some("stolen".to_owned());
        his.user_agent = Some(LINUX.to_owned());
        found.learn(&his, |_| false);
        found.settle();
        let mut deleted = record(PAT, "Remove-InboxRule", None, 101);
        deleted.owner = Some(PAT.to_owned());
        let nobody = others(Vec::new());
        assert_eq!(
            said(&nobody, &found, &deleted).map(|(who, _)| who),
            Some(Who::Attacker)
        );
        let told = others(vec![done(ActionKind::RulesDeleted, Some(PAT), Some(101))]);
        assert_eq!(
            said(&told, &found, &deleted),
            Some((Who::Responder, Confidence::Confirmed))
        );
    }

    #[test]
    fn containment_is_recognised_after_the_attack_and_daily_work_before_it() {
        let found = tenant();
        let others = others(Vec::new());
        let of = |record: &Record| said(&others, &found, record);
        let in_office = |minute| reset_of(PAT, ADMIN, Some(OFFICE), minute);
        let responder = Some((Who::Responder, Confidence::Likely));
        let administrator = Some((Who::Administrator, Confidence::Likely));
        assert_eq!(of(&in_office(60)), responder);
        assert_eq!(of(&in_office(-60)), administrator);
        let elsewhere = reset_of("sam@contoso.example", ADMIN, Some(OFFICE), 60);
        assert_eq!(of(&elsewhere), administrator);
        // Whoever resets his own password, fails, or acts on what needs no role, is nobody by that.
        let mut own = reset_of(PAT, PAT, None, 60);
        assert_eq!(of(&own), None);
        own = in_office(60);
        own.result = Outcome::Failure;
        own.ip = None;
        assert_eq!(of(&own), None);
        let joined = record(ADMIN, "Add member to group", None, 60);
        assert_eq!(of(&joined), None);
    }

    #[test]
    fn the_holder_of_a_role_is_at_work_where_others_may_only_be_members() {
        let found = tenant();
        let mut others = others(Vec::new());
        let joined = record(ADMIN, "Add member to group", None, 60);
        others.holders.insert(ADMIN.to_owned());
        assert_eq!(
            said(&others, &found, &joined),
            Some((Who::Administrator, Confidence::Likely))
        );
        let mut filed = joined.clone();
        filed.log = Log::UnifiedAudit;
        filed.record_type = Some("SharePointFileOperation".to_owned());
        assert_eq!(said(&others, &found, &filed), None);
    }

    #[test]
    fn an_administrator_in_a_strange_place_or_a_taken_account_is_nobodys() {
        let mut traces: Vec<Trace> = (0..10)
            .map(|day| on(&trace(ADMIN, "office", (OFFICE, CARRIER), EDGE), day))
            .collect();
        // Strange, and not enough to be called the attacker's.
        let strange = "203.0.113.77";
        traces.push(on(&trace(ADMIN, "odd", (strange, CARRIER + 1), LINUX), 11));
        let found = attribute(
            traces.iter().collect(),
            &Input {
                domains: vec!["contoso.example".to_owned()],
                ..Input::default()
            },
        );
        assert!(found.accounts.is_empty(), "{:?}", found.hostile);
        let others = others(Vec::new());
        let act = reset_of("sam@contoso.example", ADMIN, Some(strange), 60);
        assert_eq!(said(&others, &found, &act), None);
        let taken = tenant();
        let by_pat = reset_of("sam@contoso.example", PAT, Some("198.51.100.4"), 60);
        assert_eq!(said(&others, &taken, &by_pat), None);
    }

    #[test]
    fn a_partner_is_named_by_the_log_or_by_how_he_signed_in() {
        let found = tenant();
        let mut others = others(Vec::new());
        let mut signed_in = record(TECHNICIAN, "Sign-in", Some("198.51.100.60"), 60);
        signed_in.log = Log::SignIn;
        let added = record(TECHNICIAN, "Add member to group", Some("198.51.100.60"), 61);
        assert_eq!(said(&others, &found, &added), None);
        signed_in
            .parameters
            .push(("CrossTenantAccessType".into(), "serviceProvider".into()));
        assert_eq!(
            said(&others, &found, &signed_in),
            Some((Who::Partner, Confidence::Confirmed))
        );
        others.partners.insert(TECHNICIAN.to_owned());
        assert_eq!(
            said(&others, &found, &added),
            Some((Who::Partner, Confidence::Likely))
        );
    }

    #[test]
    fn the_owner_is_where_the_account_was_before_and_nowhere_else() {
        let found = tenant();
        let others = others(Vec::new());
        let opened = |account: &str, from: &str| {
            let mut opened = record(account, "FileAccessed", Some(from), 60);
            opened.session_id = Some("office".to_owned());
            opened.user_agent = Some(EDGE.to_owned());
            said(&others, &found, &opened)
        };
        assert_eq!(
            opened(ADMIN, OFFICE),
            Some((Who::Owner, Confidence::Likely))
        );
        // In an account that the attacker used too, less is sure.
        assert_eq!(
            opened(PAT, OFFICE),
            Some((Who::Owner, Confidence::Possible))
        );
        assert_eq!(opened(ADMIN, "198.51.100.7"), None);
        assert_eq!(opened("sam@contoso.example", OFFICE), None);
        let mut alert = record(ADMIN, "Alert", Some(OFFICE), 60);
        alert.log = Log::Alert;
        assert_eq!(said(&others, &found, &alert), None);
    }

    #[test]
    fn a_told_act_clears_the_place_that_it_came_from_only_on_somebody_else() {
        let others = others(vec![done(ActionKind::PasswordReset, Some(PAT), Some(95))]);
        let place = |record: &Record| others.told_place(record, |_| false);
        let by_it = reset_of(PAT, ADMIN, Some(RENTED), 96);
        let id = link_id(&(RENTED.to_owned(), ADMIN.to_owned()));
        assert_eq!(place(&by_it), Some(id));
        assert_eq!(place(&reset_of(PAT, PAT, Some(RENTED), 96)), None);
        assert_eq!(place(&reset_of(PAT, ADMIN, Some(RENTED), 200)), None);
    }

    #[test]
    fn the_numbers_are_those_of_every_event_by_itself() {
        let found = tenant();
        let others = others(Vec::new());
        let service = |_: IpAddr| false;
        let mut office = record(ADMIN, "FileAccessed", Some(OFFICE), 60);
        office.session_id = Some("office".to_owned());
        office.user_agent = Some(EDGE.to_owned());
        let mut tally = Tally::default();
        let mut work = reset_of("sam@contoso.example", ADMIN, Some(OFFICE), 60);
        work.session_id.clone_from(&office.session_id);
        work.user_agent.clone_from(&office.user_agent);
        for record in [office, work] {
            let label = others.whose(&record, &found, service);
            let event = Event {
                evidence: EvidenceRef {
                    record_id: String::new(),
                    file: String::new(),
                    sha256: record.provenance.artefact,
                    position: 1,
                },
                record,
                witnesses: Vec::new(),
                findings: Vec::new(),
                network_class: None,
                label,
            };
            tally.see(&event, &found, service);
        }
        // Sixty events of two accounts in the office, less those of the days on which nothing was learnt yet; three
        // of the attacker's, which nobody has told the tally of.
        let counts = tally.counts(&found, 63, 0);
        assert_eq!(counts.values().sum::<u64>(), 63, "{counts:?}");
        assert_eq!(counts.get("administrator"), Some(&1), "{counts:?}");
        let before = Tally::default().counts(&found, 63, 0);
        assert_eq!(
            counts.get("owner").copied().unwrap_or(0) + 1,
            before.get("owner").copied().unwrap_or(0),
            "{counts:?} {before:?}"
        );
    }
}
