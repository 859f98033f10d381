//! A bundle in STIX 2.1.

mod pattern;

use hourzero_model::Confidence;
use serde_json::{Map, Value, json};

use super::id::id;
use super::time::{made, with_millis};
use super::traits::{shared_warning, traits};
use super::{is_technique, line, pretty, technique_page, title};
use crate::ReportError;
use crate::base::{FactBase, SharedTrait, Technique};

/// The marking TLP:AMBER; the standard fixes its id and its time (STIX 2.1, 7.2.1.4).
const AMBER: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";

/// The bundle: who was attacked, who says so, the campaign, its indicators and techniques, and a report of them all.
///
/// Facts do not say which value served which technique. So an indicator indicates the campaign, which uses the
/// techniques; a technique is indicated directly only by a value whose context names one of its findings.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn stix(base: &FactBase) -> Result<String, ReportError> {
    let traits = traits(base);
    let mut bundle = Bundle::new(base);
    let victim = bundle.identities();
    if !traits.is_empty() || !base.techniques.is_empty() {
        let campaign = bundle.campaign(&traits, &victim);
        let techniques: Vec<(&Technique, String)> = base
            .techniques
            .iter()
            .map(|technique| (technique, bundle.technique(technique, &campaign)))
            .collect();
        for one in &traits {
            match pattern::pattern(one) {
                Some(pattern) => bundle.indicator(one, &pattern, &campaign, &techniques),
                None => bundle.note(one, &campaign),
            }
        }
    }
    bundle.report(&traits);
    pretty(&bundle.done())
}

/// The objects as they come.
struct Bundle<'a> {
    base: &'a FactBase,
    at: String,
    maker: String,
    objects: Vec<Value>,
}

impl<'a> Bundle<'a> {
    fn new(base: &'a FactBase) -> Self {
        let at = with_millis(made(base));
        let maker = format!("identity--{}", id(base, &["stix", "identity", "maker"]));
        Self {
            base,
            at,
            maker,
            objects: Vec::new(),
        }
    }

    /// Adds an object with what all objects have; gives its id.
    fn add(&mut self, kind: &str, parts: &[&str], own: Value) -> String {
        let mut name = vec!["stix", kind];
        name.extend(parts);
        let id = format!("{kind}--{}", id(self.base, &name));
        let mut object: Map<String, Value> = match own {
            Value::Object(own) => own,
            _ => Map::new(),
        };
        object.insert("type".to_owned(), kind.into());
        object.insert("spec_version".to_owned(), "2.1".into());
        object.insert("id".to_owned(), id.as_str().into());
        object.insert("created".to_owned(), self.at.as_str().into());
        object.insert("modified".to_owned(), self.at.as_str().into());
        object.insert("created_by_ref".to_owned(), self.maker.as_str().into());
        object.insert("object_marking_refs".to_owned(), json!([AMBER]));
        self.objects.push(object.into());
        id
    }

    /// The organisation that was attacked, whose id is given, and the program that says so.
    fn identities(&mut self) -> String {
        self.add(
            "identity",
            &["maker"],
            json!({
                "name": line(&format!("Hour Zero {}", self.base.case.version)).trim(),
                "identity_class": "system",
            }),
        );
        let tenant = line(&self.base.case.tenant);
        let name = match tenant.as_str() {
            "" => "A tenant of Microsoft 365",
            tenant => tenant,
        };
        self.add(
            "identity",
            &["victim"],
            json!({ "name": name, "identity_class": "organization" }),
        )
    }

    fn campaign(&mut self, traits: &[SharedTrait], victim: &str) -> String {
        let times = || traits.iter().flat_map(|one| [one.first, one.last]);
        let mut own = json!({
            "name": title(self.base),
            "description": "The attack on this tenant, as far as its logs show it.",
        });
        if let (Some(first), Some(last), Value::Object(own)) =
            (times().min(), times().max(), &mut own)
        {
            own.insert("first_seen".to_owned(), with_millis(first).into());
            own.insert("last_seen".to_owned(), with_millis(last).into());
        }
        let campaign = self.add("campaign", &[], own);
        self.relate(&campaign, "targets", victim);
        campaign
    }

    fn technique(&mut self, technique: &Technique, campaign: &str) -> String {
        let titles: Vec<String> = technique.titles.iter().map(|title| line(title)).collect();
        let mut own = json!({
            // The facts know techniques by id; whoever reads this knows their names.
            "name": line(&technique.id),
            "description": format!(
                "Findings: {}. Events: {}. {}",
                technique.findings,
                technique.events,
                titles.join("; "),
            ),
        });
        if let (true, Value::Object(own)) = (is_technique(&technique.id), &mut own) {
            let reference = json!([{
                "source_name": "mitre-attack",
                "external_id": technique.id,
                "url": technique_page(&technique.id),
            }]);
            own.insert("external_references".to_owned(), reference);
        }
        let id = self.add("attack-pattern", &[&technique.id], own);
        self.relate(campaign, "uses", &id);
        id
    }

    fn indicator(
        &mut self,
        one: &SharedTrait,
        pattern: &str,
        campaign: &str,
        techniques: &[(&Technique, String)],
    ) {
        let sign = match one.shared_with_innocents {
            0 => "malicious-activity",
            _ => "anomalous-activity",
        };
        let indicator = self.add(
            "indicator",
            &[&one.kind, &one.value],
            json!({
                "name": named(one),
                "description": described(one),
                "indicator_types": [sign],
                "pattern": pattern,
                "pattern_type": "stix",
                "pattern_version": "2.1",
                "valid_from": with_millis(one.first),
                "confidence": confidence(one),
            }),
        );
        self.relate(&indicator, "indicates", campaign);
        for (technique, id) in techniques {
            if names_finding(&one.context, technique) {
                self.relate(&indicator, "indicates", id);
            }
        }
    }

    /// What the standard has no observable object for, said in words.
    fn note(&mut self, one: &SharedTrait, campaign: &str) {
        self.add(
            "note",
            &[&one.kind, &one.value],
            json!({
                "abstract": named(one),
                "content": format!("{}: {}\n{}", line(&one.kind), one.value, described(one)),
                "confidence": confidence(one),
                "object_refs": [campaign],
            }),
        );
    }

    fn relate(&mut self, from: &str, how: &str, to: &str) {
        self.add(
            "relationship",
            &[from, how, to],
            json!({ "relationship_type": how, "source_ref": from, "target_ref": to }),
        );
    }

    /// The report, which refers to everything before it.
    fn report(&mut self, traits: &[SharedTrait]) {
        let base = self.base;
        let refs: Vec<Value> = self
            .objects
            .iter()
            .filter_map(|object| object.get("id").cloned())
            .collect();
        self.add(
            "report",
            &[],
            json!({
                "name": title(self.base),
                "description": format!(
                    "What betrays the attacker: {} values, of which {} are used by innocents too; {} techniques. \
                     Evidence {}, rules {}.",
                    traits.len(),
                    traits.iter().filter(|one| one.shared_with_innocents > 0).count(),
                    base.techniques.len(),
                    line(&base.case.evidence),
                    line(&base.case.rules),
                ),
                "report_types": ["campaign", "indicator"],
                "published": self.at,
                "object_refs": refs,
            }),
        );
    }

    fn done(self) -> Value {
        let marking = json!({
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": AMBER,
            "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp",
            "name": "TLP:AMBER",
            "definition": { "tlp": "amber" },
        });
        let objects: Vec<Value> = std::iter::once(marking).chain(self.objects).collect();
        json!({
            "type": "bundle",
            "id": format!("bundle--{}", id(self.base, &["stix", "bundle"])),
            "objects": objects,
        })
    }
}

fn named(one: &SharedTrait) -> String {
    format!("{} {}", line(&one.kind), line(&one.value))
}

fn described(one: &SharedTrait) -> String {
    format!(
        "Seen from {} to {}: {}.{}",
        one.first,
        one.last,
        line(&one.context),
        shared_warning(one),
    )
}

/// The confidence on the scale of the Admiralty Code (STIX 2.1, appendix A): confirmed, probably true, possibly true.
/// What innocents use is two steps less sure as a sign.
fn confidence(one: &SharedTrait) -> u8 {
    let sure: u8 = match one.confidence {
        Confidence::Confirmed => 90,
        Confidence::Likely => 70,
        Confidence::Possible => 50,
    };
    match one.shared_with_innocents {
        0 => sure,
        _ => sure - 40,
    }
}

/// Whether a context, a list of titles with semicolons between, names a finding of the technique.
fn names_finding(context: &str, technique: &Technique) -> bool {
    let context = format!("; {context}; ");
    technique
        .titles
        .iter()
        .any(|title| context.contains(&format!("; {title}; ")))
}
