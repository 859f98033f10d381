//! The steps of a run, their order and how they are shown.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use crate::gate::{self, Results};
use crate::measure::{self, Measured};
use crate::{Corpus, Options, peer, purview, replicated, report, simulated};

/// Every step, in order: what a later one reads an earlier one wrote.
const STEPS: &[&str] = &[
    "floor-sha256",
    "floor-zstd",
    "floor-json",
    "floor-parquet",
    "duckdb",
    "thin-duckdb",
    "import",
    "rules",
    "all-rules",
    "analysis",
    "sigma-ours",
    "sigma-rsigma",
    "hunts",
    "duckdb-hunts",
    "investigate",
    "csv-investigate",
    "more-investigate",
    "more-import",
];

/// Of a hundred records of a case so many more come later.
const MORE: u64 = 1;

/// What a step's name begins with, as the user gave it; an error where no step's does.
pub(crate) fn beginning(word: &str) -> Result<String, String> {
    if STEPS.iter().any(|step| step.starts_with(word)) {
        return Ok(word.to_owned());
    }
    Err(format!("no step begins so; there are {}", STEPS.join(", ")))
}

/// Measures all steps at all sizes; says whether every gate holds.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let temporary = match &options.dir {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("hourzero-bench")
                .tempdir()?,
        ),
    };
    let folder = match (&options.dir, &temporary) {
        (Some(dir), _) => dir.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => PathBuf::from("."),
    };
    fs::create_dir_all(&folder)?;
    if let Some(events) = options.report {
        return report::run(&options.program()?, &folder, events, options.json);
    }
    let mut results = Results::new();
    let mut sizes = options.records.clone();
    sizes.sort_unstable();
    sizes.dedup();
    for &records in &sizes {
        let place = Place::new(options, &folder, records)?;
        place.all(&mut results)?;
        if !options.keep {
            place.clear()?;
        }
    }
    let gates = gate::gates(&results, &sizes);
    let all = gates.iter().all(|gate| gate.holds);
    if options.json {
        println!("{}", json!({ "gates": gates, "hold": all }));
    } else {
        println!();
        for gate in &gates {
            let verdict = if gate.holds { "holds" } else { "MISSED" };
            println!(
                "{verdict:7} {:60} {:8.2}, at most {:.2}",
                gate.name, gate.measured, gate.limit
            );
        }
    }
    if options.keep
        && let Some(temporary) = temporary
    {
        eprintln!("kept: {}", temporary.keep().display());
    }
    Ok(all)
}

/// One size: its corpus and its cases.
struct Place<'a> {
    options: &'a Options,
    records: u64,
    work: PathBuf,
    corpus: PathBuf,
    case: PathBuf,
    whole: PathBuf,
    /// The corpus as Purview exports it, and its case.
    csv: [PathBuf; 2],
    /// What comes later.
    more: PathBuf,
    program: PathBuf,
}

impl<'a> Place<'a> {
    fn new(options: &'a Options, work: &Path, records: u64) -> anyhow::Result<Self> {
        let kind = options.corpus.name();
        let place = Self {
            options,
            records,
            work: work.to_owned(),
            corpus: work.join(format!("corpus-{kind}-{records}")),
            case: work.join(format!("case-{kind}-{records}")),
            whole: work.join(format!("whole-{kind}-{records}")),
            csv: ["csv", "csv-case"].map(|name| work.join(format!("{name}-{kind}-{records}"))),
            more: work.join(format!("more-{kind}-{records}")),
            program: options.program()?,
        };
        if !place.corpus.exists() {
            place.write_corpus()?;
        }
        Ok(place)
    }

    fn write_corpus(&self) -> anyhow::Result<()> {
        let (written, from) = match self.options.corpus {
            Corpus::Replicated => {
                let written = replicated::write(&self.options.data(), &self.corpus, self.records)?;
                (written, "replicated real records")
            }
            Corpus::Simulated => {
                let program = self.built()?;
                let written =
                    simulated::write(&program, (&self.corpus, simulated::FIRST), self.records)?;
                (written, "a simulated tenant")
            }
        };
        eprintln!(
            "corpus: {} records of {from}, {} MB",
            self.records,
            written / 1_000_000
        );
        Ok(())
    }

    fn clear(&self) -> anyhow::Result<()> {
        let [csv, csv_case] = &self.csv;
        for folder in [
            &self.corpus,
            &self.case,
            &self.whole,
            csv,
            csv_case,
            &self.more,
        ] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }

    fn all(&self, results: &mut Results) -> anyhow::Result<()> {
        for step in STEPS {
            let only = &self.options.only;
            if !only.is_empty() && !only.iter().any(|name| step.starts_with(name.as_str())) {
                continue;
            }
            let words = match self.words(step) {
                Ok(words) => words,
                Err(reason) => {
                    eprintln!("{step}: not measured: {reason:#}");
                    continue;
                }
            };
            let measured = measure::command(&words)?;
            if let Some(case) = self.changed(step) {
                fs::remove_dir_all(case)?;
            }
            self.show(step, &measured);
            results
                .entry(step)
                .or_default()
                .insert(self.records, measured);
        }
        Ok(())
    }

    fn show(&self, step: &str, measured: &Measured) {
        let (cost, cpu) = (measured.cost, gate::cpu(step, measured));
        if self.options.json {
            let line = json!({
                "step": step, "records": self.records, "cpu_seconds": cpu, "process_cpu_seconds": cost.cpu,
                "wall_seconds": cost.wall, "peak_mib": cost.peak_mib, "said": measured.said,
            });
            println!("{line}");
        } else {
            println!(
                "{step:14} {:>9} records {cpu:8.2} s CPU {:8.2} s wall {:8.0} MiB  {}",
                self.records, cost.wall, cost.peak_mib, measured.said
            );
        }
    }

    /// The command of a step; makes ready what it needs.
    fn words(&self, step: &str) -> anyhow::Result<Vec<String>> {
        let sigma = self.options.data().join("sigma/rules");
        match step {
            "floor-sha256" => self.own("sha256", &self.corpus, &[]),
            "floor-zstd" => self.own("zstd", &self.corpus, &[]),
            "floor-json" => self.own("json", &self.corpus, &[]),
            "floor-parquet" => self.own("parquet", &self.corpus, &[]),
            "rules" => self.own("scan", &self.imported()?, &[]),
            "all-rules" => {
                let built_in = crate::work::built_in();
                self.own("scan", &self.imported()?, &[&built_in, &sigma])
            }
            "analysis" => self.own("analysis", &self.imported()?, &[]),
            "sigma-ours" => self.own("scan", &self.imported()?, &[&sigma]),
            "sigma-rsigma" => peer::rsigma(&self.work, &sigma, &self.corpus),
            "duckdb" => peer::duckdb("whole", &self.work, &self.corpus),
            "thin-duckdb" => peer::duckdb("thin", &self.work, &self.corpus),
            "hunts" => self.own("hunts", &self.imported()?, &[]),
            "duckdb-hunts" => peer::duckdb_hunts(&self.work, &self.imported()?),
            "import" => self.hourzero("import", (&self.corpus, &self.case)),
            "csv-investigate" => {
                let [csv, case] = &self.csv;
                if !csv.exists() {
                    purview::write(&self.corpus, csv)?;
                }
                self.hourzero("investigate", (csv, case))
            }
            "more-import" => self.later("import", &self.imported()?),
            "more-investigate" => {
                if !self.whole.exists() {
                    let whole = self.hourzero("investigate", (&self.corpus, &self.whole))?;
                    measure::command(&whole)?;
                }
                self.later("investigate", &self.whole)
            }
            _ => self.hourzero("investigate", (&self.corpus, &self.whole)),
        }
    }

    /// A case that a step has changed, so that no later run takes it for what it was.
    fn changed(&self, step: &str) -> Option<&Path> {
        match step {
            "more-import" => Some(&self.case),
            "more-investigate" => Some(&self.whole),
            _ => None,
        }
    }

    /// More records into a case.
    fn later(&self, command: &str, case: &Path) -> anyhow::Result<Vec<String>> {
        if !self.more.exists() {
            let records = self.records * MORE / 100;
            simulated::write(&self.built()?, (&self.more, simulated::LATER), records)?;
        }
        self.command(command, (&self.more, case))
    }

    fn own(&self, work: &str, folder: &Path, rules: &[&Path]) -> anyhow::Result<Vec<String>> {
        let own = std::env::current_exe()?;
        let mut words = vec![
            shown(&own),
            "work".to_owned(),
            work.to_owned(),
            shown(folder),
        ];
        words.extend(rules.iter().map(|folder| shown(folder)));
        Ok(words)
    }

    fn hourzero(&self, command: &str, paths: (&Path, &Path)) -> anyhow::Result<Vec<String>> {
        if paths.1.exists() {
            fs::remove_dir_all(paths.1)?;
        }
        self.command(command, paths)
    }

    /// A command of the program over a folder of evidence, into a case.
    fn command(
        &self,
        command: &str,
        (evidence, case): (&Path, &Path),
    ) -> anyhow::Result<Vec<String>> {
        let program = shown(&self.built()?);
        let quiet = "--quiet".to_owned();
        Ok(vec![
            program,
            command.to_owned(),
            shown(evidence),
            "--case".to_owned(),
            shown(case),
            quiet,
        ])
    }

    /// The program that is measured.
    fn built(&self) -> anyhow::Result<PathBuf> {
        self.program.canonicalize().with_context(|| {
            format!(
                "{}: build it first: cargo build --release",
                self.program.display()
            )
        })
    }

    /// The case of this size, imported if that step was left out.
    fn imported(&self) -> anyhow::Result<PathBuf> {
        if !self.case.exists() {
            measure::command(&self.hourzero("import", (&self.corpus, &self.case))?)?;
        }
        Ok(self.case.clone())
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
