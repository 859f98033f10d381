//! Times: any offset and every change of the clocks ends up in UTC, with the original kept.

use hourzero_intake::{Answers, read_local_time, read_spoken_time};
use hourzero_model::Timestamp;

#[test]
fn offsets_end_up_in_utc_with_the_original_kept() {
    let now = Timestamp::parse("2027-01-01T00:00:00Z").unwrap();
    for (given, utc) in [
        ("2026-03-29T01:30:00+01:00", "2026-03-29T00:30:00Z"),
        ("2026-03-29T03:30:00+02:00", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-03-06T12:00:00+05:45", "2026-03-06T06:15:00Z"),
        ("2026-03-06T12:00:00-09:30", "2026-03-06T21:30:00Z"),
        ("2026-03-06T00:10:00.5+14:00", "2026-03-05T10:10:00.5Z"),
        ("2026-03-06t12:00:00z", "2026-03-06T12:00:00Z"),
    ] {
        for text in [
            format!("[noticed]\nat = \"{given}\"\n"),
            format!("[noticed]\nat = {given}\n"),
        ] {
            let answers = Answers::parse(&text, "a.toml", now).unwrap();
            let moment = answers.moment("noticed.at").unwrap();
            assert_eq!(moment.utc.to_string(), utc);
            assert_eq!(moment.original, given);
            assert!(answers.to_toml().contains(given));
        }
    }
}

#[test]
fn spoken_times_are_read_in_the_clients_zone() {
    let read =
        |text: &str| read_local_time(text, "Europe/Berlin").map_err(|error| error.to_string());
    assert_eq!(
        read("2026-03-06 15:30").unwrap(),
        "2026-03-06T15:30:00+01:00"
    );
    assert_eq!(
        read("2026-07-06 15:30").unwrap(),
        "2026-07-06T15:30:00+02:00"
    );
    for changed in ["2026-03-29 02:30", "2026-10-25 02:30"] {
        let error = read(changed).unwrap_err();
        assert!(
            error.contains("+01:00") && error.contains("+02:00"),
            "{error}"
        );
    }
    assert!(read("half past three").is_err());
    assert!(read_local_time("2026-03-06 15:30", "Nowhere/None").is_err());
}

#[test]
fn what_people_say_is_read_in_the_clients_zone_and_an_offset_is_never_left_out() {
    let now = Timestamp::parse("2026-03-06T23:30:00Z").unwrap();
    for (said, read) in [
        (
            "2026-03-06T15:30:00-05:00",
            Some("2026-03-06T15:30:00-05:00"),
        ),
        ("2026-03-06 15:30+05:45", Some("2026-03-06T15:30:00+05:45")),
        ("2026-03-06 15:30Z", Some("2026-03-06T15:30:00Z")),
        ("2026-03-06 15:30", Some("2026-03-06T15:30:00+01:00")),
        ("2026-03-06", Some("2026-03-06T00:00:00+01:00")),
        // It is half past midnight in Berlin: today is the 7th.
        ("00:15", Some("2026-03-07T00:15:00+01:00")),
        ("yesterday 15:30", Some("2026-03-06T15:30:00+01:00")),
        ("now", Some("2026-03-07T00:30:00+01:00")),
        ("15:30 yesterday", None),
        ("2026-03-06 15:30+1", None),
        ("half past three", None),
        ("", None),
    ] {
        let is = read_spoken_time(said, "Europe/Berlin", now).ok();
        assert_eq!(is.as_deref(), read, "{said}");
    }
    assert!(read_local_time("2026-03-06 15:30+05:45", "Europe/Berlin").is_err());
}
