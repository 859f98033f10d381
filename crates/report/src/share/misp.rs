//! One event for MISP.

use hourzero_model::Timestamp;
use serde_json::{Value, json};

use super::id::id;
use super::time::{bounded, made, seconds, with_offset};
use super::traits::{Kind, shared_warning, traits};
use super::{is_technique, line, pretty, technique_page, title_and_tenant};
use crate::ReportError;
use crate::base::{FactBase, SharedTrait, Technique};

/// An event in MISP's format. It stays within the organisation that takes it in until a person shares it further,
/// and nothing that innocents use is meant for detection.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn misp(base: &FactBase) -> Result<String, ReportError> {
    let at = made(base);
    let traits = traits(base);
    let techniques = base
        .techniques
        .iter()
        .filter(|technique| is_technique(&technique.id));
    let attributes: Vec<Value> = traits
        .iter()
        .map(|one| attribute(base, one))
        .chain(techniques.map(|technique| link(base, technique)))
        .collect();
    pretty(&json!({ "Event": {
        "uuid": id(base, &["misp", "event"]).to_string(),
        "info": title_and_tenant(base),
        "date": seconds(at).chars().take(10).collect::<String>(),
        "timestamp": epoch(at),
        // Undefined: MISP's levels rank the attacker's skill, which nothing here measures.
        "threat_level_id": "4",
        // Ongoing: whether the work is done is for people to say.
        "analysis": "1",
        "distribution": "0",
        "published": false,
        "Tag": [{ "name": "tlp:amber", "colour": "#FFC000" }],
        "Attribute": attributes,
    } }))
}

fn attribute(base: &FactBase, one: &SharedTrait) -> Value {
    let (kind, category, is_sign) = match Kind::of(one) {
        Kind::Ip(_) => ("ip-src", "Network activity", true),
        Kind::Recipient => ("email-dst", "Network activity", true),
        // A client's name of itself is many people's: it never raises an alarm alone.
        Kind::UserAgent => ("user-agent", "Network activity", false),
        Kind::Other => ("other", "Other", false),
    };
    let what = match kind {
        "other" => format!("{}; ", line(&one.kind)),
        _ => String::new(),
    };
    json!({
        "uuid": id(base, &["misp", "attribute", &one.kind, &one.value]).to_string(),
        "type": kind,
        "category": category,
        "value": one.value,
        "to_ids": is_sign && one.shared_with_innocents == 0,
        "distribution": "5",
        // What only one tenant knows must not seem to tie events together.
        "disable_correlation": kind == "other",
        "comment": format!(
            "{what}{}; {}.{}",
            one.confidence.name(),
            line(&one.context),
            shared_warning(one),
        ),
        "timestamp": epoch(made(base)),
        "first_seen": with_offset(one.first.min(one.last)),
        "last_seen": with_offset(one.last.max(one.first)),
    })
}

/// A technique as a link to its page: MISP's galaxies know techniques by names that are not in the facts.
fn link(base: &FactBase, technique: &Technique) -> Value {
    let titles: Vec<String> = technique.titles.iter().map(|title| line(title)).collect();
    json!({
        "uuid": id(base, &["misp", "technique", &technique.id]).to_string(),
        "type": "link",
        "category": "External analysis",
        "value": technique_page(&technique.id),
        "to_ids": false,
        "distribution": "5",
        "disable_correlation": true,
        "comment": format!("{}: {}", technique.id, titles.join("; ")),
        "timestamp": epoch(made(base)),
    })
}

fn epoch(at: Timestamp) -> String {
    bounded(at).micros().div_euclid(1_000_000).to_string()
}
