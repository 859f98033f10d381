//! One file to rules: predicates are compiled at once, correlations wait until all rules are known.

use std::collections::BTreeMap;

use hourzero_model::{Confidence, Severity};
use sha2::{Digest, Sha256};

use super::{Alerting, Assembly, FailedRule, Origin, Rule, RuleKind, SystemActors};
use crate::compile::{self, Scope, Trace};
use crate::error::RuleError;
use crate::expr;
use crate::ir::{Expr, Field};
use crate::mapping::Mappings;
use crate::sigma::block::Block;
use crate::sigma::condition::Aggregation;
use crate::sigma::correlation::{Correlation, Generate, Kind, Order, When};
use crate::sigma::{self, Body, Detection, Document, Head, Source};
use crate::taxonomy;

/// A correlation that waits for the rules that it refers to. Its rule is complete but for the kind.
pub(super) struct Pending {
    pub(super) rule: Rule,
    pub(super) correlation: Correlation,
}

/// A filter that waits for the rules that it narrows.
pub(super) struct PendingFilter {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) expr: Expr,
    pub(super) rules: Vec<String>,
    pub(super) source: Source,
}

/// Builds the rules of all files.
pub(super) struct Builder<'a> {
    mappings: &'a Mappings,
    rules: Vec<(Rule, Source)>,
    failed: Vec<FailedRule>,
    pending: Vec<Pending>,
    filters: Vec<PendingFilter>,
}

/// What a builder hands on.
pub(super) type Built = (
    Vec<Rule>,
    Vec<FailedRule>,
    Vec<Pending>,
    Vec<(PendingFilter, Vec<usize>)>,
);

/// Where a document stands.
struct Place<'a> {
    path: &'a str,
    hash: &'a str,
    number: usize,
    is_main: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(mappings: &'a Mappings) -> Self {
        Self {
            mappings,
            rules: Vec::new(),
            failed: Vec::new(),
            pending: Vec::new(),
            filters: Vec::new(),
        }
    }

    pub(super) fn file(&mut self, path: &str, text: &str) {
        let hash: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let documents = match sigma::parse(text) {
            Ok(documents) => documents,
            Err(reason) => {
                self.fail(path, &Head::default(), reason);
                return;
            }
        };
        // The last correlation of a file speaks for it, else its first rule.
        let main = documents
            .iter()
            .rposition(|document| matches!(document.body, Ok(Body::Correlation(_))))
            .unwrap_or(0);
        for (number, document) in documents.into_iter().enumerate() {
            let place = Place {
                path,
                hash: &hash,
                number,
                is_main: number == main,
            };
            self.document(&place, document);
        }
    }

    fn fail(&mut self, path: &str, head: &Head, reason: RuleError) {
        self.failed.push(FailedRule {
            path: path.to_owned(),
            id: head.id.clone().unwrap_or_else(|| path.to_owned()),
            title: head.title.clone(),
            reason,
        });
    }

    fn document(&mut self, place: &Place<'_>, document: Document) {
        let Document { head, body } = document;
        let done = match body {
            Err(reason) => Err(reason),
            Ok(Body::Detection(detection)) => self.detection(place, &head, detection),
            Ok(Body::Correlation(correlation)) => rule(
                place,
                &head,
                RuleKind::Predicate(Expr::Const(false)),
                BTreeMap::new(),
            )
            .map(|rule| self.pending.push(Pending { rule, correlation })),
            Ok(Body::Filter(filter)) => {
                predicate(&filter.detection, self.mappings, &mut Vec::new()).map(|expr| {
                    self.filters.push(PendingFilter {
                        path: place.path.to_owned(),
                        title: head.title.clone(),
                        expr,
                        rules: filter.rules,
                        source: filter.detection.source,
                    });
                })
            }
        };
        if let Err(reason) = done {
            self.fail(place.path, &head, reason);
        }
    }

    fn detection(
        &mut self,
        place: &Place<'_>,
        head: &Head,
        detection: Detection,
    ) -> Result<(), RuleError> {
        let mut trace = Trace::new();
        let expr = predicate(&detection, self.mappings, &mut trace)?;
        let mut fields: BTreeMap<String, Vec<Field>> = BTreeMap::new();
        for (name, targets) in trace {
            let known = fields.entry(name).or_default();
            known.extend(targets);
            known.sort();
            known.dedup();
        }
        let mut built = rule(place, head, RuleKind::Predicate(expr), fields)?;
        if let Some((aggregation, frame)) = detection.aggregation {
            let base = format!("{}#events", built.id);
            let mut counting = built.clone();
            counting.fields = BTreeMap::new();
            self.pending.push(Pending {
                rule: counting,
                correlation: counted(&aggregation, frame, &base),
            });
            base.clone_into(&mut built.id);
            built.sigma_id = None;
            built.name = Some(base);
        }
        self.rules.push((built, detection.source));
        Ok(())
    }

    pub(super) fn finish(self) -> Built {
        let filters = self
            .filters
            .into_iter()
            .map(|filter| {
                let meant = self.rules.iter().enumerate().filter(|(_, (rule, source))| {
                    if filter.rules.is_empty() {
                        *source == filter.source
                    } else {
                        filter.rules.iter().any(|wanted| refers(rule, wanted))
                    }
                });
                let meant = meant.map(|(index, _)| index).collect();
                (filter, meant)
            })
            .collect();
        let rules = self.rules.into_iter().map(|(rule, _)| rule).collect();
        (rules, self.failed, self.pending, filters)
    }
}

/// Whether a reference means a rule: by its own id, its name, its path or its id in findings.
pub(super) fn refers(rule: &Rule, wanted: &str) -> bool {
    rule.sigma_id.as_deref() == Some(wanted)
        || rule.name.as_deref() == Some(wanted)
        || rule.id == wanted
        || rule.file == wanted
        || strip(&rule.file) == wanted
}

/// A path without what is the same for all rules. A rule in a folder of its own, beside its samples, is
/// named by the folder.
fn strip(path: &str) -> &str {
    let path = path.strip_prefix("rules/").unwrap_or(path);
    let stem = path
        .strip_suffix(".yml")
        .or_else(|| path.strip_suffix(".yaml"))
        .unwrap_or(path);
    stem.strip_suffix("/rule").unwrap_or(stem)
}

/// A detection over the records of its log source.
fn predicate(
    detection: &Detection,
    mappings: &Mappings,
    trace: &mut Trace,
) -> Result<Expr, RuleError> {
    let scope: Scope<'_> = mappings.scope(&detection.source)?;
    let mut searches = BTreeMap::new();
    for (name, search) in &detection.searches {
        searches.insert(name.clone(), compile::search(search, &scope, trace)?);
    }
    let conditions = detection
        .conditions
        .iter()
        .map(|condition| compile::condition(condition, &searches))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(expr::all([scope.records.clone(), expr::any(conditions)]))
}

/// An old aggregation as the correlation that it means.
fn counted(aggregation: &Aggregation, frame: i64, base: &str) -> Correlation {
    let order = Order::named(aggregation.order).unwrap_or(Order::Greater);
    Correlation {
        kind: match &aggregation.field {
            None => Kind::EventCount,
            Some(field) => Kind::ValueCount(vec![field.clone()]),
        },
        rules: vec![base.to_owned()],
        group_by: aggregation.by.clone(),
        span: frame,
        when: When::Count(vec![(order, aggregation.number.get())]),
        aliases: BTreeMap::new(),
        generate: Generate::No,
    }
}

fn rule(
    place: &Place<'_>,
    head: &Head,
    kind: RuleKind,
    fields: BTreeMap<String, Vec<Field>>,
) -> Result<Rule, RuleError> {
    let block = head.block.clone().unwrap_or_default();
    let path = match (place.is_main, &head.name) {
        (true, _) => strip(place.path).to_owned(),
        (false, Some(name)) => format!("{}#{name}", strip(place.path)),
        (false, None) => format!("{}#{}", strip(place.path), place.number + 1),
    };
    let origin = if head.block.is_some() {
        Origin::Ours
    } else {
        Origin::User
    };
    let id = match (origin, &head.id) {
        (Origin::User, Some(id)) => id.clone(),
        _ => path,
    };
    let innocent = if block.innocent.is_empty() {
        head.false_positives.join("; ")
    } else {
        block.innocent.clone()
    };
    Ok(Rule {
        id,
        sigma_id: head.id.clone(),
        name: head.name.clone(),
        title: head.title.clone(),
        description: head.description.clone(),
        severity: head.level.unwrap_or(Severity::Medium),
        attack: techniques(&head.tags),
        tags: head.tags.clone(),
        innocent,
        confirm: block.confirm.clone(),
        confidence: block.confidence.unwrap_or(Confidence::Possible),
        kind,
        alerting: Alerting::Reported,
        origin,
        system_actors: block.system_actors,
        assembly: assembly(&block)?,
        fields,
        file: place.path.to_owned(),
        hash: place.hash.to_owned(),
    })
}

/// The technique ids among tags such as `attack.t1114.003`.
fn techniques(tags: &[String]) -> Vec<String> {
    let mut found: Vec<String> = tags
        .iter()
        .filter_map(|tag| {
            tag.trim()
                .to_ascii_lowercase()
                .strip_prefix("attack.t")
                .map(|rest| format!("T{rest}"))
        })
        .filter(|id| {
            id.chars()
                .nth(1)
                .is_some_and(|digit| digit.is_ascii_digit())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn assembly(block: &Block) -> Result<Assembly, RuleError> {
    let named = |names: &[String]| -> Result<Vec<Field>, RuleError> {
        let mut fields = Vec::new();
        for name in names {
            fields.extend(taxonomy::fields(name).ok_or_else(|| RuleError::Field(name.clone()))?);
        }
        Ok(fields)
    };
    let mut details = BTreeMap::new();
    for (key, names) in &block.details {
        details.insert(key.clone(), named(names)?);
    }
    Ok(Assembly {
        group_by: block
            .group_by
            .iter()
            .map(|name| named(std::slice::from_ref(name)))
            .collect::<Result<_, _>>()?,
        gap: block.gap.unwrap_or(super::DEFAULT_GAP),
        accounts: named(&block.accounts)?,
        targets: named(&block.targets)?,
        details,
        sentence: block.title.clone(),
    })
}

/// The built-in rule whose hits are Microsoft's alerts and risk detections.
pub(super) fn microsoft(mappings: &Mappings) -> Rule {
    Rule {
        id: "microsoft".to_owned(),
        sigma_id: None,
        name: None,
        title: "Microsoft's alerts and risk detections".to_owned(),
        description: "Alerts of Microsoft's products and risk detections of Entra, as they are in the evidence.".to_owned(),
        severity: Severity::Informational,
        attack: Vec::new(),
        tags: Vec::new(),
        innocent: "Microsoft's detections look for the unusual: travel, a new device, a VPN or an administrator's script raise them too.".to_owned(),
        confirm: "The records of the same account at the time of the activity.".to_owned(),
        confidence: Confidence::Possible,
        kind: RuleKind::Predicate(mappings.knowledge.alerts.records.clone()),
        alerting: Alerting::Reported,
        origin: Origin::Microsoft,
        system_actors: SystemActors::Count,
        assembly: Assembly::default(),
        fields: BTreeMap::new(),
        file: "mappings/microsoft.yml".to_owned(),
        hash: String::new(),
    }
}
