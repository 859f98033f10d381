//! The page of plots and its table.

use std::fmt::Write as _;

use super::{Measures, RANGES, Spread};

/// A tenant or sample with its name and colour.
type Series<'m> = (&'m str, &'static str, &'m Measures);

/// What is plotted, and how it is read.
type Plotted = (&'static str, fn(&Measures) -> Spread);

const COLOURS: [&str; 3] = ["#1f6feb", "#8250df", "#9a6700"];

/// The plots of the usual client, of an enterprise and of real logs: an SVG image without scripts or fonts of
/// its own.
pub fn svg(usual: &Measures, enterprise: &Measures, real: &Measures) -> String {
    let series: [Series<'_>; 3] = [
        ("Business Standard", COLOURS[0], usual),
        ("E5", COLOURS[1], enterprise),
        ("real samples", COLOURS[2], real),
    ];
    let mut body = String::new();
    for (at, (name, colour, measures)) in (0_u64..).zip(&series) {
        let x = 20 + at * 300;
        body += &format!("<rect x=\"{x}\" y=\"16\" width=\"12\" height=\"12\" fill=\"{colour}\"/>");
        let about = format!(
            "{name}: {} persons, {} days",
            measures.persons, measures.days
        );
        body += &text(x + 18, 27, "start", &about);
    }
    body += &spreads(&series, 50);
    body += &hours(&series, 420);
    body += &operations(&series, 620);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 940 1130\" width=\"940\" height=\"1130\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#24292f\"><rect width=\"940\" height=\"1130\" fill=\"#ffffff\"/>{body}</svg>\n"
    )
}

fn text(x: u64, y: u64, anchor: &str, what: &str) -> String {
    let what = what.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{what}</text>")
}

/// Tenths of what a person leaves, on an axis of powers of two, so that 1 and 500 fit on one.
fn spreads(series: &[Series<'_>], top: u64) -> String {
    let rows: [Plotted; 6] = [
        ("audit records a person and day", |all| all.audit),
        ("interactive sign-ins", |all| all.interactive),
        ("non-interactive sign-ins", |all| all.non_interactive),
        ("addresses a person and day", |all| all.addresses_a_day),
        ("addresses a person, all days", |all| all.addresses),
        ("clients a person, all days", |all| all.clients),
    ];
    let mut body = text(
        20,
        top + 14,
        "start",
        "From the first to the ninth tenth; the dot is the middle",
    );
    for power in 0..=10_u32 {
        let x = 240 + u64::from(power) * 65;
        let end = top + 330;
        body += &format!(
            "<line x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{end}\" stroke=\"#d0d7de\"/>",
            top + 26
        );
        body += &text(x, end + 14, "middle", &(1_u64 << power).to_string());
    }
    for (at, (name, of)) in (0_u64..).zip(rows) {
        let y = top + 40 + at * 50;
        body += &text(230, y + 16, "end", name);
        for (nth, (_, colour, measures)) in (0_u64..).zip(series) {
            let spread = of(measures);
            if spread.high == 0 {
                continue;
            }
            let y = y + nth * 12;
            let [low, middle, high] = [spread.low, spread.middle, spread.high].map(place);
            body += &format!(
                "<line x1=\"{low}\" x2=\"{high}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"4\"/>"
            );
            body += &format!("<circle cx=\"{middle}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>");
        }
    }
    body
}

/// Where a number lies on the axis: 65 points for each doubling, straight in between.
const fn place(number: u64) -> u64 {
    if number == 0 {
        return 240;
    }
    let power = number.ilog2() as u64;
    let base = 1_u64 << power;
    240 + power * 65 + (number - base) * 65 / base
}

/// Persons' records by hour.
fn hours(series: &[Series<'_>], top: u64) -> String {
    let mut body = text(
        20,
        top,
        "start",
        "Persons' records by hour of the day, thousandths (simulated: local time; real: UTC)",
    );
    let bottom = top + 150;
    for hour in 0..24_u64 {
        body += &text(50 + hour * 36, bottom + 14, "middle", &hour.to_string());
        for (nth, (_, colour, measures)) in (0_u64..).zip(series) {
            let value = usize::try_from(hour)
                .ok()
                .and_then(|at| measures.hours.get(at));
            let height = (value.copied().unwrap_or(0) / 2).min(130);
            let (x, y) = (35 + hour * 36 + nth * 10, bottom - height);
            body += &format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"9\" height=\"{height}\" fill=\"{colour}\"/>"
            );
        }
    }
    body
}

/// The most frequent operations of the simulated tenants beside the real ones.
fn operations(series: &[Series<'_>], top: u64) -> String {
    let mut body = text(
        20,
        top,
        "start",
        "Audit records by operation, for each person and day, hundredths (bars end at 20 a day)",
    );
    let names: Vec<&str> = series
        .iter()
        .skip(1)
        .take(1)
        .flat_map(|(_, _, measures)| measures.operations.iter().take(26))
        .map(|(name, _)| name.as_str())
        .collect();
    for (at, name) in (0_u64..).zip(names) {
        let y = top + 18 + at * 18;
        body += &text(250, y + 9, "end", name);
        for (nth, (_, colour, measures)) in (0_u64..).zip(series) {
            let found = measures.operations.iter().find(|(other, _)| other == name);
            let count = found.map_or(0, |(_, count)| *count);
            let (y, width) = (y + nth * 5, (count * 600 / 20_000).min(600));
            body += &format!(
                "<rect x=\"260\" y=\"{y}\" width=\"{width}\" height=\"4\" fill=\"{colour}\"/>"
            );
            if nth == 1 {
                body += &text(866, y + 5, "start", &(count / 10).to_string());
            }
        }
    }
    body
}

/// The table of what the tests hold, in Markdown.
pub fn table(usual: &Measures, enterprise: &Measures, real: &Measures) -> String {
    let mut text = String::from(
        "| measure | Business Standard | held within | E5 | held within | real samples |\n|---|---|---|---|---|---|\n",
    );
    for range in RANGES {
        let ((least, most), (low, high)) = (range.usual, range.enterprise);
        let [usual, enterprise, real] = [usual, enterprise, real].map(range.of);
        // Writing to a text cannot fail.
        let written = writeln!(
            text,
            "| {} | {usual} | {least}–{most} | {enterprise} | {low}–{high} | {real} |",
            range.name
        );
        debug_assert!(written.is_ok());
    }
    text
}
