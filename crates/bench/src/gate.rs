//! What the measurements must keep to.
//!
//! It takes measurements by step and size and gives gates; a gate whose measurements were left out is
//! not there.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::measure::Measured;

/// Measurements by step, then by records.
pub(crate) type Results = BTreeMap<&'static str, BTreeMap<u64, Measured>>;

/// A limit and what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Gate {
    /// What is held to the limit, and at how many records.
    pub(crate) name: String,
    /// The measured value.
    pub(crate) measured: f64,
    /// The most that it may be.
    pub(crate) limit: f64,
    /// Whether it keeps to it.
    pub(crate) holds: bool,
}

/// The parts of the floor.
pub(crate) const FLOOR: [&str; 4] = ["floor-sha256", "floor-zstd", "floor-json", "floor-parquet"];

/// CPU seconds that count for a step: those of the work itself, where the process did more.
pub(crate) fn cpu(step: &str, measured: &Measured) -> f64 {
    let own = match step {
        "floor-parquet" => measured.said.get("writing_cpu"),
        "rules" | "all-rules" | "sigma-ours" => measured.said.get("rules_cpu"),
        _ => None,
    };
    own.and_then(serde_json::Value::as_f64)
        .unwrap_or(measured.cost.cpu)
}

/// Steps that may take so many times the CPU time of another, or of the floor.
const RATIOS: [(&str, &str, f64); 8] = [
    ("import", "floor", 1.3),
    ("investigate", "duckdb", 1.0),
    ("csv-investigate", "investigate", 1.4),
    ("analysis", "import", 0.5),
    ("hunts", "duckdb-hunts", 1.0),
    ("sigma-ours", "sigma-rsigma", 0.05),
    ("more-import", "import", 0.02),
    ("more-investigate", "investigate", 0.33),
];

/// All gates that the measurements allow.
pub(crate) fn gates(results: &Results, sizes: &[u64]) -> Vec<Gate> {
    let at = |step: &str, size: u64| results.get(step).and_then(|sizes| sizes.get(&size));
    let cpu_at = |step: &str, size: u64| at(step, size).map(|measured| cpu(step, measured));
    let mut gates = Vec::new();
    let mut gate = |name: String, measured: Option<f64>, limit: f64| {
        if let Some(measured) = measured {
            let holds = measured <= limit;
            gates.push(Gate {
                name,
                measured,
                limit,
                holds,
            });
        }
    };
    for &size in sizes {
        for (step, name, limit) in RATIOS {
            let base: Option<f64> = match name {
                "floor" => FLOOR.iter().map(|part| cpu_at(part, size)).sum(),
                step => cpu_at(step, size),
            };
            gate(
                format!("{step} / {name} at {size}"),
                cpu_at(step, size).zip(base).map(|(step, base)| step / base),
                limit,
            );
        }
        gate(
            format!("first-hour: seconds by the clock, beside {size}"),
            at("first-hour", size).map(|measured| measured.cost.wall),
            20.0,
        );
        let said = |step: &str, name: &str| at(step, size)?.said.get(name)?.as_f64();
        // What rsigma does ends with hits; our step goes on to findings, for which records are read once more.
        let to_hits = said("sigma-ours", "hits_cpu").zip(cpu_at("sigma-rsigma", size));
        gate(
            format!("sigma-ours to hits / sigma-rsigma at {size}"),
            to_hits.map(|(ours, theirs)| ours / theirs),
            0.05,
        );
        let rules = said("all-rules", "hits_cpu").zip(said("all-rules", "rules"));
        let rules = rules.map(|(seconds, rules)| seconds * 1e8 / rules / size as f64);
        gate(
            format!("rules to correlated hits: CPU seconds a 100 and million at {size}"),
            rules,
            0.33,
        );
    }
    let (Some(&least), Some(&most)) = (sizes.first(), sizes.last()) else {
        return gates;
    };
    for step in ["import", "investigate"] {
        // What a million may hold, and any number.
        for (size, limit) in [(1_000_000, 512.0), (most, 1024.0)] {
            let memory = at(step, size).map(|measured| measured.cost.peak_mib);
            gate(format!("{step}: peak MiB at {size}"), memory, limit);
        }
        if least < most {
            let each = |size| Some(cpu_at(step, size)? / size as f64);
            let growth = each(most)
                .zip(each(least))
                .map(|(most, least)| most / least);
            gate(
                format!("{step}: CPU a record, {most} against {least}"),
                growth,
                1.15,
            );
        }
    }
    gates
}
