//! Headers that somebody copied out of a window and sent as text.
//!
//! Takes such text and gives headers: HTML entities are undone, the rows of a "Header Name / Value" table
//! are headers, and a line that lost the blanks of its folding belongs to the header above it.

use super::header::Headers;

/// Reads pasted headers. Lines that belong to none are counted in the headers' `not_read`.
pub(super) fn headers(text: &str) -> Headers {
    let text = without_entities(text);
    let mut headers = Headers::default();
    for line in text.lines() {
        let line = line.trim_end();
        if line.trim().is_empty() || is_title(line) {
            continue;
        }
        let is_folded = line.starts_with([' ', '\t']) && !headers.is_empty();
        match header(line).filter(|_| !is_folded) {
            Some((name, value)) => headers.push(name, value),
            None => headers.continue_with(line),
        }
    }
    headers
}

/// The title of a table of headers.
pub(super) fn is_title(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    [
        "header name",
        "header\tvalue",
        "name\tvalue",
        "headers:",
        "message headers",
        "internet headers",
        "other headers",
    ]
    .iter()
    .any(|title| line.starts_with(title))
}

/// A line that begins a header: `Name: value`, or `Name`, a tab, and the value. Without the blank behind
/// the colon only names that nothing else begins with count: `CIP:192.0.2.1;CTRY:…` is the middle of one.
fn header(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let end = line.find([':', '\t'])?;
    let (name, rest) = line.split_at_checked(end)?;
    let name = name.trim_end();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 76
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !is_name {
        return None;
    }
    if let Some(value) = rest.strip_prefix('\t') {
        return (name.contains('-') || super::recognise::is_known(name)).then_some((name, value));
    }
    let value = rest.strip_prefix(':')?;
    let is_apart = value.is_empty() || value.starts_with([' ', '\t']);
    let is_own = name
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("x-"))
        || super::recognise::is_known(name);
    let is_list = value.split(':').count() > 2 && !value.contains(' ');
    (is_apart || (is_own && !is_list)).then_some((name, value))
}

/// The characters that web pages write as entities.
fn without_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let end = after.char_indices().take(10).find(|(_, c)| *c == ';');
        let entity = end.and_then(|(end, _)| after.get(..end));
        match entity.and_then(character) {
            Some(c) => {
                plain.push(c);
                rest = after.split_once(';').map_or("", |(_, rest)| rest);
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let digits = entity.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}
