//! Values of properties: JSON inside a text in the directory audit, another text in the unified audit log.

/// A property's value as the unified audit log writes it: single texts without their quotes, lists and objects
/// over several lines that end with `\r\n`, nothing as an empty text.
pub(crate) fn unified_value(value: &str) -> String {
    if let Some(text) = value
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        return unescaped(text);
    }
    if !value.starts_with(['[', '{']) || value == "[]" || value == "{}" {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push_str("\r\n");
        out.extend(std::iter::repeat_n(' ', 2 * depth));
    };
    let mut signs = value.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            _ if quoted => {
                out.push(sign);
                quoted = escaped || sign != '"';
                escaped = sign == '\\' && !escaped;
            }
            '"' => {
                quoted = true;
                out.push(sign);
            }
            '[' | '{' => {
                out.push(sign);
                if signs.peek().is_some_and(|next| matches!(next, ']' | '}')) {
                    out.extend(signs.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(sign);
            }
            ',' => {
                out.push(sign);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            sign if sign.is_ascii_whitespace() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// The text inside quotes of JSON that we wrote ourselves.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, sign == '\\') {
            (_, true) => match signs.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (sign, false) => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_form_of_each_log() {
        for (directory, unified) in [
            ("", ""),
            ("\"Global Administrator\"", "Global Administrator"),
            (r#""a \"b\" \\c""#, r#"a "b" \c"#),
            ("[true]", "[\r\n  true\r\n]"),
            ("[]", "[]"),
            (
                r#"[{"RelyingParty":"*","State":1}]"#,
                "[\r\n  {\r\n    \"RelyingParty\": \"*\",\r\n    \"State\": 1\r\n  }\r\n]",
            ),
            (
                r#"["a, [b]: \"c\"","d"]"#,
                "[\r\n  \"a, [b]: \\\"c\\\"\",\r\n  \"d\"\r\n]",
            ),
            (
                r#"{"a":[],"b":{}}"#,
                "{\r\n  \"a\": [],\r\n  \"b\": {}\r\n}",
            ),
        ] {
            assert_eq!(unified_value(directory), unified);
        }
    }
}
