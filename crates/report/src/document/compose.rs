//! From the fact base to a document.

use std::collections::BTreeMap;

use hourzero_model::ArtefactId;

use super::words::{GLOSSARY, certificate, ground};
use super::{Audience, Block, Cited, Document, Drawing, Part, Rule, Sentence};
use crate::base::{FactBase, Row, Section, Statement, StatementKind, Table};
use crate::drawing;

/// The annex and the timeline of a document have at most so many rows; the lists of `out/` have all of them.
pub const ANNEX_ROWS: usize = 2_000;

/// So many records are listed for one statement.
const LISTED: usize = 25;

/// A brief section has so many sentences and a table of so many rows.
const BRIEF_SENTENCES: usize = 7;
const BRIEF_ROWS: usize = 10;

/// Tables that stand in the annex where they have more rows than [`SHORT`]: a reader of the sentences does not need them.
const LISTS: &[&str] = &[
    "accounts",
    "acts",
    "custody",
    "days",
    "dead-rules",
    "findings",
    "indicators",
    "links",
    "manifest",
    "timeline",
    "unread",
    "verdicts",
    "worksheet",
];
const SHORT: usize = 8;

/// The tables that a brief section has.
const BRIEF_TABLES: &[&str] = &["clocks"];

/// Makes the document for an audience. It is a draft without a seal; `seal` says in words what the seal covers.
pub fn compose(base: &FactBase, audience: Audience, seal: Option<&str>) -> Document {
    let mut parts = Vec::new();
    let mut lists = Vec::new();
    for section in Section::ALL {
        if let Some(rule) = audience.rule(*section) {
            part(base, *section, rule, (&mut parts, &mut lists));
        }
    }
    if !lists.is_empty() {
        parts.push(Part {
            id: "lists".to_owned(),
            title: "Annex: lists".to_owned(),
            level: 1,
            starts_page: true,
            is_wide: true,
            blocks: lists.into_iter().map(Block::Table).collect(),
        });
    }
    let annex = if matches!(audience, Audience::Leadership | Audience::Client) {
        Vec::new()
    } else {
        annex(base, &parts)
    };
    Document {
        title: audience.title().to_owned(),
        audience,
        is_draft: seal.is_none(),
        facts: cover(base, seal),
        parts,
        annex,
    }
}

fn cover(base: &FactBase, seal: Option<&str>) -> Vec<(String, String)> {
    let case = &base.case;
    let mut facts = vec![("Case".to_owned(), case.name.clone())];
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), value));
        }
    };
    add("Tenant", case.tenant.clone());
    if let (Some(from), Some(until)) = (case.from, case.until) {
        add("Records from", format!("{from} to {until}"));
    }
    add(
        "Times",
        match case.zone.as_str() {
            "UTC" => "UTC".to_owned(),
            zone => format!("UTC; local times are those of {zone}"),
        },
    );
    add("Evidence", case.evidence.clone());
    add("Made by", format!("Hour Zero {}", case.version));
    add("Seal", seal.unwrap_or_default().to_owned());
    add("Names", case.names.clone());
    facts
}

fn part(
    base: &FactBase,
    section: Section,
    rule: Rule,
    (parts, lists): (&mut Vec<Part>, &mut Vec<Table>),
) {
    let said: Vec<&Statement> = base
        .statements
        .iter()
        .filter(|one| one.section == section && rule.shows(one))
        .collect();
    let mut blocks: Vec<Block> = Vec::new();
    let most = match rule {
        Rule::Brief => BRIEF_SENTENCES,
        Rule::Three => 3,
        _ => usize::MAX,
    };
    let (first, opinions): (Vec<&Statement>, Vec<&Statement>) = match rule {
        Rule::Apart => said
            .into_iter()
            .partition(|one| matches!(one.kind, StatementKind::Fact | StatementKind::Told)),
        _ => (said, Vec::new()),
    };
    blocks.extend(first.into_iter().take(most).map(sentence));
    if !matches!(rule, Rule::Numbers | Rule::Three) {
        blocks.extend(
            drawings(base, section, rule)
                .into_iter()
                .map(Block::Drawing),
        );
        let tables = base.tables.iter().filter(|table| table.section == section);
        for table in tables.filter_map(|table| shown(table, rule)) {
            if LISTS.contains(&table.id.as_str()) && table.rows.len() > SHORT {
                blocks.push(Block::Note(format!(
                    "In the annex: {} ({} rows).",
                    table.caption,
                    table.rows.len()
                )));
                lists.push(table);
            } else {
                blocks.push(Block::Table(table));
            }
        }
    }
    match section {
        Section::Glossary => {
            blocks.extend(GLOSSARY.iter().map(|text| Block::Note((*text).to_owned())));
        }
        Section::Certificate => {
            blocks.extend(certificate(base).into_iter().map(Block::Note));
        }
        _ => {}
    }
    if blocks.is_empty() && opinions.is_empty() {
        return;
    }
    parts.push(Part {
        id: section.name().to_owned(),
        title: section.title().to_owned(),
        level: 1,
        starts_page: matches!(section, Section::Certificate),
        is_wide: false,
        blocks,
    });
    if !opinions.is_empty() {
        parts.push(Part {
            id: format!("{}-opinion", section.name()),
            title: format!("{}: opinion", section.title()),
            level: 2,
            starts_page: false,
            is_wide: false,
            blocks: opinions.into_iter().map(sentence).collect(),
        });
    }
}

fn drawings(base: &FactBase, section: Section, rule: Rule) -> Vec<Drawing> {
    if matches!(rule, Rule::Brief) && section != Section::Summary {
        return Vec::new();
    }
    let charts = &base.charts;
    match section {
        Section::Summary => drawing::days(charts).into_iter().collect(),
        Section::Timeline => [
            drawing::hours(charts, &base.case.zone),
            drawing::places(charts),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Section::Scope => drawing::spread(charts).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The table as this rule shows it.
fn shown(table: &Table, rule: Rule) -> Option<Table> {
    let most = match rule {
        Rule::Brief => BRIEF_ROWS,
        _ => ANNEX_ROWS,
    };
    let is_left_out = matches!(rule, Rule::Brief) && !BRIEF_TABLES.contains(&table.id.as_str());
    if table.rows.is_empty() || is_left_out {
        return None;
    }
    let mut table = table.clone();
    let cut = table.rows.len().saturating_sub(most);
    table.rows.truncate(most);
    table.left_out += cut as u64;
    Some(table)
}

fn sentence(statement: &Statement) -> Block {
    Block::Statement(Sentence {
        id: statement.id.clone(),
        kind: statement.kind,
        text: statement.text.clone(),
        ground: ground(statement),
        has_records: !statement.evidence.is_empty(),
    })
}

/// The records behind the sentences that the document has, up to [`ANNEX_ROWS`]; what is left out is counted.
fn annex(base: &FactBase, parts: &[Part]) -> Vec<Cited> {
    let printed = parts.iter().flat_map(|part| &part.blocks);
    let ids: std::collections::BTreeSet<&str> = printed
        .filter_map(|block| match block {
            Block::Statement(one) if one.has_records => Some(one.id.as_str()),
            _ => None,
        })
        .collect();
    let mut left = ANNEX_ROWS;
    let numbers = numbers(base);
    base.statements
        .iter()
        .filter(|one| ids.contains(one.id.as_str()))
        .map(|one| {
            let listed = one.evidence.len().min(LISTED).min(left);
            left -= listed;
            let rows = one.evidence.iter().take(listed).map(|record| Row {
                cells: vec![
                    numbers
                        .get(&record.sha256)
                        .map_or_else(|| record.file.clone(), |number| (*number).to_owned()),
                    record.position.to_string(),
                    record.record_id.clone(),
                ],
                evidence: vec![record.clone()],
            });
            Cited {
                statement: one.id.clone(),
                rows: rows.collect(),
                more: one.evidence.len() - listed,
                truncated: one.evidence_truncated,
            }
        })
        .collect()
}

/// The number of each file in the list of files, as far as documents print that list.
fn numbers(base: &FactBase) -> BTreeMap<ArtefactId, &str> {
    let mut numbers = BTreeMap::new();
    let files = base.tables.iter().filter(|table| table.id == "manifest");
    for row in files.flat_map(|table| &table.rows).take(ANNEX_ROWS) {
        let (Some(number), Some(sha256)) = (row.cells.first(), row.cells.last()) else {
            continue;
        };
        if let Ok(sha256) = sha256.parse() {
            numbers.entry(sha256).or_insert(number.as_str());
        }
    }
    numbers
}
