//! The long tail of the unified audit log: operations that change nothing in this world and are known by
//! their keys alone. Each is one entry of `data/noise/*.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::Writing;
use super::record::{self, Head, Lateness, User};
use super::template::Template;
use crate::happening::Noise;

/// Whose doing an operation is, so that the life of the tenant knows when it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// A person at work, as a side effect of it.
    Person,
    /// An administrator in a portal.
    Administrator,
    /// The service by itself; no account.
    Service,
}

/// What a tenant must have for an operation to be written at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Nothing.
    #[default]
    Nothing,
    /// Defender for Office 365 and XDR.
    Defender,
}

/// One operation of the long tail.
#[derive(Debug)]
pub struct NoiseOperation {
    /// Workload as logged.
    pub workload: String,
    /// Operation as logged.
    pub operation: String,
    /// Whose doing it is.
    pub doer: Doer,
    /// How often, in thousandths: for a person or administrator, of a working day; for the service, of a
    /// day of the whole tenant.
    pub daily: u64,
    /// What the tenant must have.
    pub needs: Need,
    record_type: u16,
    user: (Template, Template, u8),
    result: Option<String>,
    client_ip: Option<Template>,
    object: Option<Template>,
    default_object: Option<Template>,
    keys: Template,
    often: Vec<(u64, Template)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    shape: BTreeMap<String, Shape>,
    #[serde(default)]
    operation: Vec<Entry>,
}

/// What several operations have in common.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    workload: Option<String>,
    record_type: Option<u16>,
    user_id: Option<String>,
    user_key: Option<String>,
    user_type: Option<u8>,
    result: Option<String>,
    client_ip: Option<String>,
    object: Option<String>,
    /// What the happening is about where it does not say.
    default_object: Option<String>,
    keys: Option<String>,
    #[serde(default)]
    often: Vec<Often>,
    doer: Option<Doer>,
    needs: Option<Need>,
}

/// Keys that only some of an operation's records have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Often {
    thousandths: u64,
    keys: String,
}

#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    shape: Option<String>,
    daily: u64,
    #[serde(default)]
    set: BTreeMap<String, String>,
    #[serde(flatten)]
    own: Shape,
}

const FILES: [(&str, &str); 5] = [
    (
        "compliance",
        include_str!("../../../data/noise/compliance.toml"),
    ),
    (
        "defender",
        include_str!("../../../data/noise/defender.toml"),
    ),
    (
        "exchange",
        include_str!("../../../data/noise/exchange.toml"),
    ),
    (
        "sharing",
        include_str!("../../../data/noise/sharepoint.toml"),
    ),
    ("work", include_str!("../../../data/noise/work.toml")),
];

static CATALOGUE: LazyLock<Vec<NoiseOperation>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program, and a test reads them"
    )]
    read().expect("the catalogue of operations is well-formed")
});

/// Every operation of the long tail, ordered by workload and name. An operation can stand there twice: one
/// happening then leaves both records.
pub fn noise_catalogue() -> &'static [NoiseOperation] {
    &CATALOGUE
}

fn read() -> Result<Vec<NoiseOperation>, String> {
    let mut operations = Vec::new();
    for (file, text) in FILES {
        let File { shape, operation } =
            toml::from_str(text).map_err(|error| format!("{file}: {error}"))?;
        for entry in operation {
            let name = entry.name.clone();
            let read = entry
                .read(&shape)
                .map_err(|error| format!("{file}, {name}: {error}"))?;
            operations.push(read);
        }
    }
    operations.sort_by(|a, b| (&a.workload, &a.operation).cmp(&(&b.workload, &b.operation)));
    Ok(operations)
}

impl Entry {
    fn read(self, shapes: &BTreeMap<String, Shape>) -> Result<NoiseOperation, String> {
        let shape = match &self.shape {
            Some(name) => shapes
                .get(name)
                .cloned()
                .ok_or(format!("no shape `{name}`"))?,
            None => Shape::default(),
        };
        let set = self.set;
        let template = |text: &str| Template::read(text, &set);
        let missing = |key: &str| format!("`{key}` is missing");
        let own = self.own;
        let or = |own: Option<String>, shape: Option<String>| own.or(shape);
        let optional = |text: Option<String>| text.map(|text| template(&text)).transpose();
        let user = (
            template(&or(own.user_id, shape.user_id).unwrap_or("${upn}".to_owned()))?,
            template(&or(own.user_key, shape.user_key).unwrap_or("${oid}".to_owned()))?,
            own.user_type.or(shape.user_type).unwrap_or(0),
        );
        let often = if own.often.is_empty() {
            shape.often
        } else {
            own.often
        };
        Ok(NoiseOperation {
            workload: or(own.workload, shape.workload).ok_or(missing("workload"))?,
            doer: own.doer.or(shape.doer).ok_or(missing("doer"))?,
            daily: self.daily,
            needs: own.needs.or(shape.needs).unwrap_or_default(),
            record_type: own
                .record_type
                .or(shape.record_type)
                .ok_or(missing("record_type"))?,
            user,
            result: or(own.result, shape.result),
            client_ip: optional(or(own.client_ip, shape.client_ip))?,
            object: optional(or(own.object, shape.object))?,
            default_object: optional(or(own.default_object, shape.default_object))?,
            keys: template(&or(own.keys, shape.keys).unwrap_or_default())?,
            often: often
                .iter()
                .map(|some| Ok((some.thousandths, template(&some.keys)?)))
                .collect::<Result<_, String>>()?,
            operation: self.name,
        })
    }
}

/// Adds the records of an operation of the catalogue. An operation that the catalogue does not know leaves
/// none: nobody knows its keys.
pub(super) fn write(writing: &mut Writing<'_, '_>, noise: &Noise) {
    let wanted = (noise.workload, noise.operation);
    let name =
        |entry: &NoiseOperation| (entry.workload.as_str(), entry.operation.as_str()).cmp(&wanted);
    let from = CATALOGUE.partition_point(|entry| name(entry).is_lt());
    let entries = CATALOGUE
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|entry| name(entry).is_eq());
    for entry in entries {
        if entry.needs == Need::Defender && !writing.world.tenant.defender {
            continue;
        }
        entry.write(writing, noise);
    }
}

impl NoiseOperation {
    fn write(&self, writing: &mut Writing<'_, '_>, noise: &Noise) {
        let id = record::ticked_id(&mut writing.stream, writing.happening.at);
        let object = match &self.default_object {
            Some(default) if noise.object.is_empty() => default.fill(writing, id, ""),
            _ => noise.object.clone(),
        };
        let object = object.as_str();
        let mut fill = |template: &Template| template.fill(writing, id, object);
        let (user_id, user_key, user_type) = &self.user;
        let user = User::new(fill(user_id), fill(user_key), *user_type);
        let client_ip = self.client_ip.as_ref().map(&mut fill);
        let own_object = self.object.as_ref().map(&mut fill);
        let mut keys = fill(&self.keys);
        for (thousandths, template) in &self.often {
            if writing.stream.chance(*thousandths) {
                if !keys.is_empty() {
                    keys.push(',');
                }
                keys.push_str(&template.fill(writing, id, object));
            }
        }
        let head = Head {
            at: writing.happening.at,
            id,
            operation: &self.operation,
            record_type: self.record_type,
            workload: &self.workload,
            result: self.result.as_deref(),
            client_ip,
            object: own_object.as_deref(),
            user,
        };
        record::push(writing, &head, Lateness::General, |record| {
            record.members(&keys);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_well_formed_and_its_records_are_json() {
        let operations = read().unwrap();
        assert!(operations.len() >= 60, "{}", operations.len());
    }
}
