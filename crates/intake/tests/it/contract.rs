//! The contract's clauses, one by one: each condition on both of its sides.

use hourzero_intake::{Answers, Assessment, ClockState, Order, Playbook, assess};
use hourzero_model::Timestamp;

const CALL: &str = "[call]\nat = \"2026-03-06T16:40:00Z\"\n";

fn from(text: &str) -> Assessment {
    let now = Timestamp::parse("2026-03-06T16:40:00Z").unwrap();
    let full = format!("{CALL}{text}");
    let answers = Answers::parse(&full, "answers.toml", now).unwrap_or_else(|e| panic!("{}", e[0]));
    assess(&answers, &Playbook::built_in().unwrap(), now)
}

fn orders(text: &str) -> Vec<String> {
    from(text)
        .orders
        .iter()
        .map(|order| order.id.clone())
        .collect()
}

fn has(text: &str, id: &str) -> bool {
    let found = from(text);
    found.orders.iter().any(|order| order.id == id) || found.not_yet.iter().any(|one| one.id == id)
}

fn order(text: &str, id: &str) -> Order {
    from(text)
        .orders
        .into_iter()
        .find(|order| order.id == id)
        .unwrap()
}

fn clock(text: &str, id: &str) -> String {
    let found = from(text);
    let Some(clock) = found.clocks.iter().find(|clock| clock.id == id) else {
        return "none".to_owned();
    };
    let state = match clock.state {
        ClockState::Running => "running",
        ClockState::Past => "past",
        ClockState::Conditional => "conditional",
    };
    format!(
        "{state} {}",
        clock
            .ends
            .map_or_else(|| "-".to_owned(), |end| end.to_string())
    )
}

#[test]
fn nothing_but_a_suspicion_ends_with_each_of_its_conditions() {
    assert!(has("", "confirm-first"));
    assert!(has(
        "[payment]\nstate = \"unknown\"\n[credentials]\nuser_did = []\n",
        "confirm-first"
    ));
    for more in [
        "[noticed]\nconfirmed_at = \"2026-03-06T15:00:00Z\"\n",
        "[payment]\nstate = \"suspected\"\n",
        "[accounts]\nadmin_involved = \"yes\"\n",
        "[[done]]\naction = \"police\"\n",
        "[credentials]\nuser_did = [\"clicked\"]\n",
        "[activity]\nstill = \"yes\"\n",
    ] {
        assert!(!has(more, "confirm-first"), "{more}");
        for id in [
            "contain-now",
            "revoke-sessions",
            "wipe",
            "delete-rules",
            "notify-before-scope",
        ] {
            assert!(has(more, id), "{more} {id}");
            assert!(!has("", id), "{id}");
        }
    }
}

#[test]
fn payment_orders_stand_for_three_states_and_no_other() {
    for state in ["suspected", "instructed", "sent"] {
        for id in ["bank-recall", "law-enforcement", "voice-verify"] {
            assert!(has(&format!("[payment]\nstate = \"{state}\"\n"), id));
        }
    }
    for state in ["none", "unknown"] {
        for id in [
            "bank-recall",
            "law-enforcement",
            "voice-verify",
            "warn-counterparties",
        ] {
            assert!(!has(&format!("[payment]\nstate = \"{state}\"\n"), id));
        }
    }
    // Asked in vain, with a mailbox in other hands: forged bills may have gone out.
    let vain = "[payment]\nstate = \"unknown\"\n[activity]\nstill = \"yes\"\n";
    assert!(has(vain, "warn-counterparties") && !has(vain, "bank-recall"));
    assert!(!has("[activity]\nstill = \"yes\"\n", "warn-counterparties"));
    assert!(has(
        "[payment]\npayer = \"customer\"\n",
        "warn-counterparties"
    ));
    assert!(!has(
        "[payment]\nstate = \"none\"\npayer = \"customer\"\n",
        "warn-counterparties"
    ));
    for (payer, warned) in [
        ("us", false),
        ("employee", false),
        ("customer", true),
        ("vendor", true),
        ("unknown", true),
    ] {
        let text = format!("[payment]\nstate = \"sent\"\npayer = \"{payer}\"\n");
        assert_eq!(has(&text, "warn-counterparties"), warned, "{payer}");
    }
}

#[test]
fn a_mailbox_that_may_be_read_calls_for_another_channel() {
    for (text, both) in [
        ("[credentials]\nuser_did = [\"typed-password\"]\n", true),
        ("[activity]\nstill = \"yes\"\n", true),
        ("[accounts]\nknown = [\"pat@example.com\"]\n", false),
        (
            "[accounts]\nknown = [\"pat@example.com\"]\n[payment]\nstate = \"sent\"\n",
            true,
        ),
        (
            "[accounts]\nknown = []\n[payment]\nstate = \"sent\"\n",
            false,
        ),
        (
            "[activity]\nstill = \"no\"\n[accounts]\nknown = [\"pat@example.com\"]\n[payment]\nstate = \"sent\"\n",
            false,
        ),
    ] {
        assert_eq!(has(text, "out-of-band"), both, "{text}");
        assert_eq!(has(text, "tell-by-mail"), both, "{text}");
    }
    assert!(has(
        "[activity]\nstill = \"no\"\n[accounts]\nadmin_involved = \"yes\"\n",
        "out-of-band"
    ));
}

#[test]
fn counsel_and_insurer_are_urgent_in_a_breach_or_payment_and_later_with_a_clock() {
    let confirmed = "[noticed]\nconfirmed_at = \"2026-03-06T15:00:00Z\"\n";
    for id in ["counsel", "insurer-notice"] {
        assert!(order(confirmed, id).now);
        assert!(order("[payment]\nstate = \"suspected\"\n", id).now);
        assert!(!order("[client]\njurisdictions = [\"DE\"]\n", id).now);
        assert!(!has("[activity]\nstill = \"yes\"\n", id));
    }
    assert!(!has(
        &format!("[client]\ninsurer = \"no\"\n{confirmed}"),
        "insurer-notice"
    ));
    assert!(has(
        &format!("[client]\ninsurer = \"no\"\n{confirmed}"),
        "counsel"
    ));
}

#[test]
fn what_it_has_to_do_follows_what_was_done() {
    assert!(has("[accounts]\nadmin_involved = \"yes\"\n", "admin-first"));
    assert!(!has("[activity]\nstill = \"yes\"\n", "admin-first"));
    let ended = "[activity]\nstill = \"no\"\n[credentials]\nuser_did = [\"clicked\"]\n";
    assert!(!has(ended, "contain-now"));
    assert!(has(ended, "revoke-sessions"));
    let revoked = "[credentials]\nuser_did = [\"clicked\"]\nsessions_revoked = \"yes\"\n";
    assert!(!has(revoked, "revoke-sessions") && !has(revoked, "reset-without-revoke"));
    let one_of_two = "[accounts]\nknown = [\"a@example.com\", \"b@example.com\"]\n[[done]]\naction = \"sessions-revoked\"\ntarget = \"a@example.com\"\n";
    assert!(has(one_of_two, "revoke-sessions"));
    let both = format!(
        "{one_of_two}[[done]]\naction = \"sessions-revoked\"\ntarget = \"B@example.com\"\n"
    );
    assert!(!has(&both, "revoke-sessions"));
    assert!(!order("[[done]]\naction = \"password-reset\"\n", "second-reset").now);
    assert!(!has("[[done]]\naction = \"mfa-removed\"\n", "second-reset"));
    for act in [
        "device-wiped",
        "device-scanned",
        "device-disabled",
        "remote-session",
    ] {
        assert!(
            has(&format!("[[done]]\naction = \"{act}\"\n"), "keep-devices"),
            "{act}"
        );
    }
    for did in ["took-call", "opened-attachment"] {
        assert!(
            has(
                &format!("[credentials]\nuser_did = [\"{did}\"]\n"),
                "keep-devices"
            ),
            "{did}"
        );
    }
    assert!(!has(
        "[credentials]\nuser_did = [\"typed-password\", \"approved-mfa\"]\n",
        "keep-devices"
    ));
}

#[test]
fn soft_deletes_are_restored_and_kept_while_they_last() {
    let act = |action: &str, at: &str| format!("[[done]]\naction = \"{action}\"\nat = \"{at}\"\n");
    let deleted = order(
        &act("account-deleted", "2026-03-01T00:00:00Z"),
        "restore-deleted",
    );
    assert_eq!(deleted.due.unwrap().to_string(), "2026-03-31T00:00:00Z");
    assert!(!deleted.now);
    assert!(
        order(
            &act("account-deleted", "2026-02-06T00:00:00Z"),
            "restore-deleted"
        )
        .now
    );
    let gone = act("account-deleted", "2026-02-04T00:00:00Z");
    assert!(!has(&gone, "restore-deleted") && !has(&gone, "extend-retention"));
    let purged = order(
        &act("mail-purged", "2026-03-01T00:00:00Z"),
        "extend-retention",
    );
    assert_eq!(purged.due.unwrap().to_string(), "2026-03-15T00:00:00Z");
    assert!(!has(
        &act("app-removed", "2026-03-01T00:00:00Z"),
        "extend-retention"
    ));
    assert!(has(
        &act("app-removed", "2026-03-01T00:00:00Z"),
        "restore-deleted"
    ));
    assert!(has(
        "[[done]]\naction = \"account-deleted\"\n",
        "restore-deleted"
    ));
}

#[test]
fn warnings_stand_where_the_mistake_could_happen() {
    assert!(has("", "reset-without-revoke"));
    for text in [
        "[accounts]\nadmin_involved = \"yes\"\n",
        "[[done]]\naction = \"app-disabled\"\n",
        "[[done]]\naction = \"app-removed\"\n",
        "[[done]]\naction = \"account-deleted\"\n",
    ] {
        assert!(has(text, "delete-accounts-or-apps"), "{text}");
    }
    assert!(!has(
        "[activity]\nstill = \"yes\"\n",
        "delete-accounts-or-apps"
    ));
    for (did, purge) in [
        ("clicked", true),
        ("typed-password", true),
        ("opened-attachment", true),
        ("approved-mfa", false),
        ("took-call", false),
    ] {
        assert_eq!(
            has(
                &format!("[credentials]\nuser_did = [\"{did}\"]\n"),
                "purge-mail"
            ),
            purge,
            "{did}"
        );
    }
    assert!(has("[[done]]\naction = \"mail-purged\"\n", "purge-mail"));
}

#[test]
fn the_reason_against_a_bare_reset_is_true_for_its_channel() {
    let why = |text: &str| {
        from(text)
            .not_yet
            .iter()
            .find(|one| one.id == "reset-without-revoke")
            .unwrap()
            .why
            .clone()
    };
    let reset = |channel: &str| {
        why(&format!(
            "[[done]]\naction = \"password-reset\"\nchannel = \"{channel}\"\n"
        ))
    };
    assert!(reset("entra").contains("tokens are dead"));
    assert!(reset("azure").contains("those won otherwise"));
    assert!(reset("on-premises").contains("no session in the cloud"));
    assert!(reset("graph").contains("not documented"));
    // No text may say that a reset leaves a session won by the password alive.
    assert!(
        why("[credentials]\nuser_did = [\"typed-password\"]\n")
            .contains("ends with a reset in the cloud")
    );
    assert!(!reset("entra").contains("Nobody knows"));
}

#[test]
fn payment_clocks_follow_the_rail() {
    let sent = |kind: &str| {
        format!("[payment]\nstate = \"sent\"\nkind = \"{kind}\"\nat = \"2026-03-06T09:00:00Z\"\n")
    };
    assert_eq!(
        clock(&sent("wire"), "wire-recall"),
        "running 2026-03-09T09:00:00Z"
    );
    assert_eq!(
        clock(&sent("unknown"), "wire-recall"),
        "running 2026-03-09T09:00:00Z"
    );
    assert_eq!(clock(&sent("wire"), "payment-recall"), "none");
    assert_eq!(clock(&sent("sepa"), "wire-recall"), "none");
    assert_eq!(
        clock(&sent("sepa"), "payment-recall"),
        "running 2027-04-06T09:00:00Z"
    );
    for kind in ["ach", "sepa-instant", "payroll", "card", "other"] {
        assert_eq!(clock(&sent(kind), "payment-recall"), "running -", "{kind}");
    }
    let old = "[payment]\nstate = \"sent\"\nkind = \"wire\"\nat = \"2026-03-03T16:40:00Z\"\n";
    assert_eq!(clock(old, "wire-recall"), "past 2026-03-06T16:40:00Z");
    assert_eq!(
        clock("[payment]\nstate = \"none\"\n", "wire-recall"),
        "none"
    );
    let ahead = |kind: &str| {
        format!(
            "[payment]\nstate = \"instructed\"\nkind = \"{kind}\"\nexecutes_at = \"2026-03-06T18:00:00Z\"\n"
        )
    };
    for kind in ["ach", "sepa", "payroll"] {
        assert_eq!(
            clock(&ahead(kind), "payment-recall"),
            "running 2026-03-06T18:00:00Z"
        );
    }
    for kind in ["wire", "sepa", "unknown"] {
        let due = order(&ahead(kind), "bank-recall").due.unwrap();
        assert_eq!(due.to_string(), "2026-03-06T18:00:00Z");
    }
    // A sent payment is not due at a cut-off that no longer counts.
    let contract = "[payment]\nstate = \"sent\"\nkind = \"wire\"\nat = \"2026-03-06T09:00:00Z\"\nexecutes_at = \"2026-03-06T17:00:00Z\"\n";
    assert_eq!(order(contract, "bank-recall").due, None);
}

#[test]
fn notification_clocks_run_from_their_own_trigger() {
    let noticed = "[noticed]\nat = \"2026-03-05T09:00:00Z\"\n";
    let both =
        "[noticed]\nat = \"2026-03-05T09:00:00Z\"\nconfirmed_at = \"2026-03-06T09:00:00Z\"\n";
    let place = |code: &str, rest: &str| format!("[client]\njurisdictions = [\"{code}\"]\n{rest}");
    let regulated = |word: &str, rest: &str| format!("[client]\nregulated = [\"{word}\"]\n{rest}");
    assert_eq!(
        clock(&place("DE", both), "gdpr-33"),
        "running 2026-03-09T09:00:00Z"
    );
    assert_eq!(
        clock(&place("DE", noticed), "gdpr-33"),
        "conditional 2026-03-08T09:00:00Z"
    );
    assert_eq!(clock(&place("DE", ""), "gdpr-33"), "conditional -");
    assert_eq!(
        clock(&place("GB", both), "uk-gdpr-33"),
        "running 2026-03-09T09:00:00Z"
    );
    assert_eq!(clock(&place("GB", both), "gdpr-33"), "none");
    assert_eq!(
        clock(&regulated("hipaa", both), "hipaa-60d"),
        "running 2026-05-04T09:00:00Z"
    );
    assert_eq!(
        clock(&regulated("nis2", both), "nis2-early"),
        "conditional 2026-03-06T09:00:00Z"
    );
    assert_eq!(
        clock(&regulated("nis2", both), "nis2-72h"),
        "conditional 2026-03-08T09:00:00Z"
    );
    assert_eq!(
        clock(&regulated("nydfs", both), "nydfs-72h"),
        "conditional 2026-03-08T09:00:00Z"
    );
    // Thursday and four business days: the weekend does not count.
    assert_eq!(
        clock(&regulated("sec", both), "sec-8k"),
        "conditional 2026-03-11T09:00:00Z"
    );
    assert_eq!(
        clock(&regulated("reg-s-p", both), "reg-s-p-30d"),
        "running 2026-04-05T09:00:00Z"
    );
    assert_eq!(
        clock(&place("US-CA", both), "us-ca-30d"),
        "running 2026-04-04T09:00:00Z"
    );
    assert_eq!(
        clock(&place("US-CA", noticed), "us-ca-30d"),
        "conditional 2026-04-04T09:00:00Z"
    );
    assert_eq!(clock(&place("US", both), "us-ca-30d"), "none");
    assert_eq!(
        clock(&place("AU", noticed), "au-30d"),
        "running 2026-04-04T09:00:00Z"
    );
}

#[test]
fn logs_keep_what_the_licence_says_and_the_shortest_where_nobody_knows() {
    let horizon = |text: &str, id: &str| {
        let found = from(text);
        let clock = found.clocks.iter().find(|clock| clock.id == id).unwrap();
        (clock.horizon.unwrap().day(), clock.assumes.clone())
    };
    for (tenant, signin, audit) in [
        ("", "2026-02-27", "2025-09-07"),
        ("licences = [\"m365-e3\"]", "2026-02-04", "2025-09-07"),
        ("licences = [\"o365-e3\"]", "2026-02-27", "2025-09-07"),
        (
            "licences = [\"o365-e3\", \"ems-e3\"]",
            "2026-02-04",
            "2025-09-07",
        ),
        ("licences = [\"m365-e5\"]", "2026-02-04", "2025-03-06"),
        (
            "licences = [\"m365-e5\", \"business-basic\"]",
            "2026-02-04",
            "2025-09-07",
        ),
        (
            "licences = [\"o365-e3\"]\nentra = \"p1\"",
            "2026-02-04",
            "2025-09-07",
        ),
        (
            "licences = [\"m365-e3\"]\nentra = \"free\"",
            "2026-02-27",
            "2025-09-07",
        ),
        (
            "licences = [\"something-else\"]",
            "2026-02-27",
            "2025-09-07",
        ),
    ] {
        let text = format!("[tenant]\n{tenant}\n");
        assert_eq!(horizon(&text, "retention-signin").0, signin, "{tenant}");
        assert_eq!(horizon(&text, "retention-ual").0, audit, "{tenant}");
    }
    assert!(horizon("", "retention-signin").1.contains("shortest"));
    assert!(horizon("", "retention-ual").1.contains("shortest"));
    assert_eq!(horizon("", "retention-trace").0, "2025-12-06");
    assert_eq!(horizon("", "retention-deleted-items").0, "2026-02-20");
    // Without a start the earliest time of all answers counts.
    let act = "[[done]]\naction = \"other\"\nat = \"2026-03-01T00:00:00Z\"\n[noticed2]\n"
        .replace("[noticed2]\n", "");
    assert_eq!(
        clock(&act, "retention-trace"),
        "running 2026-05-30T00:00:00Z"
    );
    let since = "[noticed]\nsince = \"2026-03-04T00:00:00Z\"\nat = \"2026-03-05T00:00:00Z\"\n[[done]]\naction = \"other\"\nat = \"2026-03-01T00:00:00Z\"\n";
    assert_eq!(
        clock(since, "retention-signin"),
        "running 2026-03-11T00:00:00Z"
    );
}

#[test]
fn preserving_goes_before_confirming_only_when_a_log_is_about_to_lose_the_start() {
    let since = |at: &str| format!("[noticed]\nsince = \"{at}\"\n");
    assert_eq!(
        orders(&since("2026-03-05T00:00:00Z")),
        ["confirm-first", "preserve-first"]
    );
    assert_eq!(
        orders(&since("2026-03-01T16:40:01Z")),
        ["confirm-first", "preserve-first"]
    );
    assert_eq!(
        orders(&since("2026-03-01T16:40:00Z")),
        ["preserve-first", "confirm-first"]
    );
    assert_eq!(
        orders(&since("2026-02-01T00:00:00Z")),
        ["preserve-first", "confirm-first"]
    );
}

#[test]
fn open_keys_come_in_the_contracts_order() {
    let open = from("").unanswered;
    let place = |key: &str| {
        open.iter()
            .position(|one| one == key)
            .unwrap_or_else(|| panic!("{key}"))
    };
    assert_eq!(open[0], "payment.state");
    assert!(place("payment.route") < place("accounts.admin_reachable"));
    assert!(place("accounts.admin_reachable") < place("activity.still"));
    assert!(place("activity.still") < place("client.insurer"));
    let answered =
        from("[payment]\nstate = \"none\"\n[activity]\nstill = \"unknown\"\n").unanswered;
    assert!(!answered.iter().any(|key| key.starts_with("payment.")));
    assert!(answered.contains(&"activity.still".to_owned()));
}

#[test]
fn acts_that_destroy_nothing_are_no_loss() {
    for act in [
        "app-disabled",
        "audit-enabled",
        "police",
        "insurer",
        "account-enabled",
        "other",
    ] {
        assert!(
            from(&format!("[[done]]\naction = \"{act}\"\n"))
                .lost
                .is_empty(),
            "{act}"
        );
    }
    let lost = from("[[done]]\naction = \"staff-mailed\"\nby = \"the boss\"\n").lost;
    assert_eq!(lost[0].by, "the boss");
}

#[test]
fn an_entry_older_than_a_year_says_so() {
    let now = Timestamp::parse("2027-11-24T00:00:00Z").unwrap();
    let answers = Answers::parse("[client]\njurisdictions = [\"DE\"]\n", "a.toml", now).unwrap();
    let found = assess(&answers, &Playbook::built_in().unwrap(), now);
    let clock = found
        .clocks
        .iter()
        .find(|clock| clock.id == "gdpr-33")
        .unwrap();
    assert!(
        clock.source.contains("more than a year before this call"),
        "{}",
        clock.source
    );
    assert!(
        !from("[client]\njurisdictions = [\"DE\"]\n").clocks[0]
            .source
            .contains("more than a year")
    );
}
