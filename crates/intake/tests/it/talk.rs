//! The questions of the call and the pages for people.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_intake::{
    Answer, Answers, PLAYBOOK_FILES, Playbook, PlaybookError, assess, evidence_request,
    next_question, no_incident_page, recall_packet, sheet, to_html,
};
use hourzero_model::{ResponderAction, Timestamp};

fn now() -> Timestamp {
    Timestamp::parse("2026-03-06T16:40:00Z").unwrap()
}

/// A whole call in which the caller answers from a list and knows nothing else.
fn call(said: &[(&str, &str)]) -> (Vec<String>, Answers) {
    let playbook = Playbook::built_in().unwrap();
    let mut answers = Answers::default();
    let mut asked = Vec::new();
    while let Some(question) = next_question(&answers, &playbook, now()) {
        assert!(
            !asked.contains(&question.key),
            "{} is asked twice",
            question.key
        );
        asked.push(question.key.clone());
        let value = said
            .iter()
            .find(|(key, _)| *key == question.key)
            .map_or("unknown", |(_, value)| value);
        if question.key == "done" {
            match value {
                "unknown" => answers.set_nothing_done("caller", now()),
                act => {
                    let act: ResponderAction =
                        serde_json::from_str(&format!("{{\"action\":\"{act}\"}}")).unwrap();
                    answers.add_done(act, "caller", now()).unwrap();
                }
            }
            continue;
        }
        let answer = Answer {
            key: question.key,
            value: value.to_owned(),
            by: "caller".to_owned(),
            at: now(),
        };
        answers.set(answer).unwrap();
    }
    (asked, answers)
}

#[test]
fn about_ten_questions_the_money_first() {
    let (asked, _) = call(&[
        ("payment.state", "sent"),
        ("payment.payer", "customer"),
        ("activity.still", "yes"),
    ]);
    assert_eq!(asked[0], "payment.state");
    assert!((8..=13).contains(&asked.len()), "{asked:?}");
    let (asked, _) = call(&[("payment.state", "none")]);
    assert!(
        !asked
            .iter()
            .any(|key| key.starts_with("payment.") && key != "payment.state"),
        "{asked:?}"
    );
    assert!((8..=13).contains(&asked.len()), "{asked:?}");
    let (asked, answers) = call(&[
        ("payment.state", "instructed"),
        ("payment.kind", "wire"),
        ("accounts.admin_reachable", "no"),
        ("done", "password-reset"),
    ]);
    assert!(
        asked.contains(&"payment.executes_at".to_owned()),
        "{asked:?}"
    );
    assert!(
        asked.contains(&"accounts.admin_reachable".to_owned()),
        "{asked:?}"
    );
    assert_eq!(answers.done().len(), 1);
}

#[test]
fn the_pages_say_what_was_assessed() {
    let text = "[client]\nzone = \"Europe/Berlin\"\njurisdictions = [\"DE\"]\n[tenant]\ndomain = \"<b>contoso.example\"\n[noticed]\nhow = \"a bill\"\n[payment]\nstate = \"sent\"\nkind = \"wire\"\npayer = \"us\"\nat = \"2026-03-06T10:00:00+01:00\"\namount = 180000.00\ncurrency = \"EUR\"\n";
    let playbook = Playbook::built_in().unwrap();
    let answers = Answers::parse(text, "a.toml", now()).unwrap();
    let found = assess(&answers, &playbook, now());
    let page = sheet(&found, &answers, now());
    for words in [
        "## Finance",
        "## Management",
        "## IT",
        "## Responder",
        "## Not yet",
        "## Clocks",
        "180000.00 EUR",
        "Fri 6 Mar 2026 17:40 Europe/Berlin",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(!page.contains('{') && !page.contains('<'));
    assert!(!to_html("a <script>").contains("<script>"));
    let packet = recall_packet(&answers, &playbook, now()).unwrap();
    for words in [
        "180000.00 EUR",
        "2026-03-06T10:00:00+01:00 (UTC 2026-03-06T09:00:00Z)",
        "UETR",
        "Beneficiary's account or IBAN: ________________",
    ] {
        assert!(packet.contains(words), "{words}\n{packet}");
    }
    assert!(recall_packet(&Answers::default(), &playbook, now()).is_none());
    let arrived = BTreeSet::from(["message-trace".to_owned()]);
    let request = evidence_request(&found, &answers, &arrived);
    assert!(request.contains("- [x] **Message trace**"));
    assert!(request.contains("- [ ] **Unified audit log**"));
    let place = |words: &str| request.find(words).unwrap();
    assert!(
        place("Entra sign-ins") < place("Message trace")
            && place("Message trace") < place("Unified audit")
    );
    for part in [
        "How",
        "Filter",
        "Window",
        "Right",
        "File",
        "To prove that it is empty",
    ] {
        assert!(request.contains(&format!("  - {part}: ")), "{part}");
    }
    let none = no_incident_page(
        &found,
        &answers,
        "responder",
        "the colleague was travelling",
        now(),
    );
    assert!(none.contains("the colleague was travelling") && none.contains("retention-signin"));
}

#[test]
fn a_playbook_that_cannot_be_read_says_what_to_correct() {
    let mut files: BTreeMap<String, String> = PLAYBOOK_FILES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let orders = files["orders.toml"].replace("[\"admin-unreachable\"]", "[\"admin-lost\"]");
    files.insert("orders.toml".to_owned(), orders);
    assert!(
        matches!(Playbook::load(&files), Err(PlaybookError::NoSuchFact { fact, .. }) if fact == "admin-lost")
    );
    files.insert("orders.toml".to_owned(), "[[order]]\nid = 1\n".to_owned());
    assert!(matches!(
        Playbook::load(&files),
        Err(PlaybookError::Broken { .. })
    ));
    files.remove("orders.toml");
    assert_eq!(
        Playbook::load(&files),
        Err(PlaybookError::Missing("orders.toml"))
    );
}
