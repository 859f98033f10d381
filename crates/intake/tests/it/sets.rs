//! Sets of answers: what holds after several, and that a refused one changes nothing.

use hourzero_intake::{Answer, AnswerSet, Answers, read_act, read_answer};
use hourzero_model::Timestamp;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-06T16:40:00Z").unwrap()
}

fn file(text: &str) -> AnswerSet {
    let answers = Answers::parse(text, "a.toml", now()).unwrap();
    AnswerSet::of_file("a.toml".to_owned(), answers.entries("client", now()))
}

fn said(pairs: &[(&str, &str)]) -> AnswerSet {
    let answer = |(key, value): &(&str, &str)| Answer {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
        by: "caller".to_owned(),
        at: now(),
    };
    AnswerSet::spoken(pairs.iter().map(answer).collect())
}

#[test]
fn a_file_stands_for_itself_and_single_answers_stay_until_it_names_their_key() {
    let act = "action = \"staff-mailed\"\n";
    let sets = [
        file("[payment]\nstate = \"sent\"\nkind = \"wire\"\n[[done]]\naction = \"police\"\n"),
        said(&[
            ("activity.still", "yes"),
            ("payment.kind", "sepa"),
            ("done", act),
        ]),
        file(
            "[payment]\nstate = \"instructed\"\n[[done]]\naction = \"insurer\"\n[[done]]\naction = \"staff-mailed\"\n",
        ),
    ];
    let answers = Answers::replay(&sets).unwrap();
    assert_eq!(answers.text("payment.state"), Some("instructed"));
    assert_eq!(answers.text("payment.kind"), Some("sepa"));
    assert_eq!(answers.text("activity.still"), Some("yes"));
    let acts: Vec<_> = answers.done().iter().map(|act| act.action.name()).collect();
    assert_eq!(acts, ["insurer", "staff-mailed"]);
    assert_eq!(answers.history().len(), 9);
    let first_two = Answers::replay(&sets[..2]).unwrap();
    assert_eq!(first_two.done().len(), 2);
    let emptied = Answers::replay(&[file("done = []\n"), file("[call]\nby = \"x\"\n")]).unwrap();
    assert!(emptied.is_open("done"));
}

#[test]
fn a_set_is_taken_whole_or_not_at_all() {
    let before = Answers::replay(&[said(&[("noticed.at", "2026-03-05T10:00:00Z")])]).unwrap();
    for pairs in [
        &[("payment.state", "sent"), ("payment.knd", "wire")][..],
        &[("payment.state", "maybe")],
        &[
            ("payment.state", "sent"),
            ("payment.at", "2026-03-07T00:00:00Z"),
        ],
        &[("noticed.confirmed_at", "2026-03-04T00:00:00Z")],
        &[(
            "done",
            "action = \"police\"\nat = \"2026-03-07T00:00:00Z\"\n",
        )],
        &[("done", "action = \"prayer\"\n")],
    ] {
        assert!(before.with(&said(pairs), now()).is_err(), "{pairs:?}");
    }
    // Together they are possible, one by one they would not be.
    let both = said(&[
        ("noticed.confirmed_at", "2026-03-04T12:00:00Z"),
        ("noticed.at", "2026-03-04T10:00:00Z"),
    ]);
    assert!(before.with(&both, now()).is_ok());
}

#[test]
fn nothing_done_and_nobody_knows_are_two_answers() {
    let unknown = Answers::replay(&[said(&[("done", "unknown")])]).unwrap();
    assert!(unknown.was_asked("done") && unknown.is_open("done"));
    let nothing = Answers::replay(&[said(&[("done", "")])]).unwrap();
    assert!(nothing.was_asked("done") && !nothing.is_open("done"));
    let act = read_act(
        "password-reset; channel=sspr; target=pat@example.com; at=2026-03-06 15:30; by=IT",
        "Europe/Berlin",
        now(),
    )
    .unwrap();
    let told = Answers::replay(&[said(&[("done", "")]), said(&[("done", &act)])]).unwrap();
    assert_eq!(
        told.done()[0].time().unwrap().to_string(),
        "2026-03-06T14:30:00Z"
    );
    let taken_back =
        Answers::replay(&[said(&[("done", &act)]), said(&[("done", "none")])]).unwrap();
    assert!(taken_back.done().is_empty() && taken_back.history().len() == 2);
    for wrong in [
        "pasword-reset",
        "police; when=now",
        "police; at=noon",
        "password-reset; channel=fax",
    ] {
        assert!(read_act(wrong, "UTC", now()).is_err(), "{wrong}");
    }
}

#[test]
fn typed_answers_are_put_into_the_form_of_their_key() {
    for (key, typed, read) in [
        ("payment.state", "Sent", "sent"),
        ("activity.still", "Y", "yes"),
        ("client.jurisdictions", "de, us-ca", "DE, US-CA"),
        ("payment.currency", "eur", "EUR"),
        ("tenant.licences", "M365-E3", "m365-e3"),
        (
            "noticed.at",
            "2026-03-06 15:30",
            "2026-03-06T15:30:00+01:00",
        ),
        ("noticed.how", "A Bill", "A Bill"),
        ("accounts.known", "unknown", "unknown"),
    ] {
        assert_eq!(
            read_answer(key, typed, "Europe/Berlin", now()).unwrap(),
            read
        );
    }
    assert!(read_answer("noticed.at", "2026-03-29 02:30", "Europe/Berlin", now()).is_err());
}
