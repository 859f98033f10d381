//! Names of sheets, as Excel allows them.

use std::collections::BTreeSet;

use crate::text::shown;

/// Longer names make Excel call the file damaged.
const LONGEST: usize = 31;

/// The names that are given away.
#[derive(Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
}

impl Names {
    /// A name like the one wished for that no other sheet has; with a number behind it where it goes on.
    pub(super) fn take(&mut self, wish: &str, part: usize) -> String {
        let wish = allowed(wish);
        let mut number = part;
        loop {
            let ending = if number > 1 {
                format!(" {number}")
            } else {
                String::new()
            };
            let name = format!("{}{ending}", cut(&wish, LONGEST - ending.len()).trim_end());
            // Excel does not tell names apart by case, and keeps `History` for itself.
            let key = name.to_lowercase();
            if key != "history" && self.used.insert(key) {
                return name;
            }
            number += 1;
        }
    }
}

/// The name without what Excel forbids in one: some signs anywhere, an apostrophe at the ends.
fn allowed(wish: &str) -> String {
    let name: String = shown(wish)
        .chars()
        .map(|letter| match letter {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\n' | '\t' => '_',
            other => other,
        })
        .collect();
    let name = cut(name.trim_matches([' ', '\'']), LONGEST).trim_end_matches([' ', '\'']);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Table".to_owned(),
    }
}

/// The beginning that has at most so many units of UTF-16, which is what Excel counts.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    for (place, letter) in text.char_indices() {
        units += letter.len_utf16();
        if units > most {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_allowed_and_differ() {
        let mut names = Names::default();
        let long = "a name of a table that is far longer than a sheet's may be";
        for (wish, part, name) in [
            ("accounts", 1, "Accounts"),
            ("ACCOUNTS", 1, "ACCOUNTS 2"),
            ("Timeline", 2, "Timeline 2"),
            ("a/b:c*d?e[f]g\\h", 1, "A_b_c_d_e_f_g_h"),
            ("'quoted'", 1, "Quoted"),
            ("history", 1, "History 2"),
            ("", 1, "Table"),
            ("''", 1, "Table 2"),
            (long, 1, "A name of a table that is far l"),
            (long, 1, "A name of a table that is far 2"),
            (
                "\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}",
                1,
                "\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}\u{1f512}",
            ),
        ] {
            assert_eq!(names.take(wish, part), name, "{wish}");
        }
    }
}
