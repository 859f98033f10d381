//! `findings`, `timeline`, `scope`, `coverage`, `query`.

use hourzero_case::TIMELINE;
use hourzero_model::{Column, Severity};
use serde_json::{Map, Value};

use super::Failure;
use super::table::{self, Table};
use crate::args::{AtLeast, CoverageOf, Findings, ListFormat, Query, Timeline};
use crate::console::{Console, Status};

const FINDINGS: &[&str] = &[
    "id",
    "rule",
    "title",
    "severity",
    "confidence",
    "innocent",
    "attack",
    "first_seen",
    "last_seen",
    "accounts",
    "ips",
    "apps",
    "sessions",
    "targets",
    "details",
    "count",
    "attribution",
];

/// Lists findings.
pub(crate) fn findings(console: &Console<'_>, args: &Findings) -> Result<Status, Failure> {
    let least = match args.at_least {
        AtLeast::Informational => Severity::Informational,
        AtLeast::Low => Severity::Low,
        AtLeast::Medium => Severity::Medium,
        AtLeast::High => Severity::High,
        AtLeast::Critical => Severity::Critical,
    };
    let mut findings = console.case()?.findings()?;
    findings.retain(|finding| finding.severity >= least);
    let shown = ["severity", "first_seen", "count", "accounts", "title", "id"];
    table::print(console, args.list.format, (FINDINGS, &shown), &findings)?;
    Ok(Status::Done)
}

/// Lists the timeline.
pub(crate) fn timeline(console: &Console<'_>, args: &Timeline) -> Result<Status, Failure> {
    let mut case = console.case()?;
    let shown = [
        "time", "account", "action", "ip", "source", "file", "position",
    ];
    let columns: (&[&str], &[&str]) = (TIMELINE, &shown);
    if args.all {
        let mut table = Table::new(console, args.list.format, columns);
        case.timeline_of_all(&mut |rows| table.rows(rows))?;
    } else {
        table::print(console, args.list.format, columns, &case.timeline()?)?;
    }
    Ok(Status::Done)
}

/// Lists the logs with their spans, or days or gaps as the last investigation saw them.
pub(crate) fn coverage(console: &Console<'_>, args: &CoverageOf) -> Result<Status, Failure> {
    let format = args.list.format;
    if args.days {
        let header = ["source", "account", "from", "to", "state", "records"];
        let rows = console.case()?.coverage_part("ranges")?;
        table::print(console, format, (&header, &header), &rows)?;
    } else if args.gaps {
        let header = ["vanishes", "source", "account", "from", "to", "why"];
        let rows = console.case()?.coverage_part("pulls")?;
        table::print(console, format, (&header, &header), &rows)?;
    } else {
        let rows = console.case()?.coverage()?;
        let header = ["source", "records", "first", "last", "accounts"];
        table::print(console, format, (&header, &header), &rows)?;
    }
    Ok(Status::Done)
}

/// Runs one SELECT.
pub(crate) fn query(console: &Console<'_>, args: &Query) -> Result<Status, Failure> {
    let Some(sql) = args.sql.as_deref().filter(|_| !args.schema) else {
        return schema(console);
    };
    let rows = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let answer = console.case()?.query(sql, rows)?;
    let header: Vec<&str> = answer
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    if args.list.format == ListFormat::Text && !console.global.json {
        let cells: Vec<Vec<String>> = answer
            .rows
            .iter()
            .map(|row| row.iter().map(|value| table::cell(Some(value))).collect())
            .collect();
        console.data(&table::text(&header, &cells))?;
    } else {
        let rows: Vec<Map<String, Value>> = answer
            .rows
            .into_iter()
            .map(|row| {
                header
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(row)
                    .collect()
            })
            .collect();
        table::print(console, args.list.format, (&header, &header), &rows)?;
    }
    if answer.truncated {
        console.say(&format!(
            "there are more rows than these; ask for more with --limit (now {})",
            args.limit
        ));
        return Ok(Status::Attention);
    }
    Ok(Status::Done)
}

fn schema(console: &Console<'_>) -> Result<Status, Failure> {
    let mut rows: Vec<Vec<String>> = Column::ALL
        .iter()
        .map(|column| vec![column.name().to_owned(), column.doc().to_owned()])
        .collect();
    for (name, doc) in [
        (
            "parameters",
            "Named facts of the act: a list of name and value; param(parameters, 'Name') gives the first.",
        ),
        (
            "changed",
            "What the act changed: a list of name, old, new; changed_new(changed, 'Name') gives the first.",
        ),
        ("artefact", "SHA-256 of the file that holds the record."),
        ("position", "1-based number of the record in it."),
        (
            "offset, length",
            "Its bytes in it; raw(artefact, position, offset, length) reads them.",
        ),
        (
            "witnesses",
            "In `events`: how many other records tell of the same happening.",
        ),
    ] {
        rows.push(vec![name.to_owned(), doc.to_owned()]);
    }
    console
        .data("Tables: events (one row a happening), records (all), states, rejects, ties.\n\n")?;
    console.data(&table::text(&["column", "meaning"], &rows))?;
    Ok(Status::Done)
}
