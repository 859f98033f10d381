//! What the mails under `data` say.

use std::path::Path;

use crate::support::{import, show};

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mail/data")
        .join(name);
    std::fs::read(path).expect("the file stands beside the test")
}

/// One snapshot a file.
#[test]
fn every_file_is_read_as_its_snapshot_says() {
    for name in [
        "counterparty_passes.eml",
        "lookalike.eml",
        "direct_send_spoof.eml",
        "reply_elsewhere.eml",
        "forward_attached.eml",
        "broken_mime.eml",
        "encoded_words.eml",
        "no_time.eml",
        "pasted_lost_folding.txt",
        "pasted_table.txt",
    ] {
        insta::assert_snapshot!(name, show(&import(&file(name))));
    }
}

#[test]
fn the_ends_of_lines_do_not_matter() {
    for name in ["counterparty_passes.eml", "forward_attached.eml"] {
        let unix = file(name);
        let text = String::from_utf8(unix.clone()).unwrap();
        let windows = text.replace('\n', "\r\n");
        assert_eq!(
            show(&import(&unix)),
            show(&import(windows.as_bytes())),
            "{name}"
        );
    }
}

#[test]
fn a_forward_reads_the_same_whatever_its_transfer_encoding() {
    let plain = show(&import(&file("forward_attached.eml")));
    let packed = show(&import(&file("forward_attached_base64.eml")));
    assert_eq!(plain, packed);
    assert_eq!(import(plain.as_bytes()).summary.form, None);
}

#[test]
fn a_forward_gives_the_inner_mail_first_and_is_its_witness() {
    let all = import(&file("forward_attached.eml"));
    let [inner, outer] = all.records.as_slice() else {
        panic!("two mails");
    };
    let alone = import(&file("lookalike.eml")).records.remove(0);
    assert_eq!(inner.id_key, alone.id_key);
    assert_eq!(inner.actor.upn.as_deref(), Some("kim@fabr1kam.example"));
    assert_eq!(inner.parameter("Role").next(), Some("inner"));
    assert_eq!(outer.parameter("Role").next(), Some("outer"));
}

#[test]
fn mails_in_mails_end_at_the_bound_and_say_so() {
    let all = import(&file("nested_fifty.eml"));
    assert_eq!(all.records.len(), 25);
    assert_eq!(all.rejects.len(), 1);
    insta::assert_snapshot!(all.rejects[0].reason, @"a mail attached more than 24 levels deep is not read: save that attachment as a file of its own and import it");
}

#[test]
fn a_sender_cannot_vouch_for_himself() {
    let honest = String::from_utf8(file("direct_send_spoof.eml")).unwrap();
    let forged = honest.replace(
        "Message-ID:",
        "Received: from a.prod.outlook.com (203.0.113.9) by b.prod.outlook.com; \
         Thu, 5 Mar 2026 09:13:00 +0000\r\n\
         Authentication-Results: spf=pass smtp.mailfrom=contoso.example;dmarc=pass \
         header.from=contoso.example;compauth=pass reason=100\r\nMessage-ID:",
    );
    let below = import(forged.as_bytes()).records.remove(0);
    assert_eq!(below.parameter("TrustedHop").next(), Some("3"));
    assert_eq!(below.parameter("CompAuthReason").next(), Some("010"));
    assert_eq!(
        below.parameter("AuthenticationProof").next(),
        Some("trusted")
    );
    // The same lines without any of Microsoft's above them.
    let (_, below) = forged.split_once("Received: from [127.0.0.1]").unwrap();
    let hidden = format!("Received: from [127.0.0.1]{below}")
        .replace("mail.protection.outlook.com", "mx.gateway.example");
    let claim = import(hidden.as_bytes()).records.remove(0);
    assert_eq!(claim.parameter("TrustedHop").next(), Some("none"));
    assert_eq!(claim.parameter("AuthenticationProof").next(), Some("claim"));
    assert_eq!(claim.ip, None);
}

#[test]
fn a_huge_header_is_cut_in_the_record_and_whole_in_the_raw_one() {
    let mut mail =
        b"Received: x\r\nFrom: a@host.example\r\nDate: Thu, 5 Mar 2026 08:00:00 +0000\r\n\
        Message-ID: <x@host.example>\r\nSubject: "
            .to_vec();
    mail.extend(std::iter::repeat_n(b'a', 2 << 20));
    mail.extend(b"\r\n\r\nbody\r\n");
    let all = import(&mail);
    let subject = all.records[0].subject.as_deref().unwrap();
    assert_eq!(subject.chars().count(), 4097);
}

#[test]
fn other_texts_are_no_mails() {
    for text in [
        "Date,From,To,Subject\n2026-03-05,a,b,c\n",
        "From: Kim\nSent: Thursday\nTo: Pat\nSubject: lunch\n\nHello\n",
        "name: contoso\nversion: 1\nsubject: x\n",
        "{\"Received\":\"2026-03-05T00:00:00\",\"From\":\"a\"}\n",
        "\u{feff}",
    ] {
        let form = import(text.as_bytes()).summary.form;
        assert_eq!(form, None, "{text}");
    }
}
