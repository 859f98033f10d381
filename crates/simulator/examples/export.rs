//! Exports a tenant of any size without the rest of the program, to measure and to profile.
//!
//! `cargo run --release -p hourzero-simulator --example export -- OUT [ACCOUNTS] [DAYS] [clean|mixed] [SCENARIO] [TRUTH]`

use std::io::{self, Write as _};
use std::path::Path;

use hourzero_simulator::forms::Forms;
use hourzero_simulator::{DEFAULT_SCENARIO, Request, Scenario, Size, Target};

/// The program's own allocator, so that what is measured here is what it needs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map(String::as_str);
    let number = |at: usize, otherwise: u32| argument(at).map_or(Ok(otherwise), str::parse);
    let out = argument(0).ok_or_else(|| io::Error::other("give the folder of the export"))?;
    let size = Size {
        seed: 1,
        accounts: number(1, 60).map_err(io::Error::other)?,
        days: number(2, 30).map_err(io::Error::other)?.into(),
    };
    let forms = match argument(3) {
        Some("mixed") => Forms::Mixed { holes: false },
        _ => Forms::Clean,
    };
    let scenario =
        Scenario::named(argument(4).unwrap_or(DEFAULT_SCENARIO)).map_err(io::Error::other)?;
    let exported = Request::new(&scenario, size, "")
        .and_then(|request| {
            request.export(Target {
                out: Path::new(out),
                truth: argument(5).map(Path::new),
                forms,
            })
        })
        .map_err(io::Error::other)?;
    let given: u64 = exported.files.iter().map(|file| file.records).sum();
    writeln!(
        io::stdout(),
        "{} happenings, {} records, {given} of them in {} files",
        exported.happenings,
        exported.records,
        exported.files.len()
    )
}
