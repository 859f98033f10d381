//! Whether an artefact is a mail, by its first bytes.
//!
//! Takes the start of an artefact and says which kind of mail it is. It must not read it.

use std::collections::BTreeSet;

use super::header::Headers;
use super::{Kind, mbox, pasted};
use crate::encoding::Encoding;

/// The first bytes of an OLE compound file.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// So many different headers of mails make a text a mail.
const ENOUGH: usize = 3;

/// Headers that people write into texts, too.
const PLAIN: [&str; 5] = ["from", "to", "cc", "subject", "reply-to"];

/// Headers that only a mail system writes.
const TECHNICAL: [&str; 24] = [
    "received",
    "date",
    "message-id",
    "return-path",
    "delivered-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "authentication-results",
    "arc-authentication-results",
    "arc-seal",
    "arc-message-signature",
    "dkim-signature",
    "received-spf",
    "in-reply-to",
    "references",
    "thread-index",
    "thread-topic",
    "user-agent",
    "sender",
    "envelope-to",
    "x-mailer",
    "x-originating-ip",
    "x-forefront-antispam-report",
];

/// Which kind of mail begins like this.
pub(super) fn kind(start: &[u8]) -> Option<Kind> {
    if start.starts_with(COMPOUND_FILE) {
        return Some(Kind::Outlook);
    }
    let (encoding, mark) = Encoding::of(start);
    let text = start.get(mark..).unwrap_or_default();
    let text = encoding.decode(text);
    let text = text.trim_ascii_start();
    if encoding == Encoding::Utf8 && mbox::begins(text) {
        let (headers, _) = Headers::read(&mbox::message(text));
        return is_mail(&headers).then_some(Kind::Mbox);
    }
    if matches!(text.first(), None | Some(b'{' | b'[' | b'<' | b'"')) || !begins_like_headers(text)
    {
        return None;
    }
    if encoding == Encoding::Utf8 {
        let (headers, body) = Headers::read(text);
        let read = text.get(..body).unwrap_or_default();
        let is_apart = read.ends_with(b"\n\n") || read.ends_with(b"\n\r\n");
        let body = text.get(body..).unwrap_or_default();
        if is_mail(&headers) && is_apart && !body.trim_ascii().is_empty() {
            return Some(Kind::Eml);
        }
    }
    is_mail(&pasted::headers(&String::from_utf8_lossy(text))).then_some(Kind::Pasted)
}

/// Whether the first line is a header or the title of a table of them.
fn begins_like_headers(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line.get(..line.len().min(256)).unwrap_or_default());
    let name = line.split([':', '\t']).next().unwrap_or_default().trim();
    let is_header = line.contains([':', '\t'])
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_header || pasted::is_title(&line)
}

fn is_mail(headers: &Headers) -> bool {
    let names: BTreeSet<String> = headers
        .iter()
        .map(|header| header.name.to_ascii_lowercase())
        .filter(|name| is_known(name))
        .collect();
    let technical = names
        .iter()
        .filter(|name| TECHNICAL.contains(&name.as_str()))
        .count();
    // A letter as text has From, Date and Subject as well; a system's own lines are asked for.
    names.len() >= ENOUGH && technical >= 1 && (technical >= 2 || names.contains("received"))
}

/// Whether mails have a header of this name.
pub(super) fn is_known(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PLAIN.contains(&name.as_str())
        || TECHNICAL.contains(&name.as_str())
        || name.starts_with("x-ms-exchange-")
}
