//! Whatever stands in a mail, reading ends, panics at nothing and loses no record.

use proptest::prelude::*;

use crate::support::import;

fn line() -> impl Strategy<Value = String> {
    let names = prop::sample::select(
        &[
            "Received",
            "From",
            "To",
            "Reply-To",
            "Date",
            "Subject",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Content-Disposition",
            "Authentication-Results",
            "X-Forefront-Antispam-Report",
            "Thread-Index",
            "References",
            "Message-ID",
        ][..],
    );
    let values = prop_oneof![
        Just("multipart/mixed; boundary=b".to_owned()),
        Just("multipart/digest; boundary=\"b\"".to_owned()),
        Just("message/rfc822".to_owned()),
        Just("base64".to_owned()),
        Just("attachment; filename*0*=utf-8''%ZZ; filename*1=x".to_owned()),
        Just("Thu, 5 Mar 2026 25:61:61 +9999".to_owned()),
        Just("from (((a [::1] by x.outlook.com ; Thu, 5 Mar 2026 08:00:00 +0000".to_owned()),
        Just("=?utf-8?B?////?= =?x?Q?=\u{fc}?= <a@".to_owned()),
        Just("CIP:;CTRY:\u{fc};:;;SCL".to_owned()),
        "\\PC{0,40}",
    ];
    prop_oneof![
        6 => (names, values).prop_map(|(name, value)| format!("{name}: {value}")),
        1 => Just(String::new()),
        1 => Just("--b".to_owned()),
        1 => Just("--b--".to_owned()),
        1 => "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mail_breaks_the_reading(lines in prop::collection::vec(line(), 0..40)) {
        let mail = format!(
            "Received: x\r\nMessage-ID: <x>\r\nFrom: a\r\nDate: Thu, 5 Mar 2026 08:00:00 +0000\r\n{}",
            lines.join("\r\n")
        );
        let all = import(mail.as_bytes());
        prop_assert!(all.summary.records > 0);
    }

    #[test]
    fn no_bytes_break_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut mail = b"Received: x\nMessage-ID: <x>\nFrom: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n".to_vec();
        mail.extend(&bytes);
        import(&mail);
        let mut compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        compound.extend(&bytes);
        import(&compound);
    }
}
