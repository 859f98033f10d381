//! The timeline as a bar chart: events behind findings by hour or day, by the gravest finding.

use std::collections::BTreeMap;

use hourzero_model::{Severity, Timestamp};

/// A bar of the chart, in the units of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Left edge.
    pub x: u64,
    /// Top edge.
    pub y: u64,
    /// Width.
    pub width: u64,
    /// Height.
    pub height: u64,
    /// The gravest severity of its events.
    pub severity: Severity,
    /// What it shows, for a reader who points at it.
    pub label: String,
}

/// The chart with its bars and what one of them spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// `hour`, `day` or `week`.
    pub unit: &'static str,
    /// The bars, from left to right.
    pub bars: Vec<Bar>,
    /// The first instant.
    pub from: String,
    /// The last instant.
    pub to: String,
    /// The highest bar's count.
    pub most: u64,
}

/// An event in the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub time: Timestamp,
    /// The gravest finding that it stands behind.
    pub severity: Severity,
}

/// The picture is so many units wide and high.
const WIDTH: u64 = 960;
const HEIGHT: u64 = 120;

/// The chart of a timeline, whatever the order of its events; `None` where there is nothing to show.
pub fn chart(marks: &[Mark]) -> Option<Chart> {
    let times = || marks.iter().map(|mark| mark.time);
    let (first, last) = (times().min()?, times().max()?);
    let span = last.seconds_since(first).max(0);
    let (unit, seconds) = match span {
        0..=345_600 => ("hour", 3_600),
        345_601..=17_280_000 => ("day", 86_400),
        _ => ("week", 604_800),
    };
    let mut slots: BTreeMap<u64, (u64, Severity)> = BTreeMap::new();
    let slot_of = |time: Timestamp| u64::try_from(time.seconds_since(first) / seconds).unwrap_or(0);
    for mark in marks {
        let slot = slots
            .entry(slot_of(mark.time))
            .or_insert((0, mark.severity));
        slot.0 += 1;
        slot.1 = slot.1.max(mark.severity);
    }
    let most = slots.values().map(|(count, _)| *count).max()?;
    let width = (WIDTH / (slot_of(last) + 1)).clamp(1, 40);
    let bars = slots
        .into_iter()
        .map(|(slot, (count, severity))| {
            let height = (count * HEIGHT / most).max(2);
            let start = first.plus_seconds(i64::try_from(slot).unwrap_or(0) * seconds);
            Bar {
                x: slot * width,
                y: HEIGHT - height,
                width: width.saturating_sub(1).max(1),
                height,
                severity,
                label: format!("{start}: {count} events, gravest {severity}"),
            }
        })
        .collect();
    Some(Chart {
        unit,
        bars,
        from: first.to_string(),
        to: last.to_string(),
        most,
    })
}
