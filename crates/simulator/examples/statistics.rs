//! Writes the page of statistics: `docs/simulator-statistics.svg`, and the table in `docs/simulator.md`.
//!
//! `cargo run -p hourzero-simulator --example statistics`, in the root of the checkout. The real samples are
//! read from `HOURZERO_SAMPLES`, or `../shared/data`.

use std::io;
use std::path::{Path, PathBuf};

use hourzero_simulator::statistics::{background, measure, svg, table};
use hourzero_simulator::world::{EntraPlan, Licence, Settings};

const BEGIN: &str = "<!-- statistics: begin -->\n";
const END: &str = "<!-- statistics: end -->\n";

fn main() -> io::Result<()> {
    let samples = std::env::var_os("HOURZERO_SAMPLES")
        .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let real = background(&samples).measures();
    if real.rows == 0 {
        return Err(io::Error::other(format!(
            "no samples in {}: set HOURZERO_SAMPLES to their folder",
            samples.display()
        )));
    }
    let usual = measure(&Settings {
        days: 14,
        ..Settings::default()
    })
    .map_err(io::Error::other)?;
    let enterprise = measure(&Settings {
        accounts: 60,
        days: 14,
        licence: Licence::E5,
        entra: EntraPlan::P2,
        ..Settings::default()
    })
    .map_err(io::Error::other)?;
    std::fs::write(
        "docs/simulator-statistics.svg",
        svg(&usual, &enterprise, &real),
    )?;
    let page = Path::new("docs/simulator.md");
    let text = std::fs::read_to_string(page)?;
    let (before, rest) = text.split_once(BEGIN).ok_or_else(no_place)?;
    let (_, after) = rest.split_once(END).ok_or_else(no_place)?;
    let table = table(&usual, &enterprise, &real);
    std::fs::write(page, format!("{before}{BEGIN}{table}{END}{after}"))
}

fn no_place() -> io::Error {
    io::Error::other("docs/simulator.md has no place for the table")
}
