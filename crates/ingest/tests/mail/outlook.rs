//! Outlook's files, built here property by property.

use std::io::{Cursor, Write};

use crate::support::{import, show};

/// A message under construction.
struct Message {
    file: cfb::CompoundFile<Cursor<Vec<u8>>>,
}

impl Message {
    fn new() -> Self {
        let file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        Self { file }
    }

    fn put(&mut self, path: &str, bytes: &[u8]) {
        self.file
            .create_stream(path)
            .unwrap()
            .write_all(bytes)
            .unwrap();
    }

    fn text(&mut self, at: &str, number: &str, text: &str) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.put(&format!("{at}/__substg1.0_{number}001F"), &bytes);
    }

    /// Properties of fixed length behind a header of so many bytes.
    fn fixed(&mut self, at: &str, header: usize, properties: &[(u32, u64)]) {
        let mut bytes = vec![0; header];
        for (tag, value) in properties {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(6_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        self.put(&format!("{at}/__properties_version1.0"), &bytes);
    }

    fn storage(&mut self, path: &str) {
        self.file.create_storage(path).unwrap();
    }

    fn bytes(self) -> Vec<u8> {
        self.file.into_inner().into_inner()
    }
}

/// 2026-03-05T09:14:06Z.
const DELIVERED: u64 = (1_772_702_046 + 11_644_473_600) * 10_000_000;

const HEADERS: &str = "Microsoft Mail Internet Headers Version 2.0\r\n\
    Received: from mail.fabrikam.example (192.0.2.25) by\r\n \
    DB8EUR05FT010.mail.protection.outlook.com (10.0.0.1) id 1; Thu, 5 Mar 2026 09:14:03 +0000\r\n\
    From: Kim Kwon <kim@fabrikam.example>\r\nTo: pat@contoso.example\r\n\
    Message-ID: <aa11@fabrikam.example>\r\nSubject: Invoice\r\n\
    Date: Thu, 5 Mar 2026 10:13:59 +0100\r\n\r\n";

#[test]
fn a_mail_from_outside_has_the_headers_of_its_transport() {
    let mut message = Message::new();
    message.fixed("", 32, &[(0x0E06_0040, DELIVERED)]);
    message.text("", "007D", HEADERS);
    message.text("", "1000", "See https://portal.fabrikam.example/x");
    message.storage("/__attach_version1.0_#00000000");
    message.text("/__attach_version1.0_#00000000", "3707", "invoice.pdf");
    message.text("/__attach_version1.0_#00000000", "370E", "application/pdf");
    message.put(
        "/__attach_version1.0_#00000000/__substg1.0_37010102",
        b"%PDF-1.4\n",
    );
    insta::assert_snapshot!(show(&import(&message.bytes())));
}

#[test]
fn a_mail_inside_the_tenant_has_only_outlooks_word() {
    let mut message = Message::new();
    message.fixed("", 32, &[(0x0039_0040, DELIVERED), (0x3FFD_0003, 1251)]);
    message.text("", "1035", "<in01@contoso.example>");
    message.text("", "5D01", "Robin@contoso.example");
    message.put("/__substg1.0_0C1A001E", b"\xD0\xEE\xE1\xE8\xED");
    message.text("", "0037", "RE: Payroll");
    message.storage("/__recip_version1.0_#00000000");
    message.text(
        "/__recip_version1.0_#00000000",
        "39FE",
        "pat@contoso.example",
    );
    insta::assert_snapshot!(show(&import(&message.bytes())));
}

#[test]
fn a_mail_in_outlooks_file_comes_before_the_one_around_it() {
    let mut message = Message::new();
    message.fixed("", 32, &[(0x0E06_0040, DELIVERED)]);
    message.text("", "1035", "<outer@contoso.example>");
    message.storage("/__attach_version1.0_#00000000");
    let inner = "/__attach_version1.0_#00000000/__substg1.0_3701000D";
    message.storage(inner);
    message.fixed(inner, 24, &[]);
    message.text(inner, "007D", HEADERS);
    let all = import(&message.bytes());
    let ids: Vec<_> = all
        .records
        .iter()
        .map(|record| record.message_id.clone().unwrap())
        .collect();
    assert_eq!(ids, ["<aa11@fabrikam.example>", "<outer@contoso.example>"]);
}

#[test]
fn a_compound_file_that_is_no_mail_says_so() {
    let mut document = Message::new();
    document.put("/WordDocument", b"x");
    insta::assert_snapshot!(show(&import(&document.bytes())), @r"
    [no form]
    unknown: the file is an Office document of the old kind and no mail: export as CSV or JSON
    ");
}

#[test]
fn a_cut_file_is_refused_or_read_never_worse() {
    let mut message = Message::new();
    message.fixed("", 32, &[(0x0E06_0040, DELIVERED)]);
    message.text("", "007D", HEADERS);
    let bytes = message.bytes();
    for end in (0..bytes.len()).step_by(97) {
        import(&bytes[..end]);
    }
}
