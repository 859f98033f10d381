//! The questions of the call and the pages for people.

use std::collections::BTreeMap;

use hourzero_intake::{
    Answer, Answers, Arrival, Layout, NoIncident, PLAYBOOK_FILES, Playbook, PlaybookError, assess,
    evidence_request, next_question, no_incident_page, recall_packet, sheet, to_html,
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
        if question.key == "done" && value != "unknown" {
            let act: ResponderAction =
                serde_json::from_str(&format!("{{\"action\":\"{value}\"}}")).unwrap();
            answers.add_done(&act, "caller", now()).unwrap();
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
    let html = to_html(
        "# a <script>\n- b **c** ** 'd'\u{202e}\u{1b}\n",
        Layout::Sheet,
    );
    assert!(html.contains("a &lt;script&gt;") && html.contains("<b>c</b> ** &#39;d&#39;"));
    assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains('\u{1b}'));
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
    let at = |text: &str| Some(Timestamp::parse(text).unwrap());
    let trace = Arrival {
        records: 4,
        first: at("2026-03-06T08:30:00Z"),
        last: at("2026-03-06T10:00:00Z"),
    };
    let rules = Arrival {
        records: 2,
        ..Arrival::default()
    };
    let arrived = BTreeMap::from([
        ("message-trace".to_owned(), trace),
        ("inbox-rule".to_owned(), rules),
    ]);
    let request = evidence_request(&found, &answers, &arrived);
    assert!(request.contains("- [x] **Message trace**"));
    assert!(request.contains("4 records, 2026-03-06T08:30:00Z to 2026-03-06T10:00:00Z; nothing of before 2026-03-06T08:30:00Z"), "{request}");
    assert!(request.contains("- [ ] **Inbox rules"));
    assert!(
        request.contains(
            "Arrived: inbox-rule, 2 objects\n  - Not arrived: mailbox, mailbox-permission"
        ),
        "{request}"
    );
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
}

#[test]
fn no_incident_needs_a_name_a_reason_and_no_answer_against_it() {
    let playbook = Playbook::built_in().unwrap();
    let decision = |by: &str, reason: &str| NoIncident {
        by: by.to_owned(),
        reason: reason.to_owned(),
        at: now(),
    };
    let calm = Answers::parse("[noticed]\nhow = \"odd sign-in\"\n", "a.toml", now()).unwrap();
    let found = assess(&calm, &playbook, now());
    let decided = decision("responder", "the colleague was travelling");
    let decided = decided.checked(&calm).unwrap();
    let page = no_incident_page(&found, &calm, &decided, &["sign-in: 12 records".to_owned()]);
    for words in [
        "the colleague was travelling",
        "odd sign-in",
        "sign-in: 12 records",
        "retention-signin",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(no_incident_page(&found, &calm, &decided, &[]).contains("No log is in the case"));
    assert!(decision("", "why").checked(&calm).is_err());
    assert!(decision("responder", " ").checked(&calm).is_err());
    for text in [
        "[noticed]\nconfirmed_at = \"2026-03-06T15:00:00Z\"\n",
        "[activity]\nstill = \"yes\"\n",
        "[payment]\nstate = \"sent\"\n",
    ] {
        let answers = Answers::parse(text, "a.toml", now()).unwrap();
        let refused = decision("responder", "why").checked(&answers).unwrap_err();
        assert!(refused.hint.contains("--set"), "{refused}");
    }
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
