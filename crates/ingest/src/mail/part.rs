//! A mail taken apart: headers, body texts, attachments, and the mails attached to it.
//!
//! Takes bytes and gives a [`Letter`]. Nothing is rendered, opened or fetched: an attachment is its
//! name, type, size and hash. Depth and number of parts are bounded, because mails are written by
//! attackers; what lies beyond a bound is said.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::header::{self, Headers, Typed};

/// Parts in parts, and mails in mails, are followed so far.
pub(super) const MAX_DEPTH: usize = 24;

/// So many parts are looked at.
pub(super) const MAX_PARTS: usize = 4_096;

/// A mail as it was found.
#[derive(Debug, Default)]
pub(super) struct Letter {
    pub(super) headers: Headers,
    /// Body texts, decoded: plain, HTML or RTF.
    pub(super) texts: Vec<String>,
    pub(super) attachments: Vec<Attachment>,
    /// Mails attached to this one.
    pub(super) inner: Vec<Inner>,
    /// What only Outlook's file knows.
    pub(super) outlook: Option<super::outlook::Properties>,
    /// What could not be read, as sentences without full stop.
    pub(super) remarks: Vec<String>,
}

/// A mail inside of another.
#[derive(Debug)]
pub(super) enum Inner {
    Letter(Box<Letter>),
    /// It is not read, and why.
    Refused(String),
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) bytes: usize,
    /// SHA-256 of the decoded content, hexadecimal.
    pub(super) sha256: String,
}

impl Attachment {
    pub(super) fn of(name: &str, media_type: &str, content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Self {
            name: if name.is_empty() { "(no name)" } else { name }.to_owned(),
            media_type: media_type.to_owned(),
            bytes: content.len(),
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// How much may still be read.
pub(super) struct Budget {
    pub(super) parts: usize,
}

/// Takes a mail apart.
pub(super) fn letter(bytes: &[u8], depth: usize, budget: &mut Budget) -> Letter {
    let mut letter = Letter::default();
    let (headers, body) = Headers::read(bytes);
    let kind = Kind::of(&headers, "text/plain");
    letter.headers = headers;
    let body = bytes.get(body..).unwrap_or_default();
    part(&kind, body, depth, &mut letter, budget);
    letter
}

/// What a part says of itself.
struct Kind {
    media_type: String,
    boundary: Option<String>,
    charset: Option<String>,
    name: Option<String>,
    is_attachment: bool,
    transfer: String,
}

impl Kind {
    fn of(headers: &Headers, default: &str) -> Self {
        let typed = headers.first("Content-Type").and_then(Typed::read);
        let disposition = headers.first("Content-Disposition").and_then(Typed::read);
        let attribute = |of: &Option<Typed>, name: &str| {
            let value = of.as_ref().and_then(|typed| typed.attribute(name));
            value.map(str::to_owned)
        };
        Self {
            boundary: attribute(&typed, "boundary").filter(|boundary| !boundary.is_empty()),
            charset: attribute(&typed, "charset"),
            name: attribute(&disposition, "filename")
                .or_else(|| attribute(&typed, "name"))
                .map(|name| header::decoded(&name)),
            media_type: typed.map_or_else(|| default.to_owned(), |typed| typed.kind),
            is_attachment: disposition.is_some_and(|given| given.kind == "attachment"),
            transfer: headers
                .first("Content-Transfer-Encoding")
                .unwrap_or_default()
                .to_lowercase(),
        }
    }
}

fn part(kind: &Kind, body: &[u8], depth: usize, letter: &mut Letter, budget: &mut Budget) {
    if budget.parts == 0 {
        let remark = format!("only the first {MAX_PARTS} parts of the mail were looked at");
        if letter.remarks.last() != Some(&remark) {
            letter.remarks.push(remark);
        }
        return;
    }
    budget.parts -= 1;
    if kind.boundary.is_some() && kind.media_type.starts_with("multipart/") {
        return multipart(kind, body, depth, letter, budget);
    }
    let content = transferred(&kind.transfer, body);
    if kind.media_type == "message/rfc822" || kind.media_type == "message/global" {
        return attached(&content, depth, letter, budget);
    }
    let is_text = kind.media_type == "text/plain" || kind.media_type == "text/html";
    if is_text && !kind.is_attachment && kind.name.is_none() {
        letter
            .texts
            .push(in_charset(kind.charset.as_deref(), &content));
        return;
    }
    let name = kind.name.as_deref().unwrap_or_default();
    letter
        .attachments
        .push(Attachment::of(name, &kind.media_type, &content));
}

fn attached(content: &[u8], depth: usize, letter: &mut Letter, budget: &mut Budget) {
    let content = content.trim_ascii_start();
    letter.inner.push(if depth >= MAX_DEPTH {
        Inner::Refused(too_deep())
    } else {
        let inner = self::letter(content, depth + 1, budget);
        if inner.headers.is_empty() {
            Inner::Refused("the attached mail has no headers".to_owned())
        } else {
            Inner::Letter(Box::new(inner))
        }
    });
}

/// Why a mail in mails is not followed.
pub(super) fn too_deep() -> String {
    format!(
        "a mail attached more than {MAX_DEPTH} levels deep is not read: save that attachment as a \
         file of its own and import it"
    )
}

fn multipart(kind: &Kind, body: &[u8], depth: usize, letter: &mut Letter, budget: &mut Budget) {
    if depth >= MAX_DEPTH {
        letter.remarks.push(format!(
            "parts more than {MAX_DEPTH} levels deep were not looked at"
        ));
        return;
    }
    let default = if kind.media_type == "multipart/digest" {
        "message/rfc822"
    } else {
        "text/plain"
    };
    let boundary = kind.boundary.as_deref().unwrap_or_default();
    let (parts, is_closed) = parts(body, boundary, budget.parts + 1);
    if !is_closed {
        letter.remarks.push(if parts.is_empty() {
            "the boundary that the mail names stands nowhere in its body".to_owned()
        } else {
            "the last part of the mail has no end: it may have been cut off".to_owned()
        });
    }
    for bytes in parts {
        let (headers, start) = Headers::read(bytes);
        let inner = Kind::of(&headers, default);
        let body = bytes.get(start..).unwrap_or_default();
        part(&inner, body, depth + 1, letter, budget);
    }
}

/// The pieces between boundary lines, and whether the closing one was there.
fn parts<'a>(body: &'a [u8], boundary: &str, most: usize) -> (Vec<&'a [u8]>, bool) {
    let mark = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut start = None;
    for at in memchr::memmem::find_iter(body, mark.as_bytes()) {
        let before = body.get(..at).unwrap_or_default();
        if !before.is_empty() && !before.ends_with(b"\n") {
            continue;
        }
        let after = body.get(at + mark.len()..).unwrap_or_default();
        let (rest, next) = header::line_at(after, 0).unwrap_or((&[], after.len()));
        let is_end = rest.trim_ascii_end() == b"--";
        if !is_end && !rest.trim_ascii_end().is_empty() {
            continue;
        }
        if let Some(start) = start.take() {
            let piece = body.get(start..at).unwrap_or_default();
            let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
            parts.push(piece.strip_suffix(b"\r").unwrap_or(piece));
        }
        if is_end || parts.len() >= most {
            return (parts, true);
        }
        start = Some(at + mark.len() + next);
    }
    if let Some(last) = start.and_then(|start| body.get(start..)) {
        parts.push(last);
    }
    (parts, false)
}

/// The content with its transfer encoding undone; as it is where that fails.
fn transferred<'a>(encoding: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    let decoded = match encoding.trim() {
        "base64" => mail_parser::decoders::base64::base64_decode(body),
        "quoted-printable" => {
            mail_parser::decoders::quoted_printable::quoted_printable_decode(body)
        }
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// Text in the charset that its part names: UTF-8 where none is named and it is that, else Windows-1252.
fn in_charset(charset: Option<&str>, content: &[u8]) -> String {
    let named = charset.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    match (named, std::str::from_utf8(content)) {
        (None, Ok(text)) => text.to_owned(),
        (named, _) => named
            .unwrap_or(encoding_rs::WINDOWS_1252)
            .decode(content)
            .0
            .into_owned(),
    }
}
