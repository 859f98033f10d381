//! Strings of the Kusto Query Language.

/// A string in double quotes. The escapes are those that Kusto and JSON share, because a list in `dynamic()` may be
/// read by either's rules. Control characters, line separators and the marks that turn the direction of writing are
/// escaped too: a query is read by people before they run it.
pub(super) fn literal(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if is_unseen(c) => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// Characters below U+10000 that show nothing, or change how others are shown.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// The values as a list under a name, one a line.
pub(super) fn list(name: &str, values: &[String]) -> String {
    let lines: Vec<String> = values
        .iter()
        .map(|value| format!("    {}", literal(value)))
        .collect();
    format!("let {name} = dynamic([\n{}\n]);\n", lines.join(",\n"))
}
