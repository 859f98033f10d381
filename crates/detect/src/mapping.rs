//! Field mappings: which records a log source means and which fields of the model its names mean.
//!
//! The mappings are data (`mappings/*.yml`), compiled into the binary and replaceable. A mapping says
//! for a log source which records it is (`records`, a detection in our own taxonomy) and for each field
//! its targets (`to`, any of them) and the values that mean something else here (`values`, each a
//! detection in our own taxonomy). They never hold a detection of their own.

use std::collections::BTreeMap;

use crate::compile::{self, Scope};
use crate::error::{MappingError, RuleError};
use crate::expr;
use crate::ir::{Expr, Field};
use crate::knowledge::Knowledge;
use crate::sigma::{Source, search};
use crate::taxonomy;
use crate::yaml::{self, Mapping, Value};

/// The files that are compiled into the binary, with their paths below `mappings/`.
pub const BUILT_IN: [(&str, &str); 5] = [
    (
        "azure.yml",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../mappings/azure.yml"
        )),
    ),
    (
        "m365.yml",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../mappings/m365.yml"
        )),
    ),
    (
        "microsoft.yml",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../mappings/microsoft.yml"
        )),
    ),
    (
        "provisioning.yml",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../mappings/provisioning.yml"
        )),
    ),
    (
        "roles.yml",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../mappings/roles.yml"
        )),
    ),
];

/// All mappings and the tables that stand beside them.
#[derive(Debug, Clone, Default)]
pub struct Mappings {
    sources: Vec<LogSource>,
    pub(crate) knowledge: Knowledge,
}

/// One log source of a taxonomy.
#[derive(Debug, Clone)]
pub(crate) struct LogSource {
    product: String,
    services: Vec<String>,
    /// The records that it means.
    pub(crate) records: Expr,
    /// By field name in lower case.
    pub(crate) fields: BTreeMap<String, FieldMapping>,
}

/// What a field of a taxonomy means.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FieldMapping {
    /// Any of these.
    pub(crate) targets: Vec<Field>,
    /// Values (in lower case) that are something else here.
    pub(crate) values: BTreeMap<String, Expr>,
}

impl Mappings {
    /// The mappings that the binary brings.
    ///
    /// # Errors
    /// Where one of them is wrong, which a test of this crate excludes.
    pub fn built_in() -> Result<Self, MappingError> {
        Self::load(BUILT_IN)
    }

    /// Mappings from files, each with its path and text.
    ///
    /// # Errors
    /// Where a file is wrong: which one, where and why.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, MappingError> {
        let mut mappings = Self::default();
        for (file, text) in files {
            let placed = |source| MappingError {
                file: file.to_owned(),
                source,
            };
            for document in yaml::documents(text).map_err(placed)? {
                mappings.add(&document).map_err(placed)?;
            }
        }
        Ok(mappings)
    }

    fn add(&mut self, document: &Mapping) -> Result<(), RuleError> {
        let Some(product) = yaml::text(document, "product")? else {
            return self.knowledge.add(document);
        };
        let shared = yaml::map(document, "fields")?
            .map(fields)
            .transpose()?
            .unwrap_or_default();
        let services = yaml::map(document, "services")?
            .ok_or_else(|| RuleError::key("services", "must be a map of log sources"))?;
        for (name, body) in services {
            let name = yaml::name(name)?;
            let Value::Mapping(body) = body else {
                return Err(RuleError::key(&name, "must be a map of keys"));
            };
            let records = body
                .get("records")
                .ok_or_else(|| RuleError::key(&name, "needs `records`"))?;
            let mut all = shared.clone();
            all.extend(
                yaml::map(body, "fields")?
                    .map(fields)
                    .transpose()?
                    .unwrap_or_default(),
            );
            let mut names = vec![name.to_ascii_lowercase()];
            names.extend(
                yaml::texts(body, "also")?
                    .iter()
                    .map(|name| name.to_ascii_lowercase()),
            );
            self.sources.push(LogSource {
                product: product.to_ascii_lowercase(),
                services: names,
                records: own(&format!("{name}.records"), records)?,
                fields: all,
            });
        }
        Ok(())
    }

    /// The scope in which a rule of this log source is compiled.
    ///
    /// # Errors
    /// Where nothing maps the log source.
    pub(crate) fn scope(&self, source: &Source) -> Result<Scope<'_>, RuleError> {
        let product = source.product.as_deref().unwrap_or_default();
        let service = source.service.as_deref().or(source.category.as_deref());
        if product == "hourzero" {
            return Scope::own(service).ok_or_else(|| self.unmapped(source));
        }
        let wanted = service.unwrap_or("*");
        self.sources
            .iter()
            .find(|mapped| {
                mapped.product == product && mapped.services.iter().any(|name| name == wanted)
            })
            .map(Scope::mapped)
            .ok_or_else(|| self.unmapped(source))
    }

    fn unmapped(&self, source: &Source) -> RuleError {
        let mut known: Vec<String> = self
            .sources
            .iter()
            .flat_map(|mapped| {
                mapped
                    .services
                    .iter()
                    .map(move |name| format!("{}/{name}", mapped.product))
            })
            .filter(|name| !name.ends_with('*'))
            .collect();
        known.push("hourzero and its logs".to_owned());
        RuleError::LogSource {
            source_name: source.to_string(),
            known: known.join(", "),
        }
    }
}

/// A detection in our own taxonomy (a map or a list of maps) as an expression.
pub(crate) fn own(name: &str, value: &Value) -> Result<Expr, RuleError> {
    let search = search::parse(name, value)?;
    compile::search(&search, &Scope::bare(), &mut Vec::new())
}

fn fields(map: &Mapping) -> Result<BTreeMap<String, FieldMapping>, RuleError> {
    map.iter()
        .map(|(name, body)| {
            let name = yaml::name(name)?;
            let mapping = field(&name, body)?;
            Ok((name.to_ascii_lowercase(), mapping))
        })
        .collect()
}

fn field(name: &str, body: &Value) -> Result<FieldMapping, RuleError> {
    let Value::Mapping(body) = body else {
        let names = yaml::scalars(body).ok_or_else(|| {
            RuleError::key(
                name,
                "must be a field, a list of fields or `to` and `values`",
            )
        })?;
        return Ok(FieldMapping {
            targets: targets(&names)?,
            values: BTreeMap::new(),
        });
    };
    let mut mapping = FieldMapping {
        targets: targets(&yaml::texts(body, "to")?)?,
        values: BTreeMap::new(),
    };
    if let Some(values) = yaml::map(body, "values")? {
        for (value, meaning) in values {
            let value = yaml::name(value)?;
            let meaning = match meaning {
                Value::Mapping(map) if map.is_empty() => Expr::Const(true),
                other => own(&format!("{name}: {value}"), other)?,
            };
            mapping.values.insert(value.to_lowercase(), meaning);
        }
    }
    Ok(mapping)
}

fn targets(names: &[String]) -> Result<Vec<Field>, RuleError> {
    let mut found = Vec::new();
    for name in names {
        found.extend(taxonomy::fields(name).ok_or_else(|| RuleError::Field(name.clone()))?);
    }
    Ok(found)
}

impl Scope<'_> {
    /// Our own taxonomy over the records of one log, or of all.
    pub(crate) fn own(service: Option<&str>) -> Option<Self> {
        let records = match service {
            None => Expr::Const(true),
            Some(name) => {
                let log = hourzero_model::Log::from_name(name)?;
                expr::test(
                    Field::Column(hourzero_model::Column::Source),
                    crate::ir::Check::Matches {
                        patterns: vec![crate::ir::Pattern::Exact(log.name().to_owned())],
                        cased: false,
                    },
                )
            }
        };
        Some(Self {
            records,
            fields: None,
        })
    }

    /// Our own taxonomy over any record.
    pub(crate) fn bare() -> Self {
        Self {
            records: Expr::Const(true),
            fields: None,
        }
    }
}

impl<'a> Scope<'a> {
    fn mapped(source: &'a LogSource) -> Self {
        Self {
            records: source.records.clone(),
            fields: Some(&source.fields),
        }
    }
}

impl Mappings {
    /// Everything that any taxonomy means by a field name; empty where none knows it.
    pub(crate) fn any_field(&self, name: &str) -> Vec<Field> {
        let name = name.to_lowercase();
        let mut found = Vec::new();
        for field in self
            .sources
            .iter()
            .filter_map(|source| source.fields.get(&name))
            .flat_map(|mapping| &mapping.targets)
        {
            if !found.contains(field) {
                found.push(field.clone());
            }
        }
        found
    }
}
