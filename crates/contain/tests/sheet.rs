//! The worksheet of a small case, as a person reads it.

#[cfg(test)]
mod tests {
    use hourzero_contain::{
        Account, Administrator, COLUMNS, Device, Done, Origin, Situation, as_done, markdown, plan,
        rows,
    };
    use hourzero_model::{
        ActionKind, EntryId, Foothold, FootholdState, ResponderAction, Timestamp, Verdict,
    };

    fn at() -> Timestamp {
        Timestamp::from_micros(1_772_000_000_000_000)
    }

    fn foothold(kind: &str, target: &str) -> Foothold {
        Foothold {
            id: format!("foothold-{kind}"),
            kind: kind.to_owned(),
            target: target.to_owned(),
            object_id: String::new(),
            account: "pat@contoso.example".to_owned(),
            detail: String::new(),
            created: at(),
            by: "pat@contoso.example".to_owned(),
            state: FootholdState::Unknown,
            as_of: at(),
            evidence: Vec::new(),
        }
    }

    fn situation() -> Situation {
        Situation {
            domain: "contoso.example".to_owned(),
            accounts: vec![Account {
                upn: "pat@contoso.example".to_owned(),
                verdict: Some(Verdict::Likely),
                origin: Origin::Cloud,
                findings: vec!["finding-1".to_owned()],
                ..Account::default()
            }],
            administrators: vec![Administrator {
                upn: "admin@contoso.example".to_owned(),
                roles: vec!["Global Administrator".to_owned()],
                ..Administrator::default()
            }],
            footholds: vec![
                foothold("inbox-rule", "..*"),
                foothold("forwarding", "drop@evil.example"),
            ],
            devices: vec![Device {
                device_id: "d-1".to_owned(),
                name: "LAPTOP-PAT".to_owned(),
                ..Device::default()
            }],
            entries: vec![EntryId::TokenTheft],
            done: vec![Done {
                action: ResponderAction {
                    action: ActionKind::PasswordReset,
                    channel: None,
                    target: Some("Pat@contoso.example".to_owned()),
                    at: None,
                    by: Some("IT".to_owned()),
                },
                in_logs: false,
            }],
            money_in_flight: true,
            ..Situation::default()
        }
    }

    #[test]
    fn a_small_case_reads_well() {
        insta::assert_snapshot!(markdown(&plan(&situation())));
    }

    #[test]
    fn its_tables_are_those_of_the_contract() {
        insta::assert_snapshot!(as_done(&plan(&situation()), at()));
    }

    #[test]
    fn every_column_is_a_field_and_the_last_two_are_empty() {
        let rows = rows(&plan(&situation()));
        assert!(!rows.is_empty());
        for row in rows {
            let row = serde_json::to_value(row).unwrap();
            let row = row.as_object().unwrap();
            assert!(COLUMNS.iter().all(|column| row.contains_key(*column)));
            assert_eq!(row.len(), COLUMNS.len());
            assert_eq!((&row["done_by"], &row["done_at"]), (&"".into(), &"".into()));
        }
    }

    #[test]
    fn nothing_is_planned_where_nothing_was_entered() {
        let plan = plan(&Situation::default());
        assert!(plan.actions().is_empty());
        assert_eq!(as_done(&plan, at()), "");
    }
}
