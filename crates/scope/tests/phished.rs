//! How one account led to another by mail.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hourzero_model::{ArtefactId, EvidenceRef, Timestamp};
    use hourzero_scope::RecipientRow;
    use hourzero_scope::attribution::phished;

    const PAT: &str = "pat@contoso.example";
    const KIM: &str = "kim@contoso.example";

    fn at(hour: u32) -> Timestamp {
        Timestamp::parse(&format!("2026-10-20T{hour:02}:00:00Z")).unwrap()
    }

    /// Accounts with the hour of the attacker's first act in them.
    fn entered(accounts: &[(&str, u32)]) -> BTreeMap<String, Timestamp> {
        let accounts = accounts.iter();
        accounts
            .map(|(account, hour)| ((*account).to_owned(), at(*hour)))
            .collect()
    }

    fn mail(to: &str, hour: u32, clicked: &str) -> RecipientRow {
        RecipientRow {
            time: at(hour),
            account: PAT.to_owned(),
            kind: "mail".to_owned(),
            subject: "A file for you".to_owned(),
            internet_message_id: format!("<{hour}@contoso.example>"),
            network_message_id: String::new(),
            recipient: to.to_owned(),
            direction: "internal".to_owned(),
            delivered: String::new(),
            clicked: clicked.to_owned(),
            purged: String::new(),
            attribution: "attacker".to_owned(),
            records: vec![EvidenceRef {
                record_id: format!("r{hour}"),
                file: "mail.csv".to_owned(),
                sha256: ArtefactId::from_bytes([7; 32]),
                position: u64::from(hour),
            }],
        }
    }

    /// Kind, and the record's number.
    fn links(entered: &BTreeMap<String, Timestamp>, sent: &[RecipientRow]) -> Vec<(String, u64)> {
        let links = phished(entered, sent);
        assert!(links.iter().all(|link| link.from == PAT && link.to == KIM));
        links
            .into_iter()
            .map(|link| (link.kind, link.evidence[0].position))
            .collect()
    }

    #[test]
    fn the_mail_before_the_fall_leads_from_account_to_account() {
        let both = entered(&[(PAT, 5), (KIM, 9)]);
        let delivered = [mail(KIM, 8, ""), mail(KIM, 7, ""), mail(KIM, 10, "yes")];
        assert_eq!(
            links(&both, &delivered),
            [("internal-phishing".to_owned(), 7)],
            "the first, and what came after the fall led nowhere"
        );
        let clicked = [mail(KIM, 7, "blocked"), mail(KIM, 8, "yes")];
        assert_eq!(links(&both, &clicked), [("clicked-phishing".to_owned(), 8)]);
    }

    #[test]
    fn who_was_not_entered_and_what_owners_wrote_leads_nowhere() {
        let targeted = entered(&[(PAT, 5)]);
        assert_eq!(links(&targeted, &[mail(KIM, 7, "yes")]), []);
        let both = entered(&[(PAT, 5), (KIM, 9)]);
        let mut owners = mail(KIM, 7, "yes");
        "owner".clone_into(&mut owners.attribution);
        assert_eq!(links(&both, &[owners, mail(PAT, 4, "")]), []);
    }
}
