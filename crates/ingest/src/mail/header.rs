//! The header lines of a mail, in their order, and what is read out of one line.
//!
//! Takes bytes and gives names with unfolded values; decodes encoded words, addresses and dates. It
//! must not know what a header proves.

use hourzero_model::Timestamp;
use mail_parser::{Address, DateTime, HeaderValue, MessageParser};

/// More lines than this in one mail are no header any more.
const MAX_HEADERS: usize = 10_000;

/// One header: its name as written, its value with the folding undone and nothing decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

/// All headers of a mail, the topmost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headers {
    lines: Vec<Header>,
    /// Lines among them that are no header.
    pub(super) not_read: usize,
}

/// A mailbox in an address header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) name: Option<String>,
    /// In lower case.
    pub(super) address: Option<String>,
}

impl Headers {
    /// Reads the lines up to the first empty one and says where the body begins. A line that is no
    /// header ends the headers too, unless a header follows it.
    pub(super) fn read(bytes: &[u8]) -> (Self, usize) {
        let mut headers = Self::default();
        let mut at = 0;
        while let Some((line, next)) = line_at(bytes, at) {
            if line.is_empty() {
                return (headers, next);
            }
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                headers.continue_with(&text(line));
            } else if let Some((name, value)) = split(line) {
                headers.push(name, &text(value));
            } else {
                let follows = line_at(bytes, next).is_some_and(|(line, _)| split(line).is_some());
                if !follows {
                    return (headers, at);
                }
                headers.not_read += 1;
            }
            at = next;
        }
        (headers, bytes.len())
    }

    /// Adds a header below the others.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        if self.lines.len() >= MAX_HEADERS {
            self.not_read += 1;
            return;
        }
        self.lines.push(Header {
            name: name.to_owned(),
            value: value.trim().to_owned(),
        });
    }

    /// Adds a folded line to the last header.
    pub(super) fn continue_with(&mut self, line: &str) {
        match self.lines.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                if !last.value.is_empty() {
                    last.value.push(' ');
                }
                last.value.push_str(line.trim());
            }
            Some(_) => {}
            None => self.not_read += 1,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Header> {
        self.lines.iter()
    }

    /// The values under a name with their place in the block, the topmost first.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(move |(_, header)| header.name.eq_ignore_ascii_case(name))
            .map(|(at, header)| (at, header.value.as_str()))
    }

    /// The topmost filled value under a name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        let found = self
            .lines
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name) && !header.value.is_empty());
        found.map(|header| header.value.as_str())
    }

    /// The first of these names that has a value.
    pub(super) fn first_of(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.first(name))
    }
}

/// The line that begins here without its end, and where the next one begins.
pub(super) fn line_at(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let end = memchr::memchr(b'\n', rest);
    let line = rest.get(..end.unwrap_or(rest.len()))?;
    let next = at + end.map_or(rest.len(), |end| end + 1);
    Some((line.strip_suffix(b"\r").unwrap_or(line), next))
}

/// Name and value of a header line.
pub(super) fn split(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = memchr::memchr(b':', line.get(..line.len().min(256))?)?;
    let name = line.get(..colon)?.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let name = std::str::from_utf8(name).ok().filter(|_| is_name)?;
    Some((name, line.get(colon + 1..)?))
}

/// Bytes of a header as text: UTF-8, else Windows-1252.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

/// A value with its encoded words decoded.
pub(super) fn decoded(value: &str) -> String {
    if !value.contains("=?") {
        return value.trim().to_owned();
    }
    let block = format!("Subject: {}\r\n\r\n", on_one_line(value));
    let message = MessageParser::default().parse_headers(block.as_bytes());
    let words = message
        .as_ref()
        .and_then(|message| message.subject())
        .map(|subject| subject.trim().to_owned());
    words.unwrap_or_else(|| value.trim().to_owned())
}

/// The mailboxes of an address header, groups opened.
pub(super) fn mailboxes(value: &str) -> Vec<Mailbox> {
    let block = format!("To: {}\r\n\r\n", on_one_line(value));
    let message = MessageParser::default().parse_headers(block.as_bytes());
    let Some(address) = message.as_ref().and_then(|message| message.to()) else {
        return Vec::new();
    };
    let members: Vec<&mail_parser::Addr<'_>> = match address {
        Address::List(list) => list.iter().collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    members.into_iter().map(mailbox).collect()
}

fn mailbox(member: &mail_parser::Addr<'_>) -> Mailbox {
    let filled = |text: Option<&std::borrow::Cow<'_, str>>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    Mailbox {
        name: filled(member.name.as_ref()),
        address: filled(member.address.as_ref()).map(|address| address.to_lowercase()),
    }
}

/// The instant of a date in the form of mails.
pub(super) fn instant(value: &str) -> Option<Timestamp> {
    let mut date = DateTime::parse_rfc822(value.trim())?;
    // A leap second; the calendar has none.
    date.second = date.second.min(59);
    let in_range = (1970..=9999).contains(&date.year) && date.is_valid();
    let seconds = in_range.then(|| date.to_timestamp())?;
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?))
}

/// A value of the shape `type/subtype; name=value`, as `Content-Type` and `Content-Disposition` have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// In lower case.
    pub(super) kind: String,
    attributes: Vec<(String, String)>,
}

impl Typed {
    pub(super) fn read(value: &str) -> Option<Self> {
        let block = format!("Content-Type: {}\r\n\r\n", on_one_line(value));
        let message = MessageParser::default().parse_headers(block.as_bytes())?;
        let HeaderValue::ContentType(typed) = message.header("Content-Type")? else {
            return None;
        };
        let kind = match typed.subtype() {
            Some(subtype) => format!("{}/{subtype}", typed.ctype()),
            None => typed.ctype().to_owned(),
        };
        let attributes = typed.attributes().unwrap_or_default().iter();
        Some(Self {
            kind: kind.to_lowercase(),
            attributes: attributes
                .map(|one| (one.name.to_lowercase(), one.value.to_string()))
                .collect(),
        })
    }

    /// The value of an attribute whose name is given in lower case.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn on_one_line(value: &str) -> String {
    value.replace(['\r', '\n'], " ")
}
