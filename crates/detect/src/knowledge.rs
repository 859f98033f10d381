//! Tables beside the mappings: Microsoft's own actors, names of roles, Microsoft's products and alerts.
//!
//! They are data (`mappings/provisioning.yml`, `roles.yml`, `microsoft.yml`), read once and looked up.

use std::collections::BTreeMap;

use crate::error::RuleError;
use crate::evaluate::Evaluator;
use crate::expr;
use crate::ir::{Expr, Field};
use crate::mapping;
use crate::taxonomy;
use crate::yaml::{self, Mapping, Value};

/// What the tables say.
#[derive(Debug, Clone)]
pub(crate) struct Knowledge {
    /// Acts of Microsoft's own accounts.
    pub(crate) system_actors: Evaluator,
    /// What that looks at.
    pub(crate) actor_fields: Vec<Field>,
    /// Today's name of a role by any name or id that logs use, in lower case.
    roles: BTreeMap<String, String>,
    /// How Microsoft's alerts are read.
    pub(crate) alerts: AlertTable,
}

/// How Microsoft's alerts and risk detections are read.
#[derive(Debug, Clone)]
pub(crate) struct AlertTable {
    /// Records that are an alert or a risk detection.
    pub(crate) records: Expr,
    /// Records that only name what an alert is about.
    pub(crate) evidence: Evaluator,
    /// Fields by purpose; the first with a value counts.
    fields: BTreeMap<String, Vec<Field>>,
    /// Product by a name that logs use, in lower case.
    products: BTreeMap<String, String>,
    /// The type by a title in lower case, where the title is not the type.
    types: BTreeMap<String, String>,
    /// The first title of a type, the type in lower case.
    titles: BTreeMap<String, String>,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self {
            system_actors: Evaluator::new(&Expr::Const(false)),
            actor_fields: Vec::new(),
            roles: BTreeMap::new(),
            alerts: AlertTable {
                records: Expr::Const(false),
                evidence: Evaluator::new(&Expr::Const(false)),
                fields: BTreeMap::new(),
                products: BTreeMap::new(),
                types: BTreeMap::new(),
                titles: BTreeMap::new(),
            },
        }
    }
}

impl Knowledge {
    /// Takes in a document that is no mapping of a log source.
    pub(crate) fn add(&mut self, document: &Mapping) -> Result<(), RuleError> {
        for (key, body) in document {
            let key = yaml::name(key)?;
            match (key.as_str(), body) {
                ("system_actors", body) => {
                    let acts = either("system_actors", body)?;
                    self.system_actors = Evaluator::new(&acts);
                    self.actor_fields = acts.fields().into_iter().cloned().collect();
                }
                ("roles", Value::Mapping(map)) => names_by_other(map, &mut self.roles)?,
                ("products", Value::Mapping(map)) => {
                    names_by_other(map, &mut self.alerts.products)?;
                }
                ("types", Value::Mapping(map)) => {
                    names_by_other(map, &mut self.alerts.types)?;
                    self.alerts.add_titles(map)?;
                }
                ("alerts", body) => self.alerts.records = mapping::own("alerts", body)?,
                ("alert_evidence", body) => {
                    self.alerts.evidence = Evaluator::new(&mapping::own("alert_evidence", body)?);
                }
                ("alert_fields", Value::Mapping(map)) => self.alerts.add_fields(map)?,
                (other, _) => {
                    return Err(RuleError::key(
                        other,
                        "is no table, or is no map; a mapping has `product` and `services`",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Today's name of a role, where the table knows the name or id.
    pub(crate) fn role(&self, logged: &str) -> Option<&str> {
        self.roles
            .get(&logged.trim().to_lowercase())
            .map(String::as_str)
    }
}

/// A table of detections: any of its entries, so that each can be named.
fn either(name: &str, body: &Value) -> Result<Expr, RuleError> {
    let Value::Mapping(map) = body else {
        return Err(RuleError::key(name, "must be a map of named detections"));
    };
    let parts = map
        .iter()
        .map(|(key, value)| {
            let key = yaml::name(key)?;
            mapping::own(&format!("{name}.{key}"), value)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(expr::any(parts))
}

fn names_by_other(map: &Mapping, into: &mut BTreeMap<String, String>) -> Result<(), RuleError> {
    for (name, others) in map {
        let name = yaml::name(name)?;
        let others = yaml::scalars(others)
            .ok_or_else(|| RuleError::key(&name, "must be a list of names"))?;
        for other in others {
            into.insert(other.trim().to_lowercase(), name.clone());
        }
        into.insert(name.to_lowercase(), name);
    }
    Ok(())
}

impl AlertTable {
    fn add_fields(&mut self, map: &Mapping) -> Result<(), RuleError> {
        for key in map.keys() {
            let key = yaml::name(key)?;
            let mut fields = Vec::new();
            for name in yaml::texts(map, &key)? {
                fields.push(taxonomy::field(&name).ok_or(RuleError::Field(name))?);
            }
            self.fields.insert(key, fields);
        }
        Ok(())
    }

    fn add_titles(&mut self, map: &Mapping) -> Result<(), RuleError> {
        for (kind, titles) in map {
            let first = yaml::scalars(titles).and_then(|titles| titles.into_iter().next());
            if let Some(first) = first {
                self.titles.insert(yaml::name(kind)?.to_lowercase(), first);
            }
        }
        Ok(())
    }

    /// A title for a risk detection, which has only a type.
    pub(crate) fn title(&self, kind: &str) -> String {
        let known = self
            .titles
            .get(&kind.to_lowercase())
            .map_or(kind, String::as_str);
        format!("Entra ID Protection reports: {known}")
    }

    /// The fields of a purpose.
    pub(crate) fn fields(&self, purpose: &str) -> &[Field] {
        self.fields
            .get(purpose)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The short name of a product.
    pub(crate) fn product(&self, logged: &str) -> Option<&str> {
        self.products
            .get(&logged.trim().to_lowercase())
            .map(String::as_str)
    }

    /// The type of a title or type as logged.
    pub(crate) fn kind<'a>(&'a self, logged: &'a str) -> &'a str {
        self.types
            .get(&logged.trim().to_lowercase())
            .map_or(logged, String::as_str)
    }
}
