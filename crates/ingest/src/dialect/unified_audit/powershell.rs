//! Objects that PowerShell wrote as text because they lay too deep: `@{Name=MailAccessType; Value=Bind}`.
//!
//! Takes such a text and gives the object with its values as texts; lists inside are lost
//! (`System.Object[]`). It must never touch text that only looks a little like it.

use std::borrow::Cow;

use sonic_rs::{JsonValueTrait, Value};

/// The object that a value is, or that it holds as PowerShell's text; every other value as it is.
pub(super) fn opened(value: &Value) -> Cow<'_, Value> {
    let object = value.as_str().and_then(object);
    object.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Reads `@{Name=…; Name=…}`. A piece without a name belongs to the value before it, because values are
/// written without quotes.
pub(super) fn object(text: &str) -> Option<Value> {
    let inner = text.trim().strip_prefix("@{")?.strip_suffix('}')?;
    let mut members: Vec<(&str, String)> = Vec::new();
    for piece in inner.split("; ") {
        match (piece.split_once('='), members.last_mut()) {
            (Some((name, value)), _) if is_name(name) => members.push((name, value.to_owned())),
            (_, Some((_, value))) => {
                value.push_str("; ");
                value.push_str(piece);
            }
            (_, None) => return None,
        }
    }
    let mut json = String::with_capacity(text.len() + 16);
    json.push('{');
    for (name, value) in &members {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&sonic_rs::to_string(name).ok()?);
        json.push(':');
        json.push_str(&sonic_rs::to_string(value).ok()?);
    }
    json.push('}');
    sonic_rs::from_str(&json).ok()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
