//! Answers as text: the lines of a file, and what somebody typed.
//!
//! Takes checked answers and gives TOML that reads back to them, and takes spoken text and gives raw
//! values. It must never judge a value.

use hourzero_model::{ActionTime, Channel, ResponderAction};
use serde::Deserialize;

use crate::answers::Answers;
use crate::schema::{self, Kind};
use crate::value::{Raw, Value};

impl Answers {
    /// The answers as a file that reads back to the same answers.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut table = "";
        for key in schema::KEYS {
            let Some(value) = self.get(key.path) else {
                continue;
            };
            let (head, name) = key.path.split_once('.').unwrap_or(("", key.path));
            if head != table {
                let gap = if text.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{gap}[{head}]\n"));
                table = head;
            }
            text.push_str(&format!("{name} = {}\n", value_toml(value)));
        }
        match self.acts_told() {
            None => {}
            // A bare key after a table would belong to that table, so it stands before them all.
            Some([]) => text.insert_str(0, "done = []\n\n"),
            Some(acts) => {
                for act in acts {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    text.push_str(&format!("{gap}[[done]]\n{}", done_toml(act)));
                }
            }
        }
        text
    }
}

/// What somebody typed or said, as a raw value for its kind.
pub(crate) fn spoken(kind: Kind, text: &str) -> Raw {
    let text = text.trim();
    let is_list = matches!(
        kind,
        Kind::Texts | Kind::Words(_) | Kind::OpenWords(_) | Kind::Places
    );
    if !is_list {
        return Raw::Text(text.to_owned());
    }
    if text.starts_with('[')
        && let Some(items) = toml_list(text)
    {
        return Raw::List(items);
    }
    if matches!(text, "" | "none" | "nothing") {
        return Raw::List(Vec::new());
    }
    Raw::List(
        text.split(',')
            .map(|item| Raw::Text(item.trim().to_owned()))
            .collect(),
    )
}

/// The texts of a TOML array; nothing when it is none.
fn toml_list(text: &str) -> Option<Vec<Raw>> {
    #[derive(Deserialize)]
    struct Listed {
        list: Vec<String>,
    }
    let listed: Listed = toml::from_str(&format!("list = {text}")).ok()?;
    Some(listed.list.into_iter().map(Raw::Text).collect())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

pub(crate) fn value_toml(value: &Value) -> String {
    match value {
        Value::Unknown => quoted("unknown"),
        Value::Time(moment) => quoted(&moment.original),
        Value::Text(text) => quoted(text),
        Value::Amount(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// One act as the lines of a `[[done]]` table.
pub(crate) fn done_toml(act: &ResponderAction) -> String {
    let mut text = format!("action = {}\n", quoted(act.action.name()));
    let optional = [
        ("channel", act.channel.map(Channel::name)),
        ("target", act.target.as_deref()),
        ("at", act.at.as_ref().map(ActionTime::original)),
        ("by", act.by.as_deref()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            text.push_str(&format!("{name} = {}\n", quoted(value)));
        }
    }
    text
}
