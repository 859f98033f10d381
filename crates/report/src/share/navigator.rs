//! The techniques as a layer of the ATT&CK Navigator.

use serde_json::{Value, json};

use super::{is_technique, line, pretty, technique_page, title};
use crate::ReportError;
use crate::base::{FactBase, Technique};

/// What Microsoft 365 is made of, in ATT&CK's words since its version 16.
const PLATFORMS: &[&str] = &["Identity Provider", "Office Suite", "SaaS"];

/// A layer in format 4.5. The score is the number of findings: events would let one bulk act drown all others. No
/// version of ATT&CK is named, so that the Navigator takes its current one.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn navigator(base: &FactBase) -> Result<String, ReportError> {
    let (known, odd): (Vec<&Technique>, Vec<&Technique>) = base
        .techniques
        .iter()
        .partition(|technique| is_technique(&technique.id));
    let most = known.iter().map(|technique| technique.findings).max();
    pretty(&json!({
        "name": title(base),
        "versions": { "navigator": "5.1.0", "layer": "4.5" },
        "domain": "enterprise-attack",
        "description": description(base, &odd),
        "filters": { "platforms": PLATFORMS },
        "sorting": 3,
        "layout": {
            "layout": "side",
            "showID": true,
            "showName": true,
            "expandedSubtechniques": "annotated",
        },
        "hideDisabled": false,
        "techniques": known.iter().map(|technique| cell(technique)).collect::<Vec<_>>(),
        "gradient": {
            "colors": ["#ffe0b3", "#d9480f"],
            "minValue": 0,
            "maxValue": most.unwrap_or_default().max(1),
        },
        "legendItems": [],
        "metadata": [
            { "name": "evidence", "value": base.case.evidence },
            { "name": "version", "value": base.case.version },
        ],
    }))
}

fn cell(technique: &Technique) -> Value {
    let titles: Vec<String> = technique.titles.iter().map(|title| line(title)).collect();
    json!({
        "techniqueID": technique.id,
        "score": technique.findings,
        "comment": titles.join("; "),
        "enabled": true,
        "metadata": [
            { "name": "findings", "value": technique.findings.to_string() },
            { "name": "events", "value": technique.events.to_string() },
        ],
        "links": [{ "label": "MITRE ATT&CK", "url": technique_page(&technique.id) }],
    })
}

/// What the layer shows; ids that the Navigator would refuse are named, not dropped in silence.
fn description(base: &FactBase, odd: &[&Technique]) -> String {
    let mut text = "Techniques that findings name; the score is the number of findings.".to_owned();
    if let (Some(from), Some(until)) = (base.case.from, base.case.until) {
        text.push_str(&format!(" Records from {from} to {until}."));
    }
    if !odd.is_empty() {
        let names: Vec<String> = odd.iter().map(|technique| line(&technique.id)).collect();
        text.push_str(&format!(" No technique's id: {}.", names.join(", ")));
    }
    text
}
