//! Tables of advanced hunting: they exist where Defender is licensed (`facts/logs-collect.md` §6). Columns
//! and their order are those of the tables; every row of a table has all of them.

mod alerts;
mod cloud;
mod email;
mod logon;
mod teams;

pub(super) use alerts::write as write_alert;

use super::{Source, Writing};
use crate::happening::{Act, MailAct};
use crate::json::Object;

/// Adds the rows of all tables but those of alerts, which are written with the alert itself.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    if !writing.world.tenant.defender {
        return;
    }
    match &writing.happening.act {
        Act::SignIn(_) => logon::write(writing),
        Act::Mail(MailAct::Transported {
            message, delivery, ..
        }) => email::transported(writing, message, *delivery),
        Act::Mail(MailAct::Removed {
            message,
            mailbox,
            reason,
            to,
        }) => email::removed(writing, message, *mailbox, reason, *to),
        Act::Click(click) => email::clicked(writing, click),
        Act::Chat(chat) => teams::write(writing, chat),
        _ => {}
    }
    cloud::write(writing);
}

/// The domain of an address; all of it where there is no `@`.
fn domain(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

/// The host of a link.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}

/// A number that belongs to a text, the same everywhere (FNV-1a).
fn number_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Columns that are empty.
fn empty(row: &mut Object<'_>, columns: &[&str]) {
    for column in columns {
        row.text(column, "");
    }
}

/// Columns of numbers that hold none.
fn nothing(row: &mut Object<'_>, columns: &[&str]) {
    for column in columns {
        row.null(column);
    }
}

impl Writing<'_, '_> {
    /// Adds a row to a table, there after so many seconds.
    fn row(&mut self, table: &'static str, id: String, latency: i64, json: String) {
        self.push(Source::Hunting(table), id, latency, json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_links_have_their_parts() {
        assert_eq!(domain("ann@contoso.com"), "contoso.com");
        assert_eq!(domain("ann"), "ann");
        assert_eq!(
            host("https://login.fabrikam.com:8443/a?b"),
            "login.fabrikam.com"
        );
        assert_eq!(host("tailspin.com/x"), "tailspin.com");
        assert_eq!(number_of(""), 0xcbf2_9ce4_8422_2325);
    }
}
