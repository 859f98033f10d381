//! A session that goes on in another browser was copied, wherever the copy is used from.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use hourzero_model::{Attribution as Who, Log};
    use hourzero_scope::attribution::{Attribution, Trace};

    use crate::common::{at, attributed, place, record_of};

    const PAT: &str = "pat@contoso.example";
    const OFFICE: &str = "192.0.2.10";
    const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    const CHROME: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36";
    const FIREFOX: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:156.0) Gecko/20100101 Firefox/156.0";
    const TEAMS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0 Teams/26300.1";

    /// One session in the office on some days, by a client; with a device or without.
    fn used(agent: &str, device: &str, days: std::ops::Range<i64>) -> Vec<Trace> {
        place(PAT, ("session", OFFICE), (agent, device), days)
    }

    fn found(parts: &[Vec<Trace>]) -> Attribution {
        attributed(&parts.concat())
    }

    fn whose(found: &Attribution, session: &str, agent: &str) -> Option<Who> {
        let mut record = record_of(PAT, Log::UnifiedAudit, at(9, 70));
        record.session_id = (!session.is_empty()).then(|| session.to_owned());
        record.ip = OFFICE.parse().ok();
        record.user_agent = Some(agent.to_owned());
        let label = found.label(&record, |_| false);
        label.map(|label| label.attribution)
    }

    #[test]
    fn the_copy_is_found_at_the_owners_own_address() {
        let found = found(&[used(EDGE, "laptop", 0..12), used(CHROME, "", 8..10)]);
        assert_eq!(found.accounts.keys().collect::<Vec<_>>(), [PAT]);
        assert_eq!(whose(&found, "session", CHROME), Some(Who::Attacker));
        assert_eq!(whose(&found, "session", EDGE), None);
        // The address is the company's and leads nowhere.
        assert!(found.ips.is_empty(), "{:?}", found.ips);
    }

    #[test]
    fn without_any_device_the_browser_that_began_is_the_owners() {
        let found = found(&[used(FIREFOX, "", 0..12), used(CHROME, "", 8..10)]);
        assert_eq!(whose(&found, "session", CHROME), Some(Who::Attacker));
        assert_eq!(whose(&found, "session", FIREFOX), None);
    }

    #[test]
    fn what_came_with_the_copy_is_his_too() {
        let mut nameless = used(CHROME, "", 9..10);
        for trace in &mut nameless {
            trace.session.clear();
        }
        let web_access = used("Client=OWA;Action=ViaProxy", "", 9..10);
        let mail = used("Client=MSExchangeRPC", "", 0..12);
        let found = found(&[
            used(EDGE, "laptop", 0..12),
            used(CHROME, "", 8..10),
            nameless,
            web_access,
            mail,
        ]);
        assert_eq!(whose(&found, "", CHROME), Some(Who::Attacker));
        let by_web = whose(&found, "session", "Client=OWA;Action=ViaProxy");
        assert_eq!(by_web, Some(Who::Attacker));
        assert_eq!(whose(&found, "session", "Client=MSExchangeRPC"), None);
    }

    #[test]
    fn programs_of_one_device_share_its_session() {
        for other in [
            used(CHROME, "laptop", 8..10),
            used(TEAMS, "", 8..10),
            used(&CHROME.replace("Chrome", "Electron/37.0 Chrome"), "", 8..10),
        ] {
            let found = found(&[used(EDGE, "laptop", 0..12), other]);
            assert!(found.hostile.is_empty(), "{:?}", found.hostile);
        }
    }

    fn edge(version: u16) -> String {
        EDGE.replace("140", &version.to_string())
    }

    #[test]
    fn a_browser_is_never_put_back_to_an_older_version() {
        let owner = || {
            [
                used(&edge(152), "laptop", 0..6),
                used(&edge(153), "laptop", 6..12),
            ]
        };
        let mut parts = owner().to_vec();
        parts.push(used(&edge(137), "", 8..10));
        let copied = found(&parts);
        assert_eq!(whose(&copied, "session", &edge(137)), Some(Who::Attacker));
        for own in [152, 153] {
            assert_eq!(whose(&copied, "session", &edge(own)), None);
        }
        // Nor is it days later.
        let late = found(&[
            used(&edge(153), "laptop", 0..6),
            used(&edge(137), "", 9..10),
        ]);
        assert_eq!(whose(&late, "session", &edge(137)), Some(Who::Attacker));
        // His may be the newer one.
        let mut parts = owner().to_vec();
        parts.push(used(&edge(156), "", 8..10));
        let copied = found(&parts);
        assert_eq!(whose(&copied, "session", &edge(156)), Some(Who::Attacker));
        assert_eq!(whose(&copied, "session", &edge(153)), None);
        // What shows web pages within programs is one behind; an update is no second browser.
        for other in [used(&edge(152), "", 8..10), used(&edge(155), "", 12..14)] {
            let mut parts = owner().to_vec();
            parts.push(other);
            let found = found(&parts);
            assert!(found.hostile.is_empty(), "{:?}", found.hostile);
        }
    }

    #[test]
    fn another_browser_on_the_next_day_has_a_copy() {
        let found = found(&[used(FIREFOX, "", 0..8), used(CHROME, "", 8..12)]);
        assert_eq!(whose(&found, "session", CHROME), Some(Who::Attacker));
        assert_eq!(whose(&found, "session", FIREFOX), None);
    }

    #[test]
    fn another_browser_on_another_day_is_no_copy() {
        let found = found(&[used(FIREFOX, "", 0..7), used(CHROME, "", 8..12)]);
        assert!(found.hostile.is_empty(), "{:?}", found.hostile);
    }
}
