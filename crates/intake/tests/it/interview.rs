//! The talk in the terminal, line by line.

use hourzero_intake::{AnswerSet, Answers, Interview, Playbook, Speaker};
use hourzero_model::Timestamp;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-06T16:40:00Z").unwrap()
}

/// Types lines until they end or the talk does; what was shown, and what was stored.
fn talk(sets: &[AnswerSet], lines: &[&str]) -> (String, Vec<AnswerSet>) {
    let playbook = Playbook::built_in().unwrap();
    let answers = Answers::replay(sets).unwrap();
    let mut talk = Interview::new(answers, &playbook, Speaker::default(), now());
    let (mut shown, mut stored) = (String::new(), sets.to_vec());
    for line in lines {
        let Some(prompt) = talk.prompt() else { break };
        let heard = talk.hear(line, now());
        shown.push_str(&format!("{prompt}\n> {line}\n{}\n", heard.say));
        stored.extend(heard.store);
    }
    shown.push_str(&talk.prompt().unwrap_or_else(|| "END".to_owned()));
    assert_eq!(
        Answers::replay(&stored).unwrap().to_toml(),
        talk.answers().to_toml()
    );
    (shown, stored)
}

/// Types, at each prompt that has the words of a pair, its next line; nothing at any other.
fn answering(pairs: &[(&str, &[&str])]) -> (String, Vec<AnswerSet>) {
    let playbook = Playbook::built_in().unwrap();
    let mut talk = Interview::new(Answers::default(), &playbook, Speaker::default(), now());
    let mut used = vec![0; pairs.len()];
    let (mut shown, mut stored) = (String::new(), Vec::new());
    for _ in 0..60 {
        let Some(prompt) = talk.prompt() else { break };
        let at = pairs.iter().position(|(words, _)| prompt.contains(words));
        let line = at.and_then(|at| {
            used[at] += 1;
            pairs[at].1.get(used[at] - 1).copied()
        });
        let heard = talk.hear(line.unwrap_or_default(), now());
        shown.push_str(&format!("{prompt}\n> {line:?}\n{}\n", heard.say));
        stored.extend(heard.store);
    }
    assert_eq!(talk.prompt(), None, "{shown}");
    (shown, stored)
}

const START: &[&str] = &["office manager", "Europe/Berlin"];

fn then<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    START.iter().chain(lines).copied().collect()
}

#[test]
fn answers_are_numbers_words_or_nothing_and_are_kept_with_who_said_them() {
    let (shown, stored) = answering(&[
        ("on the line", &["office manager"]),
        ("time zone", &["Europe/Berlin"]),
        ("is there a payment", &["4"]),
        ("Whose money", &["us"]),
        ("How was it paid", &["wire"]),
        ("When was it ordered", &["2026-03-06 10:00"]),
        ("How much", &["180 000 eur"]),
        ("what did the person do", &["1, typed-password"]),
    ]);
    let answers = Answers::replay(&stored).unwrap();
    assert!(shown.contains("   = 2026-03-06T09:00:00Z"), "{shown}");
    assert_eq!(answers.text("payment.state"), Some("sent"));
    assert_eq!(answers.text("payment.amount"), Some("180000"));
    assert_eq!(answers.text("payment.currency"), Some("EUR"));
    assert_eq!(
        answers.list("credentials.user_did"),
        ["clicked", "typed-password"]
    );
    assert!(answers.was_asked("activity.still") && answers.is_open("activity.still"));
    assert!(
        answers
            .history()
            .iter()
            .all(|one| one.by == "office manager" && one.at == now())
    );
}

#[test]
fn help_says_why_and_back_asks_again_without_losing_the_first_answer() {
    let (shown, stored) = talk(&[], &then(&["?", "none", "back", "sent", "done"]));
    assert!(
        shown.contains("Hours decide whether a bank can hold money."),
        "{shown}"
    );
    assert!(shown.contains("so far: none"), "{shown}");
    let answers = Answers::replay(&stored).unwrap();
    assert_eq!(answers.text("payment.state"), Some("sent"));
    let given: Vec<_> = answers
        .history()
        .iter()
        .filter(|one| one.key == "payment.state")
        .map(|one| one.value.clone())
        .collect();
    assert_eq!(given, ["none", "sent"]);
}

#[test]
fn it_goes_on_where_it_stopped() {
    let (shown, stored) = talk(&[], &then(&["none", "yes"]));
    let asked = shown.rsplit('\n').next().unwrap().to_owned();
    let (again, _) = talk(&stored, &["done"]);
    assert!(
        !again.contains("Who is on the line") && !again.contains("is there a payment"),
        "{again}"
    );
    assert!(again.contains(asked.trim()), "{asked}\n{again}");
}

#[test]
fn what_cannot_be_is_not_taken_and_is_asked_again() {
    let (shown, stored) = answering(&[
        ("time zone", &["Berlin", "Europe/Berlin"]),
        ("is there a payment", &["perhaps", "sent"]),
        (
            "When was it ordered",
            &["2026-03-29 02:30", "2027-01-01 10:00", "unknown"],
        ),
    ]);
    for words in [
        "no time zone is called `Berlin`",
        "not taken: `perhaps` is none of the values",
        "+01:00 and +02:00",
        "lies after the call",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let answers = Answers::replay(&stored).unwrap();
    assert!(answers.was_asked("payment.at") && answers.is_open("payment.at"));
}

#[test]
fn acts_are_told_one_after_the_other() {
    let playbook = Playbook::built_in().unwrap();
    let mut talk = Interview::new(
        Answers::default(),
        &playbook,
        Speaker {
            name: Some("IT".to_owned()),
        },
        now(),
    );
    talk.hear("Europe/Berlin", now());
    for _ in 0..30 {
        let Some(prompt) = talk.prompt() else { break };
        let line = if prompt.contains("What has been done already") {
            for line in [
                "1",
                "entra",
                "pat@example.com",
                "15:30",
                "help desk",
                "rules-deleted",
                "",
                "",
                "",
                "",
            ] {
                talk.hear(line, now());
            }
            continue;
        } else if prompt.contains("payment that may") {
            "none"
        } else {
            ""
        };
        talk.hear(line, now());
    }
    assert_eq!(talk.prompt(), None);
    let acts = talk.answers().done();
    assert_eq!(acts.len(), 2, "{acts:?}");
    assert_eq!(acts[0].time().unwrap().to_string(), "2026-03-06T14:30:00Z");
    assert_eq!(acts[0].by.as_deref(), Some("help desk"));
    assert_eq!(acts[1].target, None);
}
