//! One cell: a text or a number, never a formula.

use std::borrow::Cow;

use crate::text::shown;
use crate::xlsx::names::cut;
use crate::xml::Xml;

/// The styles of `styles.xml`, by their place there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    /// Text that wraps.
    Text = 1,
    /// The header.
    Head = 2,
    /// A number.
    Number = 3,
    /// What is said about the sheet.
    Note = 4,
}

/// Writes a cell. What does not fit is cut, and the cell says so.
pub(super) fn text(xml: &mut Xml, at: &str, style: Style, text: &str, longest: usize) {
    if text.is_empty() {
        return;
    }
    let style = (style as u8).to_string();
    xml.element(
        "c",
        &[("r", at), ("s", &style), ("t", "inlineStr")],
        |xml| {
            xml.element("is", &[], |xml| {
                xml.element("t", &[("xml:space", "preserve")], |xml| {
                    xml.text(&unescaped(&fitted(text, longest)));
                });
            });
        },
    );
}

/// Writes a number; the text of it has been asked with [`is_number`].
pub(super) fn number(xml: &mut Xml, at: &str, text: &str) {
    let style = (Style::Number as u8).to_string();
    xml.element("c", &[("r", at), ("s", &style)], |xml| {
        xml.element("v", &[], |xml| xml.text(text));
    });
}

/// Whether a spreadsheet shows exactly this number again: it keeps fifteen digits and drops zeros in front.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole)
        && all(rest)
        && whole.len() + rest.len() <= 15
        && (whole == "0" || !whole.starts_with('0'))
        && text != "-0"
}

/// `A`, `Z`, `AA`: the letters of a column, counted from nought.
pub(super) fn column(number: usize) -> String {
    let mut letters = Vec::new();
    let mut left = number + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn fitted(text: &str, longest: usize) -> Cow<'_, str> {
    let text = shown(text);
    let units = text.encode_utf16().count();
    if units <= longest {
        return text;
    }
    let note = format!("… [cut: {units} characters, a cell holds {longest}]");
    let kept = longest.saturating_sub(note.encode_utf16().count());
    Cow::Owned(format!("{}{note}", cut(&text, kept)))
}

/// A spreadsheet reads `_x0041_` as the character of this number; a text that has such letters keeps them only where
/// the first one is written as its own number (ECMA-376 part 1, 22.9.2.19 `ST_Xstring`).
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (place, letter) in text.char_indices() {
        let rest = text.as_bytes().get(place..place + 7).unwrap_or_default();
        let is_escape = matches!(rest, [b'_', b'x', digits @ .., b'_']
            if digits.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if is_escape { "_x005F" } else { "" });
        out.push(letter);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{column, fitted, is_number, unescaped};

    #[test]
    fn columns_have_letters() {
        for (number, letters) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (16_383, "XFD"),
        ] {
            assert_eq!(column(number), letters);
        }
    }

    #[test]
    fn numbers_are_those_that_come_back() {
        for text in ["0", "12", "-3", "1.5", "0.25", "99999999999999"] {
            assert!(is_number(text), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "007",
            "1e9",
            "NaN",
            "inf",
            "1,000",
            "+1",
            "=1",
            " 1",
            "-0",
            "1 ",
            "12345678901234567",
            "\u{661}",
        ] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn letters_that_look_like_a_number_of_a_character_stay() {
        for (text, written) in [
            ("_x0041_", "_x005F_x0041_"),
            ("a_x000D_b_x000d_", "a_x005F_x000D_b_x005F_x000d_"),
            ("_x005F_x0041_", "_x005F_x005F_x005F_x0041_"),
            ("_x00_ _xyz1_ _x0041", "_x00_ _xyz1_ _x0041"),
            ("漢_x", "漢_x"),
        ] {
            assert_eq!(unescaped(text), written);
        }
    }

    #[test]
    fn a_cut_is_said() {
        let cut = fitted(&"\u{1f512}".repeat(60), 100).into_owned();
        assert!(
            cut.ends_with("… [cut: 120 characters, a cell holds 100]"),
            "{cut}"
        );
        assert!(cut.encode_utf16().count() <= 100);
        assert_eq!(fitted("short", 100), "short");
    }
}
