//! Text as a reader may see it: what is invisible, or turns the direction of writing, is shown as its number.

use std::borrow::Cow;

/// The text with `U+XXXX` in place of every character that XML 1.0 cannot hold, that has no sign of its own, or that
/// turns the direction of writing (Unicode TR36; CVE-2021-42574). Line feeds and tabs stay.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_hidden(letter) {
            out.push_str(&format!("U+{:04X}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}
