//! Drawings of the documents, as SVG that stands alone: no style sheet, no script, no font of its own.
//!
//! Every format puts in the same drawing. Sizes are whole numbers, so that the same counts give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::base::Charts;
use crate::document::Drawing;

/// So many rows fit a drawing; the tables have the rest.
const ROWS: usize = 24;

/// The width of every drawing.
const WIDTH: usize = 960;

const INK: &str = "#1b1f24";
const LINE: &str = "#d0d7de";

/// The attacker's events by account and day.
pub(crate) fn days(charts: &Charts) -> Option<Drawing> {
    let days: BTreeSet<&str> = charts.days.iter().map(|one| one.day.as_str()).collect();
    let mut accounts: Vec<&str> = Vec::new();
    for one in &charts.days {
        if !accounts.contains(&one.account.as_str()) && accounts.len() < ROWS {
            accounts.push(&one.account);
        }
    }
    let (first, last) = (days.first()?, days.last()?);
    let span = span_of_days(first, last)?;
    let counts: BTreeMap<(&str, usize), u64> = charts
        .days
        .iter()
        .filter_map(|one| {
            let place = span_of_days(first, &one.day)?;
            Some(((one.account.as_str(), place), one.events))
        })
        .collect();
    let most = counts.values().copied().max()?;
    let left = 300;
    let width = (WIDTH - left) / (span + 1);
    let mut svg = Svg::new(accounts.len() * 22 + 34);
    for (row, account) in accounts.iter().enumerate() {
        let y = row * 22 + 4;
        svg.text(4, y + 14, &shortened(account, 42), INK);
        for day in 0..=span {
            let count = counts.get(&(*account, day)).copied().unwrap_or(0);
            let fill = shade(count, most);
            svg.rect((left + day * width, y), (width.max(2) - 1, 18), &fill);
        }
    }
    let foot = accounts.len() * 22 + 22;
    svg.text(left, foot, first, INK);
    svg.text_end(WIDTH - 4, foot, last);
    Some(Drawing {
        id: "drawing-days".to_owned(),
        caption: format!(
            "The attacker's events by account and day (UTC); the darkest field stands for {most}."
        ),
        description: format!(
            "One row for each of {} accounts, one field a day from {first} to {last}, darker for more events.",
            accounts.len()
        ),
        svg: svg.done(),
    })
}

/// His events by weekday and hour.
pub(crate) fn hours(charts: &Charts, zone: &str) -> Option<Drawing> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let most = charts
        .hours
        .iter()
        .flatten()
        .copied()
        .max()
        .filter(|most| *most > 0)?;
    let mut svg = Svg::new(7 * 22 + 30);
    for (row, (name, hours)) in DAYS.iter().zip(&charts.hours).enumerate() {
        let y = row * 22 + 4;
        svg.text(4, y + 14, name, INK);
        for (hour, count) in hours.iter().enumerate() {
            svg.rect((60 + hour * 37, y), (35, 18), &shade(*count, most));
        }
    }
    for hour in (0..24).step_by(6) {
        svg.text(60 + hour * 37, 7 * 22 + 20, &format!("{hour:02}:00"), INK);
    }
    Some(Drawing {
        id: "drawing-hours".to_owned(),
        caption: format!(
            "The attacker's events by weekday and hour, {zone}; the darkest field stands for {most}."
        ),
        description: "One row a weekday, one field an hour, darker for more events.".to_owned(),
        svg: svg.done(),
    })
}

/// His sign-ins by country and network.
pub(crate) fn places(charts: &Charts) -> Option<Drawing> {
    let most = charts
        .places
        .iter()
        .map(|one| one.succeeded + one.refused)
        .max()?;
    let shown = charts.places.len().min(ROWS);
    let mut svg = Svg::new(shown * 22 + 8);
    for (row, one) in charts.places.iter().take(ROWS).enumerate() {
        let y = row * 22 + 4;
        let place = [one.country.as_str(), one.network.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let place = if place.is_empty() {
            "not known".to_owned()
        } else {
            place
        };
        svg.text(4, y + 14, &shortened(&place, 26), INK);
        let good = scaled(one.succeeded, most, 560);
        svg.rect((200, y), (good, 18), "#b42318");
        svg.rect(
            (200 + good, y),
            (scaled(one.refused, most, 560), 18),
            "#d0d7de",
        );
        svg.text(
            206 + good + scaled(one.refused, most, 560),
            y + 14,
            &format!("{} in, {} refused", one.succeeded, one.refused),
            INK,
        );
    }
    Some(Drawing {
        id: "drawing-places".to_owned(),
        caption: "The attacker's sign-ins by country and network: those that succeeded (red) and those that were refused (grey)."
            .to_owned(),
        description: format!("One bar for each of {shown} places."),
        svg: svg.done(),
    })
}

/// How it spread.
pub(crate) fn spread(charts: &Charts) -> Option<Drawing> {
    let shown: Vec<_> = charts.spread.iter().take(ROWS * 2).collect();
    let mut from: Vec<&str> = Vec::new();
    let mut to: Vec<&str> = Vec::new();
    for edge in &shown {
        if !from.contains(&edge.from.as_str()) {
            from.push(&edge.from);
        }
        if !to.contains(&edge.to.as_str()) {
            to.push(&edge.to);
        }
    }
    if shown.is_empty() {
        return None;
    }
    let rows = from.len().max(to.len());
    let mut svg = Svg::new(rows * 26 + 8);
    for edge in &shown {
        let start = from.iter().position(|name| *name == edge.from).unwrap_or(0);
        let end = to.iter().position(|name| *name == edge.to).unwrap_or(0);
        svg.line((330, start * 26 + 17), (630, end * 26 + 17));
    }
    for (row, name) in from.iter().enumerate() {
        svg.rect((4, row * 26 + 5), (326, 22), "#ffebe9");
        svg.text(10, row * 26 + 21, &shortened(name, 44), INK);
    }
    for (row, name) in to.iter().enumerate() {
        svg.rect((630, row * 26 + 5), (326, 22), "#ddf4ff");
        svg.text(636, row * 26 + 21, &shortened(name, 44), INK);
    }
    let left_out = charts.spread.len() - shown.len();
    let more = if left_out > 0 {
        format!(" {left_out} more are in the table.")
    } else {
        String::new()
    };
    Some(Drawing {
        id: "drawing-spread".to_owned(),
        caption: format!("From where (left) the attacker used which account (right).{more}"),
        description: format!(
            "{} places and {} accounts, joined by {} lines.",
            from.len(),
            to.len(),
            shown.len()
        ),
        svg: svg.done(),
    })
}

/// Days from one `YYYY-MM-DD` to another.
fn span_of_days(first: &str, last: &str) -> Option<usize> {
    let day = |text: &str| hourzero_model::Timestamp::parse(&format!("{text}T00:00:00Z")).ok();
    usize::try_from(day(last)?.seconds_since(day(first)?) / 86_400).ok()
}

/// A colour between white and red; what happened at all is never white.
fn shade(count: u64, most: u64) -> String {
    if count == 0 {
        return "#f3f4f6".to_owned();
    }
    let strength = 60 + scaled(count, most, 195);
    let other = 255 - strength.min(255);
    format!("#{:02x}{other:02x}{other:02x}", 235 - strength.min(255) / 5)
}

fn scaled(count: u64, most: u64, length: usize) -> usize {
    let length = length as u64;
    usize::try_from(count * length / most.max(1)).unwrap_or(0)
}

/// The beginning of a text that is too long.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}

/// A drawing being made.
struct Svg {
    text: String,
}

impl Svg {
    fn new(height: usize) -> Self {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">"
        );
        Self { text }
    }

    fn rect(&mut self, (x, y): (usize, usize), (width, height): (usize, usize), fill: &str) {
        let _written = write!(
            self.text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"
        );
    }

    fn line(&mut self, (x1, y1): (usize, usize), (x2, y2): (usize, usize)) {
        let _written = write!(
            self.text,
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{LINE}\" stroke-width=\"2\"/>"
        );
    }

    fn text(&mut self, x: usize, y: usize, text: &str, fill: &str) {
        let _written = write!(
            self.text,
            "<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\">{}</text>",
            escaped(text)
        );
    }

    fn text_end(&mut self, x: usize, y: usize, text: &str) {
        let _written = write!(
            self.text,
            "<text x=\"{x}\" y=\"{y}\" fill=\"{INK}\" text-anchor=\"end\">{}</text>",
            escaped(text)
        );
    }

    fn done(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// Text inside an element of XML; characters that XML does not allow are written as their number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::visible(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}
