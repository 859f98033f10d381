//! What a mail's body names: web addresses, and a forward that lost its headers.
//!
//! Takes texts as they are, markup included; nothing is rendered and nothing fetched.

use std::collections::BTreeSet;

/// So many web addresses are listed.
pub(super) const MAX_URLS: usize = 200;

/// Longer ones are cut.
const MAX_URL: usize = 2_048;

/// The web addresses of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Urls {
    /// In order of appearance, each once.
    pub(super) listed: Vec<String>,
    /// Their hosts, each once, in alphabetical order.
    pub(super) hosts: BTreeSet<String>,
    /// How many more there are.
    pub(super) not_listed: usize,
}

impl Urls {
    pub(super) fn of(texts: &[String]) -> Self {
        let mut urls = Self::default();
        let mut seen = BTreeSet::new();
        for text in texts {
            for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
                let Some(url) = url_around(text, at) else {
                    continue;
                };
                if !seen.insert(url.clone()) {
                    continue;
                }
                if urls.listed.len() >= MAX_URLS {
                    urls.not_listed += 1;
                    continue;
                }
                urls.hosts.extend(host(&url));
                urls.listed.push(url);
            }
        }
        urls
    }
}

/// The address whose `://` stands here.
fn url_around(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        let start = before.len().checked_sub(scheme.len());
        let written = start.and_then(|start| before.get(start..));
        written.is_some_and(|written| written.eq_ignore_ascii_case(scheme))
    })?;
    let rest = text.get(at + 3..)?;
    let end = rest
        .char_indices()
        .find(|(number, c)| {
            *number >= MAX_URL
                || c.is_whitespace()
                || c.is_control()
                || matches!(c, '"' | '\'' | '<' | '>' | '{' | '}' | '\\' | '`')
        })
        .map_or(rest.len(), |(number, _)| number);
    let rest = rest.get(..end)?.replace("&amp;", "&");
    let rest = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*']);
    (!rest.is_empty()).then(|| format!("{scheme}://{rest}"))
}

/// The host of an address, without user and port, in lower case.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// Whether the body holds a forwarded mail as text: its headers are lost with that.
pub(super) fn is_forwarded_inline(subject: &str, texts: &[String]) -> bool {
    const MARKS: [&str; 6] = [
        "forwarded message -",
        "begin forwarded message",
        "weitergeleitete nachricht",
        "message transféré",
        "mensaje reenviado",
        "messaggio inoltrato",
    ];
    const SUBJECTS: [&str; 8] = ["fw:", "fwd:", "wg:", "tr:", "rv:", "enc:", "i:", "vs:"];
    const QUOTED: [&[&str]; 3] = [
        &["from:", "sent:", "subject:"],
        &["von:", "gesendet:", "betreff:"],
        &["de :", "envoyé :", "objet :"],
    ];
    let subject = subject.trim().to_lowercase();
    let is_forward = SUBJECTS.iter().any(|prefix| subject.starts_with(prefix));
    texts.iter().any(|text| {
        let text = text.to_lowercase();
        MARKS.iter().any(|mark| text.contains(mark))
            || (is_forward
                && QUOTED
                    .iter()
                    .any(|names| names.iter().all(|name| text.contains(name))))
    })
}
