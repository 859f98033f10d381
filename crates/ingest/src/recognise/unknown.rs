//! Why an artefact is of no known form and what to do, in a sentence.

use std::net::IpAddr;

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::dialect::field::is_guid;
use crate::frame::shortened;

/// What the artefact is, when it is neither JSON nor a table. `text` is its start.
pub(crate) fn no_frame(text: &[u8]) -> String {
    let trimmed = text.trim_ascii_start();
    let start = String::from_utf8_lossy(trimmed.get(..512).unwrap_or(trimmed)).to_lowercase();
    if trimmed.is_empty() {
        return "the file is empty: export it again, or note that this log had nothing to give"
            .to_owned();
    }
    if let Some(kind) = magic(text) {
        return kind.to_owned();
    }
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return "the file is a web page, perhaps the sign-in page saved instead of the export: \
                export it again"
            .to_owned();
    }
    if start.starts_with('<') {
        return "the file is XML, as PowerShell's Export-Clixml writes it: export the same as JSON \
                or CSV"
            .to_owned();
    }
    let start_bytes = text.get(..4096).unwrap_or(text);
    let unprintable = start_bytes
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 0x0E..=0x1F))
        .count();
    if unprintable * 50 > start_bytes.len() {
        return "the file is binary: no export of a log has this form".to_owned();
    }
    prose(&start)
}

fn magic(text: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (
            b"PK\x03\x04",
            "the file is a zip archive or an Office document: unpack it, or export as CSV or JSON",
        ),
        (b"\x1F\x8B", "the file is packed with gzip: unpack it"),
        (
            b"\x28\xB5\x2F\xFD",
            "the file is packed with Zstandard: unpack it",
        ),
        (
            b"7z\xBC\xAF\x27\x1C",
            "the file is a 7-Zip archive: unpack it",
        ),
        (
            b"\xD0\xCF\x11\xE0",
            "the file is an Office document of the old kind: export as CSV or JSON",
        ),
        (b"%PDF", "the file is a PDF: export the log as CSV or JSON"),
        (
            b"!BDN",
            "the file is an Outlook data file: it holds a mailbox, not a log",
        ),
        (
            b"ElfFile",
            "the file is a Windows event log: this reads Microsoft 365 logs",
        ),
    ];
    KINDS
        .iter()
        .find(|(start, _)| text.starts_with(start))
        .map(|(_, kind)| *kind)
}

fn prose(start: &str) -> String {
    const SCRIPT: [&str; 8] = [
        "#!",
        "param(",
        "param (",
        "function ",
        "import ",
        "import-module",
        "<#",
        "using ",
    ];
    if SCRIPT.iter().any(|word| start.starts_with(word)) {
        return "the file is a script, not an export of a log".to_owned();
    }
    "the file is plain text, neither JSON nor a table: if it is a log, export it as JSON or CSV"
        .to_owned()
}

/// The artefact is JSON but holds no record at all.
pub(crate) fn no_records(problem: Option<&str>) -> String {
    match problem {
        None => {
            "the export holds no records (its list is empty): note the log and the window that \
                 were asked for, because an empty answer is evidence as well"
                .to_owned()
        }
        Some(problem) => format!(
            "the file begins like JSON, but none of its first records can be read ({problem}): \
             export it again"
        ),
    }
}

/// The artefact has rows, but no form fits them.
pub(crate) fn no_form(header: Option<&[String]>, rows: &[Value]) -> String {
    let Some(header) = header else {
        let keys = rows.first().and_then(JsonContainerTrait::as_object);
        let names: Vec<&str> =
            keys.map_or_else(Vec::new, |keys| keys.iter().map(|(key, _)| key).collect());
        return format!(
            "JSON of no known log, with the keys {}: if it is another product's log, describe it \
             with a mapping file",
            listed(&names)
        );
    };
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let is_narrow = names.len() < 4;
    let is_prose = names.iter().any(|name| reads_like_prose(name));
    if names.iter().any(|name| name.len() > 80)
        || (is_narrow && (is_prose || !is_even(rows, names.len())))
    {
        return "the file is plain text, neither JSON nor a table: if it is a log, export it as JSON \
                or CSV"
            .to_owned();
    }
    let facts = Facts::of(rows);
    let wide = names.len() >= 20 && (facts.ids || facts.addresses);
    let foreign = facts.ids && facts.times && names.iter().any(|name| !name.is_ascii());
    if wide && facts.times || foreign {
        return format!(
            "a table of {} columns ({}) with ids, addresses and times, probably a portal export in \
             another language: set the portal's language to English and export again, or export \
             as JSON, which is never translated",
            names.len(),
            listed(&names)
        );
    }
    format!(
        "a table of no known log, with the columns {}: if it is another product's log, describe it \
         with a mapping file",
        listed(&names)
    )
}

/// Column names are short and no sentences.
fn reads_like_prose(name: &str) -> bool {
    let name = name.trim();
    name.split_whitespace().count() > 4 || name.ends_with(['.', '!', '?', ':'])
}

/// Whether there are rows, and all cells of them are filled: chance commas in prose do not do that.
fn is_even(rows: &[Value], columns: usize) -> bool {
    !rows.is_empty()
        && rows.iter().all(|row| {
            row.as_object().is_some_and(|cells| {
                cells.len() == columns && cells.iter().all(|(_, cell)| !cell.is_null())
            })
        })
}

fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{}`", shortened(name.trim()).escape_debug()))
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    if shown.is_empty() {
        return "none".to_owned();
    }
    shown.join(", ")
}

/// What the cells of the first rows look like, whatever the language of the header.
struct Facts {
    ids: bool,
    addresses: bool,
    times: bool,
}

impl Facts {
    fn of(rows: &[Value]) -> Self {
        let mut facts = Self {
            ids: false,
            addresses: false,
            times: false,
        };
        let cells = rows
            .iter()
            .take(20)
            .filter_map(JsonContainerTrait::as_object)
            .flat_map(|row| row.iter())
            .filter_map(|(_, cell)| cell.as_str());
        for cell in cells {
            facts.ids |= is_guid(cell.trim());
            facts.addresses |= cell.trim().parse::<IpAddr>().is_ok();
            facts.times |= cell.len() >= 10 && crate::time::parse(cell).is_some();
        }
        facts
    }
}
