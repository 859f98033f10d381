//! Objects that are no record but hold records in a list: pages of Graph, Event Hub batches, results of
//! Splunk, Elasticsearch and Log Analytics.

use super::parse::text_length;
use super::scan::{Scan, Scanner};

/// Keys whose list of objects holds the records, in lower case.
const LISTS: [&str; 10] = [
    "value", "values", "records", "results", "items", "events", "entries", "data", "logs", "tables",
];

/// Keys whose object is one more envelope.
const NESTS: [&str; 2] = ["d", "hits"];

/// Keys that may stand before the list. A key that is none of these makes the object a record.
const BEFORE: [&str; 27] = [
    "schema",
    "stats",
    "statistics",
    "preview",
    "init_offset",
    "post_process_count",
    "messages",
    "fields",
    "highlighted",
    "took",
    "timed_out",
    "_shards",
    "status",
    "success",
    "count",
    "total",
    "totalcount",
    "max_score",
    "nextlink",
    "next",
    "offset",
    "limit",
    "requestid",
    "code",
    "error",
    "errors",
    "__count",
];

/// How much text settles whether an object is an envelope.
pub(crate) const ENOUGH: usize = 16 * 1024;

/// A member of an object: its name in lower case and where its value begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Index of the value's first byte.
    pub(crate) value: usize,
    pub(crate) first: u8,
    /// Whether the name is written in lower case throughout.
    pub(crate) lower_case: bool,
}

/// Reads the member that begins with this text's first byte, a quotation mark.
pub(crate) fn member(text: &[u8]) -> Option<Member> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let length = text_length(text)?;
    let name = text.get(1..length.saturating_sub(1))?;
    let after = text.get(length..)?;
    let colon = after.trim_ascii_start();
    let value = colon.strip_prefix(b":")?.trim_ascii_start();
    Some(Member {
        lower_case: !name.iter().any(u8::is_ascii_uppercase),
        name: String::from_utf8_lossy(name).to_lowercase(),
        value: text.len() - value.len(),
        first: *value.first()?,
    })
}

/// Whether a list under this name holds records. Envelopes write their names in lower case, records of
/// Microsoft's begin theirs with a capital: `Data` belongs to a record, `data` to an envelope. Three names
/// mean an envelope either way.
pub(crate) fn is_list(member: &Member) -> bool {
    let name = member.name.as_str();
    LISTS.contains(&name) && (member.lower_case || ["value", "records", "results"].contains(&name))
}

/// Whether an object under this name is one more envelope.
pub(crate) fn is_nest(name: &str) -> bool {
    NESTS.contains(&name)
}

/// Whether the object that begins here is an envelope, as far as its first members tell.
pub(crate) fn opens(object: &[u8]) -> bool {
    let mut rest = object.get(1..).unwrap_or_default().trim_ascii_start();
    for _ in 0..BEFORE.len() {
        let Some(member) = member(rest) else {
            return false;
        };
        let value = rest.get(member.value..).unwrap_or_default();
        let inner = value.get(1..).unwrap_or_default().trim_ascii_start();
        match member.first {
            b'[' if is_list(&member) => {
                return matches!(inner.first(), Some(b'{' | b']')) || member.name == "tables";
            }
            b'{' if is_nest(&member.name) => return opens_nest(&member.name, value),
            _ => {}
        }
        let precedes = BEFORE.contains(&member.name.as_str())
            || member.name.starts_with('@')
            || member.name.starts_with("odata.");
        if !precedes {
            return false;
        }
        let Some(after) = after_value(value) else {
            return false;
        };
        let Some(next) = after.trim_ascii_start().strip_prefix(b",") else {
            return false;
        };
        rest = next.trim_ascii_start();
    }
    false
}

/// `hits` holds `hits` as a list; `d` holds `results`, or is itself the list.
fn opens_nest(name: &str, value: &[u8]) -> bool {
    if name == "hits" {
        let inner = value.get(1..).unwrap_or_default().trim_ascii_start();
        return member(inner)
            .is_some_and(|member| ["total", "max_score", "hits"].contains(&&*member.name));
    }
    opens(value)
}

/// What follows the value that begins here; nothing when its end is not in the text.
fn after_value(value: &[u8]) -> Option<&[u8]> {
    let length = match value.first()? {
        b'"' => text_length(value)?,
        b'{' | b'[' => match Scanner::default().run(value) {
            Scan::End(end) => end,
            Scan::More | Scan::LineEndInText(_) => return None,
        },
        _ => value
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']'))?,
    };
    value.get(length..)
}
