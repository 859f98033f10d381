//! What is damaged is one reject with its reason, and what stands beside it is not lost.

use crate::support::{audit, pretty, read_bytes};

fn cut(text: &str, share: usize) -> &str {
    &text[..text.len() * share / 100]
}

/// Ids of the events, and the reasons of the rejects, in short.
fn outcome(text: &str) -> (Vec<String>, u64) {
    let done = read_bytes("x.json", text.as_bytes());
    (done.ids(), done.summary.rejects)
}

#[test]
fn the_last_record_of_a_cut_export_is_one_reject() {
    let (one, two) = (audit("one"), audit("two"));
    for share in [3, 10, 30, 50, 70, 90, 99] {
        let end = cut(&two, share);
        for text in [
            format!("{one}\n{end}"),
            format!("[{one},{end}"),
            format!("[\n{one},\n{end}\n"),
            format!("{{\"@odata.context\":\"c\",\"value\":[{one},{end}"),
            format!("[{},\n{}", pretty("one"), cut(&pretty("two"), share)),
        ] {
            assert_eq!(outcome(&text), (vec!["one".to_owned()], 1), "{text}");
        }
    }
}

#[test]
fn a_cut_record_keeps_its_wrapper_and_says_so() {
    let text = format!("[{},{}", audit("one"), cut(&audit("two"), 60));
    insta::assert_snapshot!(read_bytes("x.json", text.as_bytes()).told());
}

#[test]
fn reading_goes_on_after_a_damaged_record() {
    let (one, three) = (audit("one"), audit("three"));
    let two = audit("two");
    let damaged = [
        ("cut in a text", cut(&two, 20).to_owned()),
        (
            "cut between members",
            two[..two.find("\"RecordType").unwrap()].to_owned(),
        ),
        ("cut in its list", cut(&two, 95).to_owned()),
        (
            "a quotation mark missing",
            two.replacen("\"two\"", "\"two", 1),
        ),
        ("a bracket missing", two.replacen("}]}", "}}", 1)),
        ("a comma missing", two.replacen(",\"Op", "\"Op", 1)),
        ("a word", two.replacen("15", "fifteen", 1)),
        ("a NUL", two.replacen("two", "t\0wo", 1)),
    ];
    for (what, two) in damaged {
        for text in [
            format!("{one}\n{two}\n{three}\n"),
            format!("[{one},{two},{three}]"),
            format!("[\n{one},\r\n{two},\r\n{three}\n]"),
            format!("{{\"records\":[{one},{two},{three}]}}"),
        ] {
            let (ids, rejects) = outcome(&text);
            assert_eq!(ids, ["one", "three"], "{what}: {text}");
            assert_eq!(rejects, 1, "{what}: {text}");
        }
    }
}

#[test]
fn what_is_no_record_is_a_reject() {
    let text = format!(
        "[{},null,17,\"text\",[],{{}},true,{}]\nsome words\n{}",
        audit("one"),
        audit("two"),
        audit("three")
    );
    insta::assert_snapshot!(read_bytes("x.json", text.as_bytes()).told());
}

#[test]
fn bytes_that_are_no_utf_8_damage_their_record_alone() {
    let mut text = format!("{}\n", audit("one")).into_bytes();
    text.extend(
        audit("tw\u{1}o")
            .replace('\u{1}', "é")
            .chars()
            .map(|c| c as u8),
    );
    text.extend(format!("\n{}", audit("three")).bytes());
    insta::assert_snapshot!(read_bytes("x.json", &text).told());
}

#[test]
fn valid_json_that_parsers_differ_on_is_read() {
    let text = [
        audit("half \\ud800 pair"),
        audit("big").replace("15", "123456789012345678901234567890"),
        audit("huge").replace("15", "1e999"),
        audit("again").replace("\"UserType\":0", "\"UserType\":0,\"UserType\":1"),
    ]
    .join("\n");
    let done = read_bytes("x.json", text.as_bytes());
    assert_eq!(done.ids(), ["half \u{fffd} pair", "big", "huge", "again"]);
    done.check_again();
}
