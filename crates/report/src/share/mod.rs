//! What is said, in the forms of other people's programs: STIX, MISP, Timesketch, the ATT&CK Navigator, KQL, CSV.
//!
//! Each form is a function from the [`FactBase`] to text. It must never read a clock or draw
//! a random number: ids come from the evidence and the value, times from the facts. Values come from attackers, so
//! every form writes them as data of its own syntax, and what innocents share is set apart in each.

mod id;
mod kql;
mod misp;
mod navigator;
mod statements;
mod stix;
mod time;
mod timesketch;
mod traits;

pub use id::NAMESPACE;
pub use kql::kql;
pub use misp::misp;
pub use navigator::navigator;
pub use statements::{STATEMENTS, statements_csv};
pub use stix::stix;
pub use timesketch::timesketch;

use crate::base::FactBase;
use crate::{ReportError, plain};

/// What a document is called.
fn title(base: &FactBase) -> String {
    match line(&base.case.name).as_str() {
        "" => "Microsoft 365 case".to_owned(),
        name => format!("Microsoft 365 case {name}"),
    }
}

/// [`title`] and whose case it is, where that is known.
fn title_and_tenant(base: &FactBase) -> String {
    match line(&base.case.tenant).as_str() {
        "" => title(base),
        tenant => format!("{} of {tenant}", title(base)),
    }
}

/// A document as JSON that people can read, with a line feed at its end.
fn pretty(value: &serde_json::Value) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Text for people on one line: nothing in it steers a terminal or ends the line.
fn line(text: &str) -> String {
    plain(text).replace(['\u{2028}', '\u{2029}'], " ")
}

/// Whether it has the form of an ATT&CK technique, `T1114` or `T1114.003`.
fn is_technique(id: &str) -> bool {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let Some(rest) = id.strip_prefix('T') else {
        return false;
    };
    match rest.split_once('.') {
        Some((technique, part)) => digits(technique, 4) && digits(part, 3),
        None => digits(rest, 4),
    }
}

/// The page of a technique at MITRE.
fn technique_page(id: &str) -> String {
    let path = id.replace('.', "/");
    format!("https://attack.mitre.org/techniques/{path}/")
}
