//! Names in calls: quoted for PowerShell, for a URL and for JSON, because attackers choose names.

/// A text as a PowerShell string in single quotes. PowerShell takes the typographic single quotes for quotes
/// as well, so each is doubled; control characters become blanks.
pub(crate) fn ps(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for sign in text.chars() {
        match sign {
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
                quoted.push(sign);
                quoted.push(sign);
            }
            sign if hidden(sign) => quoted.push(' '),
            sign => quoted.push(sign),
        }
    }
    quoted.push('\'');
    quoted
}

/// A text as one segment of a path, percent-encoded.
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A text as it may stand in a sentence: no control characters, nothing that turns the direction of writing.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .map(|sign| if hidden(sign) { '\u{fffd}' } else { sign })
        .collect()
}

/// Signs that a terminal, an editor or a shell does not show as themselves.
pub(crate) fn hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        for (text, quoted) in [
            ("Inbox", "'Inbox'"),
            ("a'; Remove-Mailbox x", "'a''; Remove-Mailbox x'"),
            ("\u{2019};calc", "'\u{2019}\u{2019};calc'"),
            ("a\nb\u{202e}", "'a b '"),
        ] {
            assert_eq!(ps(text), quoted);
        }
        assert_eq!(segment("a/../b?c#d'"), "a%2F..%2Fb%3Fc%23d%27");
        assert_eq!(segment("pat@example.com"), "pat@example.com");
    }
}
